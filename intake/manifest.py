"""A practice's manifest: how many files and encounters it says it dropped for a day.

`manifest.json` ({"practice": ..., "date": ..., "files": n, "encounters": n}) or `manifest.csv`
with these columns and one row. What came less than it counts is an alert: "never lost" starts at
the inbox. The manifest itself is not counted.
"""

import csv
import io
import re
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.problem import Problem
from intake.content import text_of
from intake.json_encounters import parse
from intake.validation import problems_of

_NAME = re.compile(r"(?i)(.*[._-])?manifest([._-].*)?\.(json|csv)")
MAX_BYTES = 100_000
MOST = 1_000_000  # files or encounters of one drop


class Manifest(BaseModel):
    """Expected counts. `encounters` is None where the practice counts only files."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, hide_input_in_errors=True
    )

    practice: str = Field("", max_length=80, description="key, tax id or NPI; empty: the folder says it")
    date: date
    files: int = Field(ge=0, le=MOST)
    encounters: int | None = Field(None, ge=0, le=MOST)


def is_manifest(name: str) -> bool:
    """Whether a file's name is a manifest's: manifest.json, 2026-11-16_manifest.csv, manifest-1.json."""
    return bool(_NAME.fullmatch(name))


def read_manifest(name: str, data: bytes) -> Manifest | Problem:
    """The manifest, or the first problem with it. Raises nothing."""
    text = text_of(data, MAX_BYTES)
    if isinstance(text, Problem):
        return text
    if name.lower().endswith(".csv"):
        try:
            rows = [row for row in csv.reader(io.StringIO(text, newline="")) if any(map(str.strip, row))]
        except csv.Error:
            rows = []
        if len(rows) != 2 or len(rows[0]) != len(rows[1]):
            return Problem("INT-09", "", "not one header and one row", "write practice,date,files,encounters")
        value: Any = {key.strip(): cell for key, cell in zip(rows[0], rows[1], strict=True) if cell.strip()}
    else:
        value = parse(text)
    if isinstance(value, Problem):
        return value
    try:
        return Manifest.model_validate(value)
    except ValidationError as error:
        return problems_of(error, "manifest")[0]
