"""`icd10cm_order_addenda_YYYY.txt`: what changed against the release before.

Each line says Add, Delete, Revise from, Revise to or No change, then an order file's line. The new
table is what was valid the day before, with the additions and without the deletions.
"""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from coding.codes.loaders.fiscal_year import period
from coding.codes.loaders.icd10cm_order import table_of
from coding.codes.loaders.lines import RefusedFileError, lines_of
from coding.codes.table import Table, day_number

if TYPE_CHECKING:
    from coding.codes.store import Codes

LAYOUT = "ICD-10-CM order addenda"
_LINE = re.compile(
    r"(Add|Delete|Revise from|Revise to|No change)\s*:\s*(?:\d{5}\s+)?([A-Z]\d[0-9A-Z]{1,5})\s+([01])\s+\S",
    re.IGNORECASE,
)
_SECOND = re.compile(r"(?:Add|Delete|Revise from|Revise to|No change)\s*:\s*\d{5}", re.IGNORECASE)


def recognises(name: str, head: bytes) -> bool:
    return any(_LINE.match(line) for line in head.decode("latin-1").splitlines()[:20])


def load(path: Path, codes: "Codes") -> list[Table]:
    """The release that the addenda lead to.

    Raises:
        RefusedFileError: a line is not of the layout, adds what is there, or deletes what is not.
    """
    release, start, end = period(path.name)
    before = start - timedelta(days=1)
    valid = billable_on(codes, before)
    if not valid:
        raise RefusedFileError(path.name, 1, f"no release is loaded for {before}, which the addenda change")
    for number, line in lines_of(path):
        if not line.strip():
            continue
        found = _LINE.match(line)
        if found is None or _SECOND.search(line, found.end()):
            raise RefusedFileError(
                path.name, number, "not Add, Delete, Revise or No change with an order line"
            )
        what, code, flag = found.group(1).lower(), found.group(2), found.group(3)
        if what in ("add", "revise to"):
            if what == "add" and flag == "1" and code in valid:
                raise RefusedFileError(path.name, number, f"adds {code}, which is valid already")
            if flag == "1":
                valid.add(code)
            else:
                valid.discard(code)
        elif what == "delete":
            if flag == "1" and code not in valid:
                raise RefusedFileError(path.name, number, f"deletes {code}, which is not valid on {before}")
            valid.discard(code)
    return [table_of(sorted(valid), codes, f"{release} addenda", start, end, path.name)]


def billable_on(codes: "Codes", day: date) -> set[str]:
    """Every billable code of a day."""
    number = day_number(day)
    for table in codes.diagnoses.tables:
        if table.covers(day):
            return {key for key, (start, end, _) in table.all() if start <= number <= end}
    return set()
