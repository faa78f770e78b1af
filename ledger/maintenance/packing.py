"""Moves the documents of old nights out of the database into packs beside it, and keeps the packs right.

A pack is whole on the disk, and read again, before the transaction that empties the rows and names it; so a
kill at any point leaves each document in one place at least. What it leaves besides, a pack that no row
names, is removed when all of its documents are elsewhere too (`sweep`), and is never removed otherwise.

Every change is a row of the audit trail that names the pack, and with it the pack's SHA-256.
"""

from collections.abc import Collection
from itertools import accumulate, takewhile
from pathlib import Path

from sqlalchemy import Connection, Select, select, text, update

from ledger.errors import KeyMissing, PackMissing, StateConflict
from ledger.schema import document
from ledger.schema.documents import PACKED, TO_PACK
from ledger.storage.archive import PLAIN, PURGED
from ledger.storage.database import Ledger, bounded
from ledger.storage.documents import load_kept, packs_of
from ledger.trail import audit

TOGETHER = 1000  # documents in one pack
TOGETHER_BYTES = 32_000_000  # of them, plain; a larger one has a pack of its own
NIGHTS = 31  # at most in one run: the first one after the setting was made is not endless


def nights(ledger: Ledger, before: str) -> list[str]:
    """Business dates before `before` (ISO) with documents to move, the oldest first, `NIGHTS` at most."""
    query = (
        select(document.c.business_on)
        .where(text(TO_PACK), document.c.business_on < before)
        .distinct()
        .order_by(document.c.business_on)
        .limit(NIGHTS)
    )
    with ledger.read() as connection:
        return list(connection.execute(query).scalars())


def pack(ledger: Ledger, business_on: str, night: str) -> int:
    """Moves documents of a night into one pack; how many, 0 when none is left. `business_on`: of the act.

    Raises:
        OSError: the archive's folder can't be written; nothing was moved.
        KeyMissing, DocumentDamaged: as reading raises; nothing was moved.
    """
    query = (
        select(document.c.sha256, document.c.size)
        .where(text(TO_PACK), document.c.business_on == night)
        .limit(TOGETHER)
    )
    with ledger.read() as connection:
        rows = connection.execute(query).tuples().all()
        sizes = accumulate(size for _, size in rows)
        fit = sum(1 for _ in takewhile(lambda size: size <= TOGETHER_BYTES, sizes))
        contents = load_kept(connection, {sha256 for sha256, _ in rows[: max(fit, 1)]})
    if not contents:
        return 0
    name = _written(ledger, night, contents)
    with ledger.write() as connection:
        _move(connection, contents, name, _key(ledger))
        detail = f"{len(contents)} documents of {night}"
        audit.note(connection, business_on, "documents archived", name, detail)
    return len(contents)


def forget_purged(ledger: Ledger, business_on: str) -> int:
    """Writes each pack that has purged documents anew without them, or removes it; how many packs."""
    over = document.c.key_id == PURGED
    return _rewrite(ledger, business_on, select(document.c.pack).where(text(PACKED), over).distinct())


def seal_again(ledger: Ledger, business_on: str) -> int:
    """Writes each pack that is not under the current key anew; how many documents they have."""
    if ledger.archive is None:
        return 0
    other = document.c.key_id.not_in((ledger.archive.current, PURGED))
    query = select(document.c.pack).where(text(PACKED), other)
    with ledger.read() as connection:
        found = len(connection.execute(query).all())
    _rewrite(ledger, business_on, query.distinct())
    return found


def named(connection: Connection, night: str = "") -> set[str]:
    """The packs that the ledger names, of one night or all."""
    query = select(document.c.pack).where(text(PACKED)).distinct()
    if night:  # a name goes on with _ and hexadecimal digits, all before z in every collation
        query = query.where(document.c.pack >= night, document.c.pack < f"{night}z")
    return set(connection.execute(query).scalars())


def archived(ledger: Ledger, beginnings: Collection[str]) -> set[str]:
    """The hashes of the documents in packs that begin so (or are so), where the pack lies in its folder."""
    d, found = document.c, set[str]()
    with ledger.read() as connection:
        for begins in beginnings:  # all that follows is hexadecimal, before g in every collation
            of_it = d.sha256 >= begins, d.sha256 < f"{begins}g", d.key_id != PURGED, text(PACKED)
            rows = connection.execute(select(d.sha256, d.pack).where(*of_it)).tuples()
            found |= {sha256 for sha256, pack in rows if packs_of(ledger).path(pack).is_file()}
    return found


def pack_of(ledger: Ledger, sha256: str) -> Path | None:
    """Where the pack lies that a document is in; None: it is in none, or was purged."""
    query = select(document.c.pack).where(document.c.sha256 == sha256, document.c.key_id != PURGED)
    with ledger.read() as connection:
        name = connection.execute(query).scalar()
    return packs_of(ledger).path(name) if name else None


def missing(ledger: Ledger) -> list[str]:
    """The packs that the ledger names and that do not lie in the archive's folder."""
    packs = packs_of(ledger)
    with ledger.read() as connection:
        names = named(connection)
    return sorted(name for name in names if not packs.path(name).is_file())


def sweep(ledger: Ledger, night: str = "") -> int:
    """Removes what a kill left: packs of a night (or all) that no row names and whose documents are elsewhere
    too, or purged. How many. A pack that can't be opened, or has more than the ledger knows, stays."""
    packs = packs_of(ledger)
    with ledger.read() as connection:
        names = named(connection, night)
    removed = 0
    for name in set(packs.names(night)) - names:
        try:
            contents = packs.opened(name, ledger.archive)
        except (KeyMissing, PackMissing):
            continue
        if all(_elsewhere(ledger, some) for some in bounded(sorted(contents))):
            packs.remove(name)
            removed += 1
    return removed


def _elsewhere(ledger: Ledger, hashes: list[str]) -> bool:
    """Whether each of these is in the database, in a pack that lies in the folder, or purged."""
    d = document.c
    with ledger.read() as connection:
        rows = connection.execute(select(d.key_id, d.pack).where(d.sha256.in_(hashes))).tuples().all()
    there = {pack: not pack or packs_of(ledger).path(pack).is_file() for _, pack in rows}
    return len(rows) == len(hashes) and all(key == PURGED or there[pack] for key, pack in rows)


def _rewrite(ledger: Ledger, business_on: str, query: Select[tuple[str]]) -> int:
    with ledger.read() as connection:
        names = sorted(connection.execute(query).scalars())
    for name in names:
        _rewrite_one(ledger, business_on, name)
    return len(names)


def _rewrite_one(ledger: Ledger, business_on: str, name: str) -> None:
    """A pack without what was purged, under the current key; then the earlier one is removed."""
    of_pack = document.c.pack == name, text(PACKED)
    with ledger.read() as connection:
        rows = dict(
            connection.execute(select(document.c.sha256, document.c.key_id).where(*of_pack)).tuples().all()
        )
        stays = {sha256 for sha256, key in rows.items() if key != PURGED}
        contents = load_kept(connection, stays)
    made = _written(ledger, name.partition("_")[0], contents) if contents else ""
    with ledger.write() as connection:
        _move(connection, contents, made, _key(ledger), before=name)
        over = update(document).where(*of_pack, document.c.key_id == PURGED).values(pack="")
        gone = connection.execute(over).rowcount
        detail = f"{gone} documents purged, {len(contents)} in {made or 'none'}"
        audit.note(connection, business_on, "archive rewritten", name, detail)
    if made != name:
        packs_of(ledger).remove(name)


def _written(ledger: Ledger, night: str, contents: dict[str, bytes]) -> str:
    """A new pack, read again as it lies on the disk before anything relies on it."""
    packs = packs_of(ledger)
    name = packs.write(night, contents, ledger.archive)
    if packs.read(name, ledger.archive, _key(ledger)) != contents:
        raise PackMissing(f"pack {name} was not read as it was written; look at the archive's disk")
    return name


def _key(ledger: Ledger) -> str:
    return PLAIN if ledger.archive is None else ledger.archive.current


def _move(connection: Connection, hashes: Collection[str], name: str, key: str, before: str = "") -> None:
    """Says that these documents lie in a pack now. Raises StateConflict where one changed meanwhile."""
    moved = 0
    for some in bounded(sorted(hashes)):
        where = document.c.sha256.in_(some), document.c.pack == before, document.c.key_id != PURGED
        values = {"bytes": b"", "key_id": key, "pack": name}
        moved += connection.execute(update(document).where(*where).values(values)).rowcount
    if moved != len(hashes):
        raise StateConflict(f"{len(hashes) - moved} documents of {name} changed meanwhile; run it again")
