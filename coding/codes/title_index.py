"""Search over the titles of a loaded code set: CPT, HCPCS and its modifiers, ICD-10-PCS.

Sets of up to 80,000 titles are not taken apart for each question: beside the text stand its words with the
titles that have each, and only the best titles are looked at closely.
"""

import heapq
import math
import struct
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from coding.codes.procedures import TITLED, title_of, titled
from coding.codes.table import DamagedTableError, Header, Table
from coding.codes.tokens import terms

_ENOUGH = 0.5  # of the question's weight
_LOOKED_AT = 200  # titles, at most, that are looked at closely
_TOLD_APART = 8  # terms, of the rarest, by which titles are chosen: a bit of a byte each
_BEGINNING = 4  # letters from which the beginning of a word counts as the word


def indexed(head: Header, rows: Iterable[tuple[str, date | None, date | None, str]]) -> Table:
    """The table of (code, first day, last day, title), with an index of the words of its titles."""
    records, text = titled(rows, head.key)
    records.sort()  # as the table has them
    places = (struct.unpack_from(TITLED, record, head.key)[2:4] for record in records)
    titles = [text[place : place + length].decode() for place, length in places]
    where, index = _word_index(titles, len(text))
    return Table.of(replace(head, extra=where), records, text + index)


def _word_index(titles: Sequence[str], begins: int) -> tuple[dict[str, list[int]], bytes]:
    """The words of titles with the numbers of those that have each, and how long each title is: where each
    part stands in a table's text (place, length), and the parts. `begins`: the text before them."""
    having: dict[str, array[int]] = {}
    for number, title in enumerate(titles):
        for word in terms(title):
            having.setdefault(word, array("I")).append(number)
    ends, numbers = array("I"), array("I")
    for word in sorted(having):
        numbers.extend(having[word])
        ends.append(len(numbers))
    parts = {
        "words": "\n".join(sorted(having)).encode(),
        "ends": ends.tobytes(),
        "numbers": numbers.tobytes(),
        "lengths": array("H", map(len, titles)).tobytes(),
    }
    where, text = {}, b""
    for name, data in parts.items():
        where[name] = [begins + len(text), len(data)]
        text += data
    return where, text


def search_titles(table: Table, asked: list[str], limit: int) -> list[tuple[str, str, float]]:
    """(code, title, score from 0 to 1) of the titles that have most of the search terms, best first.

    Raises:
        DamagedTableError: the table has no index of its words.
    """
    where = table.header.extra
    if where is None:
        raise DamagedTableError(f"{table.header.set}: without an index of its words; load it again")
    having = _having(table, where, asked)
    weight = {term: math.log(1 + len(table) / (1 + has.count(1))) for term, has in having.items()}
    whole = sum(weight.values()) or 1.0
    hits = []
    for at in _likely(array("H", table.text_at(*where["lengths"])), having, weight):
        title = title_of(table, table.row_at(at))
        said = terms(title)
        matched = sum(weight[term] for term in asked if having[term][at])
        share = sum(term in said for term in asked) / max(len(said), 1)
        score = round(matched / whole * (0.8 + 0.19 * share), 4)
        hits.append((table.key_at(at).decode(), title, score))
    return sorted(hits, key=lambda hit: (-hit[2], hit[0]))[:limit]


def _having(table: Table, where: dict[str, list[int]], asked: list[str]) -> dict[str, bytearray]:
    """A byte a title for each term, 1 where a word of the title is it, or begins with it."""
    words = table.text_at(*where["words"]).decode().split("\n")
    ends = array("I", table.text_at(*where["ends"]))
    place, _ = where["numbers"]
    size = ends.itemsize
    having = {}
    for term in asked:
        having[term] = bytearray(len(table))
        for at, word in enumerate(words):
            if word == term or (len(term) >= _BEGINNING and word.startswith(term)):
                begin = ends[at - 1] if at else 0
                for number in array("I", table.text_at(place + begin * size, (ends[at] - begin) * size)):
                    having[term][number] = 1
    return having


def _likely(lengths: Sequence[int], having: dict[str, bytearray], weight: dict[str, float]) -> list[int]:
    """The titles that have most of the question's weight, of those that have as much the shortest.

    Which of the rarest terms a title has is one byte; titles that have the same ones are found together.
    """
    rarest = sorted(having, key=lambda term: -weight[term])[:_TOLD_APART]
    masks = (int.from_bytes(having[term], "little") << bit for bit, term in enumerate(rarest))
    which = sum(masks).to_bytes(len(lengths), "little")
    worth = {byte: sum(weight[t] for bit, t in enumerate(rarest) if byte >> bit & 1) for byte in set(which)}
    enough = _ENOUGH * sum(weight.values())
    found: list[int] = []
    for byte in sorted(worth, key=lambda byte: (-worth[byte], byte)):
        if not byte or worth[byte] < enough or len(found) >= _LOOKED_AT:
            break
        same = _places(which, byte)
        found += heapq.nsmallest(_LOOKED_AT - len(found), same, key=lengths.__getitem__)
    return found


def _places(which: bytes, byte: int) -> list[int]:
    """Where a byte stands."""
    places = []
    at = which.find(byte)
    while at >= 0:
        places.append(at)
        at = which.find(byte, at + 1)
    return places
