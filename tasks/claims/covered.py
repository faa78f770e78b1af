"""What a payer said of coverage in the words of the edits, and whether an encounter waits for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import coding
from coding.days import first_day
from config.partners import Partners, Payer
from edi.records import Claim
from ledger.adjudication.coverage_answer import ACTIVE, UNAVAILABLE, digest
from ledger.agreed import coverages
from ledger.agreed.coverages import Answer
from ledger.encounters import encounters
from ledger.sending.batches import Ready
from ledger.storage.database import Ledger
from tasks.claims.encounter_claims import EncounterClaim

WAITING, SILENT = "waiting", "silent"


@dataclass(frozen=True, slots=True)
class Verification:
    """How the coverage of an encounter's claim is verified. `whose` names it, "" it can't be asked about."""

    whose: str
    answer: Answer | None
    waits: bool
    wanted: bool


def verifications(ledger: Ledger, found: Sequence[EncounterClaim], as_of: date) -> dict[int, Verification]:
    """By encounter, of those whose payer answers 270s; in a few queries, in none where no payer does."""
    asked = {one.id: one.payer for one in found if one.payer is not None and one.payer.takes("270")}
    if not asked:
        return {}
    named = {
        one.id: coverages.whose(one.claim, one.payer.key, first_day(one.claim))
        for one in found
        if one.payer is not None and one.id in asked
    }
    answers = coverages.newest(ledger, list(named.values()))
    taken_on = encounters.taken_on(ledger, list(named))
    return {
        number: _verification(asked[number], whose, answers.get(whose), taken_on.get(number), as_of)
        for number, whose in named.items()
    }


def said_of(
    ledger: Ledger, partners: Partners, judged: Sequence[Ready], claims: Mapping[int, Claim]
) -> dict[int, Verification]:
    """What payers said of the coverages that claims to later payers are billed to, by submission."""
    named = {
        ready.submission_id: coverages.whose(claim, ready.payer, first_day(claim))
        for ready in judged
        if partners.payers[ready.payer].takes("270")
        for claim in [claims[ready.submission_id]]
    }
    answers = coverages.newest(ledger, list(named.values())) if named else {}
    return {number: Verification(whose, answers.get(whose), False, False) for number, whose in named.items()}


def _verification(
    payer: Payer, whose: str, answer: Answer | None, taken_on: date | None, as_of: date
) -> Verification:
    wanted = payer.verify_coverage and bool(whose)
    open_ = answer is None or answer.state == UNAVAILABLE
    # one that could not answer is asked once more the day after
    days = payer.verify_days + (answer is not None)
    waits = wanted and open_ and taken_on is not None and as_of < taken_on + timedelta(days=days)
    return Verification(whose, answer, waits, wanted)


def covered(
    registered: coding.CoverageFacts | None, member_id: str, verification: Verification | None
) -> coding.CoverageFacts | None:
    """The coverage as it is registered, with what the payer said of it."""
    if registered is None or verification is None:
        return registered
    answer = verification.answer
    if verification.waits:
        return replace(registered, verified=WAITING)
    if answer is None:
        return replace(registered, verified=SILENT if verification.wanted else "")
    said = replace(
        registered,
        verified=answer.state,
        verified_on=date.fromisoformat(answer.business_on),
        reasons=answer.reasons,
        other_member=bool(answer.member) and answer.member != digest(member_id),
        in_network=None if not answer.in_network else answer.in_network == "Y",
        benefits=tuple(
            coding.Benefit(name=procedure, procedures=frozenset({procedure}), allowed=allowed, used=used)
            for procedure, allowed, used in answer.limits
        ),
        periods=tuple(
            coding.Period(kind=kind, start=date.fromisoformat(first), end=_day(last))
            for kind, first, last in answer.periods
        ),
    )
    if answer.state == ACTIVE:
        return replace(said, active_from=_day(answer.active_from_on), active_to=_day(answer.active_to_on))
    return said


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
