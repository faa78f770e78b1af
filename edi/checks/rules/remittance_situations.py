"""What an 835 must have because of something else in it (X221A1: BPR, CLP, 2110 DTM)."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from edi.checks.rules import Fault, Run, cents, rule
from edi.checks.rules.other_payer_balance import adjusted
from edi.declare.code_sets import alone
from edi.declare.types import from_cents
from edi.findings import Answer, kind

BANK: Final = kind(
    "SIT-30",
    "Electronic payment without its accounts",
    4,
    "Give BPR05 (ACH), BPR06 to BPR10 and BPR12 to BPR15, or another payment method.",
    Answer("999", segment="8", element="I9"),
)
NO_PAYMENT: Final = kind(
    "SIT-31",
    "Amount in a remittance that pays nothing",
    4,
    "Give the payment method, or 0.",
    Answer("999", segment="8", element="I12"),
)
DATE: Final = kind(
    "SIT-32",
    "Line without its service date",
    4,
    "Add DTM 472 (or 150 and 151) to the line, or DTM 232 to the claim.",
    Answer("999", segment="I6"),
)
OWED: Final = kind(
    "SIT-33",
    "Patient responsibility is not the sum of its adjustments",
    4,
    "CLP05 must be the sum of the amounts of group PR.",
    None,
    "warning",
)
REVERSAL: Final = kind(
    "SIT-34",
    "Reversal that takes nothing back",
    4,
    "Negate the charge, the payment and the adjustments of the claim that is reversed.",
    None,
    "warning",
)
PAYER: Final = kind(
    "SIT-36", "Trace number of another payer", 4, "Give in TRN03 what BPR10 says.", None, "warning"
)
ROUTING: Final = kind(
    "COD-15", "No such bank", 5, "Give the nine digits of the bank's routing number.", None, "warning"
)
ELECTRONIC: Final = ("ACH", "BOP", "FWT")
FORMATTED: Final = "ACH"  # it names its format
ACCOUNTS: Final = ((6, 7), (8, 9), (10, 10), (12, 13), (14, 15))  # half a pair is reported already


@rule(BANK, "835", loop="1000A", entering=True)
def payment_is_described(payer: Any, run: Run) -> Iterator[Fault]:
    """BPR04 against the accounts and the amount."""
    bpr = payer.parent.payment if payer.parent is not None else None
    if not bpr or len(bpr.elements) < 5:
        return
    e = [*bpr.elements, *[""] * 17]
    if e[4] in ELECTRONIC:
        absent = next((at for at, other in ACCOUNTS if not e[at] and not e[other]), 0)
        if e[4] == FORMATTED and not e[5]:
            absent = 5
        if absent:
            yield Fault(bpr, str(absent), f"it is required with {e[4]}", "", cause=(bpr, "4", ""))
    elif e[4] == "NON" and cents(bpr, 2):
        yield Fault(bpr, "2", "BPR04 is NON", "", NO_PAYMENT)
    for at in (7, 13):
        if e[at - 1] == "01" and e[at] and alone("bank", e[at]) is False:
            yield Fault(bpr, str(at), "its check digit is wrong", "", ROUTING, e[at])
    trn = payer.parent.trace
    if trn and len(trn.elements) > 3 and e[10] and trn.elements[3] not in ("", e[10]):
        yield Fault(trn, "3", "it differs", "", PAYER, cause=(bpr, "10", ""))


@rule(DATE, "835", loop="2100")
def lines_are_dated(claim: Any, run: Run) -> Iterable[Fault]:
    """2110 DTM where the claim has no DTM 232; reported once a claim."""
    if claim.statement_dates:
        return ()
    for line in claim.lines:
        if not line.dates:
            return [
                Fault("DTM", "", "neither the line nor the claim has one", "2110", position=line.position)
            ]
    return ()


@rule(OWED, "835", loop="2100")
def patient_owes_what_is_adjusted(claim: Any, run: Run) -> Iterable[Fault]:
    """CLP05 against all PR amounts; CLP02 22 against the signs."""
    clp = claim.claim
    e = clp.elements
    owed = cents(clp, 5)
    found: list[Fault] = []
    if owed is not None:
        all_cas = [*claim.adjustments, *(cas for line in claim.lines for cas in line.adjustments)]
        adjusted_to_patient = sum(
            amount for cas in all_cas if cas.group == "PR" for _, amount, _ in cas.triples()
        )
        charge, paid, off = cents(clp, 3), cents(clp, 4), adjusted(all_cas)
        unbalanced = charge is None or paid is None or off is None or charge - off != paid
        if adjusted_to_patient != owed and not unbalanced:  # an unbalanced claim is reported already
            left = from_cents(owed - adjusted_to_patient)
            found.append(Fault(clp, "5", f"it differs from their sum by {left}"))
    if len(e) > 4 and e[2] == "22" and ((cents(clp, 3) or 0) > 0 or (cents(clp, 4) or 0) > 0):
        found.append(Fault(clp, "3", "its amounts are not negative", kind=REVERSAL))
    return found
