"""The file that a mailing house prints statements from: CSV whose last line proves that it is whole.

| record | what it is |
|---|---|
| `S` | a statement: whom it goes to, what is due and when, where payments go |
| `D` | a claim of the statement above it |
| `T` | the end: how many of both, the sum of the statements in cents, the SHA-256 of all lines before |

A file without its last line, or of which anything differs, is refused by its line.
"""

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tasks.errors import StepError
from tasks.letters.statement import Row, Statement
from tasks.letters.words import lines_of, phone

NAMES: Final = {
    "S": (
        *("batch", "statement", "account", "practice", "practice_name", "practice_phone", "remit_1"),
        *("remit_2", "remit_3", "name", "line1", "line2", "city", "state", "zip", "statement_date"),
        *("due_date", "amount_cents", "age_30_cents", "age_60_cents", "age_90_cents", "age_over_cents"),
    ),
    "D": (
        *("statement", "service_date", "patient", "claim", "charge_cents", "insurance_cents"),
        *("adjusted_cents", "paid_cents", "owed_cents"),
    ),
    "T": ("batch", "statements", "claims", "amount_cents", "sha256"),
}
"""What follows the record's letter. docs/runbook.md shows the same."""


@dataclass(frozen=True, slots=True)
class Whole:
    """What a whole file says of itself."""

    batch: int
    statements: int
    claims: int
    cents: int
    sha256: str


def written(batch: int, made: Sequence[Statement]) -> bytes:
    """The file of a batch."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    for one in made:
        rows.writerow(["S", *map(plain, _statement(batch, one))])
        for row in one.rows:
            rows.writerow(["D", *map(plain, _claim(one, row))])
    body = out.getvalue().encode("utf-8")
    end = (batch, len(made), sum(len(one.rows) for one in made), sum(one.owed for one in made))
    return body + ",".join(("T", *map(str, end), hashlib.sha256(body).hexdigest())).encode() + b"\r\n"


def _statement(batch: int, one: Statement) -> list[object]:
    of = one.practice
    remit = [*lines_of(of.pay_to or of.address), "", ""][:3]
    at = one.address
    return [
        *(batch, one.number, one.account, of.key, of.name, phone(of.contact_phone), *remit),
        *(one.guarantor, at.line1, at.line2, at.city, at.state, at.zip, one.on, one.due_on, one.owed),
        *one.ages,
    ]


def _claim(one: Statement, row: Row) -> list[object]:
    amounts = (row.charge, row.insurance_paid, row.adjusted, row.patient_paid, row.owed)
    return [one.number, row.on, row.patient, row.number, *amounts]


def plain(value: object) -> object:
    """Text in one line, which no spreadsheet takes for a formula."""
    if not isinstance(value, str):
        return value
    return " ".join(value.split()).lstrip("=+@-")


def read(data: bytes) -> Whole:
    """Proves that a file is whole. Raises StepError STM-03 with the line that is not right."""
    lines = data.split(b"\n")
    if lines and lines[-1]:
        raise _wrong(len(lines), "it has no end of line: the file is cut off there")
    lines = [line + b"\n" for line in lines[:-1]]
    if not lines:
        raise _wrong(1, "the file is empty")
    counts, cents, before = {"S": 0, "D": 0}, [0, 0], hashlib.sha256()
    for n, line in enumerate(lines, 1):
        record, fields = _fields(n, line)
        if record == "T":
            if n < len(lines):
                raise _wrong(n + 1, "it comes after the last record")
            return _end(n, fields, counts, cents, before.hexdigest())
        if record == "D" and not counts["S"]:
            raise _wrong(n, "a claim stands before any statement")
        counts[record] += 1
        cents[record == "D"] += _number(n, fields["amount_cents" if record == "S" else "owed_cents"])
        before.update(line)
    raise _wrong(len(lines) + 1, "the last record (T) is missing: the file is cut off there")


def _fields(n: int, line: bytes) -> tuple[str, dict[str, str]]:
    try:
        [cells] = csv.reader([line.decode("utf-8")], strict=True)
    except (ValueError, csv.Error):
        raise _wrong(n, "it can't be read") from None
    names = NAMES.get(cells[0] if cells else "")
    if names is None:
        raise _wrong(n, f"it begins with none of {', '.join(NAMES)}")
    if len(cells) != len(names) + 1:
        raise _wrong(n, f"it has {len(cells)} fields, and a record {cells[0]} has {len(names) + 1}")
    return cells[0], dict(zip(names, cells[1:], strict=True))


def _end(n: int, said: dict[str, str], counts: dict[str, int], cents: list[int], digest: str) -> Whole:
    for name, found in (("statements", counts["S"]), ("claims", counts["D"]), ("amount_cents", cents[0])):
        if _number(n, said[name]) != found:
            raise _wrong(n, f"it says {said[name]} {name}, and the file has {found}")
    if cents[0] != cents[1]:
        raise _wrong(n, f"the claims come to {cents[1]} cents, and the statements to {cents[0]}")
    if said["sha256"] != digest:
        raise _wrong(n, "the lines before it are not those that were made (SHA-256)")
    return Whole(_number(n, said["batch"]), counts["S"], counts["D"], cents[0], digest)


def _number(n: int, text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise _wrong(n, "an amount or a count is no number")
    return int(text)


def _wrong(n: int, what: str) -> StepError:
    return StepError("STM-03", f"line {n}: {what}; take the file anew with `cleanclaim statements file`")
