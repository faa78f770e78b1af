"""What the payers before decided, as a page behind the form: payers want that remittance with a claim."""

from collections.abc import Iterator

from edi.records import Adjustment, Claim, OtherPayer
from tasks.paper.values import name, patient_of


def decided(claim: Claim) -> list[OtherPayer]:
    """The other payers of whom the claim says what they paid."""
    return [other for other in claim.other_payers if other.paid is not None]


def remittance(claim: Claim, other: OtherPayer) -> list[str]:
    """One payer's decision, in lines of text."""
    return list(_lines(claim, other))


def _lines(claim: Claim, other: OtherPayer) -> Iterator[str]:
    on = other.adjudicated or next(
        (d.adjudicated for line in claim.lines for d in line.adjudications if d.payer_id == other.payer.id),
        None,
    )
    yield f"Payer        {other.payer.last} ({other.payer.id})"
    yield f"Patient      {name(patient_of(claim))}"
    yield f"Account      {claim.patient_control_number}"
    yield f"Its number   {other.payer_claim_control_number or 'not given'}"
    yield f"Decided on   {on.strftime('%m/%d/%Y') if on is not None else 'not given'}"
    yield ""
    yield f"{'line service':<21}{'charged':>12}{'paid':>12}  {'adjusted: group reason amount'}"
    for line in claim.lines:
        parts = [decision for decision in line.adjudications if decision.payer_id == other.payer.id]
        for n, decision in enumerate(parts):
            charged = "" if n else _money(line.charge)  # a line that was taken apart was charged once
            first, *more = _adjusted(decision.adjustments) or [""]
            service = f"{line.number:>4} {decision.procedure or line.procedure or line.revenue_code}"
            yield f"{service:<21}{charged:>12}{_money(decision.paid):>12}  {first}"
            yield from (f"{'':<45}  {one}" for one in more)
    of_claim = _adjusted(other.adjustments)
    if of_claim:
        yield ""
        yield "Adjusted on the whole claim"
        yield from (f"{'':<45}  {one}" for one in of_claim)
    yield ""
    yield f"{'Claim':<21}{_money(claim.charge):>12}{_money(other.paid or 0):>12}"
    if other.remaining_patient_liability is not None:
        yield f"{'Left to the patient':<21}{'':>12}{_money(other.remaining_patient_liability):>12}"


def _adjusted(adjustments: tuple[Adjustment, ...]) -> list[str]:
    return [f"{one.group} {one.reason:<4} {_money(one.amount):>10}" for one in adjustments]


def _money(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"
