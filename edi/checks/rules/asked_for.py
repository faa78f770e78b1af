"""Elements that others in their own segment ask for (the guides' situational rules on SBR09 and PWK06)."""

from collections.abc import Iterable
from typing import Any, Final

from edi.checks.rules import Fault, Look, Run, every_segment
from edi.declare.guide import Place, Step
from edi.findings import Answer, kind
from edi.segments.claim import PWK, SBR

GUIDES: Final = "837P 837I 837D"
_ABSENT: Final = Answer("999", segment="8", element="I9")
FILING: Final = kind(
    "SIT-28",
    "Coverage without its claim filing indicator",
    4,
    "Give SBR09, what sort of payer it is.",
    _ABSENT,
)
ATTACHMENT: Final = kind(
    "SIT-29",
    "Attachment without its control number",
    4,
    "Give PWK05 AC and in PWK06 the number by which the payer finds it.",
    _ABSENT,
)
SENT: Final = frozenset(("BM", "EL", "EM", "FT", "FX"))  # those that are on their way


@every_segment(FILING, GUIDES)
def coverage_says_its_sort(place: Place, step: Step) -> Look | None:
    """2000B and 2320 SBR09; the plan identifier that was to replace it never came."""
    return _filing if step.new is SBR else None


def _filing(sbr: Any, run: Run) -> Iterable[Fault]:
    e = sbr._e
    return () if len(e) > 9 and e[9] else [Fault(sbr, "9", "it is missing")]


@every_segment(ATTACHMENT, GUIDES)
def attachment_can_be_found(place: Place, step: Step) -> Look | None:
    """PWK06 against PWK02. Half a pair is reported already."""
    return _attachment if step.new is PWK else None


def _attachment(pwk: Any, run: Run) -> Iterable[Fault]:
    e = [*pwk._e, *[""] * 7]
    return [Fault(pwk, "6", f"it is required with {e[2]}")] if e[2] in SENT and not e[5] and not e[6] else ()
