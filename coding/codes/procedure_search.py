"""CPT, HCPCS and ICD-10-PCS codes by their number, and by the words of the official texts that a home has
loaded, the HCPCS modifiers by their words.

A text ranks by how much of the question it covers, each word weighted by its rarity among the texts,
and then by how little else it says. Only loaded code sets are searched.
"""

import math
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Final

from coding.codes.inpatient import PCS, has_pcs_shape, search_titles
from coding.codes.procedures import title_of
from coding.codes.store import Codes, procedure_set
from coding.codes.table import Table
from coding.codes.tokens import terms

PROCEDURE_SETS: Final = ("cpt", "hcpcs")
SEARCHED: Final = (*PROCEDURE_SETS, PCS)
MODIFIERS: Final = "hcpcs_modifier"  # found by words only: two characters are too short for a number
_ENOUGH = 0.5  # of the question's weight
_BEGINNING = 4  # letters from which the beginning of a word counts as the word


@dataclass(frozen=True, slots=True)
class ProcedureHit:
    """One answer, its score from 0 to 1. `title` is the text of the user's own file."""

    code: str
    set: str
    title: str
    score: float


def numbers_in(text: str) -> list[str]:
    """The words of a text that have the shape of a CPT, HCPCS or ICD-10-PCS code, in capitals, each once."""
    words = (word.strip(",;.()").upper() for word in text.split())
    return list(dict.fromkeys(word for word in words if number_set(word) is not None))


def number_set(word: str) -> str | None:
    """The set that a word in capitals is a number of, by its shape. Of letters alone it is a word."""
    if has_pcs_shape(word) and not word.isalpha():
        return PCS
    name = procedure_set(word)
    return name if name in PROCEDURE_SETS else None


def search_procedures(codes: Codes, text: str, day: date, limit: int) -> list[ProcedureHit]:
    """The best answers in the loaded sets that cover `day`: numbers first, then words."""
    every = {name: table for name in SEARCHED if (table := codes.table(name, day)) is not None}
    numbers = numbers_in(text)
    hits = [
        ProcedureHit(code, name, title_of(every[name], rows[-1]), 1.0)
        for code in numbers
        if (name := number_set(code)) in every and (rows := every[name].rows(code))
    ]
    asked = [term for term in terms(text) if term.upper() not in numbers]
    if asked:
        modifiers = codes.table(MODIFIERS, day)
        small = {name: table for name, table in every.items() if name != PCS}
        hits += _by_words(small if modifiers is None else {**small, MODIFIERS: modifiers}, asked)
        if PCS in every:
            inpatient = search_titles(every[PCS], asked, limit)
            hits += [ProcedureHit(code, PCS, title, score) for code, title, score in inpatient]
    best: dict[str, ProcedureHit] = {}
    for hit in sorted(hits, key=lambda hit: (-hit.score, hit.code)):
        best.setdefault(hit.code, hit)
    return list(best.values())[:limit]


def _by_words(tables: dict[str, Table], asked: list[str]) -> list[ProcedureHit]:
    found: list[tuple[str, str, str, set[str], int]] = []
    texts, having = 0, Counter[str]()
    for name, table in tables.items():
        for code, row in table.all():
            texts += 1
            title = title_of(table, row)
            said = terms(title)
            matched = {a for a in asked if any(_same(a, word) for word in said)}
            if matched:
                having.update(matched)
                found.append((code, name, title, matched, len(said)))
    weight = {term: math.log(1 + texts / (1 + having[term])) for term in asked}
    whole = sum(weight.values()) or 1.0
    hits = []
    for code, name, title, matched, length in found:
        covered = sum(weight[term] for term in matched) / whole
        if covered >= _ENOUGH:
            hits.append(
                ProcedureHit(code, name, title, round(covered * (0.8 + 0.19 * len(matched) / length), 4))
            )
    return hits


def _same(asked: str, said: str) -> bool:
    return asked == said or (len(asked) >= _BEGINNING and said.startswith(asked))
