"""What a piece of work is likely to recover, learned from this ledger's own outcomes, and how urgent it is.

The chance is a share of the amount. It starts as an estimate for the kind of work, and each group of
outcomes that is closer to the case moves it: all of this reason, those of this payer, those that were still
open at this age. A group of few outcomes moves it little.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from config.work_chances import estimate

PRIOR_WEIGHT: Final = 8
"""How many outcomes are worth as much as what was thought before them."""

AGES: Final = (0, 30, 60, 90)
"""Days since a piece of work was opened from which on its age counts as another one."""

URGENCIES: Final = ((0, 0.05), (4, 4.0), (8, 3.0), (15, 2.0), (31, 1.5))
"""By days left, below which a factor holds; more days, or no limit known, count as 1."""


class Outcome(NamedTuple):
    """A piece of work that is over: how many days it was open, its cents and what of them was recovered."""

    payer: str
    reason: str
    days: int
    cents: int
    recovered: int


@dataclass(frozen=True, slots=True)
class Chance:
    """A share from 0 to 1, and in words what it rests on."""

    share: float
    basis: str


@dataclass(slots=True)
class _Group:
    number: int = 0
    total: float = 0.0

    def add(self, share: float) -> None:
        self.number += 1
        self.total += share

    def moves(self, before: float) -> float:
        return (self.total + PRIOR_WEIGHT * before) / (self.number + PRIOR_WEIGHT)

    def words(self, of: str) -> str:
        return f"{self.total / self.number:.0%} of {self.number} {of}"


class Chances:
    """The outcomes of a ledger, asked for one piece of work after another."""

    def __init__(self, outcomes: Iterable[Outcome]) -> None:
        self._groups: dict[tuple[str, ...], _Group] = defaultdict(_Group)
        self._found: dict[tuple[str, str, str, str, int], Chance] = {}  # a queue has many alike
        groups, first_age = self._groups, AGES[1]
        for payer, reason, days, cents, recovered in outcomes:
            if cents <= 0:
                continue
            share = min(max(recovered / cents, 0.0), 1.0)
            groups[(reason,)].add(share)
            groups[reason, payer].add(share)
            if days >= first_age:
                for age in AGES[1:]:
                    if days >= age:
                        groups[reason, payer, str(age)].add(share)

    @classmethod
    def learned(cls, groups: Mapping[tuple[str, ...], tuple[int, float]]) -> "Chances":
        """Those of outcomes that were added up before (`groups`)."""
        made = cls(())
        made._groups.update((key, _Group(*group)) for key, group in groups.items())
        return made

    @property
    def groups(self) -> dict[tuple[str, ...], tuple[int, float]]:
        """How many outcomes there were and the sum of their shares: by reason, payer and age, as far as each
        says."""
        return {key: (group.number, group.total) for key, group in self._groups.items()}

    def of(self, *, kind: str, way: str, payer: str, reason: str, days: int) -> Chance:
        """The chance of a piece of work that has been open for so many days."""
        age = max((age for age in AGES if age <= days), default=0)
        alike = (kind, way, payer, reason, age)
        if alike not in self._found:
            self._found[alike] = self._of(*alike)
        return self._found[alike]

    def _of(self, kind: str, way: str, payer: str, reason: str, age: int) -> Chance:
        share = estimate(kind, way)
        basis = [f"starting estimate {share:.0%}"]
        for key, words in (
            ((reason,), f"with reason {reason}"),
            ((reason, payer), f"of them at {payer}"),
            ((reason, payer, str(age)), f"of these open {age} days or longer"),
        ):
            group = self._groups.get(key)
            if group is not None:
                share = group.moves(share)
                basis.append(group.words(words))
        if len(basis) == 1:
            basis.append("no work with this reason has ended here yet")
        return Chance(share, "; ".join(basis))


OVERDUE_CREDIT: Final = 4.0
"""What is owed to another is not lost with its last day: from then on it is owed at once."""


def urgency(days_left: int | None, *, is_credit: bool = False) -> float:
    """How much more an hour is worth now than later. What is past its last day is hardly worth one, but for
    a credit."""
    if days_left is None:
        return 1.0
    if is_credit and days_left < 0:
        return OVERDUE_CREDIT
    return next((factor for below, factor in URGENCIES if days_left < below), 1.0)


UNKNOWN_CENTS: Final = 150_00
"""What a piece of work counts as whose amount nobody knows: a file that can't be read, say."""


def counted(share: float) -> float:
    """A chance as a priority counts it, in two digits: one more outcome of many changes no order."""
    return float(f"{share:.2g}")


def priority(cents: int, share: float, days_left: int | None, *, is_credit: bool = False) -> int:
    """What is likely to be recovered, times how soon it must be: in cents."""
    return round((cents or UNKNOWN_CENTS) * counted(share) * urgency(days_left, is_credit=is_credit))
