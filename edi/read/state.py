"""What a reader of loops knows while it reads: its open loops, what it may report, what rules remember."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from edi.declare.code_sets import Answers
from edi.declare.delimiters import Delimiters
from edi.declare.guide import Guide, Place
from edi.findings import Finding

Report = Callable[[Finding], None]
ENVELOPE = frozenset(("ISA", "IEA", "GS", "GE", "ST", "TA1"))
ENDS = ENVELOPE | {"SE"}


@dataclass(slots=True)
class Run:
    """What a rule may remember: for the file, and for this transaction set; and what it may ask."""

    memory: dict[str, Any]
    transaction: dict[str, Any] = field(default_factory=dict)
    today: str = ""  # ISA09 as CCYYMMDD; "" where it is unreadable
    codes: Answers = field(default_factory=Answers)
    view: tuple[Any, Any] | None = None  # a claim and its lines, see `edi.checks.rules.lines`


class Ahead:
    """Segments that can be looked at before they are taken."""

    __slots__ = ("_base", "_seen")

    def __init__(self, base: Iterator[str]) -> None:
        self._base = base
        self._seen: deque[str] = deque()

    def __iter__(self) -> Iterator[str]:
        """What was looked at, then the others; whoever goes on elsewhere misses none."""
        seen, base = self._seen, self._base
        while True:
            while seen:
                yield seen.popleft()
            for text in base:
                yield text
                if seen:
                    break
            else:
                return

    def __next__(self) -> str:
        return self._seen.popleft() if self._seen else next(self._base)

    def look(self, n: int, separator: str) -> list[str]:
        """The next `n` segments; none beyond the end of the transaction set."""
        seen = self._seen
        while len(seen) < n and not (seen and seen[-1].split(separator, 1)[0] in ENDS):
            text = next(self._base, None)
            if text is None:
                break
            seen.append(text)
        return list(seen)[:n]


class Frame:
    """An open loop."""

    __slots__ = ("counts", "excused", "node", "ordinal", "place", "seen")

    def __init__(self, place: Place, node: Any) -> None:
        self.place = place
        self.node = node
        self.ordinal = 0
        self.seen = 0
        self.excused = 0  # members whose absence is reported elsewhere
        self.counts: dict[int, int] = {}  # of members that came more than once


class ReaderState:
    """What placing and reporting see of a reader. `report` receives findings; without it nothing is
    checked."""

    def __init__(self, guide: Guide, d: Delimiters, report: Report | None, rules: Run) -> None:
        self.guide = guide
        self.d = d
        self.report = report
        self.rules = rules
        self.control_number = ""
        self.adrift = -1  # position of the last segment of a party that no place knows
        self.ahead: Ahead | None = None  # where it checks, what comes next can be looked at
        self.lost = ""  # id of the last segment whose qualifier no place knows, until a loop begins
