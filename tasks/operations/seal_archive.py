"""Seals the whole archive under the current key: documents in the ledger and its packs,
copies in HOME/edi, HOME/letters and HOME/statements.

Killed at any point it goes on where it stopped when it is asked again. What was plain before is
overwritten in the database and removed beside it; a disk may keep older blocks, which is what an
encrypted disk is for.
"""

from dataclasses import dataclass
from datetime import date

from ledger.books.acts import named
from ledger.maintenance import packing
from ledger.storage import documents
from ledger.trail import audit
from tasks.errors import StepError
from tasks.home import keys
from tasks.home.home import Home, copies, sealed, unsealed, write_private
from tasks.operations.money_acts import By, signed


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was sealed under which key."""

    key_id: str
    documents: int
    copies: int


def first_key(home: Home, as_of: date, by: By) -> Sealed:
    """Makes the first key of a home and seals what is there.

    Raises:
        StepError: KEY-01, the home has a key.
        LedgerError: LED-14, nobody is named, or no reason.
    """
    if keys.archive_of(home.settings) is not None:
        raise StepError("KEY-01", "the archive has a key; `cleanclaim key rotate` makes the next one")
    return _under_new_key(home, as_of, by, "archive key made")


def rotate(home: Home, as_of: date, by: By) -> Sealed:
    """Makes the next key and seals everything under it. Earlier keys stay: backups need them.

    Raises:
        StepError: KEY-02, there is no key yet.
        LedgerError: LED-14, nobody is named, or no reason.
    """
    if keys.archive_of(home.settings) is None:
        raise StepError("KEY-02", "the archive has no key yet; `cleanclaim key new` makes the first one")
    return _under_new_key(home, as_of, by, "archive key rotated")


def _under_new_key(home: Home, as_of: date, by: By, act: str) -> Sealed:
    who, why = named(signed(home, by, preview=False))
    made = keys.new_archive_key(home.settings)
    audit.record(home.ledger, as_of.isoformat(), act, f"key {made}", f"by {who}: {why}")
    return seal(home, as_of)


def seal(home: Home, as_of: date) -> Sealed:
    """Seals what is not under the current key."""
    archive = keys.archive_of(home.settings)
    assert archive is not None
    home.ledger.archive = archive
    done = 0
    while some := documents.seal_again(home.ledger, as_of.isoformat()):
        done += some
    done += packing.seal_again(home.ledger, as_of.isoformat())
    packing.sweep(home.ledger)
    again = 0
    folders = (home.sent, home.received, home.letters, home.statements)
    for file in [file for folder in folders for file in copies(folder)]:
        is_sealed = file.suffix == ".age"
        write_private(file if is_sealed else sealed(file), archive.seal(unsealed(home, file)))
        if not is_sealed:
            file.unlink()
        again += 1
    home.ledger.dialect.give_back_space(home.ledger.engine)
    return Sealed(archive.current, done, again)
