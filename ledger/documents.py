"""All bytes that came in or go out, by their SHA-256: the one seam for encryption and retention."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from ledger.database import Ledger, bounded, insert_many
from ledger.schema import document


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes with what they are. `kind` is encounter_file, claim_file or response."""

    kind: str
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def known(connection: Connection, hashes: Sequence[str]) -> set[str]:
    """Those of `hashes` that are stored already."""
    found: set[str] = set()
    for piece in bounded(list(dict.fromkeys(hashes))):
        found |= set(
            connection.execute(select(document.c.sha256).where(document.c.sha256.in_(piece))).scalars()
        )
    return found


def store(connection: Connection, night: str, documents: Sequence[Document]) -> None:
    """Stores what is not stored yet, inside the caller's transaction."""
    fresh = {d.sha256: d for d in documents}
    for sha in known(connection, list(fresh)):
        del fresh[sha]
    insert_many(
        connection,
        document,
        [
            {
                "sha256": sha,
                "kind": d.kind,
                "size": len(d.data),
                "bytes": d.data,
                "key_id": "",
                "night": night,
            }
            for sha, d in fresh.items()
        ],
    )


def read(ledger: Ledger, sha256: str) -> bytes:
    """The bytes stored under a hash.

    Raises:
        KeyError: nothing is stored under it.
    """
    with ledger.read() as connection:
        data = connection.execute(select(document.c.bytes).where(document.c.sha256 == sha256)).scalar()
    if data is None:
        raise KeyError(sha256)
    return bytes(data)
