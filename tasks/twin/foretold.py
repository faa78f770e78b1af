"""What a payer would do to some claims: dollars and denials by reason with their intervals, claim by claim.

The variance of a forecast has three parts: chance, line by line; what is not known of the rates; and what the
payer's days differ among themselves, which is learned from how far past days were from what was foretold.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import sqrt
from statistics import NormalDist
from typing import Final

from tasks.twin.answered import PAID, Claim, Line, Service
from tasks.twin.count_interval import COVERED, interval
from tasks.twin.payer_model import DENIAL, REJECTION, PayerModel
from tasks.twin.pooled_rates import OTHER

DOLLARS: Final = ("dollars", "")
Reason = tuple[str, str]
"""Of a denial or a rejection, and which one."""
Noise = Mapping[Reason, float]
"""How far days are apart: the variance of a day's factor, by reason, and of the dollars lost."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What is foretold, and its 80 % interval: cents, lines denied or claims rejected."""

    mean: float
    low: int
    high: int

    def holds(self, seen: int) -> bool:
        """Whether what came of it lies in the interval."""
        return self.low <= seen <= self.high


@dataclass(frozen=True, slots=True)
class OfClaim:
    """One claim: what is expected to be paid of it, what to be lost, and to which reason most likely."""

    number: str
    charge_cents: int
    expected_cents: int
    lost_cents: int
    reason: str
    likely: float


@dataclass(frozen=True, slots=True)
class Foretold:
    """What a payer would do. `patient_cents` is what it would leave to patients of what it pays for;
    `by_reason` are lines denied and claims rejected."""

    claims: int
    lines: int
    charge_cents: int
    paid_cents: Expected
    patient_cents: int
    by_reason: Mapping[Reason, Expected]
    of_claims: tuple[OfClaim, ...]


@dataclass(slots=True)
class _Day:
    """Mean and variance of a day's counts by reason and of its dollars, and what it is expected to lose."""

    counts: dict[Reason, list[float]] = field(default_factory=lambda: defaultdict(lambda: [0.0, 0.0]))
    paid: float = 0.0
    variance: float = 0.0
    lost: float = 0.0


@dataclass(slots=True)
class _Loads:
    """What the variance of rates and shares is asked with."""

    lines: dict[Service, float] = field(default_factory=lambda: defaultdict(float))
    leads: dict[Service, float] = field(default_factory=lambda: defaultdict(float))
    paid_lines: dict[Service, float] = field(default_factory=lambda: defaultdict(float))
    paid_leads: dict[Service, float] = field(default_factory=lambda: defaultdict(float))
    shares: dict[Service, float] = field(default_factory=lambda: defaultdict(float))


def day_noise(model: PayerModel, claims: Iterable[Claim]) -> Noise:
    """How far the days of answered claims were apart, beyond chance; of those before a change, nothing."""
    since = [claim for claim in claims if claim.answered and not _before_change(model, claim)]
    days, _ = _moments(model, since)
    seen = _seen_by_day(since)
    sums: dict[Reason, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for day, of in days.items():
        found = seen.get(day, {})
        for reason, (mean, variance) in of.counts.items():
            sums[reason][0] += (found.get(reason, 0) - mean) ** 2 - variance
            sums[reason][1] += mean * mean
        sums[DOLLARS][0] += (found.get(DOLLARS, 0) - of.paid) ** 2 - of.variance
        sums[DOLLARS][1] += of.lost * of.lost
    return {reason: max(apart / square, 0.0) if square else 0.0 for reason, (apart, square) in sums.items()}


def _before_change(model: PayerModel, claim: Claim) -> bool:
    return any(
        claim.sent_on < change.from_on and any(change.concerns(line.service) for line in claim.lines)
        for change in model.changes
    )


def counted(claims: Iterable[Claim]) -> dict[Reason, int]:
    """What payers did: lines denied and claims rejected by reason, and the cents paid."""
    whole: dict[Reason, int] = defaultdict(int)
    for of in _seen_by_day(claims).values():
        for reason, number in of.items():
            whole[reason] += number
    return dict(whole)


def _seen_by_day(claims: Iterable[Claim]) -> dict[date, dict[Reason, int]]:
    found: dict[date, dict[Reason, int]] = defaultdict(lambda: defaultdict(int))
    for claim in claims:
        if not claim.answered:
            continue
        day = found[claim.sent_on]
        if claim.rejected:
            day[REJECTION, claim.rejected] += 1
            continue
        for line in claim.lines:
            day[DOLLARS] += line.paid_cents
            if line.outcome != PAID:
                day[DENIAL, line.outcome] += 1
    return found


def foretell(model: PayerModel, noise: Noise, claims: Sequence[Claim]) -> Foretold:
    """What the payer would do to claims, as a whole and one by one."""
    days, loads = _moments(model, claims)
    reasons = sorted({reason for day in days.values() for reason in day.counts})
    by_reason: dict[Reason, Expected] = {}
    for reason in reasons:
        of = [day.counts[reason] for day in days.values()]
        rates, asked = (
            (model.denials, loads.lines) if reason[0] == DENIAL else (model.rejections, loads.leads)
        )
        mean = sum(one[0] for one in of)
        variance = sum(one[1] for one in of) + rates.variance(asked, reason[1])
        variance += noise.get(reason, 0.0) * sum(one[0] ** 2 for one in of)
        by_reason[reason] = Expected(mean, *interval(mean, variance))
    return Foretold(
        claims=len(claims),
        lines=sum(len(claim.lines) for claim in claims),
        charge_cents=sum(claim.charge_cents for claim in claims),
        paid_cents=_dollars(model, noise, days, loads),
        patient_cents=round(sum(cents * model.patient_shares.of(of) for of, cents in loads.shares.items())),
        by_reason=by_reason,
        of_claims=tuple(of_claim(model, claim) for claim in claims),
    )


def _dollars(model: PayerModel, noise: Noise, days: Mapping[date, _Day], loads: _Loads) -> Expected:
    mean = sum(day.paid for day in days.values())
    variance = sum(day.variance for day in days.values())
    variance += model.denials.variance(loads.paid_lines, PAID)
    variance += model.rejections.variance(loads.paid_leads, PAID)
    variance += model.shares.variance(loads.shares)
    variance += noise.get(DOLLARS, 0.0) * sum(day.lost**2 for day in days.values())
    reach = NormalDist().inv_cdf(0.5 + COVERED / 2) * sqrt(variance)
    return Expected(mean, max(round(mean - reach), 0), round(mean + reach))


def _moments(model: PayerModel, claims: Iterable[Claim]) -> tuple[dict[date, _Day], _Loads]:
    days: dict[date, _Day] = defaultdict(_Day)
    loads = _Loads()
    for claim in claims:
        day = days[claim.sent_on]
        lead = claim.lead
        rejected = model.rejections.of(lead)
        taken = rejected[PAID]
        loads.leads[lead] += 1
        for reason, rate in _named(rejected):
            _add(day.counts[REJECTION, reason], rate)
        mean = variance = full = 0.0
        for line in claim.lines:
            paid, of_it, most = _line(model, line, day, loads, taken)
            mean, variance, full = mean + paid, variance + of_it, full + most
        loads.paid_leads[lead] += mean
        day.paid += taken * mean
        day.variance += taken * (variance + mean * mean) - (taken * mean) ** 2
        day.lost += full - taken * mean
    return dict(days), loads


def _named(rates: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """The reasons that have a name, and how often each is given."""
    return ((reason, rate) for reason, rate in rates.items() if reason not in (PAID, OTHER))


def _add(into: list[float], rate: float) -> None:
    into[0] += rate
    into[1] += rate * (1 - rate)


def _line(
    model: PayerModel, line: Line, day: _Day, loads: _Loads, taken: float
) -> tuple[float, float, float]:
    """Mean and variance of what a line of a claim that is taken gets, and what it gets if it is paid."""
    rates = model.denials.of(line.service)
    loads.lines[line.service] += taken
    for reason, rate in _named(rates):
        _add(day.counts[DENIAL, reason], taken * rate)
    full = line.charge_cents * model.shares.of(line.service)
    paid = rates[PAID]
    loads.paid_lines[line.service] += taken * full
    loads.shares[line.service] += taken * paid * line.charge_cents
    scatter = line.charge_cents**2 * model.shares.within
    return paid * full, paid * (1 - paid) * full * full + paid * scatter, full


def of_claim(model: PayerModel, claim: Claim) -> OfClaim:
    """What the payer would do to one claim."""
    rejected = model.rejections.of(claim.lead)
    taken = rejected[PAID]
    likely = dict(_named(rejected))
    expected = full = 0.0
    for line in claim.lines:
        rates = model.denials.of(line.service)
        cents = line.charge_cents * model.shares.of(line.service)
        full += cents
        expected += taken * rates[PAID] * cents
        for reason, rate in _named(rates):
            likely[reason] = max(likely.get(reason, 0.0), taken * rate)
    reason = max(likely, key=lambda one: likely[one], default="")
    return OfClaim(
        number=claim.number,
        charge_cents=claim.charge_cents,
        expected_cents=round(expected),
        lost_cents=round(full - expected),
        reason=reason,
        likely=likely.get(reason, 0.0),
    )
