"""Therapy counts toward a yearly amount by discipline, so each line says whose plan of care it follows."""

from collections.abc import Iterator
from datetime import date

from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.example import MEDICARE
from coding.finding import Found, Severity
from coding.medicare import to_medicare
from coding.therapy import ALWAYS, DISCIPLINES
from edi.records import Claim


@edit(
    id="THR-01",
    title="Therapy without its discipline, or of another",
    severity=Severity.HOLD,
    source=Source(
        "CMS, Claims Processing Manual; CR 10176; the payer's file: therapy_modifiers",
        "chapter 5, 10.6 and 20.1: GP, GO, GN; edited since 2018-01-01",
    ),
    since=date(2018, 1, 1),
    prevents=("4", "16", "N519", "N822"),
    fix="Add GP, GO or GN of the plan of care that the service followed.",
    passes=CLEAN.but(
        filing_code="MB", lines=(Line(procedure="97110", modifiers=("GP",)),), context={"payer": MEDICARE}
    ),
    fails=CLEAN.but(filing_code="MB", lines=(Line(procedure="97110"),), context={"payer": MEDICARE}),
    kinds="P",
    each_payer=True,
    carries=frozenset(ALWAYS),
)
def therapy_discipline(claim: Claim, context: Context) -> Iterator[Found]:
    asked = to_medicare(claim, context) or (context.payer is not None and context.payer.therapy_modifiers)
    for line in claim.lines:
        allowed = ALWAYS.get(line.procedure)
        if allowed is None:
            continue
        given = [modifier for modifier in line.modifiers if modifier in DISCIPLINES]
        if len(given) > 1:
            yield line.number, "SV101-3", f"{' and '.join(given)}: a line follows one plan of care"
        elif given and given[0] not in allowed:
            yield (
                line.number,
                "SV101-3",
                f"{line.procedure} is of {' '.join(sorted(allowed))}, not {given[0]}",
            )
        elif asked and not given:
            yield (
                line.number,
                "SV101-3",
                f"{line.procedure} is therapy and has none of {' '.join(sorted(allowed))}",
            )
