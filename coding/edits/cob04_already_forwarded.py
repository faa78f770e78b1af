"""Where the first payer forwarded the claim itself, a second copy from us is a duplicate."""

from collections.abc import Iterator
from datetime import date

from coding.context import Context, PriorClaim
from coding.edit import CLEAN, Source, edit
from coding.example import SERVICE_DAY, SUBSCRIBER
from coding.finding import Found, Severity
from edi.records import Adjustment, Claim, OtherPayer, Party

_FORWARDED = frozenset({"19", "20", "21"})
_REMARKS = frozenset({"MA18", "MA07", "N89"})


def _before(status: str, remarks: tuple[str, ...] = ()) -> PriorClaim:
    return PriorClaim(
        patient_control_number="EX0001", payer_id="FIRST", status=status, remarks=remarks, same_claim=True
    )


_SECOND = CLEAN.but(
    payer_order="S",
    other_payers=(
        OtherPayer(
            order="P",
            filing_code="CI",
            payer=Party(last="First Example Plan", id="FIRST"),
            subscriber=SUBSCRIBER,
            paid=100_00,
            adjustments=(Adjustment(group="PR", reason="2", amount=25_00),),
            adjudicated=SERVICE_DAY,
        ),
    ),
)


@edit(
    id="COB-04",
    title="The earlier payer already forwarded the claim",
    severity=Severity.HOLD,
    source=Source("X12 005010X221A1", "CLP02 19, 20, 21; MOA remarks MA18, MA07, N89"),
    since=date(2012, 1, 1),
    prevents=("18", "B13"),
    fix="Wait for the next payer's own remittance; bill it only when none comes within its time.",
    passes=_SECOND.but(context={"history": (_before("1"),)}),
    fails=_SECOND.but(context={"history": (_before("19", ("MA18",)),)}),
)
def already_forwarded(claim: Claim, context: Context) -> Iterator[Found]:
    if claim.payer_order == "P" or not context.history:
        return
    for prior in context.history:
        if not prior.same_claim or prior.payer_id == claim.payer.id or prior.voided:
            continue
        if prior.status in _FORWARDED or not _REMARKS.isdisjoint(prior.remarks):
            yield None, "SBR01", "the payer before forwarded this claim by itself (crossover)"
            return
