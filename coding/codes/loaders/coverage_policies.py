"""A home's own table of coverage policies (LCD, NCD): a CSV file of procedure, diagnosis and frequency.

The first row names the columns: policy, procedure, diagnosis, from, to, times, days. A row each procedure
and diagnosis (or how it begins, with or without its dot); an empty diagnosis supports whatever was the
reason. `from` and `to` (YYYY-MM-DD, empty: open) are days of service; `times` in `days` is how often the
policy covers it, both empty where it sets no limit.
"""

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from coding.codes.loaders.lines import RefusedFileError
from coding.codes.loaders.own_table import own_days, own_rows, own_table
from coding.codes.procedures import COVERED, Texts
from coding.codes.table import Table

if TYPE_CHECKING:
    from coding.codes.store import Codes

LAYOUT = "coverage policies"
COLUMNS = ("policy", "procedure", "diagnosis", "from", "to", "times", "days")
_HEAD = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\"?policy\"?,\"?procedure\"?,\"?diagnosis\"?,\"?from\"?,", re.IGNORECASE
)
_DIAGNOSIS = re.compile(r"[A-Z][0-9][0-9A-Z]{0,5}")
_MOST_TIMES, _MOST_DAYS = 999, 36_500


def recognises(name: str, head: bytes) -> bool:
    return _HEAD.match(head) is not None


def load(path: Path, codes: "Codes") -> list[Table]:
    """The policies by procedure.

    Raises:
        RefusedFileError: a row is not of the layout, or comes twice.
    """
    names = Texts()
    records = _records(path, names)
    return [own_table("coverage_policies", path, records, names, licence="the user's own")]


def _records(path: Path, names: Texts) -> Iterator[tuple[int, bytes, str]]:
    layout = struct.Struct(COVERED)
    for number, row in own_rows(path, COLUMNS):
        policy, procedure, diagnosis = row[0], row[1].upper(), row[2].replace(".", "").upper()
        if not policy or not re.fullmatch(r"[0-9A-Z]{5}", procedure):
            raise RefusedFileError(path.name, number, "no policy or no procedure of five characters")
        if diagnosis and not _DIAGNOSIS.fullmatch(diagnosis):
            raise RefusedFileError(path.name, number, f"{row[2]!r} is no diagnosis")
        first, last = own_days(row[3], row[4], path.name, number)
        times = _number(row[5], _MOST_TIMES, path, number)
        days = _number(row[6], _MOST_DAYS, path, number)
        if bool(times) != bool(days):
            raise RefusedFileError(path.name, number, "times and days go together")
        facts = (first, last, diagnosis.encode().ljust(7), times, days, *names.place(policy))
        yield number, procedure.encode() + layout.pack(*facts), f"{policy}, {procedure}, {diagnosis}"


def _number(cell: str, most: int, path: Path, number: int) -> int:
    if not cell:
        return 0
    if not cell.isascii() or not cell.isdigit() or not 0 < int(cell) <= most:
        raise RefusedFileError(path.name, number, f"{cell!r} is no number from 1 to {most}")
    return int(cell)
