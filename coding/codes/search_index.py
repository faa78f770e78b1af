"""The inverted index of the encoder: for each term the phrases that hold it. Built once, shipped.

A phrase is a title or an inclusion term; it knows its code and its weight (the sum of the rarity of
its terms). The three parts are compressed and opened at the first search.
"""

import json
import math
import re
import zlib
from array import array
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from coding.codes.procedures import header
from coding.codes.table import Table
from coding.codes.tokens import terms

_SCALE = 100
#: Words that a coder leaves out; they are found, and leaving them out costs nothing.
_EMPTY = frozenset({"unspecified", "nos", "specified", "other", "mellitu", "mellitus", "uncomplicated"})

#: What a title says is not there, or not known to be: "without foreign body" of right hand.
ABSENT = (
    r"\b(?:unspecified whether with|without|not (?!elsewhere)(?:having achieved|specified as)?)\b"
    r"((?: loss of consciousness)?[^,]*?)"
    r"(?=,| with | without | of |$)"
)
_NONESSENTIAL = re.compile(
    r", unspecified\b(?:(?! with )[^,])*|\([^()]*\)|\[[^\[\]]*\]|,? not elsewhere classified"
    r"|" + ABSENT,
    re.IGNORECASE,
)


def _essential(phrase: str) -> str:
    """A phrase without its nonessential modifiers: words in parentheses, ", unspecified organism", what
    it is without, "not elsewhere classified"."""
    return _NONESSENTIAL.sub(" ", phrase)


#: What a phrase is to its code: an inclusion term, the title, an inclusion term that ends in "NOS",
#: which names the code for a condition of which no more is said, a name of our own index, or what is said
#: about a condition.
INCLUSION, TITLE, DEFAULT, OWN, DESCRIBED = 0, 1, 2, 3, 4
#: The rarity that a question must have of a description: about that of three words, whatever else it says.
_DESCRIBES = 28.0
_NOS = re.compile(r"\bNOS\b")


def make_table(phrases: Iterable[tuple[str, str, int]], *, release: str, source: str) -> Table:
    """An index of (code, phrase, what it is: `INCLUSION`, `TITLE`, `DEFAULT`, `OWN` or
    `DESCRIBED`)."""
    codes: dict[str, int] = {}
    owners, titles = array("I"), array("B")
    postings: dict[str, list[int]] = {}
    essential: list[list[str]] = []
    for code, phrase, kind in phrases:
        found = terms(phrase)
        if not found:
            continue
        number = len(owners)
        owners.append(codes.setdefault(code, len(codes)))
        titles.append(DEFAULT if kind == INCLUSION and _NOS.search(phrase) else kind)
        essentials = (
            [] if kind in (OWN, DESCRIBED) else [t for t in terms(_essential(phrase)) if t not in _EMPTY]
        )
        essential.append(essentials or found)
        for t in found:
            postings.setdefault(t, []).append(number)
    rarity = {t: _rarity(len(p), len(owners)) for t, p in postings.items()}
    sums = (sum(rarity[t] for t in kept) for kept in essential)
    most = {DESCRIBED: _DESCRIBES}  # of the others what a weight holds
    weights = array(
        "H",
        (
            round(_SCALE * min(total, most.get(kind, 0xFFFF / _SCALE)))
            for total, kind in zip(sums, titles, strict=True)
        ),
    )
    names = sorted(postings)
    places, numbers = array("I", [0]), array("I")
    for name in names:
        numbers.extend(postings[name])
        places.append(len(numbers))
    parts = {
        "codes": "\n".join(codes).encode(),
        "terms": "\n".join(names).encode(),
        "owners": owners.tobytes(),
        "titles": titles.tobytes(),
        "weights": weights.tobytes(),
        "places": places.tobytes(),
        "numbers": numbers.tobytes(),
    }
    text = b""
    where: dict[str, list[int]] = {}
    for name, data in parts.items():
        packed = zlib.compress(data, 9)
        where[name] = [len(text), len(packed)]
        text += packed
    head = header(
        "icd10cm_search",
        release=release,
        source=source,
        licence="public domain",
        covers_from=None,
        covers_to=None,
        extra={"parts": json.loads(json.dumps(where))},
    )
    return Table.of(head, [], text)


def _rarity(count: int, total: int) -> float:
    """The weight of a term: its inverse document frequency."""
    return math.log(1 + total / (1 + count))


class SearchIndex:
    """The opened index. `postings(term)` are phrase numbers; owners, titles and weights go by them."""

    def __init__(self, table: Table) -> None:
        parts: Mapping[str, Any] = (table.header.extra or {})["parts"]

        def part(name: str) -> bytes:
            return zlib.decompress(table.text_at(*parts[name]))

        self.codes = part("codes").decode().split("\n")
        self.terms = part("terms").decode().split("\n")
        self.owners = array("I", part("owners"))
        self.titles = part("titles")
        self.weights = array("H", part("weights"))
        self._places = array("I", part("places"))
        self._numbers = array("I", part("numbers"))
        self._mask = lru_cache(maxsize=64)(self._make_mask)
        self.number = {t: n for n, t in enumerate(self.terms)}

    def postings(self, term: str) -> "array[int]":
        n = self.number.get(term)
        if n is None:
            return array("I")
        return self._numbers[self._places[n] : self._places[n + 1]]

    def mask(self, term: str) -> bytearray:
        """A byte a phrase, 1 where it holds the term: for common terms, whose postings are long."""
        return self._mask(term)

    def _make_mask(self, term: str) -> bytearray:
        mask = bytearray(len(self.owners))
        for phrase in self.postings(term):
            mask[phrase] = 1
        return mask

    def rarity(self, term: str) -> float:
        """The weight of a term in hundredths, as phrases count it."""
        n = self.number.get(term)
        count = 0 if n is None else self._places[n + 1] - self._places[n]
        return _SCALE * _rarity(count, len(self.owners))
