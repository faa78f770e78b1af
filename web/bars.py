"""Pictures of measures and causes as SVG: bars of shares, a Pareto with its line, months. Pure geometry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 760
LEFT: Final = 270
"""Where bars begin: before it stands what each is of."""
ROW: Final = 30
BAR: Final = 16
RIGHT: Final = 124
"""Left free behind the longest bar, for its number; more where what is said of a bar is longer."""
LETTER: Final = 9
"""The width of a letter of what is said, rounded up."""
MONTH_HEIGHT: Final = 120


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its name, what is written at its end, and where it leads to ("" nowhere)."""

    name: str
    said: str
    address: str
    tone: str
    x: float
    y: float
    width: float
    height: float
    said_x: float


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars below or beside each other, and the picture's size. `line`: points of a line over them."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    line: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """What a bar is of; `size` in any unit, the same for all of a picture."""

    name: str
    said: str
    size: float
    address: str = ""
    tone: str = ""


def lying(values: Sequence[Value], most: float, cumulative: Sequence[float] = ()) -> Bars:
    """Bars from left to right, one below the other; `cumulative` are shares from 0 to 1 of a Pareto's line,
    behind which stands what is said of each."""
    longest = max((len(one.said) for one in values), default=0)
    room, bars = WIDTH - LEFT - max(RIGHT, 16 + LETTER * longest), []
    for n, one in enumerate(values):
        width = max(2.0, room * min(max(one.size, 0.0) / most, 1.0)) if most > 0 else 2.0
        said_x = LEFT + (room if cumulative else width) + 8
        bars.append(Bar(one.name, one.said, one.address, one.tone, LEFT, 8 + n * ROW, width, BAR, said_x))
    points = " ".join(
        f"{LEFT + room * share:.1f},{8 + n * ROW + BAR / 2:.1f}" for n, share in enumerate(cumulative)
    )
    return Bars(tuple(bars), WIDTH, 8 + ROW * len(values) + 4, points)


def standing(values: Sequence[Value]) -> Bars:
    """Bars from the ground up, one beside the other."""
    most = max((one.size for one in values), default=0)
    each = min(90.0, (WIDTH - 20) / max(len(values), 1))
    bars = []
    for n, one in enumerate(values):
        height = max(2.0, MONTH_HEIGHT * one.size / most) if most > 0 else 2.0
        bars.append(
            Bar(one.name, one.said, one.address, one.tone, 10 + n * each, 24 + MONTH_HEIGHT - height,
                each * 0.7, height, 10 + n * each)
        )  # fmt: skip
    return Bars(tuple(bars), WIDTH, MONTH_HEIGHT + 48)
