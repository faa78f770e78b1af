"""The tabular list as a coder reads it: title, tree and notes of every code, from one compressed file.

Records are the codes in order; the text after them is blocks of 64 entries, each block compressed
for itself, so that one entry costs one small decompression and the file stays small on disk.
"""

import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from coding.codes.procedures import header
from coding.codes.table import Table

BLOCK = 64
_TITLE_FIRST = '{"title":'
_DECODER = json.JSONDecoder()
FIELDS = "<B"
#: bits of a record: billable; the side left open; its cause belongs before it
BILLABLE, SIDE_UNSPECIFIED, CODE_FIRST = 1, 2, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the tabular says of one code (or of a chapter `ch01`, a section `sA00-A09`).

    Notes are the code's own; `Tabular.notes_for` adds those of the places above it.
    `seventh` are the 7th characters asked for, with their meaning.
    """

    code: str
    title: str
    parent: str = ""
    billable: bool = False
    side_unspecified: bool = False
    includes: tuple[str, ...] = ()
    inclusion: tuple[str, ...] = ()
    excludes1: tuple[str, ...] = ()
    excludes2: tuple[str, ...] = ()
    code_first: tuple[str, ...] = ()
    use_additional: tuple[str, ...] = ()
    code_also: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    seventh: Mapping[str, str] | None = None


NOTE_KINDS = (
    "includes",
    "inclusion",
    "excludes1",
    "excludes2",
    "code_first",
    "use_additional",
    "code_also",
    "notes",
)


def make_table(entries: Mapping[str, tuple[int, dict[str, Any]]], *, release: str, source: str) -> Table:
    """A table of code -> (flags, facts as JSON)."""
    keys = sorted(entries, key=lambda k: k.encode().ljust(8))
    blocks = []
    for start in range(0, len(keys), BLOCK):
        lines = [
            json.dumps(entries[k][1], separators=(",", ":"), ensure_ascii=False)
            for k in keys[start : start + BLOCK]
        ]
        blocks.append(zlib.compress("\n".join(lines).encode(), 9))
    places = [0]
    for block in blocks:
        places.append(places[-1] + len(block))
    text = struct.pack(f"<{len(places)}I", *places) + b"".join(blocks)
    head = header(
        "icd10cm_tabular",
        release=release,
        source=source,
        licence="public domain",
        covers_from=None,
        covers_to=None,
        extra={"blocks": len(blocks)},
    )
    return Table.of(head, [k.encode().ljust(8) + bytes([entries[k][0]]) for k in keys], text)


class Tabular:
    """Looks up entries, their ancestors, children and the notes that hold for them."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._blocks = int((table.header.extra or {})["blocks"])
        self._block = lru_cache(maxsize=512)(self._read_block)

    def _read_block(self, number: int) -> list[str]:
        start, end = struct.unpack("<2I", self.table.text_at(4 * number, 8))
        base = 4 * (self._blocks + 1)
        return zlib.decompress(self.table.text_at(base + start, end - start)).decode().split("\n")

    def get(self, code: str) -> Entry | None:
        """The entry of a code without its dot; None where the tabular has none."""
        at = self.table.position(code)
        if at >= len(self.table) or self.table.key_at(at).decode().rstrip() != code:
            return None
        return self.at(at)

    def at(self, position: int) -> Entry:
        """The entry at a position of the table."""
        code = self.table.key_at(position).decode().rstrip()
        facts = json.loads(self._block(position // BLOCK)[position % BLOCK])
        (flags,) = self.table.row_at(position)
        return Entry(
            code=code,
            title=facts["title"],
            parent=facts.get("parent") or self._parent(code),
            billable=bool(flags & BILLABLE),
            side_unspecified=bool(flags & SIDE_UNSPECIFIED),
            seventh=facts.get("seventh"),
            **{kind: tuple(facts.get(kind, ())) for kind in NOTE_KINDS},
        )

    def title(self, code: str) -> str:
        """The title alone, without reading the notes; "" where the tabular has no such code."""
        at = self.table.position(code)
        if at >= len(self.table) or self.table.key_at(at).decode().rstrip() != code:
            return ""
        line = self._block(at // BLOCK)[at % BLOCK]
        if line.startswith(_TITLE_FIRST):
            return str(_DECODER.raw_decode(line, len(_TITLE_FIRST))[0])
        return str(json.loads(line)["title"])

    def titles(self) -> dict[str, str]:
        """Every code with its title."""
        found = {}
        for number in range(self._blocks):
            for offset, line in enumerate(self._read_block(number)):
                found[self.table.key_at(number * BLOCK + offset).decode().rstrip()] = json.loads(line)[
                    "title"
                ]
        return found

    def _parent(self, code: str) -> str:
        for length in range(len(code) - 1, 2, -1):
            shorter = code[:length]
            if self.has(shorter):
                return shorter
        return ""

    def has(self, code: str) -> bool:
        return bool(self.table.rows(code))

    def side_unspecified(self, code: str) -> bool:
        """Whether the code leaves the side open although codes for each side exist."""
        rows = self.table.rows(code)
        return bool(rows) and bool(rows[0][0] & SIDE_UNSPECIFIED)

    def code_first(self, code: str) -> bool:
        """Whether a note at the code or above it asks, without an "if", for its cause before it."""
        rows = self.table.rows(code)
        return bool(rows) and bool(rows[0][0] & CODE_FIRST)

    def ancestors(self, code: str) -> tuple[Entry, ...]:
        """From the chapter down to the code's parent."""
        entry = self.get(code)
        return self.from_top(entry.parent) if entry is not None else ()

    def from_top(self, code: str) -> tuple[Entry, ...]:
        """From the chapter down to a place itself; () for no place."""
        found: list[Entry] = []
        entry = self.get(code) if code else None
        while entry is not None:
            found.append(entry)
            entry = self.get(entry.parent) if entry.parent else None
        return tuple(reversed(found))

    def nearest(self, code: str) -> str:
        """The longest beginning of a code that is a place of the tabular, "" where none is."""
        return code if self.has(code) else self._parent(code)

    def children(self, code: str) -> tuple[Entry, ...]:
        """The entries directly below a code."""
        return tuple(entry for key in self.child_codes(code) if (entry := self.get(key)) is not None)

    def child_codes(self, code: str) -> tuple[str, ...]:
        """The codes directly below a code, without reading their entries."""
        found: list[str] = []
        for key, _ in self.table.starting_with(code):
            # Keys are in order: what is below a child comes right after it.
            if key != code and not (found and key.startswith(found[-1])):
                found.append(key)
        return tuple(found)

    def notes_for(self, code: str, kind: str) -> tuple[tuple[str, str], ...]:
        """Notes of one kind that hold for a code: (where the note stands, the note), from the top down."""
        entry = self.get(code)
        places = (*self.ancestors(code), entry) if entry is not None else ()
        return tuple((place.code, note) for place in places for note in getattr(place, kind))
