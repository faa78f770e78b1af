"""Many payers take electronic claims only of billing providers that enrolled for them, through the
clearinghouse that sends them; others are refused before anybody reads them."""

from collections.abc import Iterator
from datetime import date, timedelta

from coding.context import Context, Enrolled, Enrolments
from coding.edit import CLEAN, Source, edit
from coding.example import AS_OF
from coding.finding import Found, Severity
from edi.records import Claim

_SINCE = date(2026, 1, 1)


@edit(
    id="ENR-01",
    title="Billing provider not enrolled for electronic claims",
    severity=Severity.HOLD,
    source=Source("Payer's EDI enrolment", "cleanclaim enrolments list --kind edi"),
    since=date(2012, 1, 1),
    prevents=("B7", "208"),
    fix="Finish the enrolment with payer and clearinghouse, then say so: cleanclaim enrolments set.",
    passes=CLEAN.but(
        context={"enrolments": Enrolments(edi=(Enrolled(words="approved from 2026-01-01 on", start=_SINCE),))}
    ),
    fails=CLEAN.but(
        context={
            "enrolments": Enrolments(
                edi=(
                    Enrolled(
                        words="ended from 2026-01-01 to 2026-11-15",
                        start=_SINCE,
                        end=AS_OF - timedelta(days=1),
                    ),
                )
            )
        }
    ),
    each_payer=True,
)
def claims_enrolled(claim: Claim, context: Context) -> Iterator[Found]:
    # enrolled counts on the day the claim is sent, not on the day of service
    if fault := context.edi_fault():
        yield None, "2010AA NM109", fault
