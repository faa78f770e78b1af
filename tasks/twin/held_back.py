"""The twin against a month that it did not see: what it foretold of it, and what the payer did."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import log
from typing import Final

from tasks.twin.answered import PAID, Claim, Service
from tasks.twin.foretold import DOLLARS, Foretold, Reason, counted, day_noise, foretell
from tasks.twin.payer_model import PayerModel, as_known, learn
from tasks.twin.pooled_rates import OTHER

MONTH, MONTHS = 30, 3
LEAST: Final = 1.0
"""Reasons of which less is expected in the month are not looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """A month that was foretold from what came before it. `score` is the mean logarithm of the probability
    that was given to what happened, line by line; `plain_score` that of the rates of the month before,
    code by code."""

    from_on: date
    until_on: date
    model: PayerModel
    claims: int
    foretold: Foretold
    seen: Mapping[Reason, int]
    score: float
    plain_score: float

    @property
    def dollars_hold(self) -> bool:
        """Whether the dollars lie in the interval."""
        return self.foretold.paid_cents.holds(self.seen.get(DOLLARS, 0))

    @property
    def reasons_hold(self) -> tuple[int, int]:
        """How many reasons lie in their interval, of how many."""
        looked = [r for r, one in self.foretold.by_reason.items() if one.mean >= LEAST]
        return sum(self.foretold.by_reason[r].holds(self.seen.get(r, 0)) for r in looked), len(looked)


def held_back(claims: Sequence[Claim], from_on: date, until_on: date) -> HeldBack | None:
    """Foretell the claims sent from a day until another (not included); None where either is too few."""
    model = learn(claims, from_on)
    month = [c for c in claims if from_on <= c.sent_on < until_on and c.answered]
    if not model.enough or not month:
        return None
    known = as_known(claims, from_on)
    plain = plain_rates(known, from_on)
    return HeldBack(
        from_on=from_on,
        until_on=until_on,
        model=model,
        claims=len(month),
        foretold=foretell(model, day_noise(model, known), month),
        seen=counted(month),
        score=score(month, model.rejections.of, model.denials.of),
        plain_score=score(month, *plain),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How the twin did on the last 30 days whose answers are known, which it did not see; of the two times 30
    days before them, how often the dollars held. The days end before `until_on`; cents."""

    from_on: date
    until_on: date
    claims: int
    foretold_cents: int
    low_cents: int
    high_cents: int
    seen_cents: int
    reasons_held: int
    reasons: int
    score: float
    plain_score: float
    months: int
    months_held: int


def calibrated(claims: Sequence[Claim], last_on: date | None) -> Calibration | None:
    """Hold back the 30 days up to `last_on`, and the two before them; None where too few came before."""
    if last_on is None:
        return None
    until = last_on + timedelta(days=1)
    starts = [until - timedelta(days=MONTH * number) for number in range(1, MONTHS + 1)]
    found = [held_back(claims, start, start + timedelta(days=MONTH)) for start in starts]
    last = found[0]
    if last is None:
        return None
    paid, (held, reasons) = last.foretold.paid_cents, last.reasons_hold
    months = [one for one in found if one is not None]
    return Calibration(
        from_on=last.from_on,
        until_on=last.until_on,
        claims=last.claims,
        foretold_cents=round(paid.mean),
        low_cents=paid.low,
        high_cents=paid.high,
        seen_cents=last.seen.get(DOLLARS, 0),
        reasons_held=held,
        reasons=reasons,
        score=last.score,
        plain_score=last.plain_score,
        months=len(months),
        months_held=sum(one.dollars_hold for one in months),
    )


Rates = Callable[[Service], Mapping[str, float]]


def score(month: Iterable[Claim], rejections: Rates, denials: Rates) -> float:
    """The mean logarithm of the probability of what happened to each claim and line."""
    whole, number = 0.0, 0
    for claim in month:
        whole += _of(rejections(claim.lead), claim.rejected or PAID)
        number += 1
        for line in claim.lines if not claim.rejected else ():
            whole += _of(denials(line.service), line.outcome)
            number += 1
    return whole / number if number else 0.0


def _of(rates: Mapping[str, float], outcome: str) -> float:
    return log(rates.get(outcome, rates[OTHER]))


def plain_rates(known: Iterable[Claim], as_of: date) -> tuple[Rates, Rates]:
    """The rates of the last 30 days of answers, by code; where a code had none, of all. Half a case of each
    outcome keeps what did not happen possible."""
    last = [c for c in known if c.answered and (as_of - c.sent_on).days <= 30]
    leads = [(claim.lead, claim.rejected or PAID) for claim in last]
    lines = [(line.service, line.outcome) for c in last if not c.rejected for line in c.lines]
    return _plain(leads), _plain(lines)


def _plain(seen: Iterable[tuple[Service, str]]) -> Rates:
    of_code: dict[str, Counter[str]] = defaultdict(Counter)
    for service, outcome in seen:
        of_code[service.procedure][outcome] += 1
        of_code[""][outcome] += 1
    names = {PAID, OTHER, *of_code[""]}
    made = {
        code: {name: (of[name] + 0.5) / (sum(of.values()) + len(names) / 2) for name in names}
        for code, of in of_code.items()
    }
    return lambda service: made.get(service.procedure, made[""])
