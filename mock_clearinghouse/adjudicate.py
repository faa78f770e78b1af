"""One claim and one decision of a scenario become a claim payment that balances.

Every line closes (charge - adjustments = paid), every claim closes, and the same claim with the
same decision always gives the same payment: that is how a reversal later negates to the cent what
was paid.
"""

from dataclasses import replace

from edi.records import Adjustment, Claim, ClaimPayment, Party, ServiceLine, ServicePayment
from mock_clearinghouse import coordination
from mock_clearinghouse.scenario import Remit

_FORWARDED = {"1": "19", "2": "20", "3": "21"}
_FILING = {"CI": "15", "BL": "12", "FI": "CH", "11": "ZZ"}  # an 835 knows fewer codes than an 837
_BY_ORDER = {"P": "1", "S": "2", "T": "3"}


def decide(claim: Claim, remit: Remit, claim_number: str, room: int | None = None) -> ClaimPayment:
    """What the payer pays for a claim. `claim_number` is the payer's own (CLP07).

    `room` is what is left of the member's annual maximum; None where there is none.
    """
    fixed = _fixed(claim, remit)
    later = claim.payer_order in ("S", "T") and claim.other_payers and remit.coordination != "alone"
    if later and not remit.denials:
        lines = _secondary(claim, remit)
    elif fixed is not None:
        lines = [_of_the_whole(claim, remit, fixed)]
    else:
        lines = _lines(claim, remit)
    if room is not None:
        _cap(lines, room)
    status = remit.status or _BY_ORDER.get(claim.payer_order, "1")
    if claim.dental is not None and claim.dental.predetermines:
        status = "25"
        for line in lines:
            line.adjustments = (*line.adjustments, *_one("OA", "101", line.paid))
            line.paid = 0
    of_the_claim = remit.claim_level or fixed is not None
    crossover = None
    if remit.forward_to:
        status = _FORWARDED.get(status, status)
        crossover = Party(last=remit.forward_to, id="FORWARD", id_qualifier="PI")
    days = sorted(line.service_from for line in claim.lines if line.service_from is not None)
    bill = claim.institutional
    if bill is not None and bill.statement_from is not None:
        days = [bill.statement_from, bill.statement_to or bill.statement_from]
    everything = [adjustment for line in lines for adjustment in line.adjustments]
    patient = sum(adjustment.amount for adjustment in everything if adjustment.group == "PR")
    paid = sum(line.paid for line in lines)
    return ClaimPayment(
        patient_control_number=claim.patient_control_number,
        status=status,
        charge=claim.charge,
        paid=paid,
        patient_owes=patient or None,
        filing_code=_FILING.get(claim.filing_code, claim.filing_code) or "ZZ",
        payer_claim_control_number=claim_number,
        facility_code=bill.type_of_bill if bill is not None else claim.place_of_service,
        frequency=claim.frequency,
        patient=claim.patient or claim.subscriber,
        subscriber=claim.subscriber if claim.patient is not None else None,
        rendering=claim.rendering,
        crossover=crossover,
        adjustments=_summed(everything) if of_the_claim else (),
        remarks=remit.remarks,
        statement_from=days[0] if days else None,
        statement_to=days[-1] if days else None,
        amounts=(("I", remit.interest),) if remit.interest else (),
        lines=() if of_the_claim else tuple(lines),
    )


def reversal(original: ClaimPayment) -> ClaimPayment:
    """The same with every amount negated, CLP02 22; it takes back the payment."""
    return replace(
        original,
        status="22",
        charge=-original.charge,
        paid=-original.paid,
        patient_owes=None,
        crossover=None,
        amounts=(),
        adjustments=_negated(original.adjustments),
        lines=tuple(
            replace(
                line,
                charge=-line.charge,
                paid=-line.paid,
                allowed=None,
                adjustments=_negated(line.adjustments),
            )
            for line in original.lines
        ),
    )


def _lines(claim: Claim, remit: Remit) -> list[ServicePayment]:
    """Each line by the decision: contractual, cuts, deductible, copay, coinsurance, paid."""
    deductible, copay = remit.deductible, remit.copay
    decided = []
    for line in claim.lines:
        adjustments: list[Adjustment] = []
        remarks: list[str] = []
        left = line.charge
        denial = next((d for d in remit.denials if not d.lines or line.number in d.lines), None)
        if denial is not None:
            _take(adjustments, denial.group, denial.reason, left)
            decided.append(_paid(line, remit, 0, 0, adjustments, list(denial.remarks)))
            continue
        left -= _take(adjustments, "CO", "45", left - _allowed(remit, line.number, left))
        for cut in remit.cuts:
            if cut.line in (None, line.number):
                amount = cut.amount if cut.amount is not None else _percent(left, cut.percent or 0)
                left -= _take(adjustments, cut.group, cut.reason, min(amount, left))
                remarks += cut.remarks
        allowed = left
        taken = _take(adjustments, "PR", "1", min(deductible, left))
        deductible, left = deductible - taken, left - taken
        taken = _take(adjustments, "PR", "3", min(copay, left))
        copay, left = copay - taken, left - taken
        left -= _take(adjustments, "PR", "2", _percent(left, remit.coinsurance))
        decided.append(_paid(line, remit, left, allowed, adjustments, remarks))
    return decided


def _allowed(remit: Remit, line: int, charge: int) -> int:
    """What is allowed of a line's charge: its own share, else the claim's percent."""
    share = dict(remit.shares).get(line)
    return _percent(charge, remit.allowed) if share is None else (charge * share + 5_000) // 10_000


def _fixed(claim: Claim, remit: Remit) -> int | None:
    """What is allowed for a whole institutional claim: its DRG's amount, or so much a day; None: by line."""
    if claim.institutional is None:
        return None
    if (amount := dict(remit.drg).get(claim.institutional.drg)) is not None:
        return amount
    days = sum(int(float(line.units)) for line in claim.lines if "0100" <= line.revenue_code <= "0219")
    return remit.per_diem * days if remit.per_diem and days else None


def _of_the_whole(claim: Claim, remit: Remit, allowed: int) -> ServicePayment:
    """All lines as one, by a fixed amount; where that is above the charge, OA 94 is negative."""
    whole = ServiceLine(number=0, charge=claim.charge)
    adjustments: list[Adjustment] = []
    _take(adjustments, "CO", "45", max(claim.charge - allowed, 0))
    _take(adjustments, "OA", "94", min(claim.charge - allowed, 0))
    left = allowed
    left -= _take(adjustments, "PR", "1", min(remit.deductible, left))
    left -= _take(adjustments, "PR", "3", min(remit.copay, left))
    left -= _take(adjustments, "PR", "2", _percent(left, remit.coinsurance))
    return _paid(whole, remit, left, allowed, adjustments, [])


def _cap(lines: list[ServicePayment], room: int) -> None:
    """What goes beyond the member's annual maximum is the patient's."""
    for line in lines:
        over = max(line.paid - room, 0)
        line.adjustments = (*line.adjustments, *_one("PR", "119", over))
        line.paid -= over
        room -= line.paid


def _one(group: str, reason: str, amount: int) -> tuple[Adjustment, ...]:
    return (Adjustment(group=group, reason=reason, amount=amount),) if amount else ()


def _secondary(claim: Claim, remit: Remit) -> list[ServicePayment]:
    """A later payer's part: what it pays, what it leaves to the patient, and OA 23 for the earlier ones'."""
    benefit = coordination.Benefit(remit.allowed, remit.deductible, remit.coinsurance, remit.fee)
    decided = []
    for line, share in zip(claim.lines, coordination.shares(claim, remit.coordination, benefit), strict=True):
        adjustments: list[Adjustment] = []
        _take(adjustments, "OA", "23", share.others)
        _take(adjustments, "PR", "2", share.patient)
        decided.append(_paid(line, remit, share.paid, line.charge, adjustments, []))
    return decided


def _paid(
    line: ServiceLine,
    remit: Remit,
    paid: int,
    allowed: int,
    adjustments: list[Adjustment],
    remarks: list[str],
) -> ServicePayment:
    by_revenue = not line.procedure  # a stay's line: SVC01 is its revenue code
    return ServicePayment(
        procedure=line.revenue_code if by_revenue else line.procedure,
        procedure_qualifier="NU" if by_revenue else line.procedure_qualifier,
        modifiers=() if remit.forget_modifiers else line.modifiers,
        revenue_code="" if by_revenue else line.revenue_code,
        charge=line.charge,
        paid=paid,
        units=line.units,
        service_from=line.service_from,
        service_to=line.service_to,
        control_number="" if remit.forget_line_numbers else line.control_number,
        allowed=allowed or None,
        adjustments=tuple(adjustments),
        remarks=tuple(remarks),
    )


def _take(adjustments: list[Adjustment], group: str, reason: str, amount: int) -> int:
    """Add an adjustment unless it is nothing; its amount."""
    if amount:
        adjustments.append(Adjustment(group=group, reason=reason, amount=amount))
    return amount


def _percent(amount: int, percent: int) -> int:
    """A percentage of cents, half a cent upwards."""
    return (amount * percent + 50) // 100


def _summed(adjustments: list[Adjustment]) -> tuple[Adjustment, ...]:
    """One adjustment for each group and reason, in the order in which they first came."""
    sums: dict[tuple[str, str], int] = {}
    for adjustment in adjustments:
        key = (adjustment.group, adjustment.reason)
        sums[key] = sums.get(key, 0) + adjustment.amount
    return tuple(
        Adjustment(group=group, reason=reason, amount=amount) for (group, reason), amount in sums.items()
    )


def _negated(adjustments: tuple[Adjustment, ...]) -> tuple[Adjustment, ...]:
    return tuple(replace(adjustment, amount=-adjustment.amount) for adjustment in adjustments)
