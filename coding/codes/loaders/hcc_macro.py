"""`V28115H1.TXT` and `V28115L3.TXT`: the hierarchies of a CMS-HCC model and the names of its categories, as
macros of CMS's software.

Hierarchies: `%SET0(CC=35, HIER=%STR(36, 37, 38));`, the category and those that it stands above. Names: a
LABEL statement of `HCC35 ="..."`. The macro's name begins with the model, and `%MEND` ends it.
"""

import re
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coding.codes.condition_categories import MODELS, hierarchy_set, label_set
from coding.codes.loaders.lines import RefusedFileError, lines_of
from coding.codes.procedures import CATEGORY, header, titled
from coding.codes.table import Header, Table

if TYPE_CHECKING:
    from coding.codes.store import Codes

LAYOUT = "CMS-HCC hierarchies or names"
_MACRO = re.compile(r"^\s*%MACRO\s+(V\d\d)(\w*?)([HL])(\w)\s*;", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/|%\*.*?;", re.DOTALL)
_RANKED = re.compile(
    r"%SET0\s*\(\s*CC\s*=\s*(\d{1,3})\s*,\s*HIER\s*=\s*%STR\s*\(([\d,\s]*)\)\s*\)\s*;", re.IGNORECASE
)
_COPIED = re.compile(r"DO\s+K\s*=\s*1\s+TO\s+&N_CC\s*;.*?END\s*;", re.IGNORECASE | re.DOTALL)
_NAMED = re.compile(r"(HCC|CC)(\d{1,3})\s*=\s*\"([^\"\n]*)\"", re.IGNORECASE)
HIERARCHY: Final = "H"


def recognises(name: str, head: bytes) -> bool:
    return _MACRO.match(head.decode("latin-1")) is not None


def load(path: Path, codes: "Codes") -> list[Table]:
    """The hierarchies or the names of a model.

    Raises:
        RefusedFileError: a model that is not known, a statement that is not of the layout, a category that
            comes twice or stands above itself, or a macro that does not end.
    """
    text = "\n".join(line for _, line in lines_of(path))
    macro = _MACRO.match(text)
    assert macro is not None, "recognised by it"
    model, kind = macro.group(1).upper(), macro.group(3).upper()
    if model not in MODELS:
        raise RefusedFileError(path.name, 1, f"model {model} is none of {', '.join(MODELS)}")
    whole = "".join(macro.group(n) for n in range(1, 5))
    end = re.search(rf"%MEND\s+{whole}\s*;", text, re.IGNORECASE)
    if end is None:
        last = text.rstrip().count("\n") + 1
        raise RefusedFileError(path.name, last, f"the macro {whole} does not end: the file breaks off")
    bare = _emptied(text[: macro.end()]) + _blanked(_COMMENT, text[macro.end() : end.start()])
    make = _ranks if kind == HIERARCHY else _names
    return [make(model, bare, whole.upper(), path)]


def _ranks(model: str, text: str, release: str, path: Path) -> Table:
    started = re.search(r"%MEND\s+SET0\s*;", text, re.IGNORECASE)
    start = started.end() if started is not None else 0
    text = _blanked(_COPIED, _emptied(text[:start]) + text[start:])
    above: dict[int, list[int]] = {}
    for said in _RANKED.finditer(text):
        high = int(said.group(1))
        cells = [cell.strip() for cell in said.group(2).split(",")]
        line = _line(text, said.start())
        if high in above:
            raise RefusedFileError(path.name, line, f"category {high} comes twice")
        if not all(cells) or len(set(cells)) < len(cells) or str(high) in cells:
            raise RefusedFileError(
                path.name, line, f"what category {high} stands above is not a list of others"
            )
        above[high] = [int(cell) for cell in cells]
    _nothing_left(_blanked(_RANKED, text), "hierarchy (%SET0)", path)
    for high, lower in above.items():
        round_ = next((low for low in lower if high in above.get(low, ())), None)
        if round_ is not None:
            said_at = re.search(rf"CC\s*=\s*{round_}\b", text)
            at = _line(text, said_at.start()) if said_at is not None else 1
            raise RefusedFileError(path.name, at, f"categories {high} and {round_} stand above each other")
    if not above:
        raise RefusedFileError(path.name, 1, "no hierarchy (%SET0) in the file")
    layout = struct.Struct(CATEGORY)
    head = _header(hierarchy_set(model), release, path)
    records = [f"{high:<3}".encode() + layout.pack(low) for high, lows in above.items() for low in lows]
    return Table.of(head, records)


def _names(model: str, text: str, release: str, path: Path) -> Table:
    label = re.search(r"\bLABEL\b", text, re.IGNORECASE)
    if label is not None:
        text = _emptied(text[: label.end()]) + text[label.end() :]
    named: dict[int, str] = {}
    seen: set[tuple[str, int]] = set()
    for said in _NAMED.finditer(text):
        kind, number, words = said.group(1).upper(), int(said.group(2)), " ".join(said.group(3).split())
        if (kind, number) in seen or not words:
            fault = "comes twice" if words else "has no name"
            raise RefusedFileError(path.name, _line(text, said.start()), f"{kind}{number} {fault}")
        seen.add((kind, number))
        if kind == "HCC" or number not in named:
            named[number] = words
    _nothing_left(_blanked(_NAMED, text).replace(";", " "), 'name (HCC1 ="...")', path)
    if not named:
        raise RefusedFileError(path.name, 1, "no name of a category in the file")
    head = _header(label_set(model), release, path)
    records, data = titled(((str(n), None, None, words) for n, words in named.items()), head.key)
    return Table.of(head, records, data)


def _header(name: str, release: str, path: Path) -> Header:
    return header(
        name,
        release=release,
        source=f"CMS, {path.name}",
        licence="public domain",
        covers_from=None,
        covers_to=None,
    )


def _blanked(what: re.Pattern[str], text: str) -> str:
    """The text with blanks in place of what is found: its lines stay where they are."""
    return what.sub(lambda found: _emptied(found.group()), text)


def _emptied(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _nothing_left(text: str, what: str, path: Path) -> None:
    left = re.search(r"\S", text)
    if left is not None:
        raise RefusedFileError(path.name, _line(text, left.start()), f"not a {what}")


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
