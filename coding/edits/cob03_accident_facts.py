"""An injury asks whose insurance pays: the payer's own, a car's, an employer's. Unanswered, it pends."""

from collections.abc import Iterator
from datetime import date, timedelta

from coding.context import Context
from coding.edit import CLEAN, Source, edit
from coding.example import SERVICE_DAY
from coding.finding import HOLD, Found, Severity
from edi.records import Accident, Claim


@edit(
    id="COB-03",
    title="Injury diagnosis without accident facts, or the other way round",
    severity=Severity.WARN,
    source=Source("X12 005010X222A1", "CLM11, DTP 439; coordination of benefits"),
    since=date(2012, 1, 1),
    prevents=("19", "20", "21", "N179"),
    fix="Ask how it happened: CLM11 takes auto (AA), employment (EM) or other (OA), with the day.",
    passes=CLEAN.but(
        diagnoses=("S93401A",), accident=Accident(causes=("OA",), day=SERVICE_DAY - timedelta(days=1))
    ),
    fails=CLEAN.but(diagnoses=("S93401A",)),
    kinds="P",
    carries=frozenset({"diagnosis:injury", "accident"}),
)
def accident_facts(claim: Claim, context: Context) -> Iterator[Found]:
    accident = claim.accident
    injury = next((n for n, code in enumerate(claim.diagnoses, start=1) if _fresh_injury(code)), None)
    if accident is None or not accident.causes:
        if injury is not None:
            yield None, "CLM11", f"diagnosis {injury} is a fresh injury, the claim has no accident"
        return
    if accident.day is None:
        # What work did to somebody over years has no day (DTP 439: EM only where it was an accident).
        if injury is not None or accident.causes != ("EM",):
            yield None, "DTP 439", "the accident has no day", HOLD
    elif not context.reached(accident.day):
        yield None, "DTP 439", "the accident lies in the future", HOLD
    if "AA" in accident.causes and not (accident.state or accident.country):
        yield None, "CLM11-4", "an auto accident needs its state", HOLD
    if "EM" in accident.causes and claim.filing_code not in ("WC", ""):
        yield None, "CLM11", "employment is the cause, the payer is not workers' compensation"


def _fresh_injury(code: str) -> bool:
    return "S" <= code[:1] <= "T" and code[:3] < "T36" and code[6:7] in ("A", "B", "C")
