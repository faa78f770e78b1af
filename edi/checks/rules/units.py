"""How many: units of a line are more than none, with three decimals at most (SV104, SV205, SV306)."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from edi.checks.rules import Fault, Look, Run, every_segment
from edi.declare.guide import Place, Step
from edi.findings import Answer, kind
from edi.segments.claim import SV1
from edi.segments.dental import SV3
from edi.segments.institutional import SV2

UNITS: Final = kind(
    "SIT-35",
    "Units that cannot be",
    4,
    "Give how often it was done, more than 0, with three decimals at most.",
    Answer("277CA", category="A7", status="476"),
)
AT: Final[dict[type[Any], int]] = {SV1: 4, SV2: 5, SV3: 6}
_NUMBER: Final = re.compile(r"-?\d*(?:\.(\d*))?")


@every_segment(UNITS, "837P 837I 837D")
def units_can_be(place: Place, step: Step) -> Look | None:
    """Every service. An institutional line may count none: rate codes of home health and nursing."""
    return _units(AT[step.new], step.new is SV2) if step.new in AT else None


@cache
def _units(at: int, none: bool) -> Look:
    def look(service: Any, run: Run) -> Iterable[Fault]:
        e = service._e
        text = e[at] if len(e) > at else ""
        if text == "1" or not text:
            return ()
        number = _NUMBER.fullmatch(text)
        if number is None:
            return ()  # it is reported as no number
        if text[0] == "-":
            return [Fault(service, str(at), "they are negative", value=text)]
        if len((number[1] or "").rstrip("0")) > 3:
            return [Fault(service, str(at), "they have more than three decimals", value=text)]
        if not none and not text.strip("0."):
            return [Fault(service, str(at), "they are none", value=text)]
        return ()

    return look
