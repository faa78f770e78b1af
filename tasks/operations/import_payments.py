"""Patients' payments of a lockbox or a card terminal, from a CSV file: all of them or none.

No card number is ever kept: a file that holds what may be one is refused by its line.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from config.dollars import cents_of
from ledger.books.acts import Done, Signature
from ledger.books.card_numbers import has_card_number
from ledger.books.claim_acts import UNDOES
from ledger.payments import payment_batches
from ledger.payments.payment_batches import KINDS, BatchLine
from ledger.queries import patient_claims
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.inbox import csv_table
from tasks.operations.money_acts import By, claim_of, perform

NEEDED: Final = ("claim", "amount")
COLUMNS: Final = (*NEEDED, "reference")
LARGEST = 4_000_000
"""Bytes: a lockbox's day is less."""
LONGEST = 60  # letters of a reference


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file; cents."""

    done: Done
    payments: int
    cents: int


def import_payments(home: Home, as_of: date, by: By, file: Path, kind: str, *, dry_run: bool) -> Imported:
    """Posts every payment of a file, once.

    Raises:
        StepError: BAT-01, the file can't be read; BAT-02, a line is not right; BAT-03, no such kind of file.
        LedgerError: LED-14, it was taken before, or the books do not allow a line; LED-15.
    """
    if kind not in KINDS:
        raise StepError("BAT-03", f"a file is one of {', '.join(KINDS)}")
    data = csv_table.read(file, "BAT-01", LARGEST)
    lines = _lines(home, data)
    again = _posted_before(home, kind, lines)

    def act(connection: Connection, business_on: str, signature: Signature) -> str:
        said = payment_batches.take(connection, business_on, signature, kind, _digest(lines), lines)
        if again:  # said of a file that is none of those taken; raising takes back what was posted
            raise StepError("BAT-02", again)
        return said

    done = perform(home, as_of, by, act, dry_run=dry_run)
    return Imported(done, len(lines), sum(line.cents for line in lines))


def _digest(lines: Sequence[BatchLine]) -> str:
    """Of what a file says: a spreadsheet that saves it again writes other bytes."""
    said = "\n".join(f"{line.claim_id},{line.cents},{line.reference}" for line in lines)
    return hashlib.sha256(said.encode("utf-8")).hexdigest()


def _posted_before(home: Home, kind: str, lines: Sequence[BatchLine]) -> str:
    """The first line of a lockbox whose check was posted for its claim by another file, "" none. A terminal
    may say a card's last digits, which come again."""
    if kind != "lockbox":
        return ""
    with home.ledger.read() as connection:
        every = patient_claims.payments(connection, [line.claim_id for line in lines])
    undone = {one.how for one in every}
    posted = {(one.claim_id, one.how): one for one in every if f"{UNDOES} {one.act}" not in undone}
    for line in (line for line in lines if line.reference):
        one = posted.get((line.claim_id, f"{kind} {line.reference}"))
        if one is not None:
            return (
                f"line {line.row}: {one.how} was posted for its claim on {one.business_on} (payment "
                f"{one.act}); leave the line out, or `cleanclaim patients unpay` the payment first where it "
                "was wrong"
            )
    return ""


def _lines(home: Home, data: bytes) -> list[BatchLine]:
    text = csv_table.decoded(data, "BAT-01", "export it as CSV")
    for number, line in enumerate(text.splitlines(), 1):
        if has_card_number(line):
            raise StepError(
                "BAT-02",
                f"line {number} holds what may be a card's number, which is never kept: export the file "
                "without it",
            )
    found = []
    for number, row in csv_table.rows(text, "BAT-01", "BAT-02", NEEDED, COLUMNS):
        cents = cents_of(row["amount"], of_a_file=True)
        reference = row.get("reference", "")
        if not cents:
            raise StepError("BAT-02", f"line {number}: amount is no sum in dollars above 0, like 25.00")
        if len(reference) > LONGEST:
            raise StepError("BAT-02", f"line {number}: a reference has at most {LONGEST} letters")
        try:
            claim_id = claim_of(home, row["claim"])
        except StepError as error:
            raise StepError("BAT-02", f"line {number}: {error.message}; nothing was taken") from None
        found.append(BatchLine(number, claim_id, cents, reference))
    if not found:
        raise StepError("BAT-02", "line 2: the file has no payment")
    return found
