"""Some services are paid only with leave asked before; the number must cover what was done and when."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from coding.context import Authorization, Context
from coding.edit import CLEAN, Line, Source, edit
from coding.example import PAYER, SERVICE_DAY
from coding.finding import Found, Severity
from edi.records import Claim

_NEEDS = replace(PAYER, authorization_for=frozenset({"97110"}))
_GRANT = Authorization(number="AUTH1", procedures=frozenset({"97110"}), units=8, valid_to=SERVICE_DAY)
_THERAPY = Line(procedure="97110", modifiers=("GP",))


@edit(
    id="AUTH-01",
    title="Authorization missing, or not covering code, units or day",
    severity=Severity.HOLD,
    source=Source("Payer's authorization list", "REF G1 in 2300 or 2400"),
    since=date(2012, 1, 1),
    prevents=("197", "198", "15", "243"),
    fix="Enter the authorization number, or ask the payer to extend it before sending.",
    passes=CLEAN.but(
        lines=(_THERAPY,), prior_authorization="AUTH1", context={"payer": _NEEDS, "authorizations": (_GRANT,)}
    ),
    fails=CLEAN.but(lines=(_THERAPY,), context={"payer": _NEEDS}),
    each_payer=True,
)
def authorization(claim: Claim, context: Context) -> Iterator[Found]:
    needed = context.payer.authorization_for if context.payer is not None else frozenset()
    if not needed and not claim.prior_authorization:
        return
    units: dict[str, float] = {}
    for line in claim.lines:
        number = line.prior_authorization or claim.prior_authorization
        if not number:
            if line.procedure in needed:
                yield line.number, "REF G1", f"the payer wants an authorization for {line.procedure}"
            continue
        if context.authorizations is None:
            continue
        grant = next((a for a in context.authorizations if a.number == number), None)
        if grant is None:
            if line.procedure in needed:
                yield line.number, "REF G1", "the authorization is not on file"
            continue
        day = line.service_from
        if grant.procedures and line.procedure not in grant.procedures:
            if line.procedure in needed:
                yield line.number, "REF G1", f"the authorization does not cover {line.procedure}"
            continue
        if day is not None and (
            (grant.valid_from is not None and day < grant.valid_from)
            or (grant.valid_to is not None and day > grant.valid_to)
        ):
            yield line.number, "REF G1", f"the authorization does not cover {day}"
        if grant.units is not None:
            total = units[number] = units.get(number, float(grant.used)) + _units(line.units)
            if total > grant.units:
                yield (
                    line.number,
                    "REF G1",
                    f"{total:g} units used with this line, {grant.units} are authorized",
                )


def _units(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
