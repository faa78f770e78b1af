"""What an 835 transaction may bring into the ledger: amounts, days and texts in form."""

from datetime import date

from ledger.border import amount_fault, day_fault, text_fault
from ledger.remittances import PaymentFacts, RemittanceFacts

LONGEST_REMARKS = 400  # characters: a dozen codes


def fault(facts: RemittanceFacts, night: date) -> str:
    """The first thing in a remittance that the ledger does not take, with its place; "" nothing.

    `night` is the day that dates are measured by. Nothing of the content is quoted.
    """
    for place, text in (
        ("N1 PR", facts.payer),
        ("N1 PE", facts.payee),
        ("TRN02", facts.trace),
        ("BPR04", facts.method),
    ):
        if found := text_fault(text):
            return f"{place}: {found}"
    if not facts.trace.strip():
        return "TRN02: there is no trace number, so that payments cannot be told apart"
    if found := amount_fault(facts.amount):
        return f"BPR02: {found}"
    if found := day_fault(date.fromisoformat(facts.paid_on), night):
        return f"BPR16: {found}"
    for reason, cents, reference in facts.provider_adjustments:
        if found := amount_fault(cents) or text_fault(reason) or text_fault(reference):
            return f"PLB: {found}"
    for payment in facts.payments:
        if found := _payment_fault(payment, night):
            return f"claim {payment.position}, {found}"
    return ""


def _payment_fault(payment: PaymentFacts, night: date) -> str:
    named = payment.named
    for place, text in (
        ("CLP01", named.patient_control_number),
        ("CLP02", payment.status),
        ("CLP07", named.payer_claim_control_number),
        ("NM1", named.member_id),
    ):
        if found := text_fault(text):
            return f"{place}: {found}"
    if found := text_fault(payment.remarks, LONGEST_REMARKS):
        return f"MIA or MOA: {found}"
    for place, cents in (
        ("CLP03", named.charge),
        ("CLP04", payment.paid),
        ("CLP05", payment.patient_owes),
        ("CAS", payment.write_off),
        ("CAS", payment.to_patient),
    ):
        if found := amount_fault(cents):
            return f"{place}: {found}"
    if named.service_from and (found := day_fault(date.fromisoformat(named.service_from), night)):
        return f"DTM: {found}"
    for n, line in enumerate(named.lines, 1):
        texts = (line.control_number, line.procedure, line.modifiers)
        if found := amount_fault(line.charge) or next(filter(None, map(text_fault, texts)), ""):
            return f"line {n}: {found}"
    for a in payment.adjustments:
        texts = (a.procedure, a.group, a.carc)
        if found := amount_fault(a.amount) or next(filter(None, map(text_fault, texts)), ""):
            return f"line {a.line}, CAS: {found}"
    return ""
