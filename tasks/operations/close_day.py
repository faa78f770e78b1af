"""The desk's day: its sheet as it stands, and its close with what was counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from config.dollars import cents_of, dollars
from ledger.books.acts import Done, Signature
from ledger.payments import days
from ledger.payments.days import METHODS, VISIT, Count, Payment, Taken
from ledger.storage.documents import Document
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations.money_acts import By, perform
from tasks.reports import day_sheet


@dataclass(frozen=True, slots=True)
class ClosedSheet:
    """What a close came to: its counts, what the deposit slip comes to in cents, and the sheet as PDF."""

    done: Done
    counts: tuple[Count, ...]
    deposit: int
    sheet: bytes


def open_day(home: Home, practice: str) -> list[Payment]:
    """What patients paid since their practice's last closed day. Raises StepError DAY-01, no such one."""
    key = _practice(home, practice)
    with home.ledger.read() as connection:
        return days.open_payments(connection, key)


def open_sums(home: Home, practice: str) -> list[Taken]:
    """The same by drawer and method. Raises StepError DAY-01, no such one."""
    key = _practice(home, practice)
    with home.ledger.read() as connection:
        return days.open_sums(connection, key)


def counted(words: list[str]) -> dict[tuple[str, str], int]:
    """What was counted, as DRAWER:METHOD=DOLLARS each. Raises StepError DAY-02."""
    found: dict[tuple[str, str], int] = {}
    for word in words:
        place, _, amount = word.rpartition("=")
        drawer, colon, method = place.rpartition(":")
        cents = cents_of(amount)
        if not colon or not drawer or cents is None or (method and method not in METHODS):
            raise StepError("DAY-02", f"{word!r} is no count: DRAWER:METHOD=DOLLARS, like ann:cash=120.00")
        key = ("" if drawer == VISIT else drawer, method)
        if key in found:
            raise StepError("DAY-02", f"{place} is counted twice")
        found[key] = cents
    return found


def close_day(
    home: Home,
    as_of: date,
    by: By,
    practice: str,
    counts: Mapping[tuple[str, str], int],
    difference: str,
    *,
    dry_run: bool,
) -> ClosedSheet:
    """Closes a practice's day on this business date; what is entered later belongs to the next one.

    Raises StepError DAY-01: no such practice. Raises ActRefused: it is closed, a drawer was not counted, or a
    difference has no reason.
    """
    key = _practice(home, practice)
    made: tuple[Count, ...] = ()
    data = b""

    def act(connection: Connection, business_on: str, signature: Signature) -> str:
        nonlocal made, data
        payments = days.open_payments(connection, key)
        made = tuple(days.counts(payments, counts, " ".join(difference.split())))
        data = day_sheet.sheet(home.partners.practices[key], as_of, signature.who, payments, made)
        days.close(connection, business_on, signature, key, payments, made, Document(days.SHEET, data))
        return (
            f"{business_on} is closed for {key}: {len(payments)} payments, "
            f"{dollars(day_sheet.deposited(made))} to deposit"
        )

    done = perform(home, as_of, by, act, dry_run=dry_run)
    return ClosedSheet(done, made, day_sheet.deposited(made), data)


def closed_sheet(home: Home, practice: str, day: str) -> bytes:
    """The sheet of a closed day, as it was. Raises StepError DAY-01, ActRefused: it is not closed."""
    key = _practice(home, practice)
    with home.ledger.read() as connection:
        return days.sheet_of(connection, key, day)


def _practice(home: Home, practice: str) -> str:
    found = next((key for key in home.partners.practices if key.casefold() == practice.casefold()), None)
    if found is None:
        raise StepError("DAY-01", f"no practice is called {practice!r}")
    return found
