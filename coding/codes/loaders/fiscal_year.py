"""Which days a release of ICD-10 covers: a fiscal year from 1 October before it, or from April on."""

import re
from datetime import date

from coding.codes.loaders.lines import RefusedFileError

FIRST = 2016
"""The first fiscal year of ICD-10-CM and ICD-10-PCS."""


def period(name: str, line: int = 1) -> tuple[str, date, date]:
    """Release and the days it covers, from the file's name: icd10cm_order_2027, ...April_2026...

    Raises:
        RefusedFileError: the name has no year, or one before ICD-10 was in use.
    """
    found = re.search(r"(20\d\d)", name)
    if found is None:
        raise RefusedFileError(name, line, "the name has no year; keep the official name")
    year = int(found.group(1))
    if year < FIRST:
        raise RefusedFileError(name, line, f"{year}: ICD-10 is in use since fiscal year {FIRST}")
    april = re.search(r"apr", name, re.IGNORECASE) is not None
    start = date(year, 4, 1) if april else date(year - 1, 10, 1)
    return f"FY{year}{' April' if april else ''}", start, date(year, 9, 30)
