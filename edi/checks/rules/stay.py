"""The days of an institutional claim: procedures, occurrences and spans against its statement.

X223A2, loop 2300 HI and loop 2400 DTP 472.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from edi.checks.rules import Fault, Run, rule
from edi.checks.rules.dates import FUTURE, REVERSED
from edi.checks.rules.service_dates import LATER, whole
from edi.declare.types import DATES
from edi.findings import Answer, kind
from edi.segments.claim import HI

_ABSENT: Final = Answer("999", segment="I6")
PRINCIPAL: Final = kind(
    "SIT-37",
    "Other procedures without the principal one",
    4,
    "Give the principal procedure (HI BBR), or the only one as that.",
    _ABSENT,
)
UNDATED: Final = kind(
    "SIT-38",
    "Outpatient line without its service date",
    4,
    "Add DTP 472: the statement covers more than one day.",
    _ABSENT,
)
PROCEDURES: Final = frozenset(("BBR", "BR", "BBQ", "BQ", "CAH"))
DATED: Final = PROCEDURES | {"BH", "BI"}
OUTPATIENT: Final = frozenset(("13", "14", "23", "43", "71", "72", "73", "74", "75", "76", "77", "83", "85"))


@rule(REVERSED, "837I", loop="2300")
def codes_are_dated_in_the_stay(claim: Any, run: Run) -> Iterable[Fault]:
    """The date of every procedure, occurrence and span."""
    ends = ""
    found: list[Fault] = []
    for hi in claim._wire:
        if hi.__class__ is not HI:
            continue
        for n, code in enumerate(hi.codes() if hi.pairs()[:1] and hi.pairs()[0][0] in DATED else (), 1):
            text = code.date
            first, last = text[:8], text[-8:]
            if len(text) not in (8, 17) or DATES[first] is None or DATES[last] is None:
                continue
            ends = ends or whole(claim)[1]
            fault = Fault(hi, f"{n}-4", "", value=text)
            if last < first:
                found.append(fault._replace(message="the last day lies before the first"))
            elif run.today and first > run.today:
                found.append(fault._replace(message="it had not happened yet", kind=FUTURE))
            elif code.qualifier in PROCEDURES and ends and first > ends:
                found.append(fault._replace(message="the statement ends before it", kind=LATER))
    return found


@rule(PRINCIPAL, "837I", loop="2300", needs="other_procedures")
def one_procedure_is_principal(claim: Any, run: Run) -> Iterator[Fault]:
    """HI BBQ against HI BBR."""
    if not claim.principal_procedure:
        yield Fault("HI", "", "no HI BBR stands before them", position=claim.other_procedures[0].position)


@rule(UNDATED, "837I", loop="2300", when=lambda e: len(e) > 5 and e[5][:2] in OUTPATIENT)
def outpatient_lines_are_dated(claim: Any, run: Run) -> Iterator[Fault]:
    """DTP 472 of lines without a drug, where DTP 434 covers more than a day."""
    begins, ends = whole(claim)
    if begins == ends:
        return
    for line in claim.lines:
        if not line.service_date and not line.drug and line.service:
            yield Fault("DTP", "", "no DTP 472 follows", "2400", position=line.service.position + 1)
