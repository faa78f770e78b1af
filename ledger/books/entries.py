"""Entries: postings that belong together and sum to zero."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from ledger.books import months
from ledger.errors import DoesNotBalance
from ledger.schema import entry, posting
from ledger.storage.database import Row, bounded, insert_many
from ledger.trail import written


@dataclass(slots=True)
class Entry:
    """What is posted together. The `key` says what was posted: the same is never posted again."""

    kind: str
    key: str
    postings: list[Row] = field(default_factory=list)
    remittance_id: int | None = None

    def add(
        self,
        account: str,
        cents: int,
        *,
        claim_id: int | None = None,
        payer: str = "",
        practice: str = "",
        reference: str = "",
    ) -> None:
        """A posting; nothing where there is no amount."""
        if cents:
            self.postings.append(
                {
                    "account": account,
                    "cents": cents,
                    "claim_id": claim_id,
                    "payer": payer,
                    "practice": practice,
                    "reference": reference,
                }
            )


def write(connection: Connection, night: str, entries: Sequence[Entry]) -> None:
    """Writes entries with their postings; one that does not sum to zero stops everything.

    Raises:
        DoesNotBalance: one does not.
    """
    for made in entries:
        total = sum(row["cents"] for row in made.postings)
        if total:
            raise DoesNotBalance(f"entry {made.key} is off by {total} cents; nothing was posted")
    full = [made for made in entries if made.postings]
    period = months.open_period(connection, night) if full else ""
    rows = [
        {"kind": e.kind, "key": e.key, "remittance_id": e.remittance_id, "night": night, "period": period}
        for e in full
    ]
    insert_many(connection, entry, rows)
    numbers: dict[str, int] = {}
    for piece in bounded([e.key for e in full]):
        found = connection.execute(select(entry.c.key, entry.c.id).where(entry.c.key.in_(piece)))
        numbers.update((r.key, r.id) for r in found)
    postings = [{**row, "entry_id": numbers[e.key]} for e in full for row in e.postings]
    insert_many(connection, posting, postings)
    written.note(
        connection, entry, [{**row, "id": numbers[e.key]} for e, row in zip(full, rows, strict=True)]
    )
    written.note(connection, posting, postings)
