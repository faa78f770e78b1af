"""Patients' payments that came together, from a lockbox or a card terminal: taken once, all or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from config.dollars import dollars
from ledger.books import acts, claim_acts
from ledger.books.acts import Signature
from ledger.errors import ActRefused, LedgerError
from ledger.schema import payment_batch
from ledger.trail import audit

KINDS: Final = ("lockbox", "card")
"""The kinds of file; each is also how its payments were made. A lockbox is the bank's: its checks never reach
the desk."""


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A payment for one claim. `row` is its line in the file; `reference` a check's number, or a receipt."""

    row: int
    claim_id: int
    cents: int
    reference: str


def take(
    connection: Connection,
    business_on: str,
    signature: Signature,
    kind: str,
    file: str,
    lines: Sequence[BatchLine],
) -> str:
    """Posts every payment of a file; `file` is the SHA-256 of what its lines say. Raises ActRefused: it was
    taken before, or the books do not allow a line; SecondNeeded, the whole is above what one person may
    decide."""
    b = payment_batch.c
    before = connection.execute(select(b.business_on).where(b.file == file)).scalar()
    if before is not None:
        raise ActRefused(f"this file was taken on {before}; nothing is taken twice")
    who, why = acts.named(signature)
    cents = sum(line.cents for line in lines)
    acts.within_limit(signature, cents)
    for line in lines:
        said = f"{kind} {line.reference}".strip()
        try:
            claim_acts.pay(connection, business_on, signature, line.claim_id, line.cents, said)
        except LedgerError as error:
            raise type(error)(f"line {line.row}: {error.args[0]}") from None
    values = {
        "file": file,
        "kind": kind,
        "payments": len(lines),
        "cents": cents,
        "actor": who,
        "why": why,
        "business_on": business_on,
    }
    connection.execute(payment_batch.insert().values(values))
    words = f"{len(lines)} payments, {cents} cents, {who}: {why}"
    audit.note(connection, business_on, "payment batch taken", f"{kind} file {file[:16]}", words)
    return f"{len(lines)} payments of the {kind} file are posted, {dollars(cents)}"
