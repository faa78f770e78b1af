"""A remittance as it is handed to the ledger: what the payer said, not yet what it means."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from ledger.adjudication.facts import Adjustment

PIECE = 5_000
"""Claims that are in memory at once: a few thousand cost no more each than a million, and no more memory."""


@dataclass(slots=True, kw_only=True)
class LineFacts:
    """Loop 2110: one line as the payer names it. `modifiers` and `remarks` with a space between; cents.

    `procedure` is the one that was submitted (SVC06), where the payer changed it; `adjudicated` is then what
    it decided on, with its modifiers. `units` are those paid, `submitted_units` those submitted, "" not said.
    """

    control_number: str = ""
    procedure: str
    modifiers: str = ""
    adjudicated: str = ""
    units: str = ""
    submitted_units: str = ""
    charge: int
    paid: int
    adjustments: Sequence[Adjustment] = ()
    remarks: str = ""


@dataclass(slots=True, kw_only=True)
class PaymentFacts:
    """Loop 2100. `adjustments` are those of the claim itself. `patient_name` is a digest
    (`matching.name_digest`), `service_from` the first day, ISO; `forwarded_to` and `corrected_payer` are
    payers' keys; `unknown_drg` CLP11 where it is no MS-DRG on the last day of the stay. `corrected_patient`:
    the payer knows the patient by another name or member id. `inpatient` and `outpatient` are the elements of
    MIA and MOA with a comma between, empty where a remark stands."""

    position: int
    patient_control_number: str
    payer_claim_control_number: str = ""
    status: str
    charge: int
    paid: int
    patient_owes: int = 0
    member_id: str = ""
    patient_name: str = ""
    service_from: str = ""
    adjustments: Sequence[Adjustment] = ()
    lines: Sequence[LineFacts] = ()
    remarks: str = ""
    inpatient: str = ""
    outpatient: str = ""
    forwarded_to: str = ""
    unknown_drg: str = ""
    corrected_payer: str = ""
    corrected_patient: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFacts:
    """A pair of PLB elements. A positive amount lowers the payment. `reference` is PLB03-2."""

    reason: str
    cents: int
    reference: str = ""
    fiscal_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceFacts:
    """One 835 transaction. `difference` is what it is out of balance by, in cents; 0 is balanced.

    `content` is a hash of its claims, adjustments and provider-level adjustments. `practice` is the
    practice that is paid, empty where the payee is not known; `same_tax_id` those that share its tax
    id, itself included. A payee that is named by a tax id of several practices is none of them: each
    claim's own practice is paid (`by_tax_id`). `originator` is TRN03.
    """

    response_id: int
    payer: str
    payee: str
    practice: str
    trace: str
    amount: int
    paid_on: str
    method: str
    content: str
    difference: int
    payments: Sequence[PaymentFacts]
    provider_adjustments: Sequence[ProviderFacts] = ()
    originator: str = ""
    same_tax_id: frozenset[str] = frozenset()
    by_tax_id: bool = False
    elsewhere: int = 0
    """How many payments there are where they are too many to be kept: `payments` is empty then."""
    again: Callable[[], Iterator[Sequence[PaymentFacts]]] | None = None
    """Gives these piece by piece, as often as is wanted."""

    @property
    def claims(self) -> int:
        """How many claims it pays."""
        return self.elsewhere or len(self.payments)

    def pieces(self) -> Iterator["RemittanceFacts"]:
        """It again and again, each time with some of its payments; once without any where it has none."""
        some = self.again() if self.again is not None else self._kept()
        for payments in some:
            yield replace(self, payments=payments, elsewhere=0, again=None)

    def _kept(self) -> Iterator[Sequence[PaymentFacts]]:
        for start in range(0, max(len(self.payments), 1), PIECE):
            yield self.payments[start : start + PIECE]

    @property
    def key(self) -> str:
        """What names the payment: payer, TRN02, TRN03 and practice; a payment of nothing by its content too.

        Payers use one trace number again for remittances that pay nothing, and a clearinghouse may
        split one payment over the practices that it pays.
        """
        return self.key_under(self.originator)

    def key_under(self, originator: str) -> str:
        """What would name it under another TRN03."""
        parts = [self.payer, self.trace, originator, self.practice]
        if self.amount == 0:
            parts += [self.paid_on, self.content]
        return "|".join(parts)
