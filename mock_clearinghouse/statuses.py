"""What became of a claim, as a payer says it in a 277: from what is here, or as a rule says."""

from collections.abc import Iterable
from datetime import date

from edi.records import ClaimStatusAnswer, Status, StatusInquiry
from mock_clearinghouse.scenario import Scenario
from mock_clearinghouse.state import KnownClaim, State

NOT_FOUND = ("A4", "35")
ERROR = ("E0", "153")
PENDING = ("P1", "20")
PAID = ("F1", "65")
DENIED = ("F2", "585")


def statuses(
    asked: Iterable[StatusInquiry], sender: str, scenario: Scenario, state: State, day: date
) -> list[ClaimStatusAnswer]:
    """The answers to these inquiries of a sender; those that a rule is silent about have none."""
    said = []
    for one in asked:
        known = state.claim_asked_about(
            sender, one.payer.id, one.patient_control_number, one.payer_claim_control_number
        )
        how = scenario.rule(known.rule).asked if known is not None else "truth"
        if how == "silence":
            continue
        if how == "error":
            said.append(_answer(one, ERROR, day))
        elif known is None or how == "not_found":
            said.append(_answer(one, NOT_FOUND, day))
        else:
            said.append(_truth(one, known, state, day))
    return said


def _truth(one: StatusInquiry, known: KnownClaim, state: State, day: date) -> ClaimStatusAnswer:
    decided = state.last_decision(known.number)
    if decided is None:
        answer = _answer(one, PENDING, day)
    else:
        cents, paid_on, check = decided
        answer = _answer(one, PAID if cents > 0 else DENIED, day)
        answer.paid, answer.paid_on = cents, paid_on
        answer.check_number = check if cents > 0 else ""
    answer.payer_claim_control_number = known.number
    return answer


def _answer(one: StatusInquiry, composite: tuple[str, str], day: date) -> ClaimStatusAnswer:
    category, code = composite
    return ClaimStatusAnswer(
        trace=one.trace,
        payer=one.payer,
        provider=one.provider,
        patient=one.subscriber,
        statuses=(Status(category=category, code=code, effective=day),),
        patient_control_number=one.patient_control_number,
        type_of_bill=one.type_of_bill,
        charge=one.charge or 0,
        paid=0,
        service_from=one.service_from,
        service_to=one.service_to,
    )
