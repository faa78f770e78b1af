"""What a claim payment was cut out with, decoded when it is asked for: its lines, and all that is rare."""

from typing import Any, Final

from edi.payment_patterns import (
    AMOUNT,
    CLAIM,
    CONTROL_NUMBER,
    DATE,
    DATE_QUALIFIER,
    DATES_REST,
    GROUP,
    LINE,
    PROCEDURE,
    REASON,
    REST,
    UNITS,
    Parts,
    Patterns,
)
from edi.payment_reading import claim_of, line_of
from edi.records.party import Adjustment
from edi.records.remittance import ClaimPayment, ServicePayment
from edi.straight import hang
from edi.types import CENTS, DATES

CutLine = tuple[Parts, int, int, int, int]  # parts, charge, paid, adjustments, where it ends in the claim
_REST_OF_LINE: Final = (
    "revenue_code", "submitted_procedure", "submitted_modifiers", "service_from", "service_to", "allowed",
    "remarks",
)  # fmt: skip
_REST_OF_CLAIM: Final = (
    "patient", "subscriber", "corrected", "rendering", "crossover", "remarks", "references", "received",
    "statement_from", "statement_to", "coverage_expired", "amounts",
)  # fmt: skip


class Above:
    """What a record goes back to when it decodes the rest: the patterns, and the 2000 loop above it."""

    __slots__ = ("node", "patterns")

    def __init__(self, patterns: Patterns, node: Any) -> None:
        self.patterns = patterns
        self.node = node


def fill_claim(claim: ClaimPayment, name: str, source: tuple[Any, ...]) -> None:
    """The decoder of claims (see `records.lazy`)."""
    _, text, head, position, above, lines = source
    patterns = above.patterns
    if name == "lines":
        claim.lines = tuple(_lines(patterns, text, head, lines))
    elif name == "loops":
        claim.loops = hang(CLAIM, text.split(patterns.end)[:-1], patterns.d, position)
        claim.loops._up = above.node
    else:
        texts = text[:head].split(patterns.end)[:-1]
        claim.fill_from(claim_of(hang(CLAIM, texts, patterns.d, position)), _REST_OF_CLAIM)


def _lines(patterns: Patterns, text: str, begin: int, cut: list[CutLine]) -> list[ServicePayment]:
    """The lines of a claim, from what their pattern cut out; the first begins at `begin`."""
    procedures, end = patterns.procedures, patterns.end
    new: Any = object.__new__
    lines = []
    for parts, charge, paid, off, stop in cut:
        line = new(ServicePayment)
        line.procedure_qualifier, line.procedure, line.modifiers = procedures[parts[PROCEDURE]]
        line.charge = charge
        line.paid = paid
        line.units = parts[UNITS] or "1"
        line.control_number = parts[CONTROL_NUMBER] or ""
        dates = parts[DATES_REST]
        if dates is None:
            line.service_from = line.service_to = None
        elif dates == end:
            day = DATES[parts[DATE]]
            ends = parts[DATE_QUALIFIER] == "151"
            line.service_from, line.service_to = (None, day) if ends else (day, None)
        rest = parts[REST]
        if rest is None:
            line.adjustments = ()
        elif rest == end:
            one = new(Adjustment)
            one.group, one.reason, one.amount, one.quantity = parts[GROUP], parts[REASON], off, ""
            line.adjustments = (one,)
        else:
            line.adjustments = adjustments_of_run(parts[GROUP], parts[REASON], parts[AMOUNT], rest, patterns)
        line._source = (_fill_line, text, begin, stop, patterns)
        lines.append(line)
        begin = stop
    return lines


def _fill_line(line: ServicePayment, name: str, source: tuple[Any, ...]) -> None:
    """The decoder of lines."""
    _, text, begin, stop, patterns = source
    texts = text[begin:stop].split(patterns.end)[:-1]
    line.fill_from(line_of(hang(LINE, texts, patterns.d, 0)), _REST_OF_LINE)


def adjustments_of_run(
    group: str, reason: str, amount: str, rest: str, patterns: Patterns
) -> tuple[Adjustment, ...]:
    """All adjustments of a run of CAS segments, given its first elements and the rest."""
    found = []
    text = patterns.d.element.join(("CAS", group, reason, amount)) + rest
    for segment in text.split(patterns.end)[:-1]:
        e = segment.split(patterns.d.element)
        n = len(e)
        for at in range(2, n, 3):
            cents = CENTS[e[at + 1]] or 0 if at + 1 < n else 0
            if e[at] or (at + 1 < n and e[at + 1]):
                quantity = e[at + 2] if at + 2 < n else ""
                found.append(Adjustment(group=e[1], reason=e[at], amount=cents, quantity=quantity))
    return tuple(found)
