"""Visits from an appointment book, and what a person says of one that is not billed."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from config.identifiers import npi_is_valid
from ledger.books.acts import Done, Signature
from ledger.encounters import visits
from ledger.encounters.visits import (
    BOOKED,
    CANCELLED,
    KEPT,
    NO_SHOW,
    PAYS,
    REQUESTED,
    STATUSES,
    BookedVisit,
    Taken,
)
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.inbox import csv_table
from tasks.operations.money_acts import By, perform

AHEAD: Final = timedelta(days=731)
"""A mistyped year would be waited for until then, and never be work."""
NEEDED: Final = ("practice", "visit", "day", "status")
COLUMNS: Final = (*NEEDED, "member_id", "mrn", "provider_npi", "scheduled_on", "pays")
STATUS: Final = {
    "kept": KEPT,
    "no_show": NO_SHOW,
    "noshow": NO_SHOW,
    "cancelled": CANCELLED,
    "canceled": CANCELLED,
    "booked": BOOKED,
    "scheduled": BOOKED,
    "requested": REQUESTED,
}
LARGEST = 20_000_000
"""Bytes: a year of a large practice is less."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an appointment book."""

    done: Done
    taken: Taken


def import_visits(home: Home, as_of: date, by: By, file: Path, *, dry_run: bool) -> Imported:
    """Takes what is new and what changed; the same book again changes nothing.

    Raises:
        StepError: VIS-01, the file can't be read; VIS-02, a line is not right. Nothing is taken then.
    """
    data = csv_table.read(file, "VIS-01", LARGEST)
    lines = _lines(home, data, as_of + AHEAD)
    taken = Taken(0, 0, 0, 0)

    def act(connection: Connection, business_on: str, signature: Signature) -> str:
        nonlocal taken
        taken = visits.take(connection, business_on, signature, hashlib.sha256(data).hexdigest(), lines)
        return (
            f"{taken.new} of {taken.lines} visits are new, {taken.changed} changed; "
            f"{taken.matched} matched to encounters"
        )

    return Imported(perform(home, as_of, by, act, dry_run=dry_run), taken)


def dismiss(home: Home, as_of: date, by: By, number: int, reason: str, *, dry_run: bool) -> Done:
    """A kept visit is not billed, or a request for an estimate is over, for one of
    `ledger.encounters.visits.REASONS`. Raises LED-14."""
    return perform(home, as_of, by, lambda c, n, s: visits.dismiss(c, n, s, number, reason), dry_run=dry_run)


def restore(home: Home, as_of: date, by: By, number: int, *, dry_run: bool) -> Done:
    """A dismissed visit waits for its encounter again, a request for its estimate. Raises LED-14."""
    return perform(home, as_of, by, lambda c, n, s: visits.restore(c, n, s, number), dry_run=dry_run)


def _lines(home: Home, data: bytes, last: date) -> list[BookedVisit]:
    text = csv_table.decoded(data, "VIS-01", "export it as CSV")
    found: list[BookedVisit] = []
    places: dict[tuple[str, str], int] = {}
    for number, row in csv_table.rows(text, "VIS-01", "VIS-02", NEEDED, COLUMNS):
        try:
            one = _line(home, row)
            if one.visit_on > last.isoformat():
                raise ValueError("day is more than two years ahead; correct it")
        except ValueError as error:
            raise StepError("VIS-02", f"line {number}: {error}; nothing was imported") from None
        first = places.setdefault((one.practice, one.number), number)
        if first != number:
            raise StepError(
                "VIS-02", f"line {number}: its visit stands on line {first} too; nothing was imported"
            )
        found.append(one)
    return found


def _line(home: Home, row: dict[str, str]) -> BookedVisit:
    """A line as it is kept. Raises ValueError: what is wrong with it, without a patient's data."""
    practice = row["practice"].lower()
    if practice not in home.partners.practices:
        raise ValueError("no file of partners/practices has its practice")
    if not re.fullmatch(r"\S.{0,79}", row["visit"]):
        raise ValueError("a visit's number has 1 to 80 letters")
    status = STATUS.get(_word(row["status"]))
    if status is None:
        raise ValueError(f"status is one of {', '.join(STATUSES)}")
    pays = _word(row.get("pays", ""))
    if pays and pays not in PAYS:
        raise ValueError(f"pays is one of {', '.join(PAYS)}")
    on, scheduled_on = _day(row["day"], "day"), ""
    if row.get("scheduled_on"):
        scheduled_on = _day(row["scheduled_on"], "scheduled_on")
        if scheduled_on > on:
            raise ValueError("scheduled_on is after the day of the visit")
    npi = row.get("provider_npi", "")
    if npi and not npi_is_valid(npi):
        raise ValueError("provider_npi is no NPI")
    return BookedVisit(
        practice=practice,
        number=row["visit"],
        visit_on=on,
        member_id=row.get("member_id", ""),
        medical_record_number=row.get("mrn", ""),
        provider_npi=npi,
        status=status,
        scheduled_on=scheduled_on,
        pays=pays,
    )


def _word(text: str) -> str:
    return re.sub(r"[ -]+", "_", text.lower())


def _day(text: str, name: str) -> str:
    found = csv_table.day(text)
    if found is None:
        raise ValueError(f"{name} is no day like 2026-11-17 or 11/17/2026")
    return found.isoformat()
