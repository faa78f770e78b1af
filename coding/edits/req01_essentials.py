"""What every claim must say: services with a code, and who the patient is."""

from collections.abc import Iterator
from datetime import date

from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import Found, Severity
from edi.records import Claim


@edit(
    id="REQ-01",
    title="An essential is missing",
    severity=Severity.HOLD,
    source=Source("X12 005010X222A1 and X223A2", "required segments: LX, SV1, SV2, DMG, N3, N4, CLM01"),
    since=date(2012, 1, 1),
    prevents=("16",),
    fix="Complete the encounter in the documenting system; it goes out by itself when it comes again.",
    passes=CLEAN,
    fails=CLEAN.but(lines=(Line(procedure=""),)),
    each_payer=True,
)
def essentials(claim: Claim, context: Context) -> Iterator[Found]:
    if not claim.patient_control_number:
        yield None, "CLM01", "the claim has no patient control number"
    if not claim.lines:
        yield None, "LX", "the claim has no service line"
    institutional = claim.kind == "I"
    for line in claim.lines:
        if not line.procedure and (not institutional or not line.revenue_code):
            yield line.number, "SV101-2", "the line has no procedure code"
        if institutional and not line.revenue_code:
            yield line.number, "SV201", "the line has no revenue code"
    loop, person = ("2010BA", claim.subscriber) if claim.patient is None else ("2010CA", claim.patient)
    if person.organisation:
        return
    if person.birth_date is None:
        yield None, f"{loop} DMG02", "the patient has no birth date"
    if person.sex not in ("F", "M", "U"):
        yield None, f"{loop} DMG03", "the patient's sex is not given (F, M or U)"
    address = person.address
    if address is None or not address.line1 or not address.city:
        yield None, f"{loop} N3", "the patient's address lacks its street or city"
    elif not address.country and not (address.state and address.zip):
        yield None, f"{loop} N4", "the patient's address lacks its state or zip"
    elif not address.country and not _is_zip(address.zip):
        yield None, f"{loop} N403", "the patient's zip is not five or nine digits; is a leading zero lost?"
    if not claim.billing.tax_id:
        yield None, "2010AA REF02", "the billing provider has no tax id"


def _is_zip(text: str) -> bool:
    return len(text) in (5, 9) and text.isascii() and text.isdigit()
