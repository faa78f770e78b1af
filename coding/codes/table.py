"""The one file format of a code set: sorted records of one width, memory-mapped, found by bisection.

Layout: the magic `CCT1`, the header's length (4 bytes, little endian), the header (JSON: which set,
release, source, licence, the days it covers, the record's shape), `rows` records, then text.
A record is its key, blank-padded, and a packed struct. Days are counted from 2000-01-01 in 16 bits;
0xFFFF is "no end". A file is written once and never changed: processes share its pages.
"""

import heapq
import json
import mmap
import struct
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

MAGIC = b"CCT1"
OPEN = 0xFFFF
_EPOCH = date(2000, 1, 1)
_EPOCH_ORDINAL = _EPOCH.toordinal()
_CACHED = 50_000
_RUN = 250_000
_BLOCK = 64


class DamagedTableError(Exception):
    """A code-set file is not one, or is cut short. Build or load it again."""

    code = "CODES-DAMAGED"


def day_number(day: date | None, absent: int = OPEN) -> int:
    """Days since 2000-01-01, 0 for what lies before; None is `absent`."""
    if day is None:
        return absent
    number = day.toordinal() - _EPOCH_ORDINAL
    return 0 if number < 0 else number if number < OPEN else OPEN - 1


def number_day(number: int) -> date | None:
    """The day of a number of `day_number`; None for no end."""
    return None if number == OPEN else _EPOCH + timedelta(days=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a table is. `covers_from` to `covers_to` are the days it can answer for (None: open)."""

    set: str
    release: str
    source: str
    licence: str
    key: int  # width of a key
    fields: str  # struct format of what follows the key
    rows: int = 0
    covers_from: date | None = None
    covers_to: date | None = None
    extra: dict[str, Any] | None = None

    def to_json(self) -> bytes:
        facts = {name: getattr(self, name) for name in self.__slots__}
        for name in ("covers_from", "covers_to"):
            facts[name] = facts[name].isoformat() if facts[name] else None
        return json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "Header":
        facts = json.loads(data)
        for name in ("covers_from", "covers_to"):
            facts[name] = date.fromisoformat(facts[name]) if facts[name] else None
        return cls(**facts)


def pack(header: Header, records: Iterable[bytes], text: bytes = b"") -> bytes:
    """The bytes of a table whose records (key and struct already joined) are sorted here.

    Millions of records stay small: runs of a quarter million are sorted and joined, then merged.
    """
    runs = []
    stream = iter(records)
    while run := list(islice(stream, _RUN)):
        run.sort()
        runs.append(b"".join(run))
    width = header.key + struct.calcsize(header.fields)
    rows = sum(map(len, runs)) // width
    facts = {name: getattr(header, name) for name in header.__slots__}
    head = Header(**{**facts, "rows": rows}).to_json()
    return b"".join((MAGIC, len(head).to_bytes(4, "little"), head, *_merged(runs, width), text))


def _merged(runs: list[bytes], width: int) -> Iterable[bytes]:
    """Sorted runs as one: as they are where each begins after the one before ends."""
    if all(a[-width:] <= b[:width] for a, b in pairwise(runs)):
        return runs
    cut = [(run[at : at + width] for at in range(0, len(run), width)) for run in runs]
    merged = heapq.merge(*cut)
    return iter(lambda: b"".join(islice(merged, _RUN)), b"")


class Table:
    """A code set on disk (`open`) or in memory (`of`): rows by key, a few microseconds each."""

    __slots__ = (
        "_base",
        "_block_keys",
        "_cache",
        "_data",
        "_index",
        "_key_width",
        "_struct",
        "_text",
        "_width",
        "first",
        "header",
        "last",
    )

    def __init__(self, data: "bytes | mmap.mmap", name: str) -> None:
        if data[:4] != MAGIC:
            raise DamagedTableError(f"{name}: not a code-set file; build or load it again")
        size = int.from_bytes(data[4:8], "little")
        try:
            self.header = Header.from_json(data[8 : 8 + size])
        except (ValueError, TypeError, KeyError) as error:
            raise DamagedTableError(f"{name}: its header cannot be read; build or load it again") from error
        #: the days it answers for
        self.first = self.header.covers_from or date.min
        self.last = self.header.covers_to or date.max
        self._data = data
        self._base = 8 + size
        self._key_width = self.header.key
        self._struct = struct.Struct(self.header.fields)
        self._width = self._key_width + self._struct.size
        self._text = self._base + self._width * self.header.rows
        if len(data) < self._text:
            raise DamagedTableError(f"{name}: cut short; build or load it again")
        self._index = range(self.header.rows)
        self._block_keys: list[bytes] = []
        self._cache: dict[str, tuple[tuple[Any, ...], ...]] = {}

    @classmethod
    def open(cls, path: Path) -> "Table":
        """Maps the file.

        Raises:
            DamagedTableError: it is no code-set file, or cut short.
        """
        with path.open("rb") as file:
            try:
                data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError as error:
                raise DamagedTableError(f"{path.name}: empty; build or load it again") from error
        return cls(data, path.name)

    @classmethod
    def of(cls, header: Header, records: Iterable[bytes], text: bytes = b"") -> "Table":
        """A table in memory, for small sets."""
        return cls(pack(header, records, text), header.set)

    def __len__(self) -> int:
        return self.header.rows

    def with_header(self, **changes: Any) -> "Table":
        """The same records and text under a changed header (release, days covered, source)."""
        facts = {name: getattr(self.header, name) for name in self.header.__slots__}
        head = Header(**{**facts, **changes}).to_json()
        rest = self._data[self._base :]
        return Table(b"".join((MAGIC, len(head).to_bytes(4, "little"), head, rest)), self.header.set)

    @property
    def content(self) -> bytes:
        """Records and text, without the header: the same bytes for the same file loaded again."""
        return self._data[self._base :]

    @property
    def data(self) -> "bytes | mmap.mmap":
        """The file's bytes."""
        return self._data

    def key_at(self, position: int) -> bytes:
        start = self._base + position * self._width
        return self._data[start : start + self._key_width]

    def row_at(self, position: int) -> tuple[Any, ...]:
        return self._struct.unpack_from(self._data, self._base + position * self._width + self._key_width)

    def position(self, key: str) -> int:
        """The first record whose key is `key` or comes after it."""
        wanted = key.encode("ascii", "replace").ljust(self._key_width)
        return bisect_left(self._index, wanted, key=self.key_at)

    def rows(self, key: str) -> tuple[tuple[Any, ...], ...]:
        """Every record of this key, unpacked; () where there is none."""
        found = self._cache.get(key)
        if found is None:
            found = self._find(key)
            if len(self._cache) >= _CACHED:
                self._cache.clear()
            self._cache[key] = found
        return found

    def _find(self, key: str) -> tuple[tuple[Any, ...], ...]:
        wanted = key.encode("ascii", "replace").ljust(self._key_width)
        if len(wanted) > self._key_width:
            return ()
        at = self._first(wanted)
        answer = []
        while at < self.header.rows and self.key_at(at) == wanted:
            answer.append(self.row_at(at))
            at += 1
        return tuple(answer)

    def _first(self, wanted: bytes) -> int:
        """Where a key's first record is, or the number of records where there is none.

        The first key of every block is kept in memory; within a block the bytes are searched.
        """
        if not self._block_keys:
            self._block_keys = [self.key_at(at) for at in range(0, self.header.rows, _BLOCK)]
        block = bisect_left(self._block_keys, wanted)
        if block:
            start = self._base + (block - 1) * _BLOCK * self._width
            piece = self._data[start : start + _BLOCK * self._width]
            found = piece.find(wanted)
            while found >= 0:
                if found % self._width == 0:
                    return (block - 1) * _BLOCK + found // self._width
                found = piece.find(wanted, found + 1)
        if block < len(self._block_keys) and self._block_keys[block] == wanted:
            return block * _BLOCK
        return self.header.rows

    def starting_with(self, prefix: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Records whose key begins with `prefix`, in order."""
        wanted = prefix.encode("ascii", "replace")
        at = self.position(prefix)
        while at < self.header.rows and self.key_at(at).startswith(wanted):
            yield self.key_at(at).decode().rstrip(), self.row_at(at)
            at += 1

    def all(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Every record in order of its key."""
        for at in self._index:
            yield self.key_at(at).decode().rstrip(), self.row_at(at)

    def records(self) -> Iterator[bytes]:
        """Every record as it is stored."""
        for at in self._index:
            start = self._base + at * self._width
            yield self._data[start : start + self._width]

    def groups(self) -> Iterator[tuple[str, tuple[tuple[Any, ...], ...]]]:
        """Each key once, with all its rows."""
        before = ""
        rows: list[tuple[Any, ...]] = []
        for key, row in self.all():
            if key != before and rows:
                yield before, tuple(rows)
                rows = []
            before = key
            rows.append(row)
        if rows:
            yield before, tuple(rows)

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last

    def text_at(self, place: int, length: int) -> bytes:
        """Bytes of the text that follows the records."""
        return self._data[self._text + place : self._text + place + length]
