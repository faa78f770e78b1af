"""Prolonged time has one code with Medicare and another with everybody else, and each adds to the highest
level of a few visits alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from coding.code_list import code_list
from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.example import MEDICARE
from coding.finding import HOLD, WARN, Found, Severity
from coding.medicare import to_medicare
from coding.visits import LEVELS, is_visit
from edi.records import Claim, ServiceLine

_OFFICE = code_list("99205 99215 99245 99345 99350 99483 98003 98007 98011 98015")
_STAYS = code_list("99223 99233 99236 99255 99306 99310")
#: The visits that a code of prolonged time adds to.
_ADDS_TO = {
    "99417": _OFFICE,
    "99418": _STAYS,
    "G2212": code_list("99205 99215 99483"),
    "G0316": code_list("99223 99233 99236"),
    "G0317": code_list("99306 99310"),
    "G0318": code_list("99345 99350"),
}
_MEDICARES = {"99417": "G2212 (G0318 at home)", "99418": "G0316 or G0317"}
_CPTS = {"G2212": "99417", "G0316": "99418", "G0317": "99418", "G0318": "99417"}
_LONG = (Line(procedure="99215", charge=210_00), Line(procedure="G2212", charge=40_00))


@edit(
    id="PLG-01",
    title="Prolonged time in a code that the payer does not take, or beside another visit",
    severity=Severity.HOLD,
    source=Source(
        "CMS, Claims Processing Manual; CPT 2021 and 2023; the payer's file: prolonged",
        "chapter 12, 30.6.15: G2212 since 2021, G0316 to G0318 since 2023",
    ),
    since=date(2021, 1, 1),
    prevents=("234", "B15", "96", "N122"),
    fix="Bill the payer's own code, beside the highest level of the visit; or drop it.",
    passes=CLEAN.but(filing_code="MB", lines=_LONG, context={"payer": MEDICARE}),
    fails=CLEAN.but(
        filing_code="MB", lines=(_LONG[0], replace(_LONG[1], procedure="99417")), context={"payer": MEDICARE}
    ),
    kinds="P",
    each_payer=True,
    carries=frozenset(_ADDS_TO),
)
def prolonged_time(claim: Claim, context: Context) -> Iterator[Found]:
    own = context.payer.prolonged if context.payer is not None else ""
    medicares = own == "G2212" or (not own and to_medicare(claim, context))
    for line in claim.lines:
        code = line.procedure
        if code not in _ADDS_TO:
            continue
        if medicares and code in _MEDICARES:
            yield line.number, "SV101-2", f"this payer takes {_MEDICARES[code]}, not {code}"
        elif not medicares and code in _CPTS:
            weight = HOLD if own else WARN
            yield line.number, "SV101-2", f"{code} is Medicare's, this payer takes {_CPTS[code]}", weight
        elif (visit := _wrong_visit(line, claim, context)) is not None:
            yield line.number, "SV101-2", f"{code} does not add to {visit}"


def _wrong_visit(line: ServiceLine, claim: Claim, context: Context) -> str | None:
    """The day's visit that the code does not add to; None where one that it does is there, or none at all.

    Where the add-on codes are loaded, AOC-01 judges it."""
    day = line.service_from
    if day is None or context.codes.parents(line.procedure, day):
        return None
    visits = [
        other.procedure
        for other in claim.lines
        if other.service_from == day
        and (other.procedure in LEVELS or is_visit(other.procedure))
        and other.procedure not in _ADDS_TO
    ]
    return None if any(v in _ADDS_TO[line.procedure] for v in visits) else next(iter(visits), None)
