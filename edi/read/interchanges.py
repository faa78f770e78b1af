"""Bytes to segments: finds the interchanges of a source and cuts them, a chunk at a time.

Delimiters are read from each ISA, never assumed. Text is decoded as Latin-1, which loses nothing,
so what is read can be written again byte for byte. The usual line break after a segment is that
which follows the ISA; a segment followed by anything else is a `Loose` text that remembers it.
"""

import io
import os
import re
from collections import deque
from collections.abc import Iterator
from itertools import chain, islice
from operator import length_hint
from typing import BinaryIO, Final, cast

from edi.declare.delimiters import Delimiters
from edi.errors import SourceError

Source = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO
CHUNK: Final = 1 << 16  # larger ones cost more to fetch than they save
_BETWEEN: Final = "\r\n \t\v\f"  # what may stand behind a terminator
BLANKS: Final = _BETWEEN + "\0\ufeff\x1a"
_WINDOW: Final = 1 << 13  # cut at a time
_LONGEST_ISA: Final = 400
_LONGEST_SEGMENT: Final = 1 << 20  # without a terminator in it: no segment
_LONGEST_DOCUMENT: Final = 1 << 26  # but for one that holds a document (BDS)


class Loose(str):
    """A segment's text that is followed by something else than its file's terminator and line break."""

    tail: str

    @classmethod
    def of(cls, text: str, tail: str) -> "Loose":
        made = cls(text)
        made.tail = tail
        return made


class Unended(Loose):
    """A segment that a line break ends, where the file's terminator is missing."""


def chunks(source: Source) -> Iterator[str]:
    """The text of a source, read as it is asked for. Raises `SourceError` for anything else."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        view = bytes(source)
        for start in range(0, len(view), CHUNK):
            yield view[start : start + CHUNK].decode("latin-1")
        return
    if isinstance(source, (str, os.PathLike)):
        with open(source, "rb") as file:
            yield from _stream(file)
        return
    if isinstance(source, io.TextIOBase) or not hasattr(source, "read"):
        raise SourceError("give a path, bytes or a binary stream")
    yield from _stream(source)


def _stream(file: BinaryIO) -> Iterator[str]:
    while True:
        data = file.read(CHUNK)
        if not data:
            return
        if not isinstance(data, bytes):
            raise SourceError("the stream gives text; open it in binary mode")
        yield data.decode("latin-1")


class Interchange:
    """One interchange: its ISA text, its delimiters, and its further segments, once.

    `before` is what stood before its ISA. Where `broken` is not empty no delimiters could be read
    and there are no segments. Iterating gives what follows the ISA, to the IEA or to the next ISA.
    """

    __slots__ = ("_wire", "before", "broken", "d", "isa")

    def __init__(self, wire: "Wire", isa: str, d: Delimiters, before: str, broken: str = "") -> None:
        self._wire = wire
        self.isa = isa
        self.d = d
        self.before = before
        self.broken = broken

    def __iter__(self) -> Iterator[str]:
        return self._wire.segments


class Segments(chain[str]):
    """The segments of an interchange, and the wire that they come from."""

    wire: "Wire"


def _nothing() -> Iterator[str]:
    return iter(())


class Wire:
    """Walks a source: `for interchange in Wire(source): for text in interchange: ...`."""

    def __init__(self, source: Source) -> None:
        self._chunks = chunks(source)
        self._text = ""  # what is not cut yet
        self._ended = False
        self.after = ""  # blanks behind the last interchange
        self._at = 0  # how far it is cut into windows
        self._d = Delimiters()
        self._window: list[str] | None = None  # what is being handed on, where its segments all end alike
        self._window_at = 0
        self._rest: Iterator[str] = _nothing()  # what was not handed on yet
        self.segments: Iterator[str] = _nothing()

    def _more(self) -> bool:
        if self._ended:
            return False
        chunk = next(self._chunks, None)
        if chunk is None:
            self._ended = True
            return False
        self._text = self._text[self._at :] + chunk if self._at else self._text + chunk
        self._at = 0
        return True

    def _gather(self, d: Delimiters) -> bool:
        """Reads on to the end of a segment that holds a document, joined once however long it is."""
        pieces = [self._text[self._at :]]
        size = len(pieces[0])
        while size < _LONGEST_DOCUMENT and d.terminator not in pieces[-1]:
            chunk = next(self._chunks, None)
            if chunk is None:
                self._ended = True
                break
            pieces.append(chunk)
            size += len(chunk)
        self._text, self._at = "".join(pieces), 0
        return len(pieces) > 1

    # -- for a reader that takes segments out of the text itself

    @property
    def text(self) -> str:
        """What was read and is not thrown away yet."""
        return self._text

    def at(self) -> int:
        """Where in `text` the next segment begins; -1 where that is not known."""
        window = self._window
        if window is None:
            return -1
        taken = len(window) - length_hint(self._rest)
        end = len(self._d.terminator + self._d.newline)
        return self._window_at + sum(map(len, window[:taken])) + end * taken

    def resume(self, at: int) -> None:
        """Go on with the segment that begins at `at`, which is not before the next one."""
        if self._window is not None and at < self._at:
            skipped = self._text.count(self._d.terminator, self.at(), at)
            next(islice(self._rest, skipped, skipped), None)
        else:
            deque(self._rest, 0)
            self._window = None
            self._at = at

    def extend(self, at: int) -> bool:
        """Read on, so that `text` begins with what is at `at` now and goes on; False at the end."""
        deque(self._rest, 0)
        self._window = None
        self._at = at
        had = len(self._text) - at
        while self._more() and len(self._text) < had + _WINDOW:
            pass
        return len(self._text) - self._at > had

    def __iter__(self) -> Iterator[Interchange]:
        first = True
        while True:
            for _ in self.segments:  # what was not read of the last one
                pass
            found = self._header(first)
            if found is None:
                return
            first = False
            self.segments = self._skip() if found.broken else self._segments(found.d)
            yield found

    def _header(self, first: bool) -> Interchange | None:
        """Find the next ISA and read its delimiters."""
        while True:
            start = len(self._text) - len(self._text.lstrip(BLANKS + "\xef\xbb\xbf"))
            if start < len(self._text) or not self._more():
                break
        before, self._text = self._text[:start], self._text[start:]
        if not self._text:
            if first or before.strip(BLANKS):
                return (
                    Interchange(self, "", Delimiters(), before, "there is nothing in it") if first else None
                )
            self.after = before
            return None
        while len(self._text) < _LONGEST_ISA and self._more():
            pass
        if not self._text.startswith("ISA"):
            return self._junk(before)
        separator = self._text[3:4]
        at = 3
        if not separator or separator.isalnum():
            return self._junk(before)
        for _ in range(15):
            at = self._text.find(separator, at + 1)
            if at < 0 or at > _LONGEST_ISA:
                return self._junk(before)
        if at + 2 >= len(self._text):
            return self._junk(before)
        component, terminator = self._text[at + 1], self._text[at + 2]
        if terminator.isalnum() or component.isalnum() or len({separator, component, terminator}) < 3:
            return self._junk(before)
        isa = self._text[: at + 2]
        fields = isa.split(separator)
        repetition = fields[11] if len(fields[11]) == 1 and not fields[11].isalnum() else "^"
        if repetition in (separator, component, terminator):
            repetition = "\x1f"
        behind = at + 3
        stop = _behind(self._text, behind, _BETWEEN)
        while stop == len(self._text) and self._more():
            stop = _behind(self._text, stop, _BETWEEN)
        newline, self._text = self._text[behind:stop], self._text[stop:]
        return Interchange(
            self, isa, Delimiters(separator, component, repetition, terminator, newline), before
        )

    def _junk(self, before: str) -> Interchange:
        """Something that is no interchange: its text is handed on as it is, in pieces."""
        return Interchange(self, "", Delimiters(), before, "it does not begin with a readable ISA")

    def _skip(self) -> Iterator[str]:
        """Text that is no interchange, to the next ISA on a new line, or to the end."""
        while True:
            at = self._text.find("\nISA", 1)
            if at >= 0:
                piece, self._text = self._text[: at + 1], self._text[at + 1 :]
                yield Loose.of(piece, "")
                return
            keep = "" if self._ended else self._text[-4:]
            piece, self._text = self._text[: len(self._text) - len(keep)], keep
            if piece:
                yield Loose.of(piece, "")
            if not self._more():
                if self._text:
                    piece, self._text = self._text, ""
                    yield Loose.of(piece, "")
                return

    def _segments(self, d: Delimiters) -> Segments:
        self._d = d
        segments = cast(Segments, Segments.from_iterable(self._cut(d)))
        segments.wire = self
        return segments

    def _cut(self, d: Delimiters) -> Iterator[Iterator[str]]:
        """The segments of an interchange, after its ISA, a window of text at a time."""
        blanks = "".join(c for c in _BETWEEN if c not in (d.terminator, d.element))
        document = "BDS" + d.element
        border = re.compile(f"(?:\\A|{re.escape(d.terminator)})[{blanks}]*(IEA|ISA){re.escape(d.element)}")
        while True:
            text, start = self._text, self._at
            stop = text.find(d.terminator, start + _WINDOW)
            if stop < 0:
                stop = text.rfind(d.terminator, start)
            if stop < 0:
                if not (self._gather(d) if text.startswith(document, start) else self._more()):
                    break
                if len(self._text) > _LONGEST_SEGMENT and d.terminator not in self._text:
                    yield self._hand_on(iter((Loose.of(self._text, ""),)), len(self._text))
                continue
            stop = _behind(text, stop + 1, blanks)
            if stop == len(text) and self._more():
                continue  # the line break may go on
            window = text[start:stop]
            edge = border.search(window) if "IEA" in window or "ISA" in window else None
            if edge is None:
                yield self._pieces(window, d, blanks)
                continue
            if edge.start(1):
                yield self._pieces(window[: edge.start(1)], d, blanks)
                continue
            if edge[1] == "IEA":  # otherwise the trailer of this interchange is missing
                stop = _behind(window, window.index(d.terminator) + 1, blanks)
                yield self._pieces(window[:stop], d, blanks)
            self._text, self._at = self._text[self._at :], 0
            return
        left, self._text, self._at = self._text[self._at :], "", 0
        if left.startswith("ISA" + d.element):
            self._text = left
        elif left.strip(BLANKS):
            yield self._hand_on(iter((Loose.of(left, ""),)), 0)

    def _pieces(self, window: str, d: Delimiters, blanks: str) -> Iterator[str]:
        """Cut a window, which ends behind a terminator and its line break."""
        end = d.terminator + d.newline
        ends = window.count(end)
        regular = window.endswith(end) and (
            not d.newline or window.count(d.terminator) == ends == window.count(d.newline)
        )
        if not regular or any(blank in window and end + blank in window for blank in blanks):
            return self._hand_on(_loose(window, d, end, blanks), self._at + len(window))
        pieces = window[: -len(end)].split(end)
        begins = self._at
        segments = self._hand_on(iter(pieces), begins + len(window))
        self._window, self._window_at = pieces, begins
        return segments

    def _hand_on(self, segments: Iterator[str], at: int) -> Iterator[str]:
        self._window, self._rest, self._at = None, segments, at
        return segments


def _behind(text: str, at: int, blanks: str) -> int:
    """Behind the blanks that stand at a place."""
    while at < len(text) and text[at] in blanks:
        at += 1
    return at


def _loose(text: str, d: Delimiters, end: str, blanks: str) -> Iterator[str]:
    """Cut a text where line breaks are not all alike."""
    unended = None
    if "\n" in d.newline or "\r" in d.newline:  # then one before a segment id is one without its terminator
        unended = re.compile(f"[{blanks}]*[\r\n][{blanks}]*(?=[A-Z][A-Z0-9]{{1,2}}{re.escape(d.element)})")
    at = 0
    while at < len(text):
        stop = text.find(d.terminator, at)
        if stop < 0:
            yield Loose.of(text[at:], "")
            return
        after = stop + 1
        while after < len(text) and text[after] in blanks:
            after += 1
        while unended is not None and (lost := unended.search(text, at, stop)):
            yield Unended.of(text[at : lost.start()], lost[0])
            at = lost.end()
        piece, tail = text[at:stop], text[stop:after]
        yield piece if tail == end else Loose.of(piece, tail)
        at = after
