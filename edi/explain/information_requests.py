"""Explains a 277 by which a payer asks for more: what it asks for, of which claim, until when."""

from collections.abc import Iterable

from edi.explain.acknowledgments import codes_of
from edi.explain.explanation import Explanation, days, joined, named, provider, sentence
from edi.explain.mask import Mask
from edi.explain.words.statuses import describe
from edi.guides.information_request import LOINC
from edi.records.acknowledgment import Status
from edi.records.information_request import InformationRequest


def explain_information_request(one: InformationRequest, mask: Mask = Mask()) -> Explanation:  # noqa: B008 - frozen
    """Explain what is asked for of one claim; its lines are the rows."""
    number = one.patient_control_number or one.trace
    sentences = [
        f"asks for {_asked(one.statuses)}" if one.statuses else "",
        f"the patient is {mask.person(one.patient)}; claim of {provider(one.provider)}",
        f"services of {days(one.service_from, one.service_to)}" if one.service_from else "",
        joined(
            f"asked on {one.asked_on}" if one.asked_on else "",
            f"to be answered by {one.due}" if one.due else "no last day is named",
        ),
        joined(
            f"the answer names it by {mask.number(one.trace)}",
            f"the payer's claim {mask.number(one.payer_claim_control_number)}"
            if one.payer_claim_control_number
            else "",
        ),
        *(f"the payer writes: {mask.text(s.text)}" for s in one.statuses if s.text),
    ]
    return Explanation(
        kind="request",
        title=f"277: {named(one.payer)} asks for more on claim {mask.number(number)} of "
        f"{mask.name(one.patient)}",
        sentences=tuple(sentence(s) for s in sentences if s),
        columns=("line", "date", "procedure", "asked for"),
        rows=tuple(
            (str(n), days(line.service_from, None), line.procedure, _asked(line.statuses))
            for n, line in enumerate(one.lines, 1)
        ),
    )


def _asked(statuses: Iterable[Status]) -> str:
    """Documents by their LOINC codes, and what else is said in words."""
    found = list(statuses)
    documents = [one.code for one in found if one.code_list == LOINC]
    others = tuple(one for one in found if one.code_list != LOINC)
    words = f"{describe(codes_of(others))} [{codes_of(others)}]" if others else ""
    return joined("LOINC " + ", ".join(documents) if documents else "", words)
