"""What is only asked for is not done yet: a predetermination has no day of service."""

from collections.abc import Iterator
from datetime import date

from coding.context import Context
from coding.edit import Source, edit
from coding.example import DENTAL, Filling
from coding.finding import Found, Severity
from edi.records import Claim, Dental


@edit(
    id="PRE-01",
    title="Predetermination with a day of service, or billed as though it were one",
    severity=Severity.HOLD,
    source=Source("X12 005010X224A2", "CLM19 PB, DTP 472, REF G3"),
    since=date(2012, 1, 1),
    prevents=("16", "18", "N59"),
    fix="Take the day of service off what is only planned; bill what was done with the payer's number.",
    passes=DENTAL.but(dental=Dental(predetermines=True), lines=(Filling(service_from=None),)),
    fails=DENTAL.but(dental=Dental(predetermines=True)),
    kinds="D",
)
def predetermination(claim: Claim, context: Context) -> Iterator[Found]:
    facts = claim.dental
    if facts is None or not facts.predetermines:
        return
    if any(line.service_from is not None for line in claim.lines):
        yield None, "DTP 472", "asks what would be paid (PB), but says when it was done"
    if facts.predetermination:
        yield None, "REF G3", "asks what would be paid (PB) and names the answer to that"
    if claim.patient_paid:
        yield None, "AMT F5", "the patient has paid for what is only planned"
