"""Service dates against what must come before or around them: birth, accident, admission, statement."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from edi.checks.rules import Fault, Run, rule
from edi.checks.rules.lines import views
from edi.declare.types import DATES
from edi.findings import Answer, kind

BIRTH: Final = kind(
    "DAT-03",
    "Service before the patient's birth",
    4,
    "Correct the birth date or the service date.",
    Answer("277CA", category="A8", status="158"),
)
STATEMENT: Final = kind(
    "DAT-04",
    "Line outside the statement period",
    4,
    "Let DTP 434 cover the dates of all lines.",
    Answer("277CA", category="A8", status="187"),
)
LATER: Final = kind(
    "DAT-05",
    "Event after the services that it led to",
    4,
    "Correct the event's date or the service dates.",
    Answer("277CA", category="A8", status="187"),
)
DISCHARGE: Final = kind(
    "DAT-06",
    "Discharge before the admission",
    4,
    "Correct DTP 435 or DTP 096.",
    Answer("277CA", category="A8", status="189"),
)
DECIDED: Final = kind(
    "DAT-07",
    "Other payer's decision before the service",
    4,
    "Correct the date of adjudication or of the service.",
    Answer("277CA", category="A8", status="187"),
)


DEATH: Final = kind(
    "DAT-08",
    "Service after the patient's death",
    4,
    "Correct the date of death or the service date.",
    Answer("277CA", category="A8", status="187"),
)


def day_of(dtp: Any) -> str:
    """The day of a DTP; "" where there is none that can be read."""
    e: list[str] = dtp.elements if dtp else []
    day = e[3][:8] if len(e) > 3 and e[2] in ("D8", "DT", "RD8") else ""
    return day if DATES[day] is not None else ""


def whole(claim: Any) -> tuple[str, str]:
    """The statement period (837I) or the claim's service date (837D), for lines without a date."""
    members = claim.__dict__
    dtp = members.get("statement_dates") or members.get("service_date")
    e: list[str] = dtp.elements if dtp else []
    if len(e) < 4 or len(e[3]) not in (8, 17) or (e[1] == "434" and len(e[3]) != 17):
        return "", ""
    first, last = e[3][:8], e[3][-8:]
    return (first, last) if DATES[first] is not None and DATES[last] is not None else ("", "")


@rule(BIRTH, "837P 837I 837D", loop="2300")
def services_come_after_birth(claim: Any, run: Run) -> Iterable[Fault]:
    """The patient's birth date against the lines; reported once a patient."""
    above: Any = claim.parent
    if above is None:
        return ()
    dmg = above.name.demographics
    e: list[str] = dmg._e if dmg else []
    if len(e) < 3:
        return ()
    born = e[2]
    for _, _, first, _ in views(claim, run):
        if not first:
            first = whole(claim)[0]
        if first and first < born and DATES[born] is not None and (not run.today or born <= run.today):
            if run.transaction.get("born late") == dmg.position:
                return ()
            run.transaction["born late"] = dmg.position
            return [Fault(dmg, "2", "a line is dated before it", above.name.ID, value=born)]
    return ()


@rule(STATEMENT, "837I", loop="2300", needs="statement_dates")
def statement_covers_lines(claim: Any, run: Run) -> Iterator[Fault]:
    """DTP 472 of each line, and the admission, against DTP 434."""
    begins, ends = whole(claim)
    if not begins or ends < begins:
        return
    for line, _, first, last in views(claim, run):
        if first and first <= last and (first < begins or last > ends):
            yield Fault(line.service_date, "3", "the statement does not cover it", "2400")
    admitted = day_of(claim.admission)
    if admitted > ends:
        yield Fault(claim.admission, "3", "the statement ends before it", kind=LATER)


@rule(LATER, "837P 837D", loop="2300", needs="accident onset")
def events_come_before_services(claim: Any, run: Run) -> Iterator[Fault]:
    """Accident and onset against the last line."""
    ends = max((last for _, _, _, last in views(claim, run)), default="")
    if not ends:
        return
    for name in ("accident", "onset"):
        dtp = claim.__dict__.get(name)
        day = day_of(dtp)
        if day > ends and (not run.today or day <= run.today):  # else it is reported as not past
            yield Fault(dtp, "3", "all services lie before it")


@rule(DISCHARGE, "837P", loop="2300", needs="discharge")
def discharge_comes_after_admission(claim: Any, run: Run) -> Iterator[Fault]:
    """DTP 435 and 096."""
    left, came = day_of(claim.discharge), day_of(claim.admission)
    if left and left < came and (not run.today or came <= run.today):  # else it is reported as not past
        yield Fault(claim.discharge, "3", "it lies before DTP 435")


@rule(DEATH, "837P", loop="2300")
def services_come_before_death(claim: Any, run: Run) -> Iterable[Fault]:
    """PAT06 of the patient, who may be the subscriber, against the lines; reported once a patient."""
    above: Any = claim.parent
    pat: Any = above.__dict__.get("patient") if above is not None else None
    e: list[str] = pat._e if pat else []
    if len(e) < 7 or DATES[e[6]] is None or run.transaction.get("died early") == pat.position:
        return ()
    if all(first <= e[6] for _, _, first, _ in views(claim, run)):
        return ()
    run.transaction["died early"] = pat.position
    return [Fault(pat, "6", "a line is dated after it", above.ID, value=e[6])]


@rule(DECIDED, "837P 837I 837D", loop="2300", needs="other_payers")
def decisions_come_after_services(claim: Any, run: Run) -> Iterator[Fault]:
    """DTP 573 of each other payer against all lines, of each line against the line."""
    begins = min((first for _, _, first, _ in views(claim, run) if first), default=whole(claim)[0])
    for other in claim.other_payers:
        decided = day_of(other.payer.adjudicated)
        if decided and decided < begins:
            yield Fault(other.payer.adjudicated, "3", "all services are dated after it", "2330B")
    for line, _, first, _ in views(claim, run):
        for decision in line.adjudications:
            decided = day_of(decision.adjudicated)
            if decided and decided < first:
                yield Fault(decision.adjudicated, "3", "the line is dated after it", "2430")
