"""ICD-10-PCS codes and MS-DRGs: their shapes, and search over the titles of a loaded ICD-10-PCS.

A code set of 80,000 titles is not taken apart for each question: the lines of its text are asked for the
words as they stand, and only the best of them are looked at closely.
"""

import heapq
import math
import re
from typing import Final

from coding.codes.table import Table
from coding.codes.tokens import terms

PCS: Final = "icd10pcs"
DRG: Final = "msdrg"
_PCS = re.compile(r"[0-9BCDFGHX][0-9A-HJ-NP-Z]{6}")
_ENOUGH = 0.5  # of the question's weight
_LOOKED_AT = 200  # titles, at most, that are looked at closely
_LINES = 30_000  # lines, at most, that are asked for the other words


def has_pcs_shape(code: str) -> bool:
    """Seven characters without I and O, of which the first names a section."""
    return _PCS.fullmatch(code) is not None


def has_drg_shape(code: str) -> bool:
    """Three digits."""
    return len(code) == 3 and code.isascii() and code.isdigit()


def text_of(rows: list[tuple[str, str]]) -> tuple[list[tuple[str, int, int]], bytes]:
    """(code, place, length of the title) of rows of code and title, and the text: a line for each, the code
    before its title."""
    text = bytearray()
    places = []
    for code, title in sorted(rows):
        words = title.encode()
        text += code.encode() + b"\t"
        places.append((code, len(text), len(words)))
        text += words + b"\n"
    return places, bytes(text)


def search_titles(table: Table, asked: list[str], limit: int) -> list[tuple[str, str, float]]:
    """(code, title, score from 0 to 1) of the titles that have most of the search terms, best first."""
    text = table.text_at(0, 1 << 62)
    lower = text.lower()
    marks = {term: _beginnings(term) for term in asked}
    weight = {
        term: math.log(1 + len(table) / (1 + sum(lower.count(mark) for mark in of)))
        for term, of in marks.items()
    }
    whole = sum(weight.values()) or 1.0
    covered = []
    for start, end in _likely(lower, marks, weight):
        line = lower[start:end]
        has = sum(weight[term] for term, (blank, tab) in marks.items() if blank in line or tab in line)
        if has >= _ENOUGH * whole:
            covered.append((-has, end - start, start, end))
    hits = []
    for _, _, start, end in heapq.nsmallest(_LOOKED_AT, covered):
        code, _, title = text[start:end].decode().partition("\t")
        said = terms(title)
        matched = sum(weight[term] for term in asked if any(word.startswith(term) for word in said))
        if matched >= _ENOUGH * whole:
            share = sum(term in said for term in asked) / max(len(said), 1)
            hits.append((code, title, round(matched / whole * (0.8 + 0.19 * share), 4)))
    return sorted(hits, key=lambda hit: (-hit[2], hit[0]))[:limit]


def _beginnings(term: str) -> tuple[bytes, bytes]:
    """How a word that begins so stands in the text; `artery` is looked for as `arter`, for arteries."""
    begins = (term[:-1] if term.endswith("y") else term).encode()
    return b" " + begins, b"\t" + begins


def _likely(
    lower: bytes, marks: dict[str, tuple[bytes, bytes]], weight: dict[str, float]
) -> list[tuple[int, int]]:
    """Where the lines are that may have enough: they have one of the rarest terms, without which the others
    weigh too little. The rarest come first, and of very many the rest is left out."""
    found: dict[tuple[int, int], None] = {}
    left = sum(weight.values())
    enough = _ENOUGH * left
    for term in sorted(marks, key=lambda term: -weight[term]):
        if left < enough:
            break
        left -= weight[term]
        for mark in marks[term]:
            at = lower.find(mark)
            while at >= 0 and len(found) < _LINES:
                end = lower.find(b"\n", at)
                found[lower.rfind(b"\n", 0, at) + 1, end] = None
                at = lower.find(mark, end)
    return list(found)
