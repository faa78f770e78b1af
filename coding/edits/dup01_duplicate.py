"""The same service billed twice is denied as a duplicate, and looks like abuse."""

from collections.abc import Iterator
from datetime import date

from coding.codes.modifiers import SEPARATE
from coding.context import Context, PriorClaim, PriorLine
from coding.edit import CLEAN, Source, edit
from coding.example import SERVICE_DAY
from coding.finding import WARN, Found, Severity
from coding.other_claims import lines_of_its_days, rendering_npi_before, rendering_of
from edi.records import Claim, ServiceLine

_BEFORE = PriorClaim(
    patient_control_number="EX0000",
    payer_id="EXMPL",
    billing_npi="1234567893",
    rendering_npi="1679576722",
    lines=(PriorLine(procedure="99213", service_from=SERVICE_DAY, charge=125_00),),
)


@edit(
    id="DUP-01",
    title="Duplicate of a service already billed",
    severity=Severity.HOLD,
    source=Source("CMS, Claims Processing Manual", "chapter 1, section 120 (duplicate claims)"),
    since=date(2012, 1, 1),
    prevents=("18", "97"),
    fix="Drop the line, replace the earlier claim (frequency 7), or mark a separate service.",
    passes=CLEAN.but(context={"history": ()}),
    fails=CLEAN.but(context={"history": (_BEFORE,)}),
    each_payer=True,
)
def duplicate(claim: Claim, context: Context) -> Iterator[Found]:
    lines = claim.lines
    if len(lines) > 1 and len({line.procedure for line in lines}) < len(lines):
        yield from _within(claim)
    if claim.frequency in ("7", "8"):
        return
    earlier = lines_of_its_days(claim, context)
    if not earlier:
        return
    for line in lines:
        kinds = [
            _compare(claim, line, prior, before)
            for prior, before in earlier
            if line.procedure and before.procedure == line.procedure
            if before.service_from == line.service_from
        ]
        how = next((kind for kind in _KINDS if kind in kinds), None)  # one finding a line, the gravest
        if how == "":
            yield line.number, "SV101-2", f"{line.procedure} of this day is already on another claim"
        elif how is not None:
            said = f"{line.procedure} of this day is on another claim with other {how}"
            yield line.number, "SV101-2", said, WARN


#: How a service differs from the one before it: not at all, or in something that may be a slip.
_KINDS = ("", "units", "modifiers")


def _compare(claim: Claim, line: ServiceLine, prior: PriorClaim, before: PriorLine) -> str | None:
    """What differs between two services of one code and day; None: they stand apart."""
    if rendering_npi_before(prior, before) != rendering_of(claim, line).npi:
        return None
    if before.tooth != line.tooth:
        return None  # a dentist does the same to several teeth of a day
    if set(before.modifiers) == set(line.modifiers):
        return "" if _units(before.units) == _units(line.units) else "units"
    if SEPARATE.isdisjoint(line.modifiers) and SEPARATE.isdisjoint(before.modifiers):
        return "modifiers"
    return None


def _within(claim: Claim) -> Iterator[Found]:
    seen: dict[tuple[object, ...], int] = {}
    for line in claim.lines:
        key = (
            line.procedure,
            line.service_from,
            frozenset(line.modifiers),
            line.revenue_code,
            line.ndc,
            line.tooth,
            line.surfaces,
            line.oral_cavity,
            line.rendering.npi if line.rendering is not None else "",
        )
        first = seen.setdefault(key, line.number)
        if first != line.number and line.procedure and SEPARATE.isdisjoint(line.modifiers):
            yield (
                line.number,
                "SV101-2",
                f"the same service as line {first}: join them by units or mark the repeat",
                WARN,
            )


def _units(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
