"""`2027 Initial ICD-10-CM Mappings.csv` or `.xlsx`: which diagnosis is in which CMS-HCC, by model.

A few lines of title, then the columns: the diagnosis, its description, a category for each model (`CMS-HCC
Model Category V28`; those of ESRD and RxHCC are not taken) and whether it counts in a payment year (Yes or
No). A diagnosis in two categories has two rows. Notes may follow the table. The year of payment stands in the
name; what counts for it are the services of the year before.
"""

import re
import struct
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from coding.codes.condition_categories import MODELS, mapping_set
from coding.codes.loaders.lines import OFFICIAL, RefusedFileError
from coding.codes.loaders.spreadsheet import is_spreadsheet, table_rows
from coding.codes.procedures import CATEGORY, header
from coding.codes.table import Table

if TYPE_CHECKING:
    from coding.codes.store import Codes

LAYOUT = "CMS-HCC mappings of diagnoses"
_NAME = re.compile(r"(20\d\d)\s*(initial|mid-?year[ /_-]*final|mid-?year|final)?", re.IGNORECASE)
_CODE = re.compile(r"[A-Z]\d[0-9A-Z]{1,5}")
_MODEL = re.compile(r"cms-hcc model category (v\d\d)(?: for (20\d\d) payment year)?", re.IGNORECASE)
_HIGHEST = 999
#: The order in which CMS publishes the lists of a year.
_RANK = {"initial": 1, "midyear": 2, "midyearfinal": 3, "final": 4}

_Rows = Iterator[tuple[int, list[str]]]


def recognises(name: str, head: bytes) -> bool:
    if is_spreadsheet(head):
        return "MAPPING" in name.upper() and "ICD" in name.upper()
    said = " ".join(head.decode("latin-1").split()).lower()
    return "diagnosis code" in said and "cms-hcc model category v" in said


def load(path: Path, codes: "Codes") -> list[Table]:
    """A table of each model that the file has.

    Raises:
        RefusedFileError: no year in the name, no column of a model, a row that is not of the layout or comes
            twice, or a file that breaks off.
    """
    release, year = period(path.name)
    found = _read(path, table_rows(path, "utf-8-sig"))
    return [mapping_table(model, listed, release, year, path) for model, listed in found.items() if listed]


def period(name: str) -> tuple[str, int]:
    """The release and the year of service: 2027 Initial is paid in 2027, by the services of 2026.

    Raises:
        RefusedFileError: the name has no year.
    """
    said = _NAME.search(name)
    if said is None:
        raise RefusedFileError(
            name, 1, "the name has no year (2027 Initial ICD-10-CM Mappings); keep the official name"
        )
    words = re.sub(r"[^a-z]", "", (said.group(2) or "").lower())
    return f"PY{said.group(1)} {_RANK.get(words, 0)} {words}".strip(), int(said.group(1)) - 1


def mapping_table(model: str, listed: set[tuple[str, int]], release: str, year: int, path: Path) -> Table:
    """(diagnosis, category) of a model as the table of a year of service."""
    head = header(
        mapping_set(model),
        release=release,
        source=f"CMS, {path.name}",
        licence="public domain",
        covers_from=date(year, 1, 1),
        covers_to=date(year, 12, 31),
    )
    layout = struct.Struct(CATEGORY)
    records = [code.encode().ljust(head.key) + layout.pack(category) for code, category in listed]
    return Table.of(head, records)


def _read(path: Path, given: _Rows) -> dict[str, set[tuple[str, int]]]:
    columns: dict[str, int] = {}
    counting: dict[str, int] = {}
    found: dict[str, set[tuple[str, int]]] = {}
    seen: set[tuple[str, ...]] = set()
    ended = number = 0
    for number, row in given:
        if not columns:
            columns, counting = _columns(row, path.name, number)
            found = {model: set() for model in columns}
            continue
        code = row[0].replace(".", "") if row else ""
        if not any(row):
            continue
        if not _CODE.fullmatch(code):
            if not seen or any(row[1:]):
                raise RefusedFileError(path.name, number, f"{row[0][:12]!r} is no diagnosis")
            ended = ended or number  # the notes below the table
            continue
        if ended:
            raise RefusedFileError(path.name, ended, "not a diagnosis, and the table goes on below it")
        if len(row) <= max((*columns.values(), *counting.values())):
            raise RefusedFileError(path.name, number, f"{len(row)} columns: the line is cut short")
        if (whole := tuple(row)) in seen:
            raise RefusedFileError(path.name, number, f"{code} comes twice with the same categories")
        seen.add(whole)
        for model, at in columns.items():
            category = _category(row[at], path.name, number)
            if category and _counts(row, counting.get(model), path.name, number):
                found[model].add((code, category))
    if not columns:
        raise RefusedFileError(path.name, 1, "no line names the columns Diagnosis Code and CMS-HCC Model")
    if not any(found.values()):
        raise RefusedFileError(path.name, number, "no diagnosis of the file is in a category")
    if len(seen) > OFFICIAL and max(row[0] for row in seen) < "Z":
        raise RefusedFileError(path.name, number, "the file breaks off before its last diagnoses (Z)")
    return found


def _columns(row: list[str], name: str, number: int) -> tuple[dict[str, int], dict[str, int]]:
    """Where each model's category stands, and whether it counts (of several years the latest); empty ones
    where the row is not the one with the headings."""
    said = [" ".join(cell.split()) for cell in row]
    if not said or said[0].lower() != "diagnosis code":
        return {}, {}
    columns: dict[str, int] = {}
    counting: dict[str, tuple[str, int]] = {}
    for at, heading in enumerate(said):
        of = _MODEL.fullmatch(heading)
        if of is None or (model := of.group(1).upper()) not in MODELS:
            continue
        if of.group(2) is None:
            columns.setdefault(model, at)
        else:
            counting[model] = max(counting.get(model, ("", 0)), (of.group(2), at))
    if not columns:
        raise RefusedFileError(name, number, f"no column CMS-HCC Model Category of {', '.join(MODELS)}")
    return columns, {model: at for model, (_, at) in counting.items()}


def _category(cell: str, name: str, number: int) -> int:
    if cell in ("", "--"):
        return 0
    if not cell.isascii() or not cell.isdigit() or not 0 < int(cell) <= _HIGHEST:
        raise RefusedFileError(name, number, f"{cell!r} is no condition category")
    return int(cell)


def _counts(row: list[str], at: int | None, name: str, number: int) -> bool:
    """Whether the category counts in the payment year; where the file doesn't say it does."""
    if at is None:
        return True
    said = row[at].lower()
    if said not in ("yes", "no"):
        raise RefusedFileError(name, number, f"{row[at]!r} is neither Yes nor No")
    return said == "yes"
