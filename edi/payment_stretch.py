"""Claim payments of an 835 straight from the text: the loop's pattern, the balance, a flat record.

One match of a pattern made from the guide's declaration checks a whole 2100 (or 2110) loop and cuts
out the elements that everybody asks for. What is rarely asked for stays text until then. A claim
that its pattern refuses, or that does not balance, is left to the tree reader, which says why.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, cast

from edi.delimiters import Delimiters
from edi.guides.remittance import REMITTANCE
from edi.loop_pattern import LoopPattern
from edi.payment_reading import claim_of, line_of
from edi.reader import Stretch, TransactionReader
from edi.records.party import Adjustment
from edi.records.remittance import ClaimPayment, ServicePayment
from edi.rules.remittance_balance import passed
from edi.straight import hang
from edi.types import CENTS, DATES, Memory
from edi.wire import Wire

CLAIM: Final = next(place for place in REMITTANCE.places() if place.id == "2100")
LINE: Final = next(place for place in REMITTANCE.places() if place.id == "2110")
_CLAIM_ELEMENTS: Final = {
    "claim": "patient_control_number status charge paid patient_owes filing_code "
    "payer_claim_control_number facility_code frequency",
    "adjustments": "group reason amount",
}
_LINE_ELEMENTS: Final = {
    "service": "procedure charge paid units",
    "dates": "qualifier date",
    "adjustments": "group reason amount",
    "control_number": "value",
}


class Patterns:
    """The patterns of both loops for one file's delimiters, and the numbers of what they cut out."""

    def __init__(self, d: Delimiters) -> None:
        claim = LoopPattern(CLAIM, d, _CLAIM_ELEMENTS)
        line = LoopPattern(LINE, d, _LINE_ELEMENTS)
        self.d = d
        self.claim, self.line = claim.match, line.match
        self.claim_parts = claim.numbers(
            "claim_patient_control_number claim_status claim_charge claim_paid claim_patient_owes "
            "claim_filing_code claim_payer_claim_control_number claim_facility_code claim_frequency "
            "adjustments_group adjustments_reason adjustments_amount adjustments_rest"
        )
        wanted = line.numbers(
            "service_procedure service_charge service_paid service_units dates_qualifier dates_date "
            "dates_rest adjustments_group adjustments_reason adjustments_amount adjustments_rest "
            "control_number_value"
        )
        assert wanted == list(range(1, 13)), "a line's parts are taken in this order"
        component = d.component

        def procedure(text: str) -> tuple[str, str, tuple[str, ...]]:
            qualifier, code, *rest = text.split(component)
            return qualifier, code, tuple([m for m in rest[:4] if m])

        self.procedures: dict[str, tuple[str, str, tuple[str, ...]]] = Memory(procedure)


_LONGEST: Final = 1 << 14  # characters of a claim that is not refused for what follows it
_WORTH: Final = 50  # claims: making patterns costs as much as reading some hundred by the tree
_MADE: Final[dict[Delimiters, Patterns]] = {}
_SEEN: Final[Counter[Delimiters]] = Counter()


def prepare(d: Delimiters) -> Patterns:
    """The patterns for these delimiters, made once; a few sets of delimiters are kept."""
    if d not in _MADE:
        if len(_MADE) >= 8:
            _MADE.clear()
            _SEEN.clear()
        _MADE[d] = Patterns(d)
    return _MADE[d]


def patterns_for(d: Delimiters) -> Patterns | None:
    """The patterns for these delimiters, once so many claims came that they are worth making."""
    made = _MADE.get(d)
    if made is None:
        _SEEN[d] += 1
        if _SEEN[d] >= _WORTH:
            made = prepare(d)
    return made


class Above:
    """What a record goes back to when it decodes the rest: the patterns, and the 2000 loop above it."""

    __slots__ = ("node", "patterns")

    def __init__(self, patterns: Patterns, node: Any) -> None:
        self.patterns = patterns
        self.node = node


def _run_of(
    group: str, reason: str, amount: str, rest: str, d: Delimiters
) -> tuple[tuple[Adjustment, ...], int]:
    """All adjustments of a run of CAS segments, given its first elements and the rest; and their sum."""
    found = []
    total = 0
    text = d.element.join(("CAS", group, reason, amount)) + rest
    for segment in text.split(d.terminator + d.newline):
        e = segment.split(d.element)
        n = len(e)
        for at in range(2, n, 3):
            cents = CENTS[e[at + 1]] or 0 if at + 1 < n else 0
            if e[at] or (at + 1 < n and e[at + 1]):
                quantity = e[at + 2] if at + 2 < n else ""
                found.append(Adjustment(group=e[1], reason=e[at], amount=cents, quantity=quantity))
            total += cents
    return tuple(found), total


def take(
    stretch: Stretch, wire: Wire, patterns: Patterns, reader: TransactionReader
) -> Iterator[ClaimPayment]:
    """The claims from a stretch on, as far as the patterns go and their balances hold."""
    following = wire.at()
    if following < 0:
        return
    d = patterns.d
    end = d.terminator + d.newline
    begins = "SVC" + d.element
    claim_match, claim_parts, line_match = patterns.claim, patterns.claim_parts, patterns.line
    cents = cast(dict[str, int], CENTS)  # the patterns let no other amounts through
    new: Any = object.__new__
    above = Above(patterns, reader.innermost)
    text = wire.text
    start = following - len(stretch) - len(end)
    taken = total = 0
    extended = False
    try:
        while True:
            found = claim_match(text, start)
            if found is not None:
                (
                    patient_control_number, status, charge, paid, patient_owes, filing_code, payer_number,
                    facility_code, frequency, group, reason, amount, rest,
                ) = found.group(*claim_parts)  # fmt: skip
                claim = new(ClaimPayment)
                # an amount has ten digits at most; with two decimals its digits are its cents
                billed = left = int(charge.replace(".", "")) if charge[-3:-2] == "." else cents[charge]
                payment = int(paid.replace(".", "")) if paid[-3:-2] == "." else cents[paid]
                if rest is None:
                    claim.adjustments = ()
                elif rest == end:
                    one = new(Adjustment)
                    one.group, one.reason, one.quantity = group, reason, ""
                    one.amount = cents[amount]
                    claim.adjustments = (one,)
                    left -= one.amount
                else:
                    claim.adjustments, off = _run_of(group, reason, amount, rest, d)
                    left -= off
                at = found.end()
                head = at - start
                lines: list[tuple[Any, ...]] = []
                while (found := line_match(text, at)) is not None:
                    parts = found.groups()
                    _, charge, paid, _, _, _, _, group, reason, amount, rest, *_ = parts
                    asked = int(charge.replace(".", "")) if charge[-3:-2] == "." else cents[charge]
                    if rest is None:
                        off = 0
                    elif rest == end:
                        off = int(amount.replace(".", "")) if amount[-3:-2] == "." else cents[amount]
                    else:
                        off = _run_of(group, reason, amount, rest, d)[1]
                    given = int(paid.replace(".", "")) if paid[-3:-2] == "." else cents[paid]
                    if asked - off != given:
                        break
                    left -= off
                    begin, at = at - start, found.end()
                    lines.append((parts, asked, given, off, begin, at - start))
                else:
                    if left == payment and not text.startswith(begins, at):  # no line was refused
                        whole = text[start:at]
                        claim.patient_control_number = patient_control_number
                        claim.status = status
                        claim.charge = billed
                        claim.paid = payment
                        claim.patient_owes = None if patient_owes is None else cents[patient_owes]
                        claim.filing_code = filing_code
                        claim.payer_claim_control_number = payer_number
                        claim.facility_code = facility_code or ""
                        claim.frequency = frequency or ""
                        claim._source = (_fill_claim, whole, head, stretch.position + taken, above, lines)
                        taken += whole.count(d.terminator)
                        total += payment
                        start = at
                        yield claim
                        continue
            # refused; or there is more of it to come
            if len(text) - start > _LONGEST:
                return
            extended = True
            if not wire.extend(start):
                return
            text, following, start = wire.text, following - start, 0
    finally:
        if taken:
            stretch.taken = taken
            passed(reader.rules, total)
            wire.resume(start)
        elif extended:
            wire.resume(following)


def _lines(above: Above, text: str, found: list[tuple[Any, ...]]) -> list[ServicePayment]:
    """The lines of a claim, from what their pattern cut out."""
    d, procedures = above.patterns.d, above.patterns.procedures
    end = d.terminator + d.newline
    new: Any = object.__new__
    dates = DATES
    lines = []
    for parts, charge, paid, off, begin, stop in found:
        procedure, _, _, units, qualifier, date, more, group, reason, amount, rest, control, *_ = parts
        line = new(ServicePayment)
        line.procedure_qualifier, line.procedure, line.modifiers = procedures[procedure]
        line.charge = charge
        line.paid = paid
        line.units = units or "1"
        line.control_number = control or ""
        if more is None:
            line.service_from = line.service_to = None
        elif more == end:
            ends = qualifier == "151"
            line.service_from, line.service_to = (None, dates[date]) if ends else (dates[date], None)
        if rest is None:
            line.adjustments = ()
        elif rest == end:
            one = new(Adjustment)
            one.group, one.reason, one.amount, one.quantity = group, reason, off, ""
            line.adjustments = (one,)
        else:
            line.adjustments = _run_of(group, reason, amount, rest, d)[0]
        line._source = (_fill_line, text, begin, stop, d)
        lines.append(line)
    return lines


_REST_OF_LINE: Final = (
    "revenue_code", "submitted_procedure", "submitted_modifiers", "service_from", "service_to", "allowed",
    "remarks",
)  # fmt: skip
_REST_OF_CLAIM: Final = (
    "patient", "subscriber", "corrected", "rendering", "crossover", "remarks", "references", "received",
    "statement_from", "statement_to", "coverage_expired", "amounts",
)  # fmt: skip


def _fill_line(line: ServicePayment, name: str, source: tuple[Any, ...]) -> None:
    _, text, begin, stop, d = source
    texts = text[begin:stop].split(d.terminator + d.newline)[:-1]
    line.fill_from(line_of(hang(LINE, texts, d, 0)), _REST_OF_LINE)


def _fill_claim(claim: ClaimPayment, name: str, source: tuple[Any, ...]) -> None:
    _, text, head, position, above, lines = source
    if name == "lines":
        claim.lines = tuple(_lines(above, text, lines))
        return
    d = above.patterns.d
    end = d.terminator + d.newline
    if name == "loops":
        claim.loops = hang(CLAIM, text.split(end)[:-1], d, position)
        claim.loops._up = above.node
    else:
        texts = text[:head].split(end)[:-1]
        claim.fill_from(claim_of(hang(CLAIM, texts, d, position)), _REST_OF_CLAIM)
