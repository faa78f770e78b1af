"""What two claims say beside their records: segments that no record holds, compared as text."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from edi.declare.nodes import Segment

# Numbered or ordered by the file, or held whole by the records: the comparison of those says enough.
_COVERED: Final = frozenset({"LX", "HI", "SV1", "SV2", "SV3", "CAS"})


def beside_the_records(a: Any, b: Any) -> Iterator[tuple[str, str, str]]:
    """Segments that only one of two loops holds: (id, as in a, as in b). Order makes no difference."""
    if not hasattr(a, "segments") or not hasattr(b, "segments"):
        return
    here, there = list(a.segments()), list(b.segments())
    if [segment.elements for segment in here] == [segment.elements for segment in there]:
        return
    one, two = _texts(here), _texts(there)
    for name in sorted(one.keys() | two.keys()):
        only_a, only_b = one.get(name, Counter()), two.get(name, Counter())
        if only_a != only_b:
            yield name, _listed(only_a - only_b), _listed(only_b - only_a)


def _listed(found: "Counter[str]") -> str:
    return " ".join(found.elements()) or "(not there)"


def _texts(segments: list[Segment]) -> "dict[str, Counter[str]]":
    found: dict[str, Counter[str]] = {}
    for segment in segments:
        if segment.ID in _COVERED:
            continue
        elements = [_plain(element) for element in segment.elements]
        if elements[0] == "DTP" and elements[2:3] == ["RD8"]:
            start, _, end = elements[3].partition("-")
            if start == end:  # a period of one day
                elements[2:] = ["D8", start]
        text = "*".join(elements).rstrip("*")
        name = text.partition("*")[0]
        found.setdefault(name, Counter())[text] += 1
    return found


def _plain(element: str) -> str:
    """In upper case, without idle zeros, blanks and separators."""
    if "." in element:
        try:
            return f"{Decimal(element).normalize():f}"
        except InvalidOperation:
            pass
    return " ".join(element.rstrip(":").upper().split())
