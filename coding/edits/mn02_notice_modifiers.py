"""Modifiers that say "not covered", "notice given" or "preventive" mean something to one payer and
nothing, or a denial, to another."""

from collections.abc import Iterator
from datetime import date

from coding.carried import MODIFIED
from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import Found, Severity
from coding.medicare import to_medicare
from edi.records import Claim

_NOTICE = frozenset({"GA", "GX", "GY", "GZ"})


@edit(
    id="MN-02",
    title="Notice or preventive modifier that does not fit the payer",
    severity=Severity.WARN,
    source=Source("CMS, Claims Processing Manual", "chapter 30 (ABN), chapter 18 (PT); CPT modifier 33"),
    since=date(2011, 1, 1),
    prevents=("4", "96", "50", "204"),
    fix="Medicare knows GA, GX, GY, GZ and PT; other payers take 33 for preventive services.",
    passes=CLEAN.but(diagnoses=("Z1211",), lines=(Line(procedure="45378", modifiers=("33",)),)),
    fails=CLEAN.but(diagnoses=("Z1211",), lines=(Line(procedure="45378", modifiers=("PT",)),)),
    kinds="PI",
    each_payer=True,
    carries=MODIFIED,
)
def notice_modifiers(claim: Claim, context: Context) -> Iterator[Found]:
    medicare = to_medicare(claim, context)
    for line in claim.lines:
        given = line.modifiers
        if not given:
            continue
        if not medicare:
            if not _NOTICE.isdisjoint(given):
                yield (
                    line.number,
                    "SV101-3",
                    "an advance-notice modifier is for Medicare, this payer is not Medicare",
                )
            if "PT" in given:
                yield line.number, "SV101-3", "PT is Medicare's, this payer takes 33"
            continue
        if "33" in given and "PT" in given:
            yield line.number, "SV101-3", "33 and PT on one line: Medicare takes PT alone"
        if "GY" in given and ("GZ" in given or "GA" in given):
            yield line.number, "SV101-3", "GY (never covered) beside GA or GZ (may not be necessary)"
        if "GZ" in given:
            yield (
                line.number,
                "SV101-3",
                "GZ says no notice was signed: the line will be denied to the provider",
            )
