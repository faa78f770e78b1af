"""Addresses: those in the United States have a state and a ZIP code; a billing provider's is a street.

X222A1, X223A2, X224A2: N402, N403 and 2010AA N301.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

from edi.checks.rules import Fault, Look, Run, every_segment
from edi.declare.guide import Place, Step
from edi.findings import Answer, kind
from edi.segments.party import N3, N4

GUIDES: Final = "837P 837I 837D"
INCOMPLETE: Final = kind(
    "SIT-26",
    "Address without its state or ZIP code",
    4,
    "Give N402 and N403, or in N404 the country that it is in.",
    Answer("999", segment="8", element="I9"),
)
BOX: Final = kind(
    "SIT-27",
    "Billing provider's address is a post office box",
    4,
    "Give the street here, and the box in loop 2010AB (pay-to address).",
    Answer("277CA", category="A7", status="503", entity="85"),
    "warning",
)
_BOX: Final = re.compile(r"\b(?:P\.? ?O\.?|POST OFFICE) ?(?:BOX|DRAWER)\b|\bLOCK ?BOX\b", re.IGNORECASE)


@every_segment(INCOMPLETE, GUIDES)
def address_is_complete(place: Place, step: Step) -> Look | None:
    """Every N4."""
    return _complete if step.new is N4 else None


def _complete(n4: Any, run: Run) -> Iterable[Fault]:
    e = n4._e
    if len(e) > 3 and e[2] and e[3]:
        return ()
    e = [*e, *[""] * 8]
    if e[4] not in ("", "US", "CA") or e[7]:
        return ()
    return [Fault(n4, str(at), "it is required without a foreign country") for at in (2, 3) if not e[at]]


@every_segment(BOX, GUIDES)
def billing_address_is_a_street(place: Place, step: Step) -> Look | None:
    """2010AA N3."""
    return _street if step.new is N3 and place.id == "2010AA" else None


def _street(n3: Any, run: Run) -> Iterable[Fault]:
    return [Fault(n3, str(at), "it is one") for at in (1, 2) if at < len(n3._e) and _BOX.search(n3._e[at])][
        :1
    ]
