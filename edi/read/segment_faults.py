"""The slow path of checking: a segment that its pattern refused, read again element by element.

It says with the codes of a 999 what is wrong, and where. It and `pattern` judge alike: what the
pattern refuses has a fault here, what it takes has none (a property test holds them together).
"""

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from edi.declare.segment_pattern import Note, Pattern, Slot, broken
from edi.declare.types import DATE6, DATE8, PERIODS, PRINTABLE, TIME, Type
from edi.findings import Answer, Kind, kind


def _element(code: str, title: str, ik403: str, fix: str, snip: int = 1) -> Kind:
    return kind(code, title, snip, fix, Answer("999", segment="8", element=ik403))


MISSING: Final = _element("ELM-01", "Required element missing", "1", "Add the element.", 2)
CONDITION: Final = _element(
    "ELM-02", "Element missing that others in the segment ask for", "2", "Add the element."
)
TOO_MANY: Final = _element(
    "ELM-03", "More elements than the segment has", "3", "Remove what is past the last element."
)
TOO_SHORT: Final = _element("ELM-04", "Value too short", "4", "Give the whole value.")
TOO_LONG: Final = _element("ELM-05", "Value too long", "5", "Shorten the value.")
CHARACTER: Final = _element(
    "ELM-06",
    "Character that the element may not hold",
    "6",
    "Correct the value: it does not fit its type or the character set.",
)
CODE: Final = _element("ELM-07", "Code not among those of the guide", "7", "Use one of the guide's codes.", 2)
BAD_DATE: Final = _element(
    "ELM-08", "No such date", "8", "Give a real date in the form that the qualifier names."
)
BAD_TIME: Final = _element("ELM-09", "No such time", "9", "Give a time as HHMM.")
EXCLUDED: Final = _element("ELM-10", "Elements that exclude each other", "10", "Keep only one of them.")
NOT_USED: Final = _element("ELM-11", "Element that the guide does not use", "I10", "Remove the element.", 2)
REPEATS: Final = _element("ELM-12", "Element repeats too often", "12", "Remove repetitions.")
COMPONENTS: Final = _element(
    "ELM-13", "More components than the element has", "13", "Remove what is past the last one."
)
TRAILING: Final = _element("ELM-14", "Separators trail behind the last value", "3", "End at the last value.")
EMPTY: Final = _element("ELM-15", "Segment without elements", "1", "Give its elements or remove it.")


class ElementFault(NamedTuple):
    """One fault of a segment: its kind, the element ("3", "5-2"), our words, the value (IK404)."""

    kind: Kind
    element: str
    message: str
    value: str = ""


_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
_TEXT = re.compile(f"{PRINTABLE}*")
_DATE8, _DATE6, _TIME = re.compile(DATE8), re.compile(DATE6), re.compile(TIME + r"(?:[0-5]\d(?:\d{1,2})?)?")
_PERIODS = {code: re.compile(body) for code, body in PERIODS.items()}


def explain(pattern: Pattern, text: str) -> Iterator[ElementFault]:
    """Every fault of a segment, given with the usual delimiters."""
    elements = text.split("*")
    if not any(elements[1:]):
        yield ElementFault(EMPTY, "1", "it has none")
        return
    yield from _row(pattern.slots, elements[1:], "", "*")
    if pattern.notes:
        count = len(elements)
        yield from _notes(pattern.notes, lambda p: p < count and elements[p] != "", "")


def _notes(notes: tuple[Note, ...], present: Callable[[int], bool], prefix: str) -> Iterator[ElementFault]:
    for letter, at, wrong in broken(notes, present):
        names = ", ".join(f"{prefix}{p}" for p in at)
        for p in wrong:
            if letter == "E":
                yield ElementFault(EXCLUDED, f"{prefix}{p}", f"only one of elements {names} may be given")
            else:
                yield ElementFault(
                    CONDITION, f"{prefix}{p}", f"elements {names} depend on each other; this one is missing"
                )


def _row(places: tuple[Slot, ...], values: list[str], prefix: str, separator: str) -> Iterator[ElementFault]:
    """The elements of a segment, or the components of an element."""
    kept = len(values)
    while kept and not values[kept - 1]:
        kept -= 1
    trailing = kept < len(values) and (kept > 0 or separator == "*" or len(values) > 1)
    if trailing and not any(slot.need == "R" and slot.position > kept for slot in places):
        yield ElementFault(TRAILING, f"{prefix}{kept + 1}", "separators trail behind the last value")
    if kept > len(places):
        which = COMPONENTS if separator == ":" else TOO_MANY
        yield ElementFault(
            which, f"{prefix}{len(places) + 1}", f"there are {kept}, the guide has {len(places)}"
        )
    for slot in places:
        value = values[slot.position - 1] if slot.position <= len(values) else ""
        where = f"{prefix}{slot.position}"
        if not value:
            if slot.need == "R":
                yield ElementFault(MISSING, where, f"{slot.title.lower() or 'element'} is missing")
            continue
        if slot.need == "N":
            yield ElementFault(
                NOT_USED, where, f"the guide does not use {slot.title.lower() or 'this element'} here", value
            )
            continue
        for repeat, single in enumerate(value.split("^"), 1):
            if repeat > 1 and slot.repeat and repeat > slot.repeat:
                yield ElementFault(
                    REPEATS if slot.repeat > 1 else CHARACTER,
                    where,
                    f"{slot.title.lower()} may come {slot.repeat} times"
                    if slot.repeat > 1
                    else f"{slot.title.lower()} does not repeat",
                    value,
                )
                break
            yield from _one(slot, places, values, single, where)


def _one(
    slot: Slot, places: tuple[Slot, ...], values: list[str], value: str, where: str
) -> Iterator[ElementFault]:
    """One occurrence of an element."""
    if slot.parts:
        parts = value.split(":")
        yield from _row(slot.parts, parts, f"{where}-", ":")
        if slot.notes:
            yield from _notes(slot.notes, lambda p: p <= len(parts) and parts[p - 1] != "", f"{where}-")
        return
    if ":" in value:
        yield ElementFault(COMPONENTS, where, f"{slot.title.lower()} has no components", value)
        return
    if not value:
        yield ElementFault(MISSING, where, f"a repetition of {slot.title.lower()} is empty")
        return
    yield from _simple(slot, places, values, value, where)


def _simple(
    slot: Slot, places: tuple[Slot, ...], values: list[str], value: str, where: str
) -> Iterator[ElementFault]:
    """One simple value against its codes and its type."""
    e = slot.element
    assert e is not None
    assert isinstance(e.type, Type)
    t = e.type
    title = slot.title.lower()
    if slot.codes:
        if value not in slot.codes:
            listed = " ".join(slot.codes[:12]) + (" ..." if len(slot.codes) > 12 else "")
            yield ElementFault(CODE, where, f"{title} is not one of the guide's codes ({listed})", value)
        return
    if e.period:
        by = next((s for s in places if s.position == e.period), None)
        named = values[e.period - 1] if e.period <= len(values) else ""
        body = _PERIODS.get(named) if by is not None and named in by.codes else None
        if body is not None:
            if not body.fullmatch(value):
                bad = BAD_TIME if named == "TM" else BAD_DATE
                yield ElementFault(bad, where, f"{title} is not a valid {named}", value)
            return
        if by is not None and by.codes and all(c in PERIODS for c in by.codes):
            return  # the qualifier is wrong itself and is reported
    if t.name in ("AN", "ID"):
        if not _TEXT.fullmatch(value) or not value.strip(" "):
            yield ElementFault(
                CHARACTER, where, f"{title} holds a character that it may not, or only blanks", value
            )
        yield from _length(t, len(value), where, title, value)
    elif t.name == "DT":
        if not (_DATE8 if t.maximum == 8 else _DATE6).fullmatch(value):
            yield ElementFault(BAD_DATE, where, f"{title} is not a valid date", value)
    elif t.name == "TM":
        if not _TIME.fullmatch(value):
            yield ElementFault(BAD_TIME, where, f"{title} is not a valid time", value)
    elif t.name in ("N0", "N2"):
        digits = value.removeprefix("-")
        if not (digits.isascii() and digits.isdigit()):
            yield ElementFault(CHARACTER, where, f"{title} is not a whole number", value)
        else:
            yield from _length(t, len(digits), where, title, value)
    else:
        yield from _decimal(t, where, title, value)


def _decimal(t: Type, where: str, title: str, value: str) -> Iterator[ElementFault]:
    if not value.isascii() or not _NUMBER.fullmatch(value):
        yield ElementFault(CHARACTER, where, f"{title} is not a number", value)
        return
    whole, _, part = value.removeprefix("-").partition(".")
    if t.python == "cents":
        if len(whole) > 8 or len(part) > 2:
            yield ElementFault(TOO_LONG, where, f"{title} has at most 8 digits and 2 decimals", value)
        return
    yield from _length(t, len(whole) + len(part), where, title, value)
    if value.endswith("."):
        yield ElementFault(CHARACTER, where, f"{title} ends in a decimal point", value)


def _length(t: Type, length: int, where: str, title: str, value: str) -> Iterator[ElementFault]:
    if length < t.minimum:
        yield ElementFault(TOO_SHORT, where, f"{title} has at least {t.minimum} characters", value)
    elif length > t.maximum:
        yield ElementFault(TOO_LONG, where, f"{title} has at most {t.maximum} characters", value)
