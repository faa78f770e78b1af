"""A laboratory test is paid only to a laboratory with a CLIA number, a waived test only with QW."""

import re
from collections.abc import Iterator
from datetime import date

from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import HOLD, UNCHECKED, WARN, Found, Severity
from coding.laboratory import is_test
from edi.records import Claim, ServiceLine

_NUMBER = re.compile(r"\d{2}D\d{7}")
_TESTS = frozenset({"laboratory"})


@edit(
    id="CLIA-01",
    title="CLIA number or QW missing on a laboratory test",
    severity=Severity.HOLD,
    source=Source("42 CFR 493; CMS waived tests", "REF X4 in 2300 or 2400"),
    since=date(2012, 1, 1),
    prevents=("B7", "16", "MA120", "M62"),
    fix="Write the CLIA number in the practice's file; add QW to a waived test.",
    passes=CLEAN.but(lines=(Line(procedure="87880", modifiers=("QW",)),), clia="14D0123456"),
    fails=CLEAN.but(lines=(Line(procedure="87880", modifiers=("QW",)),)),
    kinds="P",
    each_payer=True,
    carries=lambda payer: _TESTS | payer.clia_tests,
)
def laboratory(claim: Claim, context: Context) -> Iterator[Found]:
    payer = context.payer
    for line in claim.lines:
        code = line.procedure
        if not (is_test(code) or (payer is not None and code in payer.clia_tests)):
            continue
        if "90" in line.modifiers or "26" in line.modifiers:
            continue  # sent to another laboratory, or interpretation alone
        number = line.clia or claim.clia
        if not number:
            yield line.number, "REF X4", f"{code} is a laboratory test, no CLIA number is given"
        elif not _NUMBER.fullmatch(number):
            yield line.number, "REF X4", "the CLIA number is not two digits, D and seven digits"
        if payer is not None and code in payer.clia_waived and "QW" not in line.modifiers:
            yield line.number, "SV101-3", f"{code} is a waived test and lacks QW"
        elif line.service_from is not None and context.codes.has("clia_waived"):
            yield from _by_list(line, line.service_from, context)


def _by_list(line: ServiceLine, day: date, context: Context) -> Iterator[Found]:
    """QW and the practice's certificate against CMS's list of waived tests, by the day of service."""
    if context.codes.table("clia_waived", day) is None:
        yield line.number, "SV101-3", "no list of waived tests is loaded for the day", UNCHECKED
        return
    code, certificate = line.procedure, context.practice.clia_certificate
    wanted = context.codes.waived(code, day)
    if wanted is None and certificate == "waiver":
        yield line.number, "REF X4", f"{code} is no waived test, the practice's certificate is one of waiver"
    elif wanted is None and "QW" in line.modifiers:
        yield line.number, "SV101-3", f"QW is given and {code} is no waived test on the day", WARN
    elif wanted and "QW" not in line.modifiers and certificate != "full":
        weight = HOLD if certificate == "waiver" else WARN
        yield line.number, "SV101-3", f"{code} is a waived test and lacks QW", weight
