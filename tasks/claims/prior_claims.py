"""Earlier claims of a patient in the words of the edits: from the ledger, or clean tonight."""

from datetime import date

import coding
from coding.days import first_day
from config.partners import Partners
from edi.records import Claim
from ledger.encounters.history import PastClaim


def past_claim(partners: Partners, past: PastClaim, own: str) -> coding.PriorClaim:
    """A claim of the ledger as the edits see it."""
    practice = partners.practices.get(past.practice)
    payer = partners.payers.get(past.payer)
    return coding.PriorClaim(
        patient_control_number=past.patient_control_number,
        lines=tuple(
            coding.PriorLine(
                procedure=line.procedure,
                service_from=date.fromisoformat(line.service_from),
                units=line.units,
                modifiers=tuple(line.modifiers.split()),
                charge=line.charge,
                rendering_npi=line.rendering_npi,
                place_of_service=line.place_of_service,
            )
            for line in past.lines
            if line.service_from
        ),
        payer_id=payer.payer_id if payer is not None else "",
        payer_order=past.payer_order,
        payer_claim_control_number=past.payer_claim_control_number,
        billing_npi=past.billing_npi,
        rendering_npi=past.rendering_npi,
        tax_id=practice.tax_id if practice is not None else "",
        specialty=past.specialty,
        diagnoses=tuple(past.diagnoses.split()),
        status=past.status,
        remarks=tuple(past.remarks.split()),
        voided=past.state in ("voided", "replaced"),
        rejected=past.state == "rejected",
        same_claim=past.patient_control_number == own,
    )


def clean_claim(claim: Claim, tax_id: str) -> coding.PriorClaim:
    """A claim that is clean tonight, as the later ones of the same patient see it."""
    rendering = claim.rendering or claim.billing
    return coding.PriorClaim(
        patient_control_number=claim.patient_control_number,
        lines=tuple(
            coding.PriorLine(
                procedure=line.procedure,
                service_from=day,
                units=line.units,
                modifiers=line.modifiers,
                charge=line.charge,
                rendering_npi=line.rendering.npi if line.rendering else "",
                place_of_service=line.place_of_service or claim.place_of_service,
                tooth=line.tooth,
            )
            for line in claim.lines
            if (day := line.service_from or first_day(claim))
        ),
        payer_id=claim.payer.id,
        payer_order=claim.payer_order,
        billing_npi=claim.billing.npi,
        rendering_npi=rendering.npi,
        tax_id=tax_id,
        specialty=rendering.taxonomy,
        diagnoses=claim.diagnoses,
        bill=_bill(claim),
    )


def _bill(claim: Claim) -> coding.PriorBill | None:
    bill = claim.institutional
    if bill is None:
        return None
    return coding.PriorBill(
        type_of_bill=bill.type_of_bill,
        frequency=claim.frequency,
        admission=bill.admission,
        statement_from=bill.statement_from,
        statement_to=bill.statement_to or bill.statement_from,
    )
