"""Earlier claims of a patient in the words of the edits: from the ledger, or clean tonight."""

from datetime import date

import coding
from coding.days import first_day
from config.partners import Partners
from edi.records import Claim
from intake.encounter import Encounter
from ledger.encounters.history import PastClaim
from tasks.claims import dental, institutional, restricted


def past_claim(partners: Partners, past: PastClaim, own: str) -> coding.PriorClaim:
    """A claim of the ledger as the edits see it."""
    practice = partners.practices.get(past.practice)
    payer = partners.payers.get(past.payer)
    encounter = Encounter.model_validate_json(past.payload) if past.payload else None
    bill = _past_bill(encounter)
    stay_began = bill.statement_from if bill is not None else None
    return coding.PriorClaim(
        patient_control_number=past.patient_control_number,
        lines=tuple(
            coding.PriorLine(
                procedure=line.procedure,
                service_from=day,
                units=line.units,
                modifiers=tuple(line.modifiers.split()),
                charge=line.charge,
                rendering_npi=line.rendering_npi,
                place_of_service=line.place_of_service,
                tooth=_past_tooth(encounter, line.number),
            )
            for line in past.lines
            if (day := date.fromisoformat(line.service_from) if line.service_from else stay_began)
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
        voided=past.state in ("voided", "replaced"),
        rejected=past.state == "rejected",
        same_claim=past.patient_control_number == own,
        bill=bill,
    )


def _past_bill(encounter: Encounter | None) -> coding.PriorBill | None:
    if encounter is None or encounter.institutional is None:
        return None
    said = encounter.institutional
    return coding.PriorBill(
        type_of_bill=institutional.type_of_bill(encounter)[:2],
        frequency=institutional.frequency(encounter),
        admission=encounter.admission,
        statement_from=said.statement_from,
        statement_to=said.statement_to or said.statement_from,
    )


def _past_tooth(encounter: Encounter | None, number: int) -> str:
    """The first tooth of a line, by the line's number on the claim."""
    lines = restricted.documented(encounter) if encounter is not None else ()
    if encounter is None or not 1 <= number <= len(lines):
        return ""
    said = encounter.lines[lines[number - 1] - 1].dental
    return dental.tooth(said.teeth[0].number) if said is not None and said.teeth else ""


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
