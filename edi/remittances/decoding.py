"""What a claim payment was cut out with, decoded when it is asked for: its lines, and all that is rare."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from edi.claims.reading import party_of, person_of
from edi.declare.types import CENTS, DATES
from edi.read.fast_path import hang
from edi.records.party import Adjustment
from edi.records.remittance import ClaimPayment, ServicePayment
from edi.remittances.patterns import CLAIM, LINE, Patterns, Run
from edi.remittances.reading import claim_of, line_of
from edi.segments.party import NM1

_ENTITIES: Final[dict[str, tuple[str, Callable[[NM1], Any]]]] = {
    "patient": ("QC", person_of),
    "subscriber": ("IL", person_of),
    "corrected": ("74", person_of),
    "rendering": ("82", party_of),
    "crossover": ("TT", party_of),
    "corrected_payer": ("PR", party_of),
}
_DRG: Final = 11  # CLP11
_OF_WHOLE: Final = frozenset({"remarks", "inpatient", "outpatient"})
CutLine = tuple[re.Match[str], int, int, int, Run]
"""What was matched, its charge, payment and adjustments in cents, and these where they are several."""


class Above:
    """What the claims of one text go back to: the patterns, the 2000 loop above them, and their place.

    The segment that begins at `start` of the text is the `position`th of its transaction set.
    """

    __slots__ = ("node", "patterns", "position", "start")

    def __init__(self, patterns: Patterns, node: Any, start: int, position: int) -> None:
        self.patterns = patterns
        self.node = node
        self.start = start
        self.position = position

    def position_of(self, text: str, at: int) -> int:
        """The position of the segment that begins at `at` of the text; the next is counted from there."""
        terminator = self.patterns.d.terminator
        if at >= self.start:
            self.position += text.count(terminator, self.start, at)
        else:
            self.position -= text.count(terminator, at, self.start)
        self.start = at
        return self.position


def fill_claim(claim: ClaimPayment, name: str, source: tuple[Any, ...]) -> None:
    """The decoder of claims (see `records.lazy`)."""
    _, matched, stop, above, lines = source
    patterns = above.patterns
    text, start = matched.string, matched.start()
    if name == "lines":
        claim.lines = tuple(_lines(above, lines))
    elif name == "loops":
        texts = text[start:stop].split(patterns.end)[:-1]
        claim.loops = hang(CLAIM, texts, patterns.d, above.position_of(text, start))
        claim.loops._up = above.node
    elif name in _ENTITIES:
        _with_parties(claim, name, _parties(matched.group(), patterns), source)
    elif name == "drg":  # few have one, and posting asks for it
        elements = matched.group().partition(patterns.end)[0].split(patterns.d.element)
        claim.drg = elements[_DRG] if len(elements) > _DRG else ""
    elif name in _OF_WHOLE and f"{patterns.end}M" not in matched.group():  # neither MIA nor MOA
        claim.remarks = claim.inpatient = claim.outpatient = ()
    else:
        texts = matched.group().split(patterns.end)[:-1]
        _decoded(claim, name, claim_of(hang(CLAIM, texts, patterns.d, 0)), source)


def _decoded(record: Any, name: str, whole: Any, source: tuple[Any, ...]) -> None:
    """All that is rare was decoded together: from now on it comes from there."""
    record._source = (_take, whole, source)
    _take(record, name, record._source)


def _take(record: Any, name: str, source: tuple[Any, ...]) -> None:
    """The decoder of a record of which all that is rare was decoded."""
    _, whole, before = source
    if name in ("lines", "loops"):
        before[0](record, name, before)
    else:
        setattr(record, name, getattr(whole, name))


def _parties(text: str, patterns: Patterns) -> dict[str, str]:
    """The NM1 segments of a loop by their entity, the first of each. That costs a tenth of hanging the loop,
    and every posting asks who there is of each claim."""
    begins = f"NM1{patterns.d.element}"
    found: dict[str, str] = {}
    for rest in text.split(patterns.end + begins)[1:]:
        found.setdefault(rest.partition(patterns.d.element)[0], begins + rest.partition(patterns.end)[0])
    return found


def _with_parties(claim: Any, name: str, parties: dict[str, str], source: tuple[Any, ...]) -> None:
    """Who there is was looked for: from now on every party comes from there."""
    claim._source = (_fill_party, parties, source)
    _fill_party(claim, name, claim._source)


def _fill_party(claim: ClaimPayment, name: str, source: tuple[Any, ...]) -> None:
    """The decoder of a claim that was asked for a party before."""
    _, parties, before = source
    if name in _ENTITIES:
        entity, party = _ENTITIES[name]
        found = parties.get(entity)
        setattr(claim, name, party(NM1.of(found, before[3].patterns.d)) if found is not None else None)
    else:
        before[0](claim, name, before)


def _lines(above: Above, cut: list[CutLine]) -> Iterator[ServicePayment]:
    """The lines of a claim: what their pattern cut out, and their amounts, which the balance needed."""
    patterns = above.patterns
    end, procedures, parts, dates = patterns.end, patterns.procedures, patterns.line_parts, DATES
    new: Any = object.__new__
    for matched, charge, paid, off, several in cut:
        (
            procedure, revenue_code, units, submitted, submitted_units, qualifier, date, more_dates,
            group, reason, rest, control_number, remark_of, remark, more_remarks,
        ) = matched.group(*parts)  # fmt: skip
        line = new(ServicePayment)
        line.procedure_qualifier, line.procedure, line.modifiers = procedures[procedure]
        line.charge = charge
        line.paid = paid
        line.revenue_code = revenue_code or ""
        line.units = units or "1"
        if submitted is None:
            line.submitted_procedure, line.submitted_modifiers = "", ()
        else:
            _, line.submitted_procedure, line.submitted_modifiers = procedures[submitted]
        line.submitted_units = submitted_units or ""
        line.control_number = control_number or ""
        if more_dates is None:
            line.service_from = line.service_to = None
        elif more_dates == end:  # further dates are left to the decoder
            line.service_from, line.service_to = (
                (None, dates[date]) if qualifier == "151" else (dates[date], None)
            )
        if rest is None:
            line.adjustments = ()
        elif rest == end:
            one = new(Adjustment)
            one.group, one.reason, one.amount, one.quantity = group, reason, off, ""
            line.adjustments = (one,)
        else:
            line.adjustments = adjustments_of(several)
        if more_remarks is None:
            line.remarks = ()
        elif more_remarks == end:  # further ones are left to the decoder
            line.remarks = (remark,) if remark_of == "HE" else ()
        line._source = (_fill_line, matched, above)
        yield line


def _fill_line(line: ServicePayment, name: str, source: tuple[Any, ...]) -> None:
    """The decoder of lines."""
    _, matched, above = source
    d, text = above.patterns.d, matched.string
    texts = matched.group().split(above.patterns.end)[:-1]
    if name == "loops":
        line.loops = hang(LINE, texts, d, above.position_of(text, matched.start()))
    else:
        _decoded(line, name, line_of(hang(LINE, texts, d, 0)), source)


def adjustments_of(run: Run) -> tuple[Adjustment, ...]:
    """The adjustments in a run of CAS segments."""
    new: Any = object.__new__
    cents = CENTS
    found = []
    group = ""
    for begins, reason, amount, quantity in run:
        group = begins or group
        if reason or amount:
            one = new(Adjustment)
            one.group, one.reason, one.quantity = group, reason, quantity
            one.amount = int(amount.replace(".", "")) if amount[-3:-2] == "." else cents[amount] or 0
            found.append(one)
    return tuple(found)
