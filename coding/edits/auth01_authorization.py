"""Some services are paid only with leave asked before; the number must cover what was done, when, how often.

A number is never filled in here: a person decides which authorization a service belongs to.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from coding.context import Authorization, Context
from coding.edit import CLEAN, Line, Source, edit
from coding.example import PAYER, SERVICE_DAY
from coding.finding import Found, Severity
from coding.units import units_of
from edi.records import Claim, ServiceLine

_NUMBERED = frozenset({"authorized"})
_NEEDS = replace(PAYER, authorization_for=frozenset({"97110"}))
_GRANT = Authorization(number="AUTH1", procedures=frozenset({"97110"}), units=8, valid_to=SERVICE_DAY)
_THERAPY = Line(procedure="97110", modifiers=("GP",))


@edit(
    id="AUTH-01",
    title="Authorization missing, or not covering code, units or day",
    severity=Severity.HOLD,
    source=Source("Payer's authorization list", "REF G1 and 9F in 2300 or 2400; cleanclaim authorizations"),
    since=date(2012, 1, 1),
    prevents=("197", "198", "15", "243"),
    fix="Enter the authorization number, or ask the payer to extend it before sending.",
    passes=CLEAN.but(
        lines=(_THERAPY,), prior_authorization="AUTH1", context={"payer": _NEEDS, "authorizations": (_GRANT,)}
    ),
    fails=CLEAN.but(lines=(_THERAPY,), context={"payer": _NEEDS}),
    each_payer=True,
    carries=lambda payer: _NUMBERED | payer.authorization_for,
)
def authorization(claim: Claim, context: Context) -> Iterator[Found]:
    needed = context.payer.authorization_for if context.payer is not None else frozenset()
    on_file = context.authorizations
    taken: dict[str, Decimal] = {}
    referred: dict[str, Decimal] = {}
    for line in claim.lines:
        number = line.prior_authorization or claim.prior_authorization
        wanted = line.procedure in needed
        if number and on_file is not None:
            yield from _covered(line, "REF G1", number, wanted, [a for a in on_file if not a.referral], taken)
        elif wanted and not number:
            words = f"the payer wants an authorization for {line.procedure}"
            yield line.number, "REF G1", words + _suggested(line, on_file or ())
        referral = line.referral_number or claim.referral_number
        if referral and on_file is not None:
            yield from _covered(line, "REF 9F", referral, False, [a for a in on_file if a.referral], referred)


def _covered(
    line: ServiceLine,
    place: str,
    number: str,
    wanted: bool,
    on_file: list[Authorization],
    taken: dict[str, Decimal],
) -> Iterator[Found]:
    """What is wrong with the number that a line names; `taken` are the units of the lines before it."""
    grant = next((a for a in on_file if a.number == number), None)
    if grant is None:
        if wanted:
            yield line.number, place, "the authorization is not on file"
        return
    if not grant.own:
        yield line.number, place, "the number on file is another member's"
        return
    if not grant.covers_procedure(line.procedure):
        if wanted:
            yield line.number, place, f"the authorization does not cover {line.procedure}"
        return
    if not grant.covers_day(line.service_from):
        yield line.number, place, f"the authorization does not cover {line.service_from}"
    if grant.units is not None:
        total = taken[number] = taken.get(number, grant.used) + units_of(line.units)
        if total > grant.units:
            words = f"{total:f} units used with this line, {grant.units} are authorized"
            yield line.number, place, words


def _suggested(line: ServiceLine, on_file: tuple[Authorization, ...]) -> str:
    """The number that a person may have forgotten, where exactly one fits."""
    fits = [
        a.number
        for a in on_file
        if a.own
        and not a.referral
        and a.covers_procedure(line.procedure)
        and line.service_from is not None
        and a.covers_day(line.service_from)
        and (a.units is None or a.used + units_of(line.units) <= a.units)
    ]
    return f"; {fits[0]} is on file and covers it" if len(fits) == 1 else ""
