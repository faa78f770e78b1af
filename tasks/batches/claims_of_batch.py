"""The claims of a batch as they are written, and what holds those that may not go.

A claim is made from its encounter, for its payer, with what the payers before it decided. One on which its
making fails costs itself, not the batch.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from edi.records import Claim
from intake.encounter import Encounter
from ledger.adjudication.coordination import CONDITIONAL, EarlierPayment
from ledger.agreed import enrolments
from ledger.encounters import history, overrides
from ledger.encounters.encounters import FindingRow
from ledger.sending import later_payers
from ledger.sending.batches import Ready
from ledger.sending.billed import VOID
from tasks import chunks
from tasks.batches.sent_claim import as_it_went_out
from tasks.claims import later_findings
from tasks.claims.authorized import Authorized
from tasks.claims.claim_from_encounter import claim_from_encounter
from tasks.claims.conditional import conditional
from tasks.claims.covered import said_of
from tasks.claims.edit_context import Contexts
from tasks.claims.encounter_claims import patient_digest
from tasks.claims.findings import failed_on
from tasks.claims.later_payers import with_decisions
from tasks.errors import as_step_error
from tasks.home.home import Home

Earlier = Mapping[int, Sequence[EarlierPayment]]
ORIGINAL = "1"


def earlier(home: Home, found: Sequence[Ready]) -> Earlier:
    """What the payers before decided, by submission to a later one."""
    orders = {ready.claim_id: ready.payer_order for ready in found if ready.payer_order != "P"}
    decided = later_payers.earlier(home.ledger, orders) if orders else {}
    return {ready.submission_id: decided[ready.claim_id] for ready in found if decided.get(ready.claim_id)}


def made(
    home: Home, as_of: date, found: Sequence[Ready], earlier: Earlier
) -> tuple[list[Claim], dict[int, list[FindingRow]]]:
    """The claims as they are written, and by submission the findings of those that can't be made."""
    claims: dict[int, Claim] = {}
    failed: dict[int, list[FindingRow]] = {}
    for ready in found:
        with _of_one(ready, failed):
            claims[ready.submission_id] = claim_of(home, ready, earlier.get(ready.submission_id, ()))
    contexts = Contexts(home.codes, home.partners, as_of, enrolments.of(home.ledger))
    judged = [
        ready
        for ready in found
        if ready.submission_id in claims and ready.frequency != VOID and later_findings.asked(contexts, ready)
    ]
    if judged:
        _judge(home, contexts, judged, claims, earlier, failed)
    return list(claims.values()), failed


def _judge(
    home: Home,
    contexts: Contexts,
    judged: Sequence[Ready],
    claims: Mapping[int, Claim],
    earlier: Earlier,
    failed: dict[int, list[FindingRow]],
) -> None:
    """Adds what holds these claims, each beside the patient's other claims and what people let pass of it."""
    standing = overrides.of(home.ledger, sorted({ready.encounter_id for ready in judged}))
    patients = {ready: patient_digest(ready.practice, claims[ready.submission_id]) for ready in judged}
    past = history.of(home.ledger, sorted(filter(None, set(patients.values()))))
    authorized = Authorized.read(home.ledger, [claims[ready.submission_id] for ready in judged])
    verified = said_of(home.ledger, home.partners, judged, claims)
    for ready in judged:
        with _of_one(ready, failed):
            findings = later_findings.of(
                contexts,
                ready,
                claims[ready.submission_id],
                earlier.get(ready.submission_id, ()),
                standing.get(ready.encounter_id, []),
                past.get(patients[ready], ()),
                authorized.of(ready.patient_control_number, claims[ready.submission_id], ready.payer),
                verified.get(ready.submission_id),
            )
            if findings:
                failed[ready.submission_id] = findings


@contextmanager
def _of_one(ready: Ready, failed: dict[int, list[FindingRow]]) -> Iterator[None]:
    """A claim on which its making fails costs itself, not the batch."""
    try:
        yield
    except Exception as error:
        if not chunks.of_the_content(error):
            raise
        failed[ready.submission_id] = [failed_on(str(as_step_error(error, "write_batches")))]


def claim_of(home: Home, ready: Ready, earlier: Sequence[EarlierPayment] = ()) -> Claim:
    """The claim of a submission as it is written: from its encounter, to its payer, with what the payers
    before it decided. One that is taken back says what it said as it went out."""
    claim = None
    if ready.frequency == VOID:
        claim = as_it_went_out(home, ready.submission_id, ready.patient_control_number)
    if claim is None:
        claim = _of_today(home, ready, earlier)
    # an original has the frequency that its document says: 2 to 4 where a stay is billed in parts
    frequency = claim.frequency if ready.frequency == ORIGINAL else ready.frequency
    if ready.condition and claim.institutional is not None:
        facts = claim.institutional
        conditions = tuple(dict.fromkeys((*facts.conditions, ready.condition)))
        claim = replace(claim, institutional=replace(facts, conditions=conditions))
    if (claim.payer_order, claim.frequency) == (ready.payer_order, frequency) and not ready.replaces:
        return claim
    return replace(
        claim,
        payer_order=ready.payer_order,
        frequency=frequency,
        payer_claim_control_number=ready.replaces or claim.payer_claim_control_number,
    )


def _of_today(home: Home, ready: Ready, earlier: Sequence[EarlierPayment]) -> Claim:
    payer = home.partners.payers[ready.payer]
    claim = home.claims.made_before(ready.payload, ready.practice, ready.patient_control_number)
    if claim is None or claim.payer.id != payer.payer_id or claim.payer_order != ready.payer_order:
        claim = claim_from_encounter(
            Encounter.model_validate_json(ready.payload),
            home.partners.practices[ready.practice],
            payer,
            ready.patient_control_number,
            home.claims.parties,
            home.partners.payer,
            ready.payer_order,
        ).claim
    if earlier:
        return with_decisions(claim, earlier)
    if ready.reported.startswith(CONDITIONAL):
        over_on = date.fromisoformat(ready.reported.removeprefix(CONDITIONAL).strip())
        return conditional(claim, over_on, payer.conditional_adjustment)
    return claim
