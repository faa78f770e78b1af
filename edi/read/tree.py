"""The lossless face: a source as parts, and parts as bytes again.

`write(read(source))` is the source byte for byte, for every well-formed file and for most others.
A part is an interchange's start, a segment of an envelope, or a whole transaction set as its loops;
what was changed in a loop is written from its elements, all else as it was read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from edi import guides
from edi.declare.delimiters import Delimiters
from edi.declare.guide import Guide
from edi.declare.nodes import Loop, Segment, Unknown
from edi.read.interchanges import Loose, Source, Wire
from edi.read.loops import TransactionReader
from edi.segments.control import GE, GS, IEA, ISA, TA1

_ENVELOPE: dict[str, type[Segment]] = {"GS": GS, "GE": GE, "IEA": IEA, "TA1": TA1}


@dataclass(slots=True)
class Start:
    """The ISA of an interchange, its delimiters, and what stood before it. `isa` is None for text that
    is no interchange."""

    isa: ISA | None
    d: Delimiters
    before: str = ""


@dataclass(slots=True)
class TransactionSet:
    """A transaction set read by its guide: the root loop."""

    guide: Guide
    loops: Loop


Part = Start | Segment | TransactionSet


def read(source: Source) -> Iterator[Part]:
    """The parts of a source in order; one transaction set is in memory at a time.

    A transaction set of an unknown guide comes as its segments. Raises `SourceError`, `OSError`.
    """
    wire = Wire(source)
    for interchange in wire:
        d = interchange.d
        isa = None if interchange.broken else ISA.of(interchange.isa, d)
        yield Start(isa, d, interchange.before)
        segments = iter(interchange)
        version = ""
        pending: str | None = None
        while True:
            text = pending if pending is not None else next(segments, None)
            pending = None
            if text is None:
                break
            e = text.split(d.element)
            if e[0] == "GS":
                version = e[8] if len(e) > 8 else ""
            if e[0] == "ST":
                st01, st03 = e[1] if len(e) > 1 else "", e[3] if len(e) > 3 else ""
                guide = guides.find(st03, st01) or guides.find(version, st01)
                if guide is not None and st01:
                    reader = TransactionReader(guide, d, text, segments, keep=True)
                    for _ in reader.run():
                        pass
                    yield TransactionSet(guide, reader.root)
                    pending = reader.left
                    continue
            yield _ENVELOPE.get(e[0], Unknown).of(text, d)
    if wire.after:
        yield Start(None, Delimiters(), wire.after)


def write(parts: Iterable[Part]) -> bytes:
    """The bytes of parts, as they were read except for what was changed.

    Raises `CharacterError` where a changed value holds a delimiter.
    """
    return b"".join(_pieces(parts))


def _pieces(parts: Iterable[Part]) -> Iterator[bytes]:
    d = Delimiters()
    for part in parts:
        if isinstance(part, Start):
            d = part.d
            yield part.before.encode("latin-1")
            if part.isa is not None:
                yield _text(part.isa, d)
        elif isinstance(part, TransactionSet):
            for segment in part.loops.segments():
                yield _text(segment, d)
        else:
            yield _text(part, d)


def _text(segment: Segment, d: Delimiters) -> bytes:
    text = segment.text(d)
    end = text.tail if isinstance(text, Loose) else d.terminator + d.newline
    return (text + end).encode("latin-1")
