"""What is learned of one payer: which claims it takes, what it denies and why, what it pays, and how late."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from tasks.twin.answered import PAID, Claim, Service, by_day
from tasks.twin.changes import Change, Seen, strongest
from tasks.twin.pooled_rates import PooledRates, pooled
from tasks.twin.pooled_shares import PooledShares, pooled_shares
from tasks.twin.share_changes import Paid, share_changes

HALF_LIFE: Final = 365
"""Days after which an answer counts half."""
MOST_CHANGES: Final = 4
LEAST_CLAIMS: Final = 100
"""Fewer answers promise nothing."""
WHOLE: Final = 0.9
"""A day's claims are learned from when so many of them are answered: what is answered first may be other than
what is answered last."""
LONGEST: Final = 60
"""Days after which a claim that has no answer is not waited for."""
DENIAL, REJECTION = "denial", "rejection"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerModel:
    """What was learned up to `as_of`. `shares` are the payer's of a paid line's charge, `patient_shares` what
    it leaves to the patient. `delays` are the days to remittances with their weights, in order."""

    as_of: date
    rejections: PooledRates
    denials: PooledRates
    shares: PooledShares
    patient_shares: PooledShares
    delays: tuple[tuple[int, float], ...]
    changes: tuple[Change, ...]
    claims: int
    lines: int
    left_out: int
    first_on: date | None
    last_on: date | None

    @property
    def enough(self) -> bool:
        """Whether there are answers enough to foretell anything."""
        return self.claims >= LEAST_CLAIMS

    def delay(self, share: float) -> int:
        """The days within which that share of the answers came."""
        whole = sum(weight for _, weight in self.delays)
        gone = 0.0
        for days, weight in self.delays:
            gone += weight
            if gone >= share * whole:
                return days
        return 0


def as_known(claims: Iterable[Claim], as_of: date) -> list[Claim]:
    """The claims sent before a day, with the answers that had come by then."""
    return [
        claim
        if claim.days is not None and claim.sent_on + timedelta(days=claim.days) <= as_of
        else replace(
            claim,
            days=None,
            rejected="",
            lines=tuple(line._replace(outcome="", paid_cents=0, patient_cents=0) for line in claim.lines),
        )
        for claim in claims
        if claim.sent_on < as_of
    ]


def learn(claims: Iterable[Claim], as_of: date) -> PayerModel:
    """Learn from what was known on a day."""
    known = as_known(claims, as_of)
    answered = _whole_days(known, as_of)
    changes: list[Change] = []
    while True:
        since = _since(answered, changes)
        denials, rejections = _rates(since, as_of)
        change = _change(since, denials, rejections) if len(changes) < MOST_CHANGES else None
        if change is None:
            break
        changes.append(change)
    lines = [
        (claim.sent_on, line)
        for claim in answered
        for line in claim.lines
        if line.outcome == PAID and line.charge_cents > 0
    ]
    of_shares = share_changes(
        [Paid(day, line.service, line.paid_cents / line.charge_cents) for day, line in lines]
    )
    later = [(day, line) for day, line in lines if not _gone(of_shares, day, line.service)]
    changes += of_shares
    days = [claim.sent_on for claim in answered]
    return PayerModel(
        as_of=as_of,
        rejections=rejections,
        denials=denials,
        shares=pooled_shares(
            (line.service, line.paid_cents / line.charge_cents, _weight(day, as_of)) for day, line in later
        ),
        patient_shares=pooled_shares(
            (line.service, line.patient_cents / line.charge_cents, _weight(day, as_of)) for day, line in later
        ),
        delays=_delays(known, as_of),
        changes=_told(changes),
        claims=len(answered),
        lines=sum(len(claim.lines) for claim in answered if not claim.rejected),
        left_out=len(known) - len(answered),
        first_on=min(days, default=None),
        last_on=max(days, default=None),
    )


def _whole_days(known: Sequence[Claim], as_of: date) -> list[Claim]:
    """The answered claims of the days that are answered nearly whole."""
    return [
        claim
        for day, of in by_day(known).items()
        if (as_of - day).days > LONGEST or sum(one.answered for one in of) >= WHOLE * len(of)
        for claim in of
        if claim.answered
    ]


Split = tuple[list[Seen], list[Seen]]
"""The lines that were decided, and the claims that were taken or rejected."""


def _since(answered: Iterable[Claim], changes: Sequence[Change]) -> Split:
    """What was seen, without what a payer has changed since."""
    lines: list[Seen] = []
    leads: list[Seen] = []
    of_lines = [one for one in changes if one.stage == DENIAL]
    of_leads = [one for one in changes if one.stage == REJECTION]
    for claim in answered:
        day, lead = claim.sent_on, claim.lead
        if not _gone(of_leads, day, lead):
            leads.append(Seen(day, lead, claim.rejected or PAID))
        if not claim.rejected:
            lines += (
                Seen(day, line.service, line.outcome)
                for line in claim.lines
                if not (of_lines and _gone(of_lines, day, line.service))
            )
    return lines, leads


def _gone(changes: Iterable[Change], day: date, service: Service) -> bool:
    return any(day < one.from_on and one.concerns(service) for one in changes)


def _rates(later: Split, as_of: date) -> tuple[PooledRates, PooledRates]:
    denials, rejections = (
        pooled((service, outcome, _weight(day, as_of)) for day, service, outcome in of) for of in later
    )
    return denials, rejections


def _change(later: Split, denials: PooledRates, rejections: PooledRates) -> Change | None:
    """The clearest change there is, of denials before rejections."""
    found = strongest(later[0], denials)
    if found is not None:
        return found
    found = strongest(later[1], rejections)
    return replace(found, stage=REJECTION) if found is not None else None


def _told(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes by their day, without those that another one of the same reason and time includes."""

    def included(one: Change) -> bool:
        return any(
            other is not one
            and (other.stage, other.reason) == (one.stage, one.reason)
            and set(other.where) < set(one.where)
            and abs((other.from_on - one.from_on).days) <= 31
            for other in changes
        )

    return tuple(sorted((one for one in changes if not included(one)), key=lambda one: one.from_on))


def _weight(day: date, as_of: date) -> float:
    return float(0.5 ** ((as_of - day).days / HALF_LIFE))


def _delays(known: Iterable[Claim], as_of: date) -> tuple[tuple[int, float], ...]:
    """Of the claims that were paid or denied, how late; the last ones count most: delays have seasons."""
    found: dict[int, float] = {}
    for claim in known:
        if claim.days is not None and not claim.rejected:
            weight = 0.5 ** ((as_of - claim.sent_on).days / 45)
            found[claim.days] = found.get(claim.days, 0.0) + weight
    return tuple(sorted(found.items()))
