"""Deposits from a bank's file: taken once, matched to remittances, by whoever gave the file."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Connection

from ledger.books.acts import Done, Signature
from ledger.payments import deposits
from ledger.payments.deposits import BankLine, Taken
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations.money_acts import By, perform
from tasks.payments.bank_files import FileLine, read, with_turns

OLDEST = timedelta(days=731)
AHEAD = timedelta(days=31)  # a bank lists what clears in some days, never what clears next year


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file. `left_out`: debits that take no deposit back."""

    done: Done
    taken: Taken
    cents: int
    left_out: int


def import_deposits(home: Home, as_of: date, by: By, file: Path, *, dry_run: bool) -> Imported:
    """Takes the lines that are new. A file that repeats lines of another one adds nothing twice.

    Raises:
        StepError: DEP-01, the file can't be read; DEP-02, a line is not right; DEP-03, an account that no
            practice has; DEP-04, this very file was taken before. Nothing is taken then.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise StepError("DEP-01", f"{file}: {error.strerror}") from None
    found = read(data)
    _days_right(found.lines, as_of)
    lines = _lines(home, found.lines)
    sha256 = hashlib.sha256(data).hexdigest()
    _not_taken_before(home, sha256, found.lines, lines)
    taken = Taken(0, 0, 0)

    def act(connection: Connection, business_on: str, signature: Signature) -> str:
        nonlocal taken
        taken = deposits.take(connection, business_on, signature, sha256, lines)
        return f"{taken.new} of {taken.lines} lines are new; {taken.matched} deposits matched to remittances"

    done = perform(home, as_of, by, act, dry_run=dry_run)
    return Imported(done, taken, sum(line.cents for line in lines), found.left_out)


def _not_taken_before(home: Home, sha256: str, found: Sequence[FileLine], lines: Sequence[BankLine]) -> None:
    """The same file again is a slip: the one that was meant lies somewhere else."""
    with home.ledger.read() as connection:
        before = deposits.of_file(connection, sha256)
    if before:
        rows = {one.key: given.row for given, one in zip(found, lines, strict=True)}
        row, number = min((rows.get(key, found[0].row), number) for key, number in before.items())
        raise StepError(
            "DEP-04",
            f"line {row}: it is deposit {number}, taken from this very file before; nothing was taken again. "
            "Give the bank's newer file",
        )


def _days_right(found: Sequence[FileLine], as_of: date) -> None:
    """A mistyped year would move the first day from which the practice's remittances are missed."""
    for one in found:
        if one.on > as_of + AHEAD:
            raise StepError(
                "DEP-02", f"line {one.row}: {one.on} is more than a month ahead; correct the date"
            )
        if one.on < as_of - OLDEST:
            raise StepError(
                "DEP-02",
                f"line {one.row}: {one.on} is more than two years ago; correct the date, or leave it out",
            )


def _lines(home: Home, found: Sequence[FileLine]) -> list[BankLine]:
    """Named by practice and last digits of the account: one file masks it, another fills it with zeros."""
    practices = [_practice(home, one) for one in found]
    named = [
        replace(one, account=f"{practice}:{one.account[-4:]}")
        for one, practice in zip(found, practices, strict=True)
    ]
    return [_line(home, one, practice) for one, practice in zip(with_turns(named), practices, strict=True)]


def _practice(home: Home, one: FileLine) -> str:
    practices = [p for p in home.partners.practices.values() if p.has_account(one.account)]
    if len(practices) != 1:
        whose = "no practice has" if not practices else "several practices have"
        raise StepError(
            "DEP-03",
            f"line {one.row}: {whose} the account ending in {one.account[-4:]}; "
            "name it in bank_accounts of one file of partners/practices",
        )
    return practices[0].key


def _line(home: Home, one: FileLine, practice: str) -> BankLine:
    payer = home.partners.payer(one.payer) if one.payer else None
    if one.payer and payer is None:
        raise StepError(
            "DEP-02", f"line {one.row}: no file of partners/payers has the key or id of its payer"
        )
    return BankLine(
        key=one.key,
        practice=practice,
        payer=payer.key if payer is not None else "",
        kind=one.kind,
        trace=one.trace,
        originator=one.originator,
        deposited_on=one.on.isoformat(),
        cents=one.cents,
    )
