"""What holds a claim as it is about to be written: a later payer's by the edits that judge the claim to each
payer, a first payer's where its payer takes no claim of the practice any more.

The encounter was judged as a claim to its first payer. Its claim to a later one is judged by that payer's
rules, its coverage, the patient's other claims and what the payers before it decided. Which edits do that,
and why the others do not, is in docs/reference/edits/index.md.
"""

from collections.abc import Sequence

import coding
from config.partners import Partners
from edi.records import Claim
from intake.encounter import Encounter
from ledger.adjudication.coordination import EarlierPayment
from ledger.encounters.encounters import FindingRow
from ledger.encounters.history import PastClaim
from ledger.encounters.overrides import OverrideRow
from ledger.sending.batches import Ready
from tasks.claims import restricted
from tasks.claims.covered import Verification
from tasks.claims.edit_context import Contexts
from tasks.claims.findings import edit_row
from tasks.claims.overrides import standing
from tasks.claims.prior_claims import past_claim

ENROLLED = "ENR-01"
"""What a claim to its first payer is asked again: it may have waited, or go once more."""


def asked(contexts: Contexts, ready: Ready) -> bool:
    """Whether a claim is to be judged before it is written."""
    if ready.payer_order != "P":
        return True
    practice = contexts.partners.practices.get(ready.practice)
    payer = contexts.partners.payers.get(ready.payer)
    return practice is None or bool(contexts.enrolled(practice, payer).edi_fault(contexts.as_of))


def of(
    contexts: Contexts,
    ready: Ready,
    claim: Claim,
    earlier: Sequence[EarlierPayment],
    overridden: Sequence[OverrideRow],
    past: Sequence[PastClaim] = (),
    authorizations: tuple[coding.Authorization, ...] | None = None,
    verification: Verification | None = None,
) -> list[FindingRow]:
    """The findings of a claim that is held, with the warnings beside them; none where nothing holds it.

    `past` are the patient's claims, this one among them. `verification`: what the payer said of
    the coverage.
    """
    partners: Partners = contexts.partners
    encounter = Encounter.model_validate_json(ready.payload)
    lines = restricted.documented(encounter)
    first = ready.payer_order == "P"
    context = contexts.of(
        encounter,
        partners.practices[ready.practice],
        partners.payers[ready.payer],
        tuple(past_claim(partners, one, ready.patient_control_number) for one in past),
        overrides=standing(overridden, lines),
        order="" if first else ready.payer_order,
        answered=max((payment.adjudicated for payment in earlier), default=None),
        authorizations=authorizations,
        verification=verification,
    )
    found = [
        one
        for one in coding.run(claim, context)
        if (one.edit_id == ENROLLED if first else coding.EDITS[one.edit_id].each_payer)
    ]
    if not any(one.holds for one in found):
        return []
    shown = (coding.Severity.HOLD, coding.Severity.WARN)
    return [edit_row(one, lines) for one in found if one.severity in shown]
