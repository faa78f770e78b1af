"""A fault that a 999 names, in words: which element of which loop, by the guide's own declaration.

A fault is kept as "2310B.NM103:1": the loop, the segment, its element (and component: "SV101-2") and
the code of IK403, or without an element that of IK304 ("2310B.NM1:3"). "IK502:5" and "AK905:1" stand
for a transaction set and a group that are refused as a whole.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from edi import guides
from edi.explain.words.syntax import ELEMENT_CODES, GROUP_CODES, SEGMENT_CODES, TRANSACTION_CODES
from edi.records import ImplementationAcknowledgment, SegmentFault, TransactionAcknowledgment

CLAIM_GUIDE: Final = "005010X222A1"

_FAULT: Final = re.compile(
    r"(?:(?P<loop>[0-9]{4}[A-Z]{0,2})\.)?(?P<segment>[A-Z][A-Z0-9]{1,2})"
    r"(?P<element>[0-9]{2}(?:-[0-9]{1,2})?)?:(?P<code>I?[0-9]{1,2})"
)

_IS: Final[dict[str, str]] = {
    "1": "is missing",
    "2": "is missing, which others ask for",
    "4": "is too short",
    "5": "is too long",
    "6": "holds a character that it may not",
    "7": "is not a valid code",
    "8": "is not a valid date",
    "9": "is not a valid time",
    "I6": "is a code that the guide does not allow",
    "I9": "is missing, which the rest of the claim calls for",
    "I10": "is not used by the guide",
    "I12": "is not in the form that the guide asks for",
    "I13": "is ruled out by the rest of the claim",
}


class Fault(NamedTuple):
    """Where a 999 finds what. `element` is "03", "01-2" or "" for a whole segment."""

    loop: str
    segment: str
    element: str
    code: str


def parsed(short: str) -> Fault | None:
    """The short form read again; None for anything else."""
    found = _FAULT.fullmatch(short)
    if found is None:
        return None
    return Fault(found["loop"] or "", found["segment"], found["element"] or "", found["code"])


def shorts_of(fault: SegmentFault) -> Iterator[str]:
    """A fault of a segment in short form, one for each of its elements."""
    at = f"{fault.loop}.{fault.segment}" if _loop(fault.loop) else fault.segment
    if not fault.elements:
        yield f"{at}:{fault.code}"
    for position, code, _ in fault.elements:
        number, dash, component = position.partition("-")
        yield f"{at}{number.zfill(2)}{dash}{component}:{code}"


OF_THE_WHOLE: Final = ("IK502:", "AK905:")
"""How the short forms begin that name no segment, and so no claim."""


def whole_shorts_of(
    acknowledgment: ImplementationAcknowledgment, transaction: TransactionAcknowledgment | None
) -> Iterator[str]:
    """Why a transaction set or its group is refused, in short form, where no segment is named."""
    if transaction is not None:
        yield from (f"IK502:{code}" for code in transaction.codes)
    yield from (f"AK905:{code}" for code in acknowledgment.codes)


def _loop(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{4}[A-Z]{0,2}", text))


def describe_fault(short: str, version: str = CLAIM_GUIDE) -> str:
    """A short form as "2310B NM103 is missing: rendering provider, last name". "" for another text."""
    found = parsed(short)
    if found is None:
        return ""
    name = f"{found.segment}{found.element}"
    if name == "IK502":
        return f"the transaction set is refused: {TRANSACTION_CODES.get(found.code, f'code {found.code}')}"
    if name == "AK905":
        return f"the group is refused: {GROUP_CODES.get(found.code, f'code {found.code}')}"
    where = f"{found.loop} {name}".strip()
    if found.element:
        what = _IS.get(found.code) or f"is refused: {ELEMENT_CODES.get(found.code, f'code {found.code}')}"
    else:
        words = SEGMENT_CODES.get(found.code, f"code {found.code}")
        what = "is missing" if found.code == "3" else f"is refused: {words}"
    titles = ", ".join(dict.fromkeys(_titles(found, version)))
    return f"{where} {what}" + (f": {titles}" if titles else "")


def _titles(found: Fault, version: str) -> Iterator[str]:
    """The loop's title and the element's, as the guide's declaration has them."""
    guide = guides.find(version)
    place = next((p for p in guide.places() if p.id == found.loop), None) if guide is not None else None
    if place is None:
        return
    yield place.loop.TITLE.lower()
    steps = [step for step in place.steps if found.segment == step.new.ID]
    if steps and not found.element:
        yield steps[0].member.title.lower()
    number, _, component = found.element.partition("-")
    for step in steps[:1]:
        slot = next((s for s in step.pattern.slots if number and s.position == int(number)), None)
        if slot is not None and component and len(slot.parts) >= int(component):
            slot = slot.parts[int(component) - 1]
        if slot is not None and slot.title:
            yield slot.title.lower()
