"""A replacement or a void names the claim it stands for, and that claim must have been decided."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from coding.context import Context, PriorClaim
from coding.edit import CLEAN, Source, edit
from coding.finding import WARN, Found, Severity
from edi.records import Claim

_ORIGINAL = PriorClaim(
    patient_control_number="EX0001",
    payer_id="EXMPL",
    payer_claim_control_number="PAYERNO1",
    status="1",
    same_claim=True,
)


@edit(
    id="FRQ-01",
    title="Replacement or void without its original",
    severity=Severity.HOLD,
    source=Source("X12 005010X222A1", "CLM05-3 7 and 8, REF F8"),
    since=date(2012, 1, 1),
    prevents=("16", "18", "129", "M47"),
    fix="Give the payer's number of the claim it replaces, and wait until that claim was decided.",
    passes=CLEAN.but(frequency="7", payer_claim_control_number="PAYERNO1", context={"history": (_ORIGINAL,)}),
    fails=CLEAN.but(
        frequency="7",
        payer_claim_control_number="PAYERNO1",
        context={"history": (replace(_ORIGINAL, status=""),)},
    ),
)
def replacement(claim: Claim, context: Context) -> Iterator[Found]:
    frequency = claim.frequency
    if frequency == "1":
        return
    if frequency in ("7", "8"):
        number = claim.payer_claim_control_number
        if not number:
            yield None, "REF F8", f"frequency {frequency} without the payer's number of the original"
            return
        original = next((p for p in context.history if p.payer_claim_control_number == number), None)
        if original is None or not (original.voided or original.status):
            context.waits()
        if original is None:
            yield None, "REF F8", "no claim with the payer's number is on file", WARN
        elif original.voided:
            yield None, "REF F8", "the original was voided already"
        elif not original.status:
            yield None, "REF F8", "the original is not decided yet"
    elif claim.kind == "P" and frequency != "6":
        yield None, "CLM05-3", f"frequency {frequency}: a professional claim takes 1, 7 or 8"
