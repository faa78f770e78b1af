"""What a piece of work is likely to recover, learned from this ledger's own outcomes, and how urgent it is.

The chance is a share of the amount. It starts as an estimate for the kind of work, and each group of outcomes
that is closer to the case moves it: all of this reason, those of this payer. What else a payer minds it minds
for every reason: how long the work is open, whose claim it is, how much is asked. So its outcomes of such a
part are held against what its reasons made one expect of them, and the chance is taken as many times. A group
of few outcomes moves it little. A denial that grows older is thought to lose some of its chance before its
payer showed how much.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Final, NamedTuple

from config.dollars import dollars
from config.work_chances import ages, estimate
from ledger.adjudication.work import DENIAL

PRIOR_WEIGHT: Final = 4
"""How many outcomes are worth as much as what was thought before them."""

PART_WEIGHT: Final = 2
"""How many whole recoveries are worth as much as what was thought of a part before: that a payer minds
nothing but the reason, and that an old denial keeps what `ages` says."""

ALIKE: Final = 0.1
"""Up to which part of it a share may differ from another one that is taken for the same."""

AGES: Final = tuple(ages())
"""Days since a piece of work was opened from which on its age counts as another one."""

LARGE: Final = 250_00
"""Cents from which on an amount counts as another one."""

URGENCIES: Final = ((0, 0.05), (4, 1.5), (8, 1.4), (15, 1.2), (31, 1.1))
"""By days left, below which a factor holds; more days, or no limit known, count as 1. Greater ones put small
amounts before large ones that are lost later: `python -m bench work_order` says what they cost."""

DUTY_URGENCIES: Final = ((0, 4.0), (4, 4.0), (8, 3.0), (15, 2.0), (31, 1.5))
"""The same of what is a duty to others: it is not lost with its last day, from then on it is owed at once."""

Key = tuple[str, str, str]
"""Of a group of outcomes: reason and payer ("" all), or payer and part."""


class Outcome(NamedTuple):
    """A piece of work that is over: how many days it was open, its cents and what of them was recovered."""

    payer: str
    reason: str
    days: int
    cents: int
    recovered: int
    practice: str = ""


class Group(NamedTuple):
    """How many outcomes there were, the sum of their shares, and of a part what was expected of them."""

    number: int
    total: float
    expected: float = 0.0

    def moves(self, before: float) -> float:
        """The share that was thought before, as these outcomes move it."""
        return (self.total + PRIOR_WEIGHT * before) / (self.number + PRIOR_WEIGHT)

    def times(self, before: float = 1.0) -> float:
        """How many times what was expected came; `before` is what was thought without these outcomes."""
        return (self.total + PART_WEIGHT * before) / (self.expected + PART_WEIGHT)

    def is_like(self, other: "Group") -> bool:
        """Whether it says much the same of a piece of work as another group of the same."""
        # whatever was thought before
        if self.expected or other.expected:
            said = [(self.times(kept), other.times(kept)) for kept in (min(ages().values()), 1.0)]
        else:
            said = [(self.moves(share), other.moves(share)) for share in (0.0, 1.0)]
        return all(abs(one - another) <= ALIKE * one for one, another in said)


@dataclass(frozen=True, slots=True)
class Chance:
    """A share from 0 to 1, and in words what it rests on."""

    share: float
    basis: str


class Chances:
    """The outcomes of a ledger, asked for one piece of work after another."""

    def __init__(self, outcomes: Iterable[Outcome]) -> None:
        # a queue has many alike
        self._of_reason: dict[tuple[str, str, str, str], float] = {}
        self._of_part: dict[tuple[str, str, str, bool], tuple[float, ...]] = {}
        self.groups: Mapping[Key, Group] = {}
        shares = [(one, min(max(one.recovered / one.cents, 0.0), 1.0)) for one in outcomes if one.cents > 0]
        sums: dict[Key, list[float]] = defaultdict(lambda: [0, 0.0, 0.0])
        for one, share in shares:
            for key in _keys(one.reason, one.payer):
                sums[key][0] += 1
                sums[key][1] += share
        self.groups = {key: Group(int(n), total) for key, (n, total, _) in sums.items()}
        sums.clear()
        for one, share in shares:
            if one.payer:
                usual = self._usual(one.reason, one.payer)
                for part in _parts(_age(one.days), one.practice, one.cents >= LARGE):
                    found = sums["", one.payer, part]
                    found[0] += 1
                    found[1] += share
                    found[2] += usual
        self.groups = {**self.groups, **{key: Group(int(n), *rest) for key, (n, *rest) in sums.items()}}

    def unless_like(self, before: Mapping[Key, Group]) -> "Chances":
        """These, with a group of before where it says much the same: what a few outcomes more do not change
        stays as it was, and so does the order of the queue."""
        return Chances.learned(
            {
                key: before[key] if key in before and before[key].is_like(group) else group
                for key, group in self.groups.items()
            }
        )

    def differing(self, before: Mapping[Key, Group]) -> set[Key]:
        """The groups that say otherwise than before, those that were or are not there among them."""
        now = self.groups
        return {key for key in {**before, **now} if before.get(key) != now.get(key)}

    @classmethod
    def learned(cls, groups: Mapping[Key, Group]) -> "Chances":
        """Those of outcomes that were added up before (`groups`)."""
        made = cls(())
        made.groups = dict(groups)
        return made

    def _usual(self, reason: str, payer: str) -> float:
        """What outcomes of a reason made one expect of a payer."""
        of_all = self.groups[reason, "", ""]
        return self.groups[reason, payer, ""].moves(of_all.total / of_all.number)

    def of(
        self, *, kind: str, way: str, payer: str, practice: str, reason: str, cents: int, days: int
    ) -> Chance:
        """The chance of a piece of work that has been open for so many days."""
        age, is_large = age_at(days), cents >= LARGE
        asked = {"kind": kind, "way": way, "payer": payer, "practice": practice, "reason": reason}
        share = self.shares(**asked, is_large=is_large)[age]
        basis = [f"starting estimate {estimate(kind, way):.0%}"]
        for key, of in zip(
            _keys(reason, payer), (f"with reason {reason}", f"of them at {payer}"), strict=False
        ):
            group = self.groups.get(key)
            if group is not None:
                basis.append(f"{group.total / group.number:.0%} of {group.number} {of}")
        if len(basis) == 1:
            basis.append("no work with this reason has ended here yet")
        parts = _parts(AGES[age], practice, is_large) if payer else ()
        for part, before in zip(parts, _thoughts(kind, AGES[age]), strict=False):
            group = self.groups.get(("", payer, part))
            if group is not None:
                basis.append(f"{group.times(before):.2f} times that by {group.number} at {payer} {part}")
            elif before != 1.0:
                basis.append(f"{before:.2f} times that by a starting estimate of what is {part}")
        return Chance(share, "; ".join(basis))

    def shares(
        self, *, kind: str, way: str, payer: str, practice: str, reason: str, is_large: bool
    ) -> list[float]:
        """The share that is likely to be recovered of a piece of work, at each of `AGES`."""
        usual = self._of_reason.get((kind, way, reason, payer))
        if usual is None:
            usual = estimate(kind, way)
            for key in _keys(reason, payer):
                group = self.groups.get(key)
                usual = usual if group is None else group.moves(usual)
            self._of_reason[kind, way, reason, payer] = usual
        times = self._of_part.get((kind, payer, practice, is_large))
        if times is None:
            times = tuple(self._times(kind, payer, practice, is_large, age) for age in AGES)
            self._of_part[kind, payer, practice, is_large] = times
        return [min(usual * one, 1.0) for one in times]

    def _times(self, kind: str, payer: str, practice: str, is_large: bool, age: int) -> float:
        """How many times what its reasons made one expect a payer's outcomes of these parts brought."""
        if not payer:
            return 1.0
        parts = zip(_parts(age, practice, is_large), _thoughts(kind, age), strict=False)
        groups = [(self.groups.get(("", payer, part)), before) for part, before in parts]
        return prod(before if group is None else group.times(before) for group, before in groups)


def _keys(reason: str, payer: str) -> list[Key]:
    """The groups of a reason that an outcome belongs to."""
    return [(reason, "", ""), (reason, payer, "")] if payer else [(reason, "", "")]


def age_at(days: int) -> int:
    """The place among `AGES` of work that has been open for so many days."""
    return max(bisect_right(AGES, days) - 1, 0)


def _age(days: int) -> int:
    return AGES[age_at(days)]


def _parts(age: int, practice: str, is_large: bool) -> tuple[str, ...]:
    """The parts of a payer's outcomes that one belongs to, in words."""
    after = next((one for one in AGES if one > age), None)
    open_for = f"open {age} days or longer" if after is None else f"open {age} to {after - 1} days"
    amount = f"of {dollars(LARGE)} or more" if is_large else f"below {dollars(LARGE)}"
    return (open_for, amount, f"of practice {practice}") if practice else (open_for, amount)


def _thoughts(kind: str, age: int) -> tuple[float, ...]:
    """How many times its reason's chance each of `_parts` is thought to bring, before there are outcomes."""
    return (ages()[age] if kind == DENIAL else 1.0, 1.0, 1.0)


def urgency(days_left: int | None, *, is_duty: bool = False) -> float:
    """How much more an hour is worth now than later. What is past its last day is hardly worth one, but for
    a duty to others."""
    if days_left is None:
        return 1.0
    table = DUTY_URGENCIES if is_duty else URGENCIES
    return next((factor for below, factor in table if days_left < below), 1.0)


UNKNOWN_CENTS: Final = 150_00
"""What a piece of work counts as whose amount nobody knows: a file that can't be read, say."""


def counted(share: float) -> float:
    """A chance as a priority counts it, in two digits: one more outcome of many changes no order."""
    return float(f"{share:.2g}")


def priority(cents: int, share: float, days_left: int | None, *, is_duty: bool = False) -> int:
    """What is likely to be recovered, times how soon it must be: in cents."""
    return round((cents or UNKNOWN_CENTS) * counted(share) * urgency(days_left, is_duty=is_duty))
