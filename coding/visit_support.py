"""Which level of a visit its documentation supports: by decision making or by time, each point shown.

The higher of the two counts (AMA, CPT E/M guidelines: office since 2021, the others since 2023). Decision
making has three elements, of which two must reach a level: problems, data, risk. Emergency visits go by
decision making alone.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from coding.visit_families import FAMILIES, family_of
from coding.visits import RANK, level_on

ELEMENTS: Final = ("problems", "data", "risk")


@dataclass(frozen=True, slots=True)
class DecisionMaking:
    """What is documented of the three elements of decision making: straightforward to high, "" nothing."""

    problems: str = ""
    data: str = ""
    risk: str = ""

    @property
    def level(self) -> str:
        """The highest level that two of them reach, "" where none does."""
        ranks = sorted((RANK.get(getattr(self, name), 0) for name in ELEMENTS), reverse=True)
        return next((name for name, rank in RANK.items() if rank == ranks[1]), "")


@dataclass(frozen=True, slots=True)
class Support:
    """The highest code of the family that the documentation reaches, "" none of them; and each point."""

    procedure: str
    points: tuple[str, ...]


def support(
    procedure: str, day: date, minutes: int | None, decision_making: str, making: DecisionMaking | None = None
) -> Support | None:
    """What is documented of a visit supports. `decision_making` is the level as a whole, for which `making`
    may stand; `minutes` the total time on the day.

    None: the code has no levels on that day, or neither time nor decision making is documented.
    """
    decided = decision_making or (making.level if making is not None else "")
    if level_on(procedure, day) is None or not family_of(procedure) or (minutes is None and not decided):
        return None
    points = [*_elements(making)]
    highest = ""
    for code in FAMILIES[family_of(procedure)]:
        level = level_on(code, day)
        if level is None:
            continue
        by_making = RANK.get(decided, 0) >= RANK[level.decision_making]
        by_time = level.minutes is not None and minutes is not None and minutes >= level.minutes
        if by_making or by_time:
            highest = code
        by = [f"{level.decision_making} {_reached(by_making)}"]
        if level.minutes is not None:
            by.append(f"{level.minutes} minutes {_reached(by_time)}")
        points.append(f"{code}: {', '.join(by)}")
    return Support(highest, tuple(points))


def _elements(making: DecisionMaking | None) -> tuple[str, ...]:
    if making is None or not any(getattr(making, name) for name in ELEMENTS):
        return ()
    words = ", ".join(f"{name} {getattr(making, name) or 'not documented'}" for name in ELEMENTS)
    return (f"{words}: two of three reach {making.level or 'no level'}",)


def _reached(it_is: bool) -> str:
    return "reached" if it_is else "not reached"
