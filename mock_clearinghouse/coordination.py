"""What a payer pays after others did, by the way in which it coordinates benefits.

    rest               all that the payer before it left to the patient
    standard           its own benefit, at most what was left to the patient
    carve_out          its percentage of its allowed amount less what earlier payers paid
    non_duplication    its own benefit less what earlier payers paid
    medicare           the lowest of three amounts (42 CFR 411.33)

Its own benefit is what `allowed`, `deductible` and `coinsurance` of the scenario come to. The amounts of
earlier payers are read from the claim; how it was written is not known here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from edi.records import Adjustment, Claim, OtherPayer, ServiceLine

WAYS = ("rest", "standard", "carve_out", "non_duplication", "medicare")


@dataclass(frozen=True, slots=True)
class Benefit:
    """A payer's own terms: percent of the charge allowed (or a fee for each line), cents of deductible
    left, percent the patient's."""

    allowed: int = 80
    deductible: int = 0
    coinsurance: int = 0
    fee: int | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What comes of a line: paid, the patient's, the earlier payers' (OA 23), and the deductible left."""

    paid: int
    patient: int
    others: int
    deductible: int


@dataclass(frozen=True, slots=True)
class _Before:
    """What the payers before decided of a line: all that they paid, what the last one left, what the
    first one allowed."""

    paid: int
    left: int
    allowed: int


def shares(claim: Claim, way: str, benefit: Benefit) -> list[Share]:
    """What comes of each line of a claim to a later payer."""
    made = []
    deductible = benefit.deductible
    for line, before in zip(claim.lines, _before(claim), strict=True):
        own = replace(benefit, deductible=deductible)
        share = _share(line, before, way, own)
        made.append(share)
        deductible = share.deductible
    return made


def _share(line: ServiceLine, before: _Before, way: str, own: Benefit) -> Share:
    fee = own.fee if own.fee is not None else (line.charge * own.allowed + 50) // 100
    ours = 100 - own.coinsurance
    taken = 0
    if way == "rest":
        paid = before.left
    elif way == "carve_out":
        rest = max(fee - before.paid, 0)
        taken = min(own.deductible, rest)
        paid = min(((rest - taken) * ours + 50) // 100, before.left)
    else:
        taken = min(own.deductible, fee)
        usual = ((fee - taken) * ours + 50) // 100
        if way == "standard":
            paid = min(usual, before.left)
        elif way == "non_duplication":
            paid = min(max(usual - before.paid, 0), before.left)
        else:
            accepted = min(_accepted(line), line.charge)
            paid = max(min(accepted - before.paid, usual, max(fee, before.allowed) - before.paid), 0)
    paid = min(paid, line.charge)
    patient = max(before.left - paid, 0)
    return Share(paid, patient, line.charge - paid - patient, own.deductible - taken)


def _accepted(line: ServiceLine) -> int:
    """What the provider must accept as payment in full: CN1 09 of the line, else the charge."""
    if line.contract is not None and line.contract.type == "09" and line.contract.amount is not None:
        return line.contract.amount
    return line.charge


def _before(claim: Claim) -> list[_Before]:
    """What earlier payers decided of each line; what one decided of the claim alone is spread over them."""
    order = "PSTABCDEFGH"
    earlier = [
        other
        for other in sorted(claim.other_payers, key=lambda other: order.index(other.order))
        if other.paid is not None and order.index(other.order) < order.index(claim.payer_order)
    ]
    made = [_Before(0, 0, line.charge) for line in claim.lines]
    for number, other in enumerate(earlier):
        found = _of_payer(claim, other)
        made = [
            _Before(old.paid + paid, left, allowed if number == 0 else old.allowed)
            for old, (paid, left, allowed) in zip(made, found, strict=True)
        ]
    return made


def _of_payer(claim: Claim, other: OtherPayer) -> list[tuple[int, int, int]]:
    """Paid, left to the patient, and allowed, of each line, by one payer."""
    by_line = [[one for one in line.adjudications if one.payer_id == other.payer.id] for line in claim.lines]
    if any(by_line):  # a line that was taken apart has several
        adjusted = [[a for one in parts for a in one.adjustments] for parts in by_line]
        return [
            (sum(one.paid for one in parts), _patients(cuts), line.charge - _cut(cuts))
            for line, parts, cuts in zip(claim.lines, by_line, adjusted, strict=True)
        ]
    paid, left, cut = other.paid or 0, _patients(other.adjustments), _cut(other.adjustments)
    spread = []
    for line in claim.lines:
        mine = min(paid, line.charge)
        my_left = min(left, line.charge - mine)
        my_cut = min(cut, line.charge - mine - my_left)
        paid, left, cut = paid - mine, left - my_left, cut - my_cut
        spread.append((mine, my_left, line.charge - my_cut))
    return spread


def _patients(adjustments: Sequence[Adjustment]) -> int:
    return max(sum(one.amount for one in adjustments if one.group == "PR"), 0)


def _cut(adjustments: Sequence[Adjustment]) -> int:
    """What a contract took off the charge."""
    return sum(one.amount for one in adjustments if one.group == "CO" and one.reason == "45")
