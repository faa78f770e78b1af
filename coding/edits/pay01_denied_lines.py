"""A payer that has denied lines of a kind again and again will deny the next one; a person looks at it first.

Which kinds these are stands in the payer's file (`denied_lines`), with the reason and the last day of the
rule. `cleanclaim causes edit` writes it from what was denied.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from coding.carried import NOTHING
from coding.context import Context, DeniedLine
from coding.denied_lines import facts_of, fits, message
from coding.edit import CLEAN, Line, Source, edit
from coding.example import PAYER
from coding.finding import Found, Severity
from edi.records import Claim

_RULE = DeniedLine(name="a1b2c3d4", code="CARC 4", facts=(("procedure", "93000"), ("modifiers", "59")))


@edit(
    id="PAY-01",
    title="The payer denies lines of this kind",
    severity=Severity.HOLD,
    source=Source("Payer's own denials", "cleanclaim causes; denied_lines in the payer's file"),
    since=date(2012, 1, 1),
    prevents=("16", "4", "5", "11", "50", "96", "151", "181", "197", "B7"),
    fix="See what the payer denied and why (cleanclaim causes show); correct the line, or let it pass.",
    passes=CLEAN.but(
        lines=(Line(procedure="93000"),), context={"payer": replace(PAYER, denied_lines=(_RULE,))}
    ),
    fails=CLEAN.but(
        lines=(Line(procedure="93000", modifiers=("59",)),),
        context={"payer": replace(PAYER, denied_lines=(_RULE,))},
    ),
    each_payer=True,
    carries=lambda payer: None if payer.denied_lines else NOTHING,
)
def denied_lines(claim: Claim, context: Context) -> Iterator[Found]:
    rules = context.payer.denied_lines if context.payer is not None else ()
    if not rules:
        return
    for line in claim.lines:
        said = facts_of(claim, line, context.practice.key)
        for rule in rules:
            if fits(rule, said):
                yield line.number, "SV1", message(rule)
