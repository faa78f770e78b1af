"""`F2824T1N_FY22FY23.TXT`: the diagnoses of one CMS-HCC model, as CMS's software reads them.

A diagnosis, a tab and its category on each line, and a D where it is the second one of that diagnosis. The
name has the model (28) and the year of payment (24).
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from coding.codes.condition_categories import MODELS
from coding.codes.loaders.hcc_mapping import mapping_table
from coding.codes.loaders.lines import OFFICIAL, RefusedFileError, ends_in_newline, lines_of
from coding.codes.table import Table

if TYPE_CHECKING:
    from coding.codes.store import Codes

LAYOUT = "CMS-HCC format of diagnoses"
_LINE = re.compile(r"([A-Z]\d[0-9A-Z]{1,5}) *\t *([1-9]\d{0,2}) *(?:\t *(D?) *)?")
_NAME = re.compile(r"F(\d\d)(\d\d)\w\d\w", re.IGNORECASE)


def recognises(name: str, head: bytes) -> bool:
    first = head.split(b"\n", 1)[0].decode("latin-1").rstrip("\r")
    return _LINE.fullmatch(first) is not None


def load(path: Path, codes: "Codes") -> list[Table]:
    """The model's diagnoses.

    Raises:
        RefusedFileError: a name without model and year, a line that is not of the layout or comes twice, or a
            file that breaks off.
    """
    said = _NAME.match(path.name)
    if said is None or f"V{said.group(1)}" not in MODELS:
        known = ", ".join(MODELS)
        raise RefusedFileError(
            path.name, 1, f"the name has no model ({known}) and year (F2824T1N); keep the official name"
        )
    found: set[tuple[str, int]] = set()
    first: set[str] = set()
    number = 0
    code = ""
    for number, line in lines_of(path):
        if not line.strip():
            continue
        of = _LINE.fullmatch(line)
        if of is None:
            raise RefusedFileError(path.name, number, "not a diagnosis, a tab and its category")
        code, category = of.group(1), int(of.group(2))
        if (code, category) in found:
            raise RefusedFileError(path.name, number, f"{code} comes twice in category {category}")
        if (code in first) != (of.group(3) == "D"):
            raise RefusedFileError(path.name, number, f"a D goes with the second category of {code}")
        found.add((code, category))
        first.add(code)
    if len(found) > OFFICIAL and max(first) < "Z":
        raise RefusedFileError(path.name, number, "the file breaks off before its last diagnoses (Z)")
    if len(found) > OFFICIAL and not ends_in_newline(path):
        raise RefusedFileError(path.name, number, "the file breaks off in its last line")
    year = 2000 + int(said.group(2))
    return [mapping_table(f"V{said.group(1)}", found, f"PY{year} 5 software", year - 1, path)]
