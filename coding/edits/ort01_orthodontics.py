"""Orthodontics is paid over months: the claim says how many, how many are left, and when it began."""

from collections.abc import Iterator
from datetime import date

from coding.context import Context
from coding.dental_services import asks
from coding.edit import Source, edit
from coding.example import DENTAL, SERVICE_DAY, Filling
from coding.finding import Found, Severity
from edi.records import Claim, Dental

_TREATMENT = DENTAL.but(lines=(Filling(procedure="D8080", tooth="", surfaces=()),))


@edit(
    id="ORT-01",
    title="Orthodontic treatment without its months or its beginning",
    severity=Severity.HOLD,
    source=Source(
        "X12 005010X224A2; Medi-Cal Dental Provider Handbook (October 2021)",
        "DN101, DN102, DTP 452; section 9, orthodontic services",
        "https://docslib.org/doc/10238054/medi-cal-dental-provider-handbook-handbook",
    ),
    since=date(2012, 1, 1),
    prevents=("16", "N37", "119"),
    fix="Give the months of treatment, those that are left, and the day the appliance was placed.",
    passes=_TREATMENT.but(
        dental=Dental(orthodontic=True, months="24", remaining_months="24", appliance_placed=SERVICE_DAY)
    ),
    fails=_TREATMENT.but(dental=Dental(orthodontic=True, months="24", remaining_months="24")),
    kinds="D",
)
def orthodontics(claim: Claim, context: Context) -> Iterator[Found]:
    facts = claim.dental
    treated = next((line for line in claim.lines if asks(line.procedure).orthodontic), None)
    if facts is None or treated is None:
        return
    if not facts.months.isdigit() or int(facts.months) == 0:
        yield None, "DN101", "the months of treatment are missing"
    elif facts.remaining_months and not facts.remaining_months.isdigit():
        yield None, "DN102", "the months that are left are no number"
    elif facts.remaining_months and int(facts.remaining_months) > int(facts.months):
        yield None, "DN102", "more months are left than the treatment takes"
    if facts.appliance_placed is None and not facts.predetermines:
        yield None, "DTP 452", "the day the appliance was placed is missing"
    elif facts.appliance_placed is not None and not context.reached(facts.appliance_placed):
        yield None, "DTP 452", f"the appliance was placed after {context.as_of}"
