"""What a sample says of its frame: the share of lines in error with its interval, and amounts counted back.

The lines of a sample stand for the frame by the chance that each had: a stratum of 900 of which 30 were
drawn counts thirtyfold (Horvitz and Thompson, 1952; as a ratio: Hajek, 1971). The variance is that of a
stratified ratio with the finite population correction (Cochran, Sampling Techniques, 3rd ed., 5.9 and 6.11):
where whole claims were drawn it is taken between claims, so that lines of one claim that err together count
for less. The interval is Wilson's (1927) for the effective sample size: so many lines as a simple random
sample would need for that variance (Korn and Graubard, 1998; Dean and Pagano, 2015).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from tasks.reports.proportion import deviate_of, wilson

#: With how many drawn units the variance within all strata weighs in that of one: few units of a stratum
#: say little about its own, and none of them in error would say that it has none.
_SHARED: Final = 4


@dataclass(frozen=True, slots=True)
class Judged:
    """A unit of the sample that was judged, a line or a claim: how many lines of it were, and what they came
    to: lines in error, or cents."""

    lines: int
    total: int


@dataclass(frozen=True, slots=True)
class Stratum:
    """A part of the frame within which every unit had the same chance: how many units it has, those that
    were judged, and how many lines it has (0: not said)."""

    units: int
    judged: tuple[Judged, ...]
    lines: int = 0

    @property
    def counts(self) -> float:
        """For how many units of the frame one that was judged stands."""
        return self.units / len(self.judged)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share between 0 and 1 with its interval. `effective`: the lines of a simple random sample from an
    endless frame that would say as much; None where the whole frame was judged."""

    share: float
    low: float
    high: float
    lines: int
    errors: int
    effective: float | None


@dataclass(frozen=True, slots=True)
class Amount:
    """Cents of the frame as the sample counts them back, with their interval."""

    cents: int
    low: int
    high: int


def rate(strata: Sequence[Stratum], confidence: float = 0.95) -> Rate:
    """The share of lines in error. A stratum of which nothing was judged is left out: the caller says so.
    0 to 1 where nothing was judged."""
    strata = [one for one in strata if one.judged]
    lines = sum(u.lines for s in strata for u in s.judged)
    errors = sum(u.total for s in strata for u in s.judged)
    if not lines:
        return Rate(0.0, 0.0, 1.0, 0, 0, 0.0)
    counted = sum(s.counts * u.lines for s in strata for u in s.judged)
    share = sum(s.counts * u.total for s in strata for u in s.judged) / counted
    share = min(max(share, 0.0), 1.0)
    if all(len(s.judged) == s.units for s in strata):
        return Rate(share, share, share, lines, errors, None)
    variance = _variance(strata, share) / counted**2
    if variance > 0 and 0 < share < 1:
        effective = share * (1 - share) / variance / _between_claims(strata, confidence)
    else:  # none or all in error: what units vary in can't be seen, so each counts as one
        effective = _alike(strata)
    low, high = wilson(share, effective, deviate_of(confidence))
    if whole := sum(s.lines for s in strata):
        low, high = _possible(low, high, lines, errors, whole)
    return Rate(share, low, high, lines, errors, effective)


def _possible(low: float, high: float, lines: int, errors: int, whole: int) -> tuple[float, float]:
    """An interval within what is possible: what was judged is known, and of the rest of a frame that is
    nearly judged one line more may be in error, or right."""
    least, most = errors / whole, 1 - (lines - errors) / whole
    high, low = max(high, (errors + 1) / whole), min(low, 1 - (lines - errors + 1) / whole)
    return max(low, least), min(high, most)


def amount(strata: Sequence[Stratum], confidence: float = 0.95) -> Amount:
    """The cents that the frame comes to, by the cents of what was judged, none of them below zero.

    Most lines have none and a few have many, so that the interval is a score interval of a variance that
    grows with the amount, as Wilson's of a share does: it reaches further up than down, and never below zero.
    """
    strata = [one for one in strata if one.judged]
    counted = sum(s.counts * u.lines for s in strata for u in s.judged)
    if not counted:
        return Amount(0, 0, 0)
    cents = sum(s.counts * u.total for s in strata for u in s.judged)
    if cents <= 0:
        return Amount(0, 0, 0)
    square = deviate_of(confidence) ** 2
    variance = _variance(strata, 0.0)
    aside = square * variance / (2 * cents)
    reach = sqrt(square * variance + aside**2)
    return Amount(round(cents), max(round(cents + aside - reach), 0), round(cents + aside + reach))


def _variance(strata: Sequence[Stratum], share: float) -> float:
    """Of the total that is counted back: of what units have beyond `share` of their lines."""
    within = [_within(s.judged, share) for s in strata]
    degrees = sum(max(len(s.judged) - 1, 0) for s in strata)
    shared = sum(w * max(len(s.judged) - 1, 0) for w, s in zip(within, strata, strict=True)) / max(degrees, 1)
    found = 0.0
    for own, one in zip(within, strata, strict=True):
        n = len(one.judged)
        if len(strata) > 1:
            own = ((n - 1) * own + _SHARED * shared) / (n - 1 + _SHARED)
        found += one.units**2 * (1 - n / one.units) * own / n
    return found


def _within(judged: Sequence[Judged], share: float) -> float:
    """The variance of units of a stratum; 0 of one alone."""
    if len(judged) < 2:
        return 0.0
    beyond = [one.total - share * one.lines for one in judged]
    middle = sum(beyond) / len(beyond)
    return sum((b - middle) ** 2 for b in beyond) / (len(beyond) - 1)


def _between_claims(strata: Sequence[Stratum], confidence: float) -> float:
    """How much more room a variance between few claims needs: Student's t over the normal deviate, squared,
    by its first term (Korn and Graubard, 1998). 1 for lines, whose variance follows from their share."""
    if all(u.lines <= 1 for s in strata for u in s.judged):
        return 1.0
    degrees = max(sum(len(s.judged) - 1 for s in strata), 1)
    return (1 + (deviate_of(confidence) ** 2 + 1) / (4 * degrees)) ** 2


def _alike(strata: Sequence[Stratum]) -> float:
    """The effective size where units of all strata vary alike (Kish, Survey Sampling, 11.7)."""
    units = sum(s.units for s in strata)
    return 1 / sum((s.units / units) ** 2 * (1 - len(s.judged) / s.units) / len(s.judged) for s in strata)
