"""What comes of claims that hang on an earlier answer: claims to later payers, and replacements.

What such a payer decides hangs on what was decided before, so no rate of a code tells it. What is still owed
when the claim goes does tell: the payer brings a share of it. That share is learned from the claims of its
kind that the payer has answered, and so is how far claims, and days, are apart.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from statistics import NormalDist
from typing import Final

from tasks.twin.count_interval import COVERED
from tasks.twin.foretold import Expected
from tasks.twin.payer_model import LONGEST, WHOLE

LEAST_ANSWERS: Final = 30
"""Fewer answered claims with something owed promise nothing."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A claim of such a kind: the day it was sent, and the cents that its payer still owed then.
    `brought_cents` is what its answer brought, less what the same answer took back; None: not answered."""

    sent_on: date
    owed_cents: int
    brought_cents: int | None = None


@dataclass(frozen=True, slots=True)
class ShareOfOwed:
    """The share of what is owed that comes, of `claims`. Variances, each for a cent owed squared: `claim` of
    one claim, `day` of all claims of a day together, `learned` of the share itself."""

    claims: int
    share: float
    claim: float
    day: float
    learned: float

    @property
    def enough(self) -> bool:
        """Whether there are answers enough to foretell anything."""
        return self.claims >= LEAST_ANSWERS


def learn_share(known: Iterable[Owed], as_of: date) -> ShareOfOwed:
    """Learn from the days that are answered nearly whole: what is answered first may bring more."""
    days = {
        day: [one for one in of if one.owed_cents > 0 and one.brought_cents is not None]
        for day, of in _by_day(known).items()
        if (as_of - day).days > LONGEST or _answered(of) >= WHOLE * len(of)
    }
    past = [one for of in days.values() for one in of]
    owed = sum(one.owed_cents for one in past)
    if not owed:
        return ShareOfOwed(0, 0.0, 0.0, 0.0, 0.0)
    share = sum(one.brought_cents or 0 for one in past) / owed
    squares = sum(one.owed_cents**2 for one in past)
    scatter = sum(_beside(one, share) ** 2 for one in past)
    claim = scatter / squares
    day, of_days = _apart(days, share, claim)
    return ShareOfOwed(len(past), share, claim, day, (scatter + day * of_days) / owed**2)


def expected_of(learned: ShareOfOwed, claims: Sequence[Owed]) -> Expected:
    """What is expected to come of claims, in cents, with its 80 % interval. A replacement may take back more
    than it brings."""
    days = [sum(one.owed_cents for one in of) for of in _by_day(claims).values()]
    owed = sum(days)
    variance = learned.claim * sum(one.owed_cents**2 for one in claims)
    variance += learned.day * sum(cents**2 for cents in days) + learned.learned * owed**2
    reach = NormalDist().inv_cdf(0.5 + COVERED / 2) * sqrt(variance)
    mean = learned.share * owed
    return Expected(mean, round(mean - reach), round(mean + reach))


def _by_day(claims: Iterable[Owed]) -> dict[date, list[Owed]]:
    found: dict[date, list[Owed]] = defaultdict(list)
    for one in claims:
        found[one.sent_on].append(one)
    return dict(found)


def _answered(claims: Iterable[Owed]) -> int:
    return sum(one.brought_cents is not None for one in claims)


def _beside(one: Owed, share: float) -> float:
    """How far what came is from the share of what was owed."""
    return (one.brought_cents or 0) - share * one.owed_cents


def _apart(days: Mapping[date, Sequence[Owed]], share: float, claim: float) -> tuple[float, float]:
    """How far days are apart beyond what claims are, and the squares of what days were owed."""
    beyond = of_days = 0.0
    for of in days.values():
        beyond += sum(_beside(one, share) for one in of) ** 2 - claim * sum(one.owed_cents**2 for one in of)
        of_days += sum(one.owed_cents for one in of) ** 2
    return max(beyond / of_days, 0.0), of_days
