"""An 837 as x12sdk reads it: its models, written again by it, are compared with the file, segment by segment.

Where x12sdk goes against the implementation guide, it is shown the file with just that element changed, and
all the rest is compared. `MISTAKES` has these places, docs/x12sdk.md has them with the guide's rules, and
tests/referees/test_x12sdk.py asserts of each that x12sdk still makes it and what the file says there.
"""

import difflib
import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from x12sdk.io import X12ModelReader

Segment = list[str]


@dataclass(frozen=True)
class Mistake:
    """`change` gives what x12sdk is shown instead of a segment; None leaves it out. It is asked for the
    segments of the guides named, outside of lines (`"claim"`), inside (`"line"`), or both (`""`)."""

    name: str
    guides: str
    segment: str
    where: str
    change: Callable[[Segment], Segment | None]


def _with(place: int, value: str, when: Callable[[Segment], bool]) -> Callable[[Segment], Segment | None]:
    """Another value at a place, where a segment is such a one."""

    def change(segment: Segment) -> Segment | None:
        if not when(segment):
            return segment
        filled = segment + [""] * (place + 1 - len(segment))
        return [*filled[:place], value, *filled[place + 1 :]]

    return change


def _starts(*values: str) -> Callable[[Segment], bool]:
    return lambda segment: tuple(segment[1 : 1 + len(values)]) == values


def _one_day(segment: Segment) -> Segment:
    """The first day of a line's period."""
    return ["DTP", "472", "D8", segment[3][:8]] if segment[1:3] == ["472", "RD8"] else segment


def _as_a_day(segment: Segment) -> Segment:
    """Any day instead of the hour of discharge."""
    return ["DTP", "096", "D8", "20260101"] if segment[1:3] == ["096", "TM"] else segment


CERTIFICATES = ("AB", "AD", "AF", "AG", "NS")
"""How a certificate of medical necessity comes: PWK02 of the second PWK of a line."""
DECISIONS, LINES = "decisions of a line", "lines of a claim"
PER_CLAIM = 50
MISTAKES = (
    Mistake("covered days", "I", "MIA", "claim", _with(1, "0", lambda s: True)),
    Mistake("decision on a revenue code", "I", "SVD", "line", _with(3, "HC:00000", lambda s: s[3] == "")),
    Mistake("contract of a line", "P", "CN1", "line", _with(4, "09", lambda s: True)),
    Mistake("billing note", "I", "NTE", "claim", _with(1, "UPI", _starts("ADD"))),
    Mistake("period of a line", "I", "DTP", "line", _one_day),
    Mistake("operating physician of a line", "I", "NM1", "line", lambda s: None if s[1] == "72" else s),
    Mistake(
        "certificate of a line",
        "P",
        "PWK",
        "line",
        _with(2, "BM", lambda s: s[1] == "CT" and s[2] in CERTIFICATES),
    ),
    Mistake("primary care provider", "P", "NM1", "claim", lambda s: None if s[1] == "P3" else s),
    Mistake("ambulance certification of a line", "P", "CRC", "line", _with(1, "70", _starts("07"))),
    Mistake("purchased service provider of a line", "P", "NM1", "line", _with(3, "X", _starts("QB"))),
    Mistake("pick-up address of a line", "P", "NM1", "line", _with(3, "X", _starts("PW"))),
    Mistake("discharge hour", "I", "DTP", "claim", _as_a_day),
)
NAMES = (DECISIONS, LINES, *(one.name for one in MISTAKES))
BELOW = ("N3", "N4", "REF", "PRV", "PER")


def differences(data: bytes, *, unchanged: str = "") -> list[str]:
    """What x12sdk reads otherwise, as lines of a diff, or its refusal. `unchanged` names a mistake whose
    places it is shown as they are."""
    found = []
    for shown in _shown(data, unchanged):
        try:
            with X12ModelReader(shown) as reader:
                text = "".join(model.x12(use_new_lines=False) for model in reader.models())
        except Exception as error:  # pydantic's and its own
            found.append(f"refused: {error}")
            continue
        wrote, file = _segments(text), [s for s in _segments(shown) if s[0] not in ("ISA", "GS", "GE", "IEA")]
        left, right = (["*".join(map(_number, s)).rstrip("*") for s in of] for of in (file, wrote))
        found += [line for line in difflib.unified_diff(left, right, n=0, lineterm="") if line[3:4].strip()]
    return found


def _number(element: str) -> str:
    """A decimal without its leading zero is the same number with it."""
    return f"0{element}" if element.startswith(".") and element[1:].isdigit() else element


def _segments(text: str) -> list[Segment]:
    return [part.strip().split("*") for part in text.split("~") if part.strip()]


def _shown(data: bytes, unchanged: str) -> Iterator[str]:
    """The file as often as it takes to show all: x12sdk keeps one decision of a line and fifty lines."""
    marked = _marked(_segments(data.decode()))
    lines = Counter(of.claim for segment, of in marked if segment[0] == "LX")
    longest = max(lines.values(), default=0) if unchanged != LINES else 0
    most = max((of.decision for _, of in marked), default=0) if unchanged != DECISIONS else 0
    for n in range(max(1, most, math.ceil(longest / PER_CLAIM))):
        made: list[Segment] = []
        dropped = False
        for segment, of in marked:
            changed: Segment | None = segment
            if unchanged != DECISIONS and of.decision and of.decision != n + 1:
                changed = None
            if unchanged != LINES and of.line and (of.line - 1) // PER_CLAIM != _part(n, lines[of.claim]):
                changed = None
            for one in MISTAKES:
                asked = one.name != unchanged and one.segment == segment[0] and of.guide in one.guides
                if changed is not None and asked and of.where == (one.where or of.where):
                    changed = one.change(changed)
            dropped = changed is None or (dropped and segment[0] in BELOW)
            if changed is not None and not dropped:
                made.append(changed)
        if longest > PER_CLAIM:
            _charge_of_shown(made)
        yield "~".join("*".join(segment) for segment in _counted(made)) + "~"


def _part(n: int, lines: int) -> int:
    """Which fifty of a claim's lines are shown the n-th time; the first ones again after the last."""
    return n if n * PER_CLAIM < lines else 0


def _charge_of_shown(segments: list[Segment]) -> None:
    """Each claim's charge becomes that of the lines that are shown: x12sdk adds them up."""
    claim, charge = -1, Decimal(0)
    for at, segment in enumerate(segments):
        if segment[0] == "CLM":
            claim, charge = at, Decimal(0)
        elif segment[0] in ("SV1", "SV2"):
            charge += Decimal(segment[2 if segment[0] == "SV1" else 3])
            segments[claim] = [*segments[claim][:2], f"{charge:f}", *segments[claim][3:]]


@dataclass(frozen=True)
class _Place:
    guide: str = ""
    claim: int = 0
    where: str = ""
    line: int = 0
    decision: int = 0


def _marked(segments: list[Segment]) -> list[tuple[Segment, _Place]]:
    """Each segment with where it stands; claims, lines and decisions count from 1."""
    guide = where = ""
    claim = line = decision = 0
    made = []
    for segment in segments:
        tag = segment[0]
        if tag == "ST":
            guide = {"005010X222A1": "P", "005010X223A2": "I"}.get(segment[3], segment[3])
        if tag in ("HL", "SE"):
            where, line, decision = "", 0, 0
        elif tag == "CLM":
            where, claim, line, decision = "claim", claim + 1, 0, 0
        elif tag == "LX":
            where, line, decision = "line", line + 1, 0
        elif tag == "SVD":
            decision += 1
        made.append((segment, _Place(guide, claim, where, line, decision)))
    return made


def _counted(segments: list[Segment]) -> Iterator[Segment]:
    begun = 0
    for at, segment in enumerate(segments):
        if segment[0] == "ST":
            begun = at
        yield ["SE", str(at - begun + 1), segment[2]] if segment[0] == "SE" else segment
