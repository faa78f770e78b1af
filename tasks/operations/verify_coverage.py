"""A person asks a payer about the coverage of an encounter (270), and sees what it said (271)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import edi
from edi.records.eligibility import Benefit
from ledger.agreed import coverages
from ledger.agreed.coverages import Answer
from ledger.books.acts import named
from ledger.encounters import encounters
from ledger.errors import DocumentPurged, KeyMissing
from ledger.sending import inquiries
from ledger.sending.inquiries import Inquiry, Wanted
from tasks.answers import received
from tasks.claims.encounter_claims import EncounterClaim
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.inquiries.coverage import FIRST, claims_of, later_of, wanted, whose
from tasks.operations.money_acts import By, signed


@dataclass(frozen=True, slots=True)
class Asked:
    """What it came to, in words; `inquiry` is its id, 0 in a dry run that would make one."""

    dry_run: bool
    what: str
    inquiry: int


@dataclass(frozen=True, slots=True)
class Share:
    """What a 271 says that the patient pays: what it is, of which period, cents or a share of the charge."""

    kind: str
    service_types: str
    period: str
    cents: int | None
    percent: str
    in_network: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is known of a coverage of an encounter. `shares` are of the answer, as the payer wrote them;
    `later` are its other payers' that can be asked, in their order."""

    encounter_id: int
    payer: str
    service_on: str
    inquiries: tuple[Inquiry, ...]
    answer: Answer | None
    shares: tuple[Share, ...]
    later: "tuple[Coverage, ...]" = ()


_SHARES = {"A": "coinsurance", "B": "co-payment", "C": "deductible", "G": "out of pocket", "Y": "spend-down"}
"""EB01 of 005010X279A1 that are the patient's part."""


def verify(home: Home, as_of: date, by: By, number: str, *, dry_run: bool) -> Asked:
    """Wants every payer of an encounter that can be asked about its coverage asked by the next run; twice on
    one day it is one inquiry.

    Raises StepError COV-01: no such encounter, or several; COV-02: no payer of it can be asked, or the
    encounter lacks what a payer knows a member by.
    """
    one = _one(home, number)
    who, why = named(signed(home, by, preview=dry_run))
    each = {FIRST: one, **later_of(home, one)}
    found = [(each[order], wanted(home, each[order], as_of, why, who, order)) for order in sorted(each)]
    needs = [(asked, need) for asked, need in found if need is not None]
    if not needs:
        raise StepError(
            "COV-02",
            "its coverage can't be asked about: the payer's file needs `inquiries` with 270, the encounter "
            "a member id, a name and a day of service",
        )
    new: list[Wanted] = []
    before: list[Inquiry] = []
    for asked_of, need in needs:
        asked = [i for i in _asked(home, asked_of) if i.key.startswith(need.key)]
        if asked and asked[-1].state != "refused":
            before.append(asked[-1])
        else:  # after a refused one what was wrong with its file is put right
            new.append(replace(need, key=f"{need.key} after {asked[-1].id}") if asked else need)
    if not new:
        states = ", ".join(sorted({one.state for one in before}))
        return Asked(dry_run, f"it is asked about today already ({states})", before[0].id)
    what = f"a 270 to {' and '.join(need.payer for need in new)} goes with the next run"
    if dry_run:
        return Asked(True, what, 0)
    with home.ledger.write() as connection:
        made = inquiries.want(connection, as_of.isoformat(), new)
    return Asked(False, what, made[0])


def show(home: Home, number: str) -> Coverage:
    """What was asked and said of the coverage of an encounter. Raises StepError COV-01."""
    one = _one(home, number)
    later = later_of(home, one)
    return replace(_known(home, one), later=tuple(_known(home, later[order]) for order in sorted(later)))


def _known(home: Home, one: EncounterClaim) -> Coverage:
    """What is known of the coverage that a claim is billed to."""
    named_ = whose(one)
    answer = coverages.newest(home.ledger, [named_]).get(named_)
    service = next((line.service_from for line in one.claim.lines if line.service_from), None)
    return Coverage(
        encounter_id=one.id,
        payer=one.payer.key if one.payer is not None else "",
        service_on=service.isoformat() if service else "",
        inquiries=tuple(i for i in _asked(home, one) if one.payer is not None and i.payer == one.payer.key),
        answer=answer,
        shares=tuple(_shares(home, answer)) if answer is not None else (),
    )


def _one(home: Home, number: str) -> EncounterClaim:
    ids = encounters.numbered(home.ledger, number.strip())
    found = claims_of(home, ids)
    if len(found) != 1:
        raise StepError(
            "COV-01",
            f"{len(found)} encounters have this number" + ("; give ours, as holds show it" if found else ""),
        )
    return found[0]


def _asked(home: Home, one: EncounterClaim) -> list[Inquiry]:
    """The inquiries about the coverage of an encounter, its own and those of other encounters of the same."""
    return coverages.asked_about(home.ledger, one.id, whose(one))


def _shares(home: Home, answer: Answer) -> list[Share]:
    """What the patient pays, from the document; nothing where it was purged."""
    try:
        _, data = received.get(home.ledger, answer.response_id)
    except (DocumentPurged, KeyMissing):
        return []
    trace = coverages.trace_of(home.ledger, answer)
    benefits: Sequence[Benefit] = next(
        (record.benefits for record in edi.read_eligibility(data) if trace in record.traces), ()
    )
    return [
        Share(_SHARES[b.information], " ".join(b.service_types), b.period, b.amount, b.percent, b.in_network)
        for b in benefits
        if b.information in _SHARES
    ]
