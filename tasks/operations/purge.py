"""Removes what `retention_days` has made old: in the ledger, then the copies in HOME/edi, HOME/letters and
HOME/statements, and in the packs of the archive.

The inbox, logs and backups are the operator's: nothing is deleted there.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from ledger.books.acts import named
from ledger.maintenance import packing, retention
from ledger.maintenance.retention import Purge
from ledger.queries.batches import all_batches
from tasks.errors import StepError
from tasks.home.home import Home, copy_at
from tasks.operations.money_acts import By, signed


@dataclass(frozen=True, slots=True)
class Purged:
    """What was removed (or would be) from nights before `before`, with the copies beside the ledger."""

    before: date
    found: Purge
    copies: int


def purge(home: Home, as_of: date, by: By, *, really: bool) -> Purged:
    """Without `really` it only counts. Killed between ledger, copies and packs, the next one goes on.

    Raises:
        StepError: PRG-01, the home has no `retention_days`.
        LedgerError: LED-14, it is to be removed and nobody is named, or no reason; LED-18, a pack is not in
            the archive's folder: the ledger is purged, the pack is not.
    """
    who, why = named(signed(home, by, preview=not really))
    days = home.settings.retention_days
    if not days:
        raise StepError("PRG-01", "nothing is ever purged here: set retention_days in the home's settings")
    before = as_of - timedelta(days=days)
    said = f"by {who}: {why}"
    found = retention.purge(home.ledger, as_of.isoformat(), before.isoformat(), really=really, said=said)
    copies = 0
    if really:
        copies = _remove_copies(home)
        packing.forget_purged(home.ledger, as_of.isoformat())
        packing.sweep(home.ledger)
        if found.documents or found.encounters or found.claims:
            home.ledger.dialect.give_back_space(home.ledger.engine)
    return Purged(before, found, copies)


def _remove_copies(home: Home) -> int:
    gone = {sha for sha, _ in retention.purged_documents(home.ledger)}
    files = [
        copy
        for batch in all_batches(home.ledger)
        if batch.sha256 in gone and (copy := copy_at(home.sent / batch.clearinghouse / batch.name))
    ]
    short = {sha[:16] for sha in gone}
    # KIND_HASH.x12, WORK_HASH.pdf and the like, sealed or not
    folders = (home.received, home.letters, home.statements)
    for file in (file for folder in folders for file in folder.rglob("*_*")):
        if file.is_file() and file.name.partition("_")[2].partition(".")[0] in short:
            files.append(file)
    for file in files:
        file.unlink()
    return len(files)
