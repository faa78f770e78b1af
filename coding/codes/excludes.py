"""Excludes1 notes as ranges of codes: two diagnoses of which one lies in the other's note.

A note stands at a chapter, section or code and holds for everything below it. Its codes are in
parentheses: `(E08.-)` all of E08, `(N18.1-N18.6)` a range, `(A52.79)` one code and what is below it.
Notes with words about final characters ("with 7th character ...") and notes without a code are
left to the reader: they are shown, not checked.
"""

import re
import struct
from collections.abc import Iterable, Iterator

from coding.codes.procedures import header
from coding.codes.table import Table
from coding.codes.tabular_xml import Node

FIELDS = "<7s7s7s7s"
_CODE = re.compile(r"([A-Z]\d[0-9A-Z])(?:\.([0-9A-Z]{0,4}))?\.?-?")
_PARENTHESES = re.compile(r"\(([^()]*)\)")
_LAST = "~"  # sorts after every letter and digit

Range = tuple[str, str]


def code_ranges(note: str) -> list[Range]:
    """The code ranges that a note names in parentheses, as (first, last) prefixes without dots."""
    found: list[Range] = []
    for inside in _PARENTHESES.findall(note):
        pieces = [_range(piece.strip()) for piece in re.split(r"[,;]", inside)]
        if pieces and all(piece is not None for piece in pieces):
            found.extend(piece for piece in pieces if piece is not None)
    return found


def _range(text: str) -> Range | None:
    one = _CODE.fullmatch(text)
    if one is not None:
        code = one.group(1) + (one.group(2) or "")
        return code, code
    first, dash, last = text.partition("-")
    start, end = _CODE.fullmatch(first.strip()), _CODE.fullmatch(last.strip())
    if not dash or start is None or end is None:
        return None
    return start.group(1) + (start.group(2) or ""), end.group(1) + (end.group(2) or "")


def holder_range(key: str) -> Range:
    """The codes a note's place covers: a code and all below it, or a section's first to last."""
    if key.startswith("s"):
        first, _, last = key[1:].partition("-")
        return first, last or first
    return key, key


def make_table(nodes: Iterable[Node], *, release: str, source: str) -> Table:
    """The Excludes1 notes of a tabular as a table of (from, to, excluded from, excluded to).

    A chapter covers its sections, so its notes are written once for each of them.
    """
    sections: dict[str, list[str]] = {}
    kept = list(nodes)
    for node in kept:
        if node.key.startswith("s") and node.parent.startswith("ch"):
            sections.setdefault(node.parent, []).append(node.key)
    layout = struct.Struct(FIELDS)
    records: set[bytes] = set()
    for node in kept:
        for note in node.notes.get("excludes1", ()):
            for low, high in code_ranges(note):
                for place in sections.get(node.key, [node.key]):
                    first, last = holder_range(place)
                    row = (first, (last + _LAST * 7)[:7], low, (high + _LAST * 7)[:7])
                    packed = layout.pack(*(part.encode().ljust(7) for part in row))
                    records.update(letter.encode().ljust(3) + packed for letter in _letters(first, last))
    head = header(
        "icd10cm_excludes1",
        release=release,
        source=source,
        licence="public domain",
        covers_from=None,
        covers_to=None,
    )
    return Table.of(head, records)


class Excludes1:
    """The notes, read letter by letter when first asked for, looked up by code and remembered."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._by_letter: dict[str, list[tuple[str, str, str, str]]] = {}
        self._known: dict[str, dict[str, list[tuple[str, str, str]]]] = {}

    def of(self, code: str) -> dict[str, list[tuple[str, str, str]]]:
        """What is excluded beside a code, by first letter: (from, to, where the note stands)."""
        found = self._known.get(code)
        if found is None:
            if len(self._known) > 50_000:
                self._known.clear()
            found = self._known[code] = {}
            for first, last, low, high in self._of_letter(code[:1]):
                if first <= code <= last and not low <= code <= high:
                    for letter in _letters(low, high):
                        found.setdefault(letter, []).append((low, high, first))
        return found

    def _of_letter(self, letter: str) -> list[tuple[str, str, str, str]]:
        rows = self._by_letter.get(letter)
        if rows is None:
            rows = []
            for row in self._table.rows(letter) if letter else ():
                first, last, low, high = (part.decode().rstrip() for part in row)
                rows.append((first, last, low, high))
            self._by_letter[letter] = rows
        return rows

    def pairs(self, diagnoses: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
        """Positions (from 0) of each pair kept apart by a note, once, and where the note stands."""
        known = [self.of(code) for code in diagnoses]
        for n, ours in enumerate(known):
            for m in range(n + 1, len(diagnoses)):
                place = _holds(ours, diagnoses[m]) or _holds(known[m], diagnoses[n])
                if place:
                    yield n, m, place


def _holds(excluded: dict[str, list[tuple[str, str, str]]], code: str) -> str:
    """Where the note stands that excludes the code; "" where none does."""
    ranges = excluded.get(code[:1])
    if ranges is not None:
        for low, high, place in ranges:
            if low <= code <= high:
                return place
    return ""


def _letters(first: str, last: str) -> str:
    return "".join(chr(n) for n in range(ord(first[0]), ord(last[0]) + 1))
