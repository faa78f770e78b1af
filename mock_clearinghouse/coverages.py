"""What a payer says of a person's coverage in a 271: as the scenario has it."""

from collections.abc import Iterable
from datetime import date

from edi.records import Eligibility, EligibilityInquiry
from edi.records.eligibility import AnswerDate, Benefit, Refusal
from mock_clearinghouse.scenario import CoverageRule, Scenario

PLAN, YEAR, REMAINING = "30", "23", "29"


def coverages(asked: Iterable[EligibilityInquiry], scenario: Scenario, day: date) -> list[Eligibility]:
    """The answers to these inquiries; those that a rule is silent about, or too late for, have none."""
    said = []
    for one in asked:
        rule = scenario.coverage_rule(one.payer.id, one.subscriber.member_id)
        unavailable = rule.answer == "unavailable" and (not rule.until or day <= rule.until)
        if rule.answer == "silence":
            continue
        if unavailable:
            said.append(_refused(one, "42", "R"))
        elif rule.answer == "not_found":
            said.append(_refused(one, "75", "C"))
        else:
            said.append(_covered(one, rule))
    return said


def _refused(one: EligibilityInquiry, reason: str, follow_up: str) -> Eligibility:
    answer = _answer(one)
    answer.refusals = (Refusal(loop="2100C", reason=reason, follow_up=follow_up),)
    return answer


def _covered(one: EligibilityInquiry, rule: CoverageRule) -> Eligibility:
    """Active on the day that is asked about, unless it began later or had ended."""
    asked = one.service_from or date.max
    active = rule.answer != "inactive" and (rule.start or date.min) <= asked <= (rule.end or date.max)
    dates: list[AnswerDate] = []
    if rule.start is not None:
        dates.append(("346", rule.start, None))
    if rule.end is not None:
        dates.append(("347", rule.end, None))
    benefits = [Benefit(information="1" if active else "6", service_types=(PLAN,))]
    if active:
        if rule.copay:
            benefits.append(
                Benefit(information="B", service_types=("98",), amount=rule.copay, in_network="Y")
            )
        if rule.deductible:
            benefits.append(
                Benefit(information="C", service_types=(PLAN,), period=YEAR, amount=rule.deductible)
            )
        for procedure, allowed, left in rule.limits:
            for period, quantity in ((YEAR, allowed), (REMAINING, left)):
                benefits.append(
                    Benefit(
                        information="F", procedure=procedure, period=period, quantity_qualifier="VS",
                        quantity=str(quantity),
                    )
                )  # fmt: skip
    answer = _answer(one)
    answer.dates, answer.benefits = tuple(dates), tuple(benefits)
    if rule.member_id_known:
        answer.subscriber.member_id = rule.member_id_known
    return answer


def _answer(one: EligibilityInquiry) -> Eligibility:
    return Eligibility(
        payer=one.payer,
        provider=one.provider,
        subscriber=one.subscriber,
        patient=one.patient,
        traces=(one.trace,),
    )
