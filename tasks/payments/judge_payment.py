"""What each adjustment of a payment means for the books and for people: pure.

The conservative rules that billers expect (a denial is never written off by itself):

* CO 45 is written off only where its line is paid or has patient responsibility, carries no reason
  for a denial and 45 is not the whole charge; CO 253 and the other automatic ones of the table are.
* PR 1, 2 and 3 pass to the next payer or the patient.
* OA 23 tells what another payer did, which is in the books already.
* CARC 133 and its like are pending: nothing moves until the payer decides.
* Every other reason, and every code the table does not know, stays owed and is looked at.

A denial is found from the adjustments and remarks, never from the claim status (CLP02) alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from config.adjustment_codes import AdjustmentCode, find
from edi.records import Adjustment, ClaimPayment, ServicePayment
from ledger.denials import Shortfall


class Treatment(StrEnum):
    """Where an adjustment's amount goes."""

    WRITE_OFF = "write_off"
    PATIENT = "patient"
    KNOWN = "known"  # another payer's part, posted with that payer's remittance
    PENDING = "pending"
    OPEN = "open"  # still owed: a person decides


@dataclass(frozen=True, slots=True)
class Judged:
    """One adjustment and what becomes of it. `line` counts the payment's lines from 1; 0: the claim."""

    line: int
    adjustment: Adjustment
    treatment: Treatment


@dataclass(frozen=True, slots=True)
class Judgement:
    """A whole claim payment: its adjustments' treatments and the work that follows."""

    judged: tuple[Judged, ...]
    shortfalls: tuple[Shortfall, ...]

    def cents(self, treatment: Treatment) -> int:
        return sum(j.adjustment.amount for j in self.judged if j.treatment is treatment)

    @property
    def pending(self) -> bool:
        return any(j.treatment is Treatment.PENDING for j in self.judged)


def judge(payment: ClaimPayment) -> Judgement:
    """Judges every adjustment of a claim payment. Amounts are cents, as the payer signed them."""
    judged: list[Judged] = []
    shortfalls: list[Shortfall] = []
    scopes: list[tuple[int, ServicePayment | None, Sequence[Adjustment]]] = [(0, None, payment.adjustments)]
    scopes += [(n, line, line.adjustments) for n, line in enumerate(payment.lines, 1)]
    for number, line, adjustments in scopes:
        paid, charge = (line.paid, line.charge) if line is not None else (payment.paid, payment.charge)
        treated = [Judged(number, a, t) for a, t in _treat(adjustments, charge, paid)]
        judged += treated
        open_ones = [
            j.adjustment for j in treated if j.treatment is Treatment.OPEN and j.adjustment.amount > 0
        ]
        if open_ones:
            remarks = tuple(dict.fromkeys((*(line.remarks if line else ()), *payment.remarks)))
            shortfalls.append(_shortfall(number, line, open_ones, remarks))
    return Judgement(tuple(judged), tuple(shortfalls))


def _treat(
    adjustments: Sequence[Adjustment], charge: int, paid: int
) -> Iterable[tuple[Adjustment, Treatment]]:
    rows = [_row(a) for a in adjustments]
    has_patient_part = any(
        a.group == "PR" and r.outcome_class == "PATIENT_RESP" for a, r in zip(adjustments, rows, strict=True)
    )
    denied = any(r.outcome_class == "DENIAL" for r in rows)
    for adjustment, row in zip(adjustments, rows, strict=True):
        if row.outcome_class == "PENDING":
            yield adjustment, Treatment.PENDING
        elif row.outcome_class == "PATIENT_RESP" and adjustment.group == "PR":
            yield adjustment, Treatment.PATIENT
        elif row.outcome_class == "COB_INFO":
            yield adjustment, Treatment.KNOWN
        elif adjustment.reason == "45":
            earned = (paid != 0 or has_patient_part) and not denied and abs(adjustment.amount) < abs(charge)
            ours = adjustment.group in ("CO", "CR")
            yield adjustment, Treatment.WRITE_OFF if earned and ours else Treatment.OPEN
        elif row.outcome_class in ("CONTRACTUAL", "INFO") and _automatic(row) and adjustment.group != "PR":
            yield adjustment, Treatment.WRITE_OFF
        else:
            yield adjustment, Treatment.OPEN


def _automatic(row: AdjustmentCode) -> bool:
    return row.owner_queue == "AUTO_POST" or (row.outcome_class == "INFO" and row.fix_path == "WRITE_OFF")


def _row(adjustment: Adjustment) -> AdjustmentCode:
    found = find("CARC", adjustment.reason)
    assert found is not None  # the table has a row for unknown codes
    return found


def _shortfall(
    number: int,
    line: ServicePayment | None,
    adjustments: Sequence[Adjustment],
    remarks: tuple[str, ...],
) -> Shortfall:
    """One piece of work a line: its weightiest denial leads, the remark code says more than CARC 16."""
    leading = max(adjustments, key=lambda a: (_row(a).outcome_class == "DENIAL", a.amount))
    row = _row(leading)
    said = row
    for remark in remarks:
        found = find("RARC", remark)
        if found is not None and (row.needs_rarc or found.fix_path in ("NEW_CLAIM", "WAIT")):
            said = found
            break
    whole_45 = leading.reason == "45"
    return Shortfall(
        line=number,
        procedure=line.procedure if line else "",
        group=leading.group,
        carc=leading.reason,
        rarcs=" ".join(remarks),
        cents=sum(a.amount for a in adjustments if whole_45 or a.reason != "45"),
        category=said.category,
        owner="CONTRACTING" if whole_45 else said.owner_queue,
        action=said.recommended_action,
        fix_path="RESEARCH" if whole_45 else said.fix_path,
        correctable=said.correctable,
        appealable=said.appealable,
    )
