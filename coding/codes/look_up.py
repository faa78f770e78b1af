"""A coder's question asked of every loaded set: diagnoses by words, procedures by number and words, and what
could not be searched, with how to load it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from coding.codes.encoder import Encoder, Hit
from coding.codes.procedure_facts import Procedure, facts_of
from coding.codes.procedure_search import (
    SEARCHED,
    ProcedureHit,
    number_set,
    numbers_in,
    search_procedures,
)
from coding.codes.shown import undotted
from coding.codes.store import Codes
from coding.codes.valid_instead import valid_instead

_DIAGNOSIS: Final = re.compile(r"[A-Z][0-9OIL][0-9A-Z][0-9A-Z]{0,4}")
_SURELY: Final = 4  # characters that a word without a dot has at most, if it may be another's number
_AROUND: Final = ",;.()"  # of a word
NAMES: Final = {
    "icd10cm": "ICD-10-CM",
    "cpt": "CPT",
    "hcpcs": "HCPCS level II",
    "hcpcs_modifier": "HCPCS modifiers",
    "icd10pcs": "ICD-10-PCS",
    "msdrg": "MS-DRG",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """What was found. `question` are the words without the procedures' numbers; `diagnoses` each with whether
    it may be billed; `searched` has the release of each set, `missing` how to load the others; `unsearched`
    are numbers of sets that are not loaded."""

    question: str
    diagnoses: tuple[tuple[Hit, str], ...]
    procedures: tuple[ProcedureHit, ...]
    facts: Mapping[str, Procedure]
    searched: Mapping[str, str]
    missing: Mapping[str, str]
    unsearched: tuple[str, ...]


def look_up(codes: Codes, asked: str, day: date, limit: int = 10, *, home: str = "DIR") -> LookUp:
    """The codes that fit a coder's words on a day, at most `limit` of each kind; `home` stands in the
    commands that load a set. Without a tabular no diagnosis is found."""
    encoder = codes.encoder
    numbers = numbers_in(asked)
    if encoder is not None:
        numbers = [n for n in numbers if encoder.show(n, day) is None]  # E1122 is a diagnosis
    words = [w for w in asked.split() if w.strip(_AROUND).upper() not in numbers]
    hits: list[Hit] = []
    if encoder is not None:
        typed = _typed(codes, encoder, words, day, limit)
        hits = [hit for found in typed.values() for hit in found]
        known = {hit.code for hit in hits}
        if rest := " ".join(w for w in words if w not in typed):
            hits += [hit for hit in encoder.search(rest, limit) if hit.code not in known]
        hits = hits[:limit]
    procedures = search_procedures(codes, asked, day, limit)
    searched, missing = _searched(codes, day, home)
    return LookUp(
        question=" ".join(words),
        diagnoses=tuple((h, str(codes.diagnosis(h.code).valid_on(day))) for h in hits),
        procedures=tuple(procedures),
        facts={p.code: facts_of(codes, p.code, day) for p in procedures},
        searched=searched,
        missing=missing,
        unsearched=tuple(sorted({n for n in numbers if number_set(n) in missing})),
    )


def _typed(codes: Codes, encoder: Encoder, words: list[str], day: date, limit: int) -> dict[str, list[Hit]]:
    """The words that are diagnosis codes, each with itself, or with the valid codes that it may stand for.

    Beside other words only what is surely a code counts: B12 is a vitamin, I131 a drug.
    """
    found: dict[str, list[Hit]] = {}
    bare = {word: word.strip(_AROUND) for word in words}
    codes_only = all(_DIAGNOSIS.fullmatch(undotted(one)) for one in bare.values())
    for word, one in bare.items():
        code = undotted(one)
        surely = codes_only or "." in one or len(code) > _SURELY
        if _DIAGNOSIS.fullmatch(code) is None or code.isalpha() or not surely:
            continue
        if encoder.show(code, day) is not None:
            found[word] = encoder.search(code, limit if len(words) == 1 else 1)
        elif (instead := valid_instead(codes.diagnoses, code, day)) is not None:
            found[word] = [hit for valid in instead.codes[:limit] for hit in encoder.search(valid, 1)]
    return found


def how_to_load(name: str, day: date, home: str = "DIR") -> str:
    """How to get at a set of procedures or DRGs, which is not shipped, with the command."""
    fiscal = day.year + (day.month >= 10)
    if name == "icd10pcs":
        file, whence = f"icd10pcs_order_{fiscal}.txt", "CMS's order file of the fiscal year, free on cms.gov"
    elif name == "msdrg":
        file, whence = f"'FY{fiscal} Table 5.txt'", "CMS's table 5 of the fiscal year, free on cms.gov"
    elif name == "cpt":
        file, whence = f"CPT_{day.year}.txt", "the text file of your AMA licence, with the year in its name"
    else:
        quarter = ("JAN", "APR", "JUL", "OCT")[(day.month - 1) // 3]
        file = f"HCPC{day.year}_{quarter}_ANWEB.txt"
        whence = "CMS's file of the quarter, free on cms.gov"
    return f"Load {whence}: cleanclaim codes load {file} --home {home}"


def _searched(codes: Codes, day: date, home: str) -> tuple[dict[str, str], dict[str, str]]:
    """The sets that a search asks on a day, with their release; those it can't, with how to load them."""
    searched = {"icd10cm": max((h.release for h in codes.releases if h.set == "icd10cm"), default="")}
    missing = {}
    for name in SEARCHED:
        found = codes.table(name, day)
        if found is None:
            missing[name] = how_to_load(name, day, home)
        else:
            searched[name] = found.header.release
    return searched, missing
