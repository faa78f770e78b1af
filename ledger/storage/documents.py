"""All bytes that came in or go out, by their SHA-256: the one seam for encryption and retention.

The hash is of the plain bytes and is proved on every reading. Where the ledger has an archive's key,
what is stored is sealed under it (`key_id`); a purged document keeps its hash, kind and size. The bytes of
old nights lie in packs beside the ledger (`pack`), and are read from there.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, and_, func, select, update

from ledger.errors import DocumentDamaged, DocumentPurged, PackMissing
from ledger.schema import document
from ledger.storage.archive import PLAIN, PURGED, Archive
from ledger.storage.database import Ledger, bounded, insert_many, ledger_of
from ledger.storage.one_of import one_of
from ledger.storage.packs import Packs
from ledger.trail import audit

_STORED = select(document.c.sha256, document.c.bytes, document.c.key_id, document.c.pack)
PARTNER_LIST = "partner_list"  # a list that a partner gave, of claims that it has
TOGETHER = 100  # documents sealed again in one transaction
TOGETHER_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes with what they are. `kind` is encounter_file, claim_file, response or partner_list."""

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


def store(connection: Connection, business_on: str, documents: Sequence[Document]) -> None:
    """Stores what is not stored yet, inside the caller's transaction."""
    archive = ledger_of(connection).archive
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
                "bytes": d.data if archive is None else archive.seal(d.data),
                "key_id": PLAIN if archive is None else archive.current,
                "business_on": business_on,
            }
            for sha, d in fresh.items()
        ],
    )


def load(connection: Connection, sha256: str) -> bytes:
    """The bytes stored under a hash, inside the caller's transaction.

    Raises:
        KeyError: nothing is stored under it.
        DocumentPurged: it was removed when its time was over.
        DocumentDamaged: what is stored has another hash.
        KeyMissing: it is sealed and its key is not here.
        PackMissing: it lies in a pack that is not in the archive's folder.
    """
    row = connection.execute(_STORED.where(document.c.sha256 == sha256)).one_or_none()
    if row is None:
        raise KeyError(sha256)
    return _all_opened(ledger_of(connection), [row])[sha256]


def load_kept(connection: Connection, hashes: Collection[str]) -> dict[str, bytes]:
    """The bytes under these hashes, without those that were purged. Raises DocumentDamaged, KeyMissing,
    PackMissing."""
    found: dict[str, bytes] = {}
    for piece in bounded(sorted(hashes)):
        query = _STORED.where(document.c.sha256.in_(piece), document.c.key_id != PURGED)
        found |= _all_opened(ledger_of(connection), connection.execute(query).all())
    return found


def kept(connection: Connection, hashes: Collection[str]) -> set[str]:
    """Those of these hashes whose bytes were not purged."""
    query = select(document.c.sha256).where(one_of(document.c.sha256, hashes), document.c.key_id != PURGED)
    return set(connection.execute(query).scalars())


def read(ledger: Ledger, sha256: str) -> bytes:
    """The bytes stored under a hash. Raises as `load`."""
    try:
        with ledger.read() as connection:
            return load(connection, sha256)
    except PackMissing:  # a purge or a new key wrote the pack anew meanwhile: the row says where it lies now
        with ledger.read() as connection:
            return load(connection, sha256)


def _all_opened(ledger: Ledger, rows: Sequence[Row[tuple[str, bytes, str, str]]]) -> dict[str, bytes]:
    """The plain bytes of rows of `_STORED`, proved; each pack is opened once."""
    found: dict[str, bytes] = {}
    packed: dict[tuple[str, str], set[str]] = {}
    for sha256, data, key, pack in rows:
        if key == PURGED:
            raise DocumentPurged(f"document {sha256[:12]} was purged when its time was over")
        if pack:
            packed.setdefault((pack, key), set()).add(sha256)
        elif key == PLAIN:
            found[sha256] = bytes(data)
        else:
            found[sha256] = Archive.needed(ledger.archive, key).unseal(bytes(data), key)
    for (pack, key), hashes in packed.items():
        found |= packs_of(ledger).read(pack, ledger.archive, key, hashes)
        if missing := hashes - found.keys():
            raise DocumentDamaged(f"document {min(missing)[:12]} is not in its pack {pack}")
    for sha256, data in found.items():
        if hashlib.sha256(data).hexdigest() != sha256:
            raise DocumentDamaged(f"document {sha256[:12]} is not what was stored; restore it from a backup")
    return found


def packs_of(ledger: Ledger) -> Packs:
    """The ledger's packs. Raises PackMissing where it was opened without."""
    if ledger.packs is None:
        raise PackMissing("this ledger was opened without the archive's folder; open its home")
    return ledger.packs


def by_key(ledger: Ledger) -> dict[str, int]:
    """How many documents lie under each key id."""
    query = select(document.c.key_id, func.count()).group_by(document.c.key_id)
    with ledger.read() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def purged(ledger: Ledger) -> set[str]:
    """The hashes of which only the hash is left."""
    with ledger.read() as connection:
        query = select(document.c.sha256).where(document.c.key_id == PURGED)
        return set(connection.execute(query).scalars())


def seal_again(ledger: Ledger, business_on: str) -> int:
    """Seals a piece of what the ledger has itself and is not under the current key; the number done, 0 when
    all is.

    Each piece is one transaction with its row in the audit trail: killed between two, it goes on.
    """
    archive = ledger.archive
    if archive is None:
        return 0
    left = and_(document.c.key_id.not_in((archive.current, PURGED)), document.c.pack == "")
    with ledger.read() as connection:
        sizes = connection.execute(
            select(document.c.sha256, document.c.size).where(left).limit(TOGETHER)
        ).all()
    chosen: list[str] = []
    total = 0
    for sha, size in sizes:
        if chosen and total + size > TOGETHER_BYTES:
            break
        chosen.append(sha)
        total += size
    sealed = [(sha, archive.seal(read(ledger, sha))) for sha in chosen]
    if not sealed:
        return 0
    with ledger.write() as connection:
        for sha, data in sealed:
            connection.execute(
                update(document)
                .where(document.c.sha256 == sha, left)
                .values(bytes=data, key_id=archive.current)
            )
        audit.note(
            connection, business_on, "documents sealed", f"key {archive.current}", f"{len(sealed)} documents"
        )
    return len(sealed)
