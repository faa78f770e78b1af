"""A remittance read to its end: whom it pays, whether it balances, what it says of each claim. Pure."""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from coding.codes import Codes
from coding.codes.inpatient import has_drg_shape
from coding.codes.validity import Validity
from config.partners import Partners, Payer
from edi import records
from edi.records import ClaimPayment, Party, Person, ProviderAdjustment, Remittance
from ledger.adjudication.facts import Adjustment
from ledger.payments.matching import name_digest, same_member_id
from ledger.payments.remittance_facts import LineFacts, PaymentFacts, ProviderFacts, RemittanceFacts
from tasks.payments.spool import Spool

_FIGURE = re.compile(r"(-?(\d{1,12}(\.\d{0,2})?|\.\d{1,2}))?", re.ASCII)
COVERED_DAYS = "CA"
IsDrg = Callable[[str, date], bool]
"""Whether a DRG may be one on the last day of a stay: it is, or no list is loaded that could say."""


def is_drg(codes: Callable[[], Codes]) -> IsDrg:
    """By the lists of MS-DRGs that are loaded, opened when the first DRG is asked about."""
    return lambda drg, day: has_drg_shape(drg) and codes().drg(drg, day) is not Validity.INVALID


def facts_of(
    partners: Partners,
    response_id: int,
    remittance: Remittance,
    spool: Spool[PaymentFacts] | None = None,
    *,
    drgs: IsDrg | None = None,
) -> RemittanceFacts:
    """A remittance read to its end: whom it pays, whether it balances, what it says. Payments that are more
    than one piece go into the spool. `drgs` judges those that Medicare gives (None: nothing
    does); another payer may have lists of its own."""
    read = _Read()
    kept: list[PaymentFacts] = []
    payer = payer_of(partners, remittance)
    judged = drgs if payer is not None and payer.medicare else None
    for payment in remittance.claims:
        read.add(payment)
        facts = payment_facts(partners, read.claims, payment)
        if judged is not None and payment.drg:
            facts = replace(facts, unknown_drg=_unknown_drg(payment, judged))
        kept.append(facts)
        if spool is not None and len(kept) == spool.size:
            spool.put(kept)
            kept = []
    if spool is not None and spool.used:
        spool.put(kept)
        kept = []
    practice = partners.practice_of_payee(remittance.payee.npi, remittance.payee.tax_id)
    tax_id = practice.tax_id if practice is not None else remittance.payee.tax_id.replace("-", "")
    return RemittanceFacts(
        response_id=response_id,
        payer=payer.key if payer is not None else _payer_text(remittance),
        payee=remittance.payee.npi or remittance.payee.tax_id,
        practice=practice.key if practice is not None else "",
        same_tax_id=frozenset(p.key for p in partners.practices.values() if tax_id and p.tax_id == tax_id),
        trace=remittance.trace,
        originator=remittance.originator,
        amount=remittance.payment,
        paid_on=remittance.paid_on.isoformat(),
        method=remittance.method,
        content=read.content(remittance.provider_adjustments),
        difference=read.difference(remittance.payment, remittance.provider_adjustments),
        payments=kept,
        elsewhere=read.claims if spool is not None and spool.used else 0,
        again=spool.pieces if spool is not None and spool.used else None,
        provider_adjustments=[
            ProviderFacts(
                reason=a.reason,
                cents=a.amount,
                reference=a.reference,
                fiscal_on=a.fiscal_period_end.isoformat(),
            )
            for a in remittance.provider_adjustments
        ],
    )


class _Read:
    """What the payments of a remittance come to that were read so far."""

    def __init__(self) -> None:
        self.claims = 0
        self._paid = 0
        self._off = 0
        self._digest = hashlib.sha256()

    def add(self, p: ClaimPayment) -> None:
        self.claims += 1
        self._paid += p.paid
        adjustments = [(a.group, a.reason, a.amount) for a in p.adjustments]
        adjusted = sum([cents for _, _, cents in adjustments])
        lines = []
        for s in p.lines:
            of_line = [(a.group, a.reason, a.amount) for a in s.adjustments]
            line_adjusted = sum([cents for _, _, cents in of_line])
            adjusted += line_adjusted
            self._off += abs(s.charge - line_adjusted - s.paid)
            lines.append((s.procedure, s.charge, s.paid, of_line))
        self._off += abs(p.charge - adjusted - p.paid)
        number, owes = p.payer_claim_control_number, p.patient_owes
        said = (p.patient_control_number, p.status, p.charge, p.paid, owes, number, adjustments, lines)
        self._digest.update(repr(said).encode())

    def content(self, provider_adjustments: Sequence[ProviderAdjustment]) -> str:
        """A digest of what it says of money, whatever file and interchange it comes in."""
        digest = self._digest.copy()
        for a in provider_adjustments:
            digest.update(repr((a.provider_id, a.reason, a.amount, a.reference)).encode())
        return digest.hexdigest()

    def difference(self, payment: int, provider_adjustments: Sequence[ProviderAdjustment]) -> int:
        """By how many cents it is out of balance: in all, else in its claims and lines.

        sum(CLP04) - sum(PLB) = BPR02; CLP03 - all CAS = CLP04; SVC02 - its CAS = SVC03.
        """
        return self._paid - sum(a.amount for a in provider_adjustments) - payment or self._off


def payer_of(partners: Partners, remittance: Remittance) -> Payer | None:
    """By its plan id, its REF 2U, or its name."""
    party: Party = remittance.payer
    for text in (
        party.id,
        *(value for code, value in party.secondary_ids if code in ("2U", "NF")),
        party.last,
    ):
        if text and (found := partners.payer(text)) is not None:
            return found
    return None


def _payer_text(remittance: Remittance) -> str:
    """Stands for a payer that no file knows: where its payments come from."""
    return remittance.payer.id or remittance.originator or remittance.payer.last


def payment_facts(partners: Partners, position: int, payment: ClaimPayment) -> PaymentFacts:
    """One claim payment as the payer sent it."""
    days = [line.service_from for line in payment.lines if line.service_from]
    first = min(days) if days else payment.statement_from
    person = payment.patient or payment.subscriber
    return PaymentFacts(
        position=position,
        patient_control_number=payment.patient_control_number,
        payer_claim_control_number=payment.payer_claim_control_number,
        status=payment.status,
        charge=payment.charge,
        paid=payment.paid,
        patient_owes=payment.patient_owes or 0,
        member_id=_member_id(payment),
        patient_name=name_digest(person.last, person.first) if person is not None else "",
        service_from=first.isoformat() if first else "",
        adjustments=_adjustments(payment.adjustments),
        lines=[
            LineFacts(
                control_number=line.control_number,
                procedure=line.submitted_procedure or line.procedure,
                modifiers=" ".join(line.submitted_modifiers or line.modifiers),
                adjudicated=_adjudicated(line),
                units=line.units,
                submitted_units=line.submitted_units,
                charge=line.charge,
                paid=line.paid,
                adjustments=_adjustments(line.adjustments),
                remarks=" ".join(line.remarks),
            )
            for line in payment.lines
        ],
        remarks=" ".join(payment.remarks),
        inpatient=_figures(_with_days(payment)),
        outpatient=_figures(payment.outpatient),
        forwarded_to=_key_of(partners, payment.crossover),
        corrected_payer=_key_of(partners, payment.corrected_payer),
        corrected_patient=payment.corrected is not None and _is_another(payment, payment.corrected),
    )


def _unknown_drg(payment: ClaimPayment, drgs: IsDrg) -> str:
    """The payment's DRG where it is none on the last day of the stay. Payers leave out its leading zeros, or
    write one more."""
    lines = [line.service_to or line.service_from for line in payment.lines]
    last = max((day for day in lines if day), default=None)
    day = payment.statement_to or payment.statement_from or last
    return payment.drg if day is not None and not drgs(payment.drg.lstrip("0").zfill(3), day) else ""


def _with_days(payment: ClaimPayment) -> tuple[str, ...]:
    """The elements of MIA with the covered days, for which an 835 has QTY CA: its MIA01 is always 0."""
    given, *others = payment.inpatient or ("",)
    if not payment.inpatient or given not in ("", "0"):
        return payment.inpatient
    return (next((days for code, days in payment.quantities if code == COVERED_DAYS), "0"), *others)


def _figures(elements: Sequence[str]) -> str:
    """Elements of MIA or MOA with a comma between; "" where one of them is no number."""
    return ",".join(elements) if elements and all(map(_FIGURE.fullmatch, elements)) else ""


def _adjudicated(line: records.ServicePayment) -> str:
    """What the payer decided on, with its modifiers; "" it is what was submitted."""
    if not line.submitted_procedure:  # as most have none
        return ""
    decided = (line.procedure, *line.modifiers)
    return " ".join(decided) if decided != (line.submitted_procedure, *line.submitted_modifiers) else ""


def _adjustments(adjustments: Iterable[records.Adjustment]) -> list[Adjustment]:
    return [Adjustment(a.group, a.reason, a.amount, a.quantity) for a in adjustments]


def _key_of(partners: Partners, payer: Party | None) -> str:
    """The key of a payer that a claim payment names, or what names it there; "" where none is."""
    if payer is None:
        return ""
    for text in (payer.id, payer.last):
        if text and (found := partners.payer(text)) is not None:
            return found.key
    return payer.id or payer.last


def _is_another(payment: ClaimPayment, corrected: Person) -> bool:
    """Whether the corrected patient or insured has another name or member id than those of the claim."""
    people = [person for person in (payment.patient, payment.subscriber) if person is not None]
    if corrected.member_id and not any(same_member_id(corrected.member_id, p.member_id) for p in people):
        return True
    name = name_digest(corrected.last, corrected.first)
    return bool(corrected.last) and name not in {name_digest(p.last, p.first) for p in people}


def _member_id(payment: ClaimPayment) -> str:
    for person in (payment.subscriber, payment.patient):
        if person is not None and person.member_id:
            return person.member_id
    return ""
