"""Why Medicare comes second is known from asking the patient, and that may be another answer after months."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from coding.carried import NOTHING
from coding.context import Context, CoverageFacts
from coding.days import first_day
from coding.edit import Source, edit
from coding.example import MEDICARE, SECONDARY, SERVICE_DAY
from coding.finding import Found, Severity
from edi.records import Claim

_MEDICARE = replace(MEDICARE, questionnaire_days=90)
_SECOND = SECONDARY.but(filing_code="MB", insurance_type="12")


def _asked(days_before: int) -> dict[str, object]:
    asked = SERVICE_DAY - timedelta(days=days_before)
    return {"payer": _MEDICARE, "coverage": CoverageFacts(orders=("P", "S"), questionnaire=asked)}


@edit(
    id="COB-04",
    title="Medicare-secondary type without its questionnaire, or with an old one",
    severity=Severity.HOLD,
    source=Source(
        "CMS, Medicare Secondary Payer Manual",
        "chapter 3, 20.1 and 20.2: asked at admission or start of care, verified every 90 days",
        "https://www.cms.gov/regulations-and-guidance/guidance/manuals/internet-only-manuals-ioms-items/cms019017",
    ),
    since=date(2012, 1, 1),
    prevents=("22", "MA04"),
    fix="Ask the patient who pays first, and give the day and the Medicare-secondary type with the coverage.",
    passes=_SECOND.but(context=_asked(90)),
    fails=_SECOND.but(context=_asked(91)),
    each_payer=True,
    carries=lambda payer: NOTHING if payer.questionnaire_days is None else None,
)
def secondary_questionnaire(claim: Claim, context: Context) -> Iterator[Found]:
    payer = context.payer
    if payer is None or payer.questionnaire_days is None or claim.payer_order == "P":
        return
    asked = context.coverage.questionnaire if context.coverage is not None else None
    day = first_day(claim)
    if asked is None:
        yield None, "SBR05", "Medicare is billed second; when the patient was asked why is not given"
    elif day is not None and (day - asked).days > payer.questionnaire_days:
        yield (
            None,
            "SBR05",
            f"the patient was asked on {asked}, more than {payer.questionnaire_days} days before the service",
        )
