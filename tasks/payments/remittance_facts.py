"""A remittance read to its end: whom it pays, whether it balances, what it decides. Pure."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from config.partners import Partners, Payer
from edi.records import ClaimPayment, Party, ProviderAdjustment, Remittance
from ledger.matching import Named, PaidLine
from ledger.remittances import AdjustmentFacts, PaymentFacts, RemittanceFacts
from tasks.payments.judge_payment import Judgement, Treatment, judge

FORWARDED = ("19", "20", "21", "23")


BY_APPEAL = ("APPEAL", "RECONSIDER", "WRITE_OFF", "RESEARCH")


def facts_of(partners: Partners, response_id: int, remittance: Remittance) -> RemittanceFacts:
    """A remittance read to its end: whom it pays, whether it balances, what it decides."""
    payments = list(remittance.claims)
    payer = payer_of(partners, remittance)
    practice = partners.practice_of_payee(remittance.payee.npi, remittance.payee.tax_id)
    return RemittanceFacts(
        response_id=response_id,
        payer=payer.key if payer is not None else _payer_text(remittance),
        payee=remittance.payee.npi or remittance.payee.tax_id,
        practice=practice.key if practice is not None else "",
        trace=remittance.trace,
        amount=remittance.payment,
        paid_on=remittance.paid_on.isoformat(),
        method=remittance.method,
        content=content_hash(payments, remittance.provider_adjustments),
        difference=difference(remittance.payment, payments, remittance.provider_adjustments),
        payments=[payment_facts(n, p, payer, remittance.paid_on) for n, p in enumerate(payments, 1)],
        provider_adjustments=[(a.reason, a.amount, a.reference) for a in remittance.provider_adjustments],
    )


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


def difference(
    payment: int, payments: Sequence[ClaimPayment], provider_adjustments: Sequence[ProviderAdjustment]
) -> int:
    """By how many cents the remittance is out of balance: in all, else in its claims and lines.

    sum(CLP04) - sum(PLB) = BPR02; CLP03 - all CAS = CLP04; SVC02 - its CAS = SVC03.
    """
    whole = sum(p.paid for p in payments) - sum(a.amount for a in provider_adjustments) - payment
    if whole:
        return whole
    return sum(abs(d) for p in payments for d in _claim_differences(p))


def _claim_differences(payment: ClaimPayment) -> Iterable[int]:
    adjusted = sum(a.amount for a in payment.adjustments)
    for line in payment.lines:
        of_line = sum(a.amount for a in line.adjustments)
        adjusted += of_line
        yield line.charge - of_line - line.paid
    yield payment.charge - adjusted - payment.paid


def content_hash(payments: Sequence[ClaimPayment], provider_adjustments: Sequence[ProviderAdjustment]) -> str:
    """What a remittance says of money, whatever file and interchange it comes in."""
    digest = hashlib.sha256()
    for p in payments:
        digest.update(
            repr(
                (
                    p.patient_control_number,
                    p.status,
                    p.charge,
                    p.paid,
                    p.patient_owes,
                    p.payer_claim_control_number,
                    [(a.group, a.reason, a.amount) for a in p.adjustments],
                    [
                        (
                            s.procedure,
                            s.charge,
                            s.paid,
                            [(a.group, a.reason, a.amount) for a in s.adjustments],
                        )
                        for s in p.lines
                    ],
                )
            ).encode()
        )
    for a in provider_adjustments:
        digest.update(repr((a.provider_id, a.reason, a.amount, a.reference)).encode())
    return digest.hexdigest()


def payment_facts(position: int, payment: ClaimPayment, payer: Payer | None, paid_on: date) -> PaymentFacts:
    """One claim payment, judged."""
    judgement = judge(payment)
    forwarded = payment.status in FORWARDED
    first = min(
        (line.service_from for line in payment.lines if line.service_from), default=payment.statement_from
    )
    return PaymentFacts(
        position=position,
        named=Named(
            patient_control_number=payment.patient_control_number,
            payer_claim_control_number=payment.payer_claim_control_number,
            charge=payment.charge,
            member_id=_member_id(payment),
            service_from=first.isoformat() if first else "",
            lines=[
                PaidLine(
                    line.control_number,
                    line.submitted_procedure or line.procedure,
                    " ".join(line.submitted_modifiers or line.modifiers),
                    line.charge,
                )
                for line in payment.lines
            ],
        ),
        status=payment.status,
        paid=payment.paid,
        patient_owes=payment.patient_owes or 0,
        write_off=judgement.cents(Treatment.WRITE_OFF),
        # what a forwarded claim leaves to the patient is the next payer's first
        to_patient=0 if forwarded else judgement.cents(Treatment.PATIENT),
        outcome=outcome(payment, judgement),
        remarks=" ".join(payment.remarks),
        adjustments=[
            AdjustmentFacts(
                line=j.line,
                procedure=payment.lines[j.line - 1].procedure if j.line else "",
                group=j.adjustment.group,
                carc=j.adjustment.reason,
                amount=j.adjustment.amount,
                treatment=str(j.treatment),
            )
            for j in judgement.judged
        ],
        shortfalls=[
            replace(s, until=last_day(s.fix_path, payer, paid_on, first)) for s in judgement.shortfalls
        ],
    )


def outcome(payment: ClaimPayment, judgement: Judgement) -> str:
    """The state that a payment leads its submission to."""
    if judgement.pending:
        return "pended"
    if judgement.shortfalls:
        return "part_paid" if payment.paid > 0 else "denied"
    return "forwarded" if payment.status in FORWARDED else "paid"


def _member_id(payment: ClaimPayment) -> str:
    for person in (payment.subscriber, payment.patient):
        if person is not None and person.member_id:
            return person.member_id
    return ""


def last_day(fix_path: str, payer: Payer | None, paid_on: date, service: date | None) -> str:
    """The last day to act, ISO: the appeal limit from the payment, or for a corrected or new claim
    the payer's correction (else filing) limit from the service. "" where the payer is not known."""
    if payer is None:
        return ""
    appeal = _after(paid_on, payer.appeal_limit_days)
    if fix_path in BY_APPEAL or service is None:
        return appeal.isoformat()
    correct = _after(service, payer.correction_limit_days or payer.filing_limit_days)
    # past the limit for a correction, an appeal is what is left
    return (correct if correct >= paid_on else appeal).isoformat()


def _after(day: date, days: int) -> date:
    return day + min(timedelta(days=days), date.max - day)
