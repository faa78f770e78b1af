"""The same service billed twice is denied as a duplicate, and looks like abuse."""

from collections.abc import Iterator
from datetime import date

from coding.codes.modifiers import SEPARATE
from coding.edit import CLEAN, Source, edit
from coding.example import SERVICE_DAY
from coding.finding import WARN, Found, Severity
from coding.world import PriorClaim, PriorLine, World
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
    passes=CLEAN.but(world={"history": ()}),
    fails=CLEAN.but(world={"history": (_BEFORE,)}),
)
def duplicate(claim: Claim, world: World) -> Iterator[Found]:
    if len(claim.lines) > 1:
        yield from _within(claim)
    if not world.history or claim.frequency in ("7", "8"):
        return
    for prior in world.history:
        if prior.same_claim or not prior.live or (prior.payer_id and prior.payer_id != claim.payer.id):
            continue
        for line in claim.lines:
            for before in prior.lines:
                if before.procedure == line.procedure and before.service_from == line.service_from:
                    yield from _compare(claim, line, prior, before)


def _compare(claim: Claim, line: ServiceLine, prior: PriorClaim, before: PriorLine) -> Iterator[Found]:
    rendering = line.rendering or claim.rendering or claim.billing
    by = before.rendering_npi or prior.rendering_npi or prior.billing_npi
    if set(before.modifiers) == set(line.modifiers):
        if by == rendering.npi and _units(before.units) == _units(line.units):
            yield line.number, "SV101-2", f"{line.procedure} of this day is already on another claim"
        elif by == rendering.npi:
            yield (
                line.number,
                "SV101-2",
                f"{line.procedure} of this day is on another claim with other units",
                WARN,
            )
    elif (
        SEPARATE.isdisjoint(line.modifiers) and SEPARATE.isdisjoint(before.modifiers) and by == rendering.npi
    ):
        yield (
            line.number,
            "SV101-2",
            f"{line.procedure} of this day is on another claim with other modifiers",
            WARN,
        )


def _within(claim: Claim) -> Iterator[Found]:
    seen: dict[tuple[object, ...], int] = {}
    for line in claim.lines:
        key = (
            line.procedure,
            line.service_from,
            line.modifiers,
            line.revenue_code,
            line.ndc,
            line.tooth,
            line.surfaces,
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
