"""What a remittance decided of each claim, and where each payment lies now."""

from dataclasses import dataclass, replace

from sqlalchemy import func

from ledger.queries.listing import Listing, Page
from ledger.schema import claim, claim_payment
from ledger.storage.database import Ledger


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A claim payment; cents. `given`: the number that the payer gives as ours. `number` is the claim's own,
    "" it lies on none."""

    id: int
    position: int
    claim_id: int | None
    number: str
    given: str
    status: str
    charge_cents: int
    paid_cents: int
    patient_owes_cents: int
    payer_claim_control_number: str
    matched_by: str


PAYMENTS = Listing(
    row=PaymentRow,
    columns=(
        *(claim_payment.c.id, claim_payment.c.position, claim_payment.c.claim_id),
        *(
            func.coalesce(claim.c.patient_control_number, ""),
            claim_payment.c.patient_control_number,
            claim_payment.c.status,
        ),
        *(claim_payment.c.charge_cents, claim_payment.c.paid_cents, claim_payment.c.patient_owes_cents),
        *(claim_payment.c.payer_claim_control_number, claim_payment.c.matched_by),
    ),
    joined=claim_payment.outerjoin(claim, claim.c.id == claim_payment.c.claim_id),
    number=claim_payment.c.id,
)
"""Every claim payment, in the order in which they came."""


def payments(ledger: Ledger, remittance_id: int, page: Page) -> list[PaymentRow]:
    """The claim payments of a remittance that is posted, by pages."""
    return _of(remittance_id).read(ledger, page)


def paid(ledger: Ledger, remittance_id: int) -> tuple[int, int]:
    """How many claim payments a posted remittance has, and what they come to in cents."""
    return _of(remittance_id).counted(ledger, claim_payment.c.paid_cents, Page())


def _of(remittance_id: int) -> Listing[PaymentRow]:
    return replace(PAYMENTS, where=(claim_payment.c.remittance_id == remittance_id,))
