"""HL7 v2 text to messages, segments and fields, whatever the separators are.

Segments may end with return, line feed or both; where the breaks were lost on the way, a segment is
found by its name and set id. MLLP frames and batch headers (FHS, BHS) fall away.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

_FRAMES = re.compile("[\x0b\x1c]")
# MSH, a separator, the two to five encoding characters, the same separator again.
_HEADER = re.compile(r"MSH(?P<field>[^\w\s])(?P<others>[^\w\s]{2,5})(?P=field)")
_NUMBERED = "PID|PD1|NK1|PV1|PV2|DB1|OBX|FT1|PR1|DG1|GT1|IN1|NTE|OBR"
_ONCE = ("EVN", "PID", "PV1")
_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}")


@dataclass(frozen=True, slots=True)
class Separators:
    """MSH-1 and MSH-2: field, component, repetition, escape, subcomponent."""

    field: str
    component: str
    repetition: str
    escape: str
    subcomponent: str


@dataclass(slots=True)
class Segment:
    """One segment; fields count from 1 as the standard does (MSH-1 is the separator itself)."""

    name: str
    fields: list[str]
    marks: Separators

    def value(self, number: int, component: int = 1, subcomponent: int = 1) -> str:
        """The text of the first repetition of a field, unescaped and trimmed; "" where there is none."""
        raw = self.fields[number - 1] if 0 < number <= len(self.fields) else ""
        if not raw:
            return ""
        if self.marks.repetition in raw:
            repetitions = self.repetitions(number)
            return repetitions[0].value(component, subcomponent) if repetitions else ""
        return Field(raw, self.marks).value(component, subcomponent)

    def repetitions(self, number: int) -> list["Field"]:
        """All repetitions of a field that hold something."""
        raw = self.fields[number - 1] if 0 < number <= len(self.fields) else ""
        if not raw.strip(' "'):
            return []  # `""` says: delete what you had
        return [Field(text, self.marks) for text in raw.split(self.marks.repetition) if text.strip()]


@dataclass(slots=True)
class Field:
    """One repetition of a field."""

    raw: str
    marks: Separators

    def value(self, component: int = 1, subcomponent: int = 1) -> str:
        marks, text = self.marks, self.raw
        if component > 1 or marks.component in text:
            parts = text.split(marks.component, component)
            if component > len(parts):
                return ""
            text = parts[component - 1]
        if subcomponent > 1 or marks.subcomponent in text:
            inner = text.split(marks.subcomponent, subcomponent)
            if subcomponent > len(inner):
                return ""
            text = inner[subcomponent - 1]
        text = _unescape(text, marks) if marks.escape in text else text.strip()
        return "" if text == '""' else text

    def components(self) -> list[list[str]]:
        """Every component with its subcomponents, for a mark that stands where each vendor likes."""
        return [
            [piece.strip() for piece in part.split(self.marks.subcomponent)]
            for part in self.raw.split(self.marks.component)
        ]


@dataclass(slots=True)
class Message:
    """One message. `number` is its place in the file, from 1."""

    number: int
    segments: list[Segment] = field(default_factory=list)

    def first(self, name: str) -> Segment | None:
        return next((s for s in self.segments if s.name == name), None)

    def all(self, name: str) -> list[Segment]:
        return [s for s in self.segments if s.name == name]

    def value(self, name: str, number: int, component: int = 1) -> str:
        segment = self.first(name)
        return segment.value(number, component) if segment else ""


def messages(text: str) -> Iterator[Message]:
    """The messages of a file in order; what stands before the first MSH belongs to none."""
    text = _FRAMES.sub("\r", text)
    heads = list(_HEADER.finditer(text))
    for number, head in enumerate(heads, 1):
        end = heads[number].start() if number < len(heads) else len(text)
        yield _message(number, head, text[head.start() : end])


def _message(number: int, head: re.Match[str], text: str) -> Message:
    others = head["others"].ljust(4, "\x00")  # a short MSH-2 lacks the marks it does not use
    marks = Separators(head["field"], others[0], others[1], others[2], others[3])
    mark = re.escape(marks.field)
    # A break written as the two characters backslash and r, before a segment's name.
    text = re.sub(rf"\\r(?:\\n)?(?=[A-Z][A-Z0-9]{{2}}{mark}|\s*$)", "\r", text)
    lines = [line for line in re.split(r"[\r\n]+", text) if line.strip()]
    message = Message(number)
    names = {line.lstrip()[:3] for line in lines}
    for line in lines:
        for piece in _pieces(line.strip(), mark, names):
            name, _, rest = piece.partition(marks.field)
            if not _SEGMENT.fullmatch(name):
                # A line break inside a field: the rest of the segment before it.
                if message.segments:
                    _continue(message.segments[-1], piece, marks)
                continue
            fields = rest.split(marks.field)
            message.segments.append(Segment(name, [marks.field, *fields] if name == "MSH" else fields, marks))
    return message


def _pieces(line: str, mark: str, names: set[str]) -> list[str]:
    """The segments of a line, which are several where the breaks between them were lost.

    Inside a line a segment is taken for one where its name is followed by a set id, or stands after a
    separator or a blank. One that a message has once (PID) is not looked for again: a test's name may end
    in RAPID. `names` are the segments known so far.
    """
    sure, likely = _heads(mark)
    # A name alone between two separators may be a field (the clinic ACC), unless the line lost breaks.
    starts = [0]
    if _new(sure.finditer(line, 1), set(names)):
        starts += _new(likely.finditer(line, 1), names)
    return [line[a:b].strip() for a, b in zip(starts, [*starts[1:], len(line)], strict=True)]


def _new(found: Iterator[re.Match[str]], names: set[str]) -> list[int]:
    """Where these segments start, without those that the message has already and has once."""
    starts = []
    for head in found:
        name = head[0][:3]
        if name not in _ONCE or name not in names:
            starts.append(head.start())
            names.add(name)
    return starts


@lru_cache(maxsize=64)
def _heads(mark: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Where a segment surely starts inside a line, and where it does in a line that lost breaks."""
    numbered = rf"(?:{_NUMBERED}){mark}\d{{1,4}}{mark}"
    once = "|".join(_ONCE)
    sure = rf"{numbered}|EVN{mark}[A-Z]\d\d{mark}|ACC{mark}\d{{8}}|(?:{once}){mark}{mark}"
    alone = rf"(?<=[\s]|{mark})(?:{_NUMBERED}|EVN|IN2|IN3|ROL|DRG|ACC){mark}"
    return re.compile(sure), re.compile(f"{alone}|{sure}")


def _continue(segment: Segment, piece: str, marks: Separators) -> None:
    first, *more = piece.split(marks.field)
    if segment.fields:
        segment.fields[-1] = f"{segment.fields[-1]} {first}".strip()
    segment.fields.extend(more)


def _unescape(text: str, marks: Separators) -> str:
    escape = marks.escape
    if escape not in text or escape == "\x00":
        return text.strip()
    known = {
        "F": marks.field,
        "S": marks.component,
        "R": marks.repetition,
        "E": escape,
        "T": marks.subcomponent,
        ".br": " ",
    }

    def plain(match: re.Match[str]) -> str:
        code = match[1]
        if code in known:
            return known[code]
        if re.fullmatch(r"X(?:[0-9A-Fa-f]{2}){1,40}", code):
            return "".join(c for c in bytes.fromhex(code[1:]).decode("latin-1") if c.isprintable())
        return ""

    mark = re.escape(escape)
    return re.sub(rf"{mark}([A-Za-z.][^{mark}]{{0,80}}){mark}", plain, text).strip()
