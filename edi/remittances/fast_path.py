"""Claim payments of an 835 straight from the text: the loop's pattern, the balance, a flat record.

One match of a pattern made from the guide's declaration checks a whole 2100 (or 2110) loop and cuts
out the elements that everybody asks for. What is rarely asked for stays text until then
(`decoding.py`). A claim that does not match its pattern, or does not balance, is left to the tree
reader, which reports why.
"""

from collections.abc import Iterator
from typing import Any, Final, cast

from edi.checks.rules.remittance_balance import passed
from edi.declare.types import CENTS
from edi.read.interchanges import Wire
from edi.read.loops import TransactionReader
from edi.read.stretch import Stretch
from edi.records.remittance import ClaimPayment
from edi.remittances.decoding import Above, CutLine, adjustments_of, fill_claim
from edi.remittances.patterns import Patterns, Run

_LONGEST: Final = 1 << 14  # characters of a claim that is not refused for what follows it


def take(
    stretch: Stretch, wire: Wire, patterns: Patterns, reader: TransactionReader
) -> Iterator[ClaimPayment]:
    """The claims from a stretch on, as far as the patterns go and their balances hold.

    What runs for every claim stands here in one piece: a call would cost as much as what it does.
    A record keeps its matches, and with them the text of the chunk that it was read from.
    """
    following = wire.at()
    if following < 0:
        return
    d, end = patterns.d, patterns.end
    line_begins = "SVC" + d.element
    claim_match, claim_parts, claim_run = patterns.claim, patterns.claim_parts, patterns.claim_run
    line_match, line_amounts, line_run = patterns.line, patterns.line_amounts, patterns.line_run
    cents = cast(dict[str, int], CENTS)  # the patterns let no other amounts through
    new: Any = object.__new__
    text = wire.text
    start = following - len(stretch) - len(end)
    above = Above(patterns, reader.innermost, start, stretch.position)
    total = 0
    extended = False
    try:
        while True:
            while (matched := claim_match(text, start)) is not None:
                (
                    patient_control_number, status, charge, paid, owes, filing_code, payer_number,
                    facility_code, frequency, rest,
                ) = matched.group(*claim_parts)  # fmt: skip
                # an amount has ten digits at most; with two decimals its digits are its cents
                billed = left = int(charge.replace(".", "")) if charge[-3:-2] == "." else cents[charge]
                payment = int(paid.replace(".", "")) if paid[-3:-2] == "." else cents[paid]
                run: Run = ()
                if rest is not None:
                    run = patterns.adjustments(matched, claim_run)
                    left -= _sum_of(run)
                at = matched.end()
                lines: list[CutLine] = []
                while (found := line_match(text, at)) is not None:
                    charge, paid, amount, more = found.group(*line_amounts)
                    several: Run = ()
                    asked = int(charge.replace(".", "")) if charge[-3:-2] == "." else cents[charge]
                    given = int(paid.replace(".", "")) if paid[-3:-2] == "." else cents[paid]
                    if more is None:
                        off = 0
                    elif more == end:
                        off = int(amount.replace(".", "")) if amount[-3:-2] == "." else cents[amount]
                    else:
                        several = patterns.adjustments(found, line_run)
                        off = _sum_of(several)
                    if asked - off != given:
                        break
                    left -= off
                    at = found.end()
                    lines.append((found, asked, given, off, several))
                if left != payment or text.startswith(line_begins, at):  # a line is refused
                    break
                claim = new(ClaimPayment)
                claim.patient_control_number = patient_control_number
                claim.status = status
                claim.charge = billed
                claim.paid = payment
                if owes is not None:
                    owes = int(owes.replace(".", "")) if owes[-3:-2] == "." else cents[owes]
                claim.patient_owes = owes
                claim.filing_code = filing_code
                claim.payer_claim_control_number = payer_number
                claim.facility_code = facility_code or ""
                claim.frequency = frequency or ""
                claim.adjustments = adjustments_of(run) if run else ()
                claim._source = (fill_claim, matched, at, above, lines)
                total += payment
                start = at
                yield claim
            # refused; or there is more of it to come
            if len(text) - start > _LONGEST:
                return
            extended = True
            position = above.position_of(text, start)
            if not wire.extend(start):
                return
            text, following, start = wire.text, following - start, 0
            above = Above(patterns, reader.innermost, start, position)
    finally:
        position = above.position_of(text, start)
        if position > stretch.position:
            stretch.taken = position - stretch.position
            passed(reader.rules, total)
            wire.resume(start)
        elif extended:
            wire.resume(following)


def _sum_of(run: Run) -> int:
    """Cents of all amounts in a run of CAS segments."""
    total = 0
    for _, _, amount, _ in run:
        if amount:
            total += int(amount.replace(".", "")) if amount[-3:-2] == "." else CENTS[amount] or 0
    return total
