"""What an 835 transaction may bring into the ledger: amounts, days and texts in form."""

from collections.abc import Sequence
from datetime import date

from ledger.adjudication.facts import Adjustment
from ledger.border import amount_fault, amounts_fit, day_fault, text_fault, texts_fit
from ledger.payments.remittance_facts import PaymentFacts, RemittanceFacts

LONGEST_REMARKS = 400  # characters: a dozen codes


def fault(facts: RemittanceFacts, as_of: date) -> str:
    """The first thing in a remittance that the ledger does not take, with its place; "" nothing.

    `as_of` is the day that dates are measured by. Nothing of the content is quoted.
    """
    for place, text in (
        ("N1 PR", facts.payer),
        ("N1 PE", facts.payee),
        ("TRN02", facts.trace),
        ("TRN03", facts.originator),
        ("BPR04", facts.method),
    ):
        if found := text_fault(text):
            return f"{place}: {found}"
    if not facts.trace.strip():
        return "TRN02: there is no trace number, so payments cannot be distinguished"
    if found := amount_fault(facts.amount):
        return f"BPR02: {found}"
    if found := day_fault(date.fromisoformat(facts.paid_on), as_of):
        return f"BPR16: {found}"
    for adjustment in facts.provider_adjustments:
        found = amount_fault(adjustment.cents)
        if found := found or text_fault(adjustment.reason) or text_fault(adjustment.reference):
            return f"PLB: {found}"
    for piece in facts.pieces():
        for payment in piece.payments:
            if found := _payment_fault(payment, as_of):
                return f"claim {payment.position}, {found}"
    return ""


def _payment_fault(p: PaymentFacts, as_of: date) -> str:
    return _of_day(p, as_of) if _fits(p) else _what_does_not_fit(p, as_of)


def _of_day(p: PaymentFacts, as_of: date) -> str:
    found = day_fault(date.fromisoformat(p.service_from), as_of) if p.service_from else ""
    return f"DTM: {found}" if found else ""


def _fits(p: PaymentFacts) -> bool:
    """One look at all amounts and texts, of which most have no fault. False may be wrong."""
    amounts = [p.charge, p.paid, p.patient_owes]
    texts = [
        *(p.patient_control_number, p.status, p.payer_claim_control_number),
        *(p.member_id, p.forwarded_to, p.unknown_drg, p.corrected_payer, p.remarks),
        *(p.inpatient, p.outpatient),
    ]
    for a in p.adjustments:
        amounts.append(a.cents)
        texts += (a.group, a.carc, a.quantity)
    for line in p.lines:
        amounts += (line.charge, line.paid)
        texts += (line.control_number, line.procedure, line.modifiers, line.remarks)
        for a in line.adjustments:
            amounts.append(a.cents)
            texts += (a.group, a.carc, a.quantity)
    return amounts_fit(amounts) and texts_fit(texts)


def _what_does_not_fit(p: PaymentFacts, as_of: date) -> str:
    for place, text in (
        ("CLP01", p.patient_control_number),
        ("CLP02", p.status),
        ("CLP07", p.payer_claim_control_number),
        ("NM1", p.member_id),
        ("NM1*TT", p.forwarded_to),
        ("CLP11", p.unknown_drg),
        ("NM1*PR", p.corrected_payer),
    ):
        if found := text_fault(text):
            return f"{place}: {found}"
    for text in (p.remarks, p.inpatient, p.outpatient):
        if found := text_fault(text, LONGEST_REMARKS):
            return f"MIA or MOA: {found}"
    for place, cents in (("CLP03", p.charge), ("CLP04", p.paid), ("CLP05", p.patient_owes)):
        if found := amount_fault(cents):
            return f"{place}: {found}"
    if found := _of_day(p, as_of) or _adjustment_fault(p.adjustments):
        return found
    for n, line in enumerate(p.lines, 1):
        found = amount_fault(line.charge) or amount_fault(line.paid)
        texts = (line.control_number, line.procedure, line.modifiers)
        found = found or next(filter(None, map(text_fault, texts)), "")
        found = found or text_fault(line.remarks, LONGEST_REMARKS)
        if found := found or _adjustment_fault(line.adjustments):
            return f"line {n}: {found}"
    return ""


def _adjustment_fault(adjustments: Sequence[Adjustment]) -> str:
    for a in adjustments:
        found = amount_fault(a.cents) or text_fault(a.group) or text_fault(a.carc)
        if found := found or text_fault(a.quantity):
            return f"CAS: {found}"
    return ""
