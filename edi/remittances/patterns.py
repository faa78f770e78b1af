"""The patterns of a claim payment and of its lines, made for a file's delimiters when they are worth it."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from edi.declare.delimiters import Delimiters
from edi.declare.loop_pattern import LoopPattern
from edi.declare.types import Memory
from edi.guides.remittance import REMITTANCE

CLAIM: Final = next(place for place in REMITTANCE.places() if place.id == "2100")
LINE: Final = next(place for place in REMITTANCE.places() if place.id == "2110")
# What a claim's pattern cuts out, and the order in which `claim_parts` asks for it. `rest` is what
# follows the first amount in a run of CAS segments: None without a run, the end of a segment where
# that amount is the only one.
_CLAIM_ELEMENTS: Final = {
    "claim": "patient_control_number status charge paid patient_owes filing_code "
    "payer_claim_control_number facility_code frequency",
    "adjustments": "group reason amount",
}
_CLAIM_PARTS: Final = (
    "claim_patient_control_number claim_status claim_charge claim_paid claim_patient_owes claim_filing_code "
    "claim_payer_claim_control_number claim_facility_code claim_frequency adjustments_rest"
)
_RUN_BORDERS: Final = "adjustments_group adjustments_rest"  # what a run begins with, and its end
# The same of a line, its amounts and the rest apart: they are asked for at different times.
_LINE_ELEMENTS: Final = {
    "service": "procedure charge paid revenue_code units submitted submitted_units",
    "dates": "qualifier date",
    "adjustments": "group reason amount",
    "control_number": "value",
    "remarks": "qualifier code",
}
_LINE_PARTS: Final = (
    "service_procedure service_revenue_code service_units service_submitted service_submitted_units "
    "dates_qualifier dates_date dates_rest adjustments_group adjustments_reason adjustments_rest "
    "control_number_value remarks_qualifier remarks_code remarks_rest"
)
_LINE_AMOUNTS: Final = "service_charge service_paid adjustments_amount adjustments_rest"
_WORTH: Final = 50  # claims: making patterns costs as much as reading some hundred by the tree
_MOST: Final = 8  # sets of delimiters whose patterns are kept
Run = Sequence[tuple[str, str, str, str]]
"""Adjustments in a run of CAS segments: group, at a segment's first one alone; reason, amount, quantity."""


class Patterns:
    """The patterns of both loops for one file's delimiters, and the numbers of what they cut out."""

    def __init__(self, d: Delimiters) -> None:
        claim = LoopPattern(CLAIM, d, _CLAIM_ELEMENTS)
        line = LoopPattern(LINE, d, _LINE_ELEMENTS)
        self.d = d
        self.end = d.terminator + d.newline
        self.claim, self.line = claim.match, line.match
        self.claim_parts = claim.numbers(_CLAIM_PARTS)
        self.claim_run = claim.numbers(_RUN_BORDERS)
        self.line_amounts = line.numbers(_LINE_AMOUNTS)
        self.line_parts = line.numbers(_LINE_PARTS)
        self.line_run = line.numbers(_RUN_BORDERS)
        sep, value = re.escape(d.element), f"[^{re.escape(d.element + self.end)}]*"
        self._before_run = len("CAS" + d.element)
        self._adjustments = re.compile(
            f"(?:CAS{sep}({value})|){sep}({value}){sep}({value})(?:{sep}({value})|)"
        ).findall
        component = d.component

        def procedure(text: str) -> tuple[str, str, tuple[str, ...]]:
            qualifier, code, *rest = text.split(component)
            return qualifier, code, tuple([m for m in rest[:4] if m])

        self.procedures: dict[str, tuple[str, str, tuple[str, ...]]] = Memory(procedure)

    def adjustments(self, matched: re.Match[str], borders: tuple[int, ...]) -> Run:
        """All adjustments in a run of CAS segments that was matched, between `claim_run` or `line_run`."""
        first, last = borders
        return self._adjustments(matched.string, matched.start(first) - self._before_run, matched.end(last))


_MADE: Final[dict[Delimiters, Patterns]] = {}
_SEEN: Final[Counter[Delimiters]] = Counter()


def prepare(d: Delimiters) -> Patterns:
    """The patterns for these delimiters, made once; a few sets of delimiters are kept."""
    if d not in _MADE:
        if len(_MADE) >= _MOST:
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
