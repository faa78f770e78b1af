"""A home's own copy of CMS's list of waived laboratory tests: a CSV file of test, days and QW.

The first row names the columns: waived_test, from, to, qw. `from` and `to` (YYYY-MM-DD, empty: open) are days
of service; `qw` is yes, or no for the few tests that are waived without the modifier.
"""

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from coding.codes.loaders.lines import RefusedFileError
from coding.codes.loaders.own_table import own_days, own_rows, own_table
from coding.codes.procedures import WAIVED
from coding.codes.table import Table

if TYPE_CHECKING:
    from coding.codes.store import Codes

LAYOUT = "CLIA waived tests"
COLUMNS = ("waived_test", "from", "to", "qw")
_HEAD = re.compile(rb"\A(?:\xef\xbb\xbf)?\"?waived_test\"?,\"?from\"?,", re.IGNORECASE)


def recognises(name: str, head: bytes) -> bool:
    return _HEAD.match(head) is not None


def load(path: Path, codes: "Codes") -> list[Table]:
    """The waived tests with the days they are so.

    Raises:
        RefusedFileError: a row is not of the layout, or comes twice.
    """
    return [own_table("clia_waived", path, _records(path), licence="CMS; no descriptions are kept")]


def _records(path: Path) -> Iterator[tuple[int, bytes, str]]:
    layout = struct.Struct(WAIVED)
    for number, (test, first, last, mark) in own_rows(path, COLUMNS):
        if not re.fullmatch(r"[0-9A-Z]{5}", test.upper()):
            raise RefusedFileError(path.name, number, "not a test of five characters, two days and qw")
        if mark.lower() not in ("yes", "no"):
            raise RefusedFileError(path.name, number, f"qw is yes or no, not {mark!r}")
        days = own_days(first, last, path.name, number)
        yield number, test.upper().encode() + layout.pack(*days, mark.lower() == "yes"), test
