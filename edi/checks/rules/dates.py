"""Dates in themselves: a period ends after it begins, and nothing has happened after the file was made."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from edi.checks.rules import Fault, Look, Run, every_segment, rule
from edi.declare.guide import Place, Step
from edi.declare.types import DATES
from edi.findings import Answer, kind
from edi.segments.party import DMG
from edi.segments.times import DTM, DTP

REVERSED: Final = kind(
    "DAT-01",
    "Period ends before it begins",
    4,
    "Give the first day first.",
    Answer("277CA", category="A8", status="187"),
)
FUTURE: Final = kind(
    "DAT-02",
    "Date after the interchange's date",
    4,
    "Give the day on which it happened; it cannot be after the day of the file.",
    Answer("277CA", category="A7", status="510"),
)
# What may lie ahead: return to work, disability, care handed over, the end of a coverage.
AHEAD: Final = frozenset(("296", "314", "360", "361", "090", "091", "036"))
# A period that may go on: rented equipment is billed when its month begins. Its first day has come.
BEGUN: Final = frozenset(("472",))


@every_segment(FUTURE, "837P 837I 837D")
def days_and_periods(place: Place, step: Step) -> Look | None:
    """Every DTP and DMG."""
    return _dtp if step.new is DTP else _dmg if step.new is DMG else None


def _dtp(dtp: Any, run: Run) -> Iterable[Fault]:
    e = dtp._e
    if len(e) > 3 and (e[3] > (run.today or "9999") or len(e[3]) > 8):
        return _period(dtp, e[3], run.today or "9999")
    return ()


def _dmg(dmg: Any, run: Run) -> Iterable[Fault]:
    e = dmg._e
    if run.today and len(e) > 2 and e[2] > run.today and DATES[e[2]]:
        return [Fault(dmg, "2", "the birth lies after it", value=e[2])]
    return ()


def _period(dtp: Any, text: str, today: str) -> Iterator[Fault]:
    first = text[:8]
    last = text[-8:] if len(text) == 17 else first
    if DATES[first] is None or DATES[last] is None:
        return
    if last < first:
        yield Fault(dtp, "3", "the last day lies before the first", kind=REVERSED, value=text)
    elif (first if dtp._e[1] in BEGUN else last) > today and dtp._e[1] not in AHEAD:
        yield Fault(dtp, "3", "it had not happened yet", value=text)


@every_segment(FUTURE, "835")
def days_of_a_remittance(place: Place, step: Step) -> Look | None:
    """Every DTM."""
    return _dtm if step.new is DTM else None


def _dtm(dtm: Any, run: Run) -> Iterable[Fault]:
    e = dtm._e
    if run.today and len(e) > 2 and e[2] > run.today and e[1] not in AHEAD and DATES[e[2]]:
        return [Fault(dtm, "2", "it had not happened yet", value=e[2])]
    return ()


@rule(REVERSED, "835", loop="2100", needs="statement_dates")
def statement_ends_after_it_begins(claim: Any, run: Run) -> Iterator[Fault]:
    """DTM 232 and 233."""
    yield from _pair(claim.statement_dates, "232", "233")


@rule(REVERSED, "835", loop="2110", needs="dates")
def service_ends_after_it_begins(line: Any, run: Run) -> Iterator[Fault]:
    """DTM 150 and 151."""
    yield from _pair(line.dates, "150", "151")


def _pair(dates: Iterable[Any], begins: str, ends: str) -> Iterator[Fault]:
    by = {d.qualifier: d for d in dates}
    first, last = by.get(begins), by.get(ends)
    if first and last and first.date and last.date and last.date < first.date:
        yield Fault(last, "2", "the last day lies before the first")


@rule(FUTURE, "837P 837I 837D", loop="1000A", entering=True)
def made_before_it_was_sent(submitter: Any, run: Run) -> Iterator[Fault]:
    """BHT04 against ISA09."""
    root = submitter.parent
    bht = root.beginning if root is not None else None
    if bht and run.today:
        e = bht.elements
        if len(e) > 4 and e[4] > run.today and DATES[e[4]]:
            yield Fault(bht, "4", "the transaction was made after it", "", value=e[4])
