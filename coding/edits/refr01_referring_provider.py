"""Tests, images and some services are paid only when the one who ordered them is named."""

from collections.abc import Iterator
from datetime import date

from coding.carried import NOTHING, families
from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.example import MEDICARE
from coding.finding import Found, Severity
from edi.records import Claim, Party

_ORDERED = families(*(str(n) for n in range(70, 90)))


@edit(
    id="REFR-01",
    title="Referring or ordering provider missing",
    severity=Severity.HOLD,
    source=Source(
        "42 CFR 424.507; payer's list", "2310A DN, 2420E DK; Medicare laboratory and imaging services"
    ),
    since=date(2014, 1, 6),
    prevents=("16", "183", "206", "N264", "N286"),
    fix="Name the provider who referred or ordered, with NPI.",
    passes=CLEAN.but(
        lines=(Line(procedure="71046"),),
        referring=Party(last="Roe", first="Rae", person=True, npi="1245319599"),
        context={"payer": MEDICARE},
    ),
    fails=CLEAN.but(lines=(Line(procedure="71046"),), context={"payer": MEDICARE}),
    kinds="P",
    each_payer=True,
    carries=lambda payer: payer.referring_for | (_ORDERED if payer.medicare else NOTHING),
)
def referring_provider(claim: Claim, context: Context) -> Iterator[Found]:
    payer = context.payer
    if payer is None or not (payer.medicare or payer.referring_for):
        return
    if claim.referring is not None and claim.referring.npi:
        return
    for line in claim.lines:
        code = line.procedure
        wanted = code in payer.referring_for or (
            payer.medicare and "70010" <= code <= "89398" and code.isdigit()
        )
        if not wanted:
            continue
        for party in (line.ordering, line.referring):
            if party is not None and party.npi:
                break
        else:
            yield line.number, "2420E NM109", f"{code} needs the referring or ordering provider with NPI"
