"""What collection agencies were given, with the file that says it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from ledger.schema import collection, collection_claim
from ledger.storage import documents
from ledger.storage.database import insert_many
from ledger.storage.documents import Document
from ledger.trail import audit

FILE = "collection_file"
"""The kind of its document."""


@dataclass(frozen=True, slots=True)
class Collection:
    """What was given together; cents."""

    id: int
    practice: str
    claims: int
    cents: int
    sha256: str
    business_on: str


def next_number(connection: Connection) -> int:
    """The id that the next one gets. Whoever gives it holds the lease."""
    return int(connection.execute(select(func.coalesce(func.max(collection.c.id), 0))).scalar_one()) + 1


def keep(
    connection: Connection,
    business_on: str,
    number: int,
    practice: str,
    claims: Sequence[tuple[int, int]],
    file: Document,
    actor: str,
    why: str,
) -> None:
    """Keeps what was given, claim by claim in cents, with its file."""
    documents.store(connection, business_on, [file])
    cents = sum(part for _, part in claims)
    row = {
        "id": number,
        "practice": practice,
        "claims": len(claims),
        "cents": cents,
        "sha256": file.sha256,
        "actor": actor,
        "why": why,
        "business_on": business_on,
    }
    insert_many(connection, collection, [row])
    parts = [{"collection_id": number, "claim_id": claim_id, "cents": part} for claim_id, part in claims]
    insert_many(connection, collection_claim, parts)
    what = f"{actor}, {len(claims)} claims, {cents} cents: {why}"
    audit.note(connection, business_on, "given to collections", f"collection {number}", what)


def all_of(connection: Connection) -> list[Collection]:
    """Everything that was given, newest first."""
    names = ("id", "practice", "claims", "cents", "sha256", "business_on")
    query = select(*(collection.c[name] for name in names)).order_by(collection.c.id.desc())
    return [Collection(*row) for row in connection.execute(query)]
