"""CPT, HCPCS and ICD-10-PCS codes by their number, and by the words of the official texts that a home has
loaded, the HCPCS modifiers by their words.

A text ranks by how much of the question it covers, each word weighted by its rarity among the texts,
and then by how little else it says. Only loaded code sets are searched.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from coding.codes.inpatient import PCS, has_pcs_shape
from coding.codes.procedures import title_of
from coding.codes.store import Codes, procedure_set
from coding.codes.title_index import search_titles
from coding.codes.tokens import terms

PROCEDURE_SETS: Final = ("cpt", "hcpcs")
SEARCHED: Final = (*PROCEDURE_SETS, PCS)
MODIFIERS: Final = "hcpcs_modifier"  # found by words only: two characters are too short for a number


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
    modifiers = codes.table(MODIFIERS, day)
    for name, table in (every if modifiers is None else {**every, MODIFIERS: modifiers}).items():
        found = search_titles(table, asked, limit) if asked else []
        hits += [ProcedureHit(code, name, title, score) for code, title, score in found]
    best: dict[str, ProcedureHit] = {}
    for hit in sorted(hits, key=lambda hit: (-hit.score, hit.code)):
        best.setdefault(hit.code, hit)
    return list(best.values())[:limit]
