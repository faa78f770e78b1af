"""The 270: a person's coverage on the day of service, asked of each payer that may be billed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import edi
from coding.days import first_day
from edi.records import EligibilityInquiry, Envelope
from ledger.agreed import coverages
from ledger.encounters import encounters
from ledger.sending import claims
from ledger.sending.inquiries import Inquiry, Wanted
from tasks.claims.claim_from_encounter import claim_from_encounter
from tasks.claims.encounter_claims import EncounterClaim
from tasks.home.home import Home
from tasks.inquiries.asking import clearinghouse_for
from tasks.inquiries.writing import Made

FIRST = "P"


class CoverageWriter:
    """Eligibility inquiries, 005010X279A1."""

    def make(self, home: Home, as_of: date, asked: Sequence[Inquiry]) -> Made:
        """What these ask: each encounter as it is documented now. One that names another person, payer or day
        meanwhile is asked no more under this need."""
        ids = sorted({one.encounter_id for one in asked if one.encounter_id is not None})
        found = {one.id: one for one in claims_of(home, ids)}
        made = Made()
        for question in asked:
            one = found.get(question.encounter_id or 0)
            if one is not None and question.payer_order not in ("", FIRST):
                one = later_of(home, one).get(question.payer_order)
            if one is None or one.payer is None or whose(one) != question.key.split()[1]:
                made.dropped[question.id] = "the encounter is not there any more, or names another coverage"
            else:
                made.records[question.id] = inquiry_of(one)
        return made

    def write(self, asked: Sequence[tuple[str, EligibilityInquiry]], head: Envelope) -> bytes:
        """One interchange."""
        return edi.write_eligibility_inquiries(
            [replace(record, trace=trace) for trace, record in asked], head
        )


def claims_of(home: Home, ids: Sequence[int]) -> list[EncounterClaim]:
    """These encounters as claims to their first payers; one that was purged or replaced is left out."""
    rows = encounters.named(home.ledger, ids)
    return list(home.claims.of(rows, claims.numbers(home.ledger, [row.id for row in rows])))


def later_of(home: Home, one: EncounterClaim) -> dict[str, EncounterClaim]:
    """The encounter as a claim to each later payer that can be asked about its coverage, by order."""
    found: dict[str, EncounterClaim] = {}
    for coverage in one.encounter.coverages:
        payer = home.partners.payer(coverage.payer) if coverage.order != FIRST else None
        if payer is None or coverage.order in found or not payer.takes("270"):
            continue
        made = claim_from_encounter(
            one.encounter,
            one.practice,
            payer,
            one.claim.patient_control_number,
            home.claims.parties,
            home.partners.payer,
            coverage.order,
        )
        found[coverage.order] = replace(one, payer=payer, claim=made.claim)
    return found


def whose(one: EncounterClaim) -> str:
    """The coverage that a claim is billed to; "" it can't be asked about."""
    return coverages.whose(one.claim, one.payer.key, first_day(one.claim)) if one.payer is not None else ""


def wanted(
    home: Home, one: EncounterClaim, as_of: date, why: str, actor: str = "", order: str = FIRST
) -> Wanted | None:
    """The need to ask about the coverage of an encounter today; None: it can't be asked about. `order`: the
    payer's that `one` is a claim to."""
    clearinghouse = clearinghouse_for(home, one.payer.key, "270") if one.payer is not None else None
    named = whose(one)
    if clearinghouse is None or one.payer is None or not named:
        return None
    return Wanted(
        key=coverages.key_of(named, as_of),
        kind="270",
        clearinghouse=clearinghouse.key,
        payer=one.payer.key,
        practice=one.practice.key,
        why=why,
        actor=actor,
        encounter_id=one.id,
        payer_order=order,
    )


def inquiry_of(one: EncounterClaim) -> EligibilityInquiry:
    """What is asked of an encounter; `trace` comes with its file."""
    claim = one.claim
    return EligibilityInquiry(
        trace="",
        payer=claim.payer,
        provider=claim.billing,
        subscriber=claim.subscriber,
        patient=claim.patient,
        service_from=first_day(claim),
    )
