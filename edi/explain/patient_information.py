"""Explains a 275: which documents a payer is sent for which claim."""

from edi.explain.explanation import Explanation, days, named, provider, sentence
from edi.explain.mask import Mask
from edi.records.patient_information import AttachedDocument, PatientInformation


def explain_information(one: PatientInformation, mask: Mask = Mask()) -> Explanation:  # noqa: B008 - frozen
    """Explain one 275; its documents are the rows."""
    number = one.payer_claim_control_number or one.patient_control_number
    sentences = [
        f"the patient is {mask.person(one.patient)}",
        f"services of {days(one.service_from, one.service_to)}" if one.service_from else "",
        "it answers what the payer asked for" if one.asked else "the claim announced it",
        f"the payer's claim {mask.number(one.payer_claim_control_number)}"
        if one.payer_claim_control_number
        else "",
    ]
    return Explanation(
        kind="patient information",
        title=f"275: {provider(one.provider)} sends {named(one.payer)} documents for claim "
        f"{mask.number(number)}",
        sentences=tuple(sentence(s) for s in sentences if s),
        columns=("attachment", "type", "bytes"),
        rows=tuple(_row(document, mask) for document in one.documents),
        right=("bytes",),
        bad=any(document.data is None for document in one.documents),
    )


def _row(document: AttachedDocument, mask: Mask) -> tuple[str, str, str]:
    size = "damaged" if document.data is None else f"{len(document.data):,}"
    return mask.number(document.trace), document.content_type, size
