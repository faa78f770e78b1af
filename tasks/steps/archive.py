"""Moves the documents of old nights from the database into packs in the archive's folder, and ends the copies
of them in HOME/edi: who moves old files away wants them in one place, sealed with the rest. Files of the
inbox that were read end too, where the settings say so.

It comes last and nothing waits for it: a folder that can't be written is an alert, and the next run goes on.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from ledger.errors import DocumentDamaged, KeyMissing, PackMissing
from ledger.maintenance import packing
from ledger.queries import batches
from ledger.runs import alerts
from tasks.home.home import Home, copies, unsealed
from tasks.inbox import clearing
from tasks.runs import closing

NOT_ARCHIVED = "ARC-01"  # the code of an alert
BEGINNING = 16  # characters of a hash in the name of a copy of what was received
INBOX = "inbox"  # the piece that ends files of the inbox
COPIES = "copies"  # the piece that ends the copies of what lies in packs


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The inbox, the business dates whose documents are old enough, the oldest first, and the copies."""
    inbox = [INBOX] if home.settings.clear_inbox_after_days else []
    days = home.settings.archive_after_days
    if not days:
        return inbox
    return [*inbox, *packing.nights(home.ledger, (as_of - timedelta(days=days)).isoformat()), COPIES]


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Moves the documents of one business date, pack by pack; killed in the middle the next run goes on."""
    if piece == INBOX:
        return {"inbox_files": clearing.clear(home, as_of)}
    if piece == COPIES:
        return {"copies": _end_copies(home)}
    moved = packs = 0
    try:
        while some := packing.pack(home.ledger, as_of.isoformat(), piece):
            moved += some
            packs += 1
        packing.sweep(home.ledger, piece)
    except (OSError, PackMissing, KeyMissing, DocumentDamaged) as error:
        why = f"{error}" if not isinstance(error, OSError) else error.strerror or type(error).__name__
        closing.alert_of_the_day(
            home,
            as_of,
            NOT_ARCHIVED,
            f"documents of {piece} were not moved to the archive: {why}",
            "look at archive_folder of the home's settings, its disk and its rights; they stay in the "
            "database until a run can move them",
        )
    else:
        alerts.settle_but(home.ledger, NOT_ARCHIVED, ())
    return {"documents": moved, "packs": packs}


def _end_copies(home: Home) -> int:
    """Removes each copy whose very bytes lie in a pack; how many. One that a person changed stays."""
    of = {**_sent(home), **_received(home)}
    archived = packing.archived(home.ledger, set(of.values()))
    whole = archived | {sha256[:BEGINNING] for sha256 in archived}
    removed = 0
    for file in (file for file, begins in of.items() if begins in whole):
        try:
            if sha256(unsealed(home, file)).hexdigest() in archived:
                file.unlink()
                removed += 1
        except (OSError, KeyMissing):
            continue  # it can't be told what it is, or not be removed: the next run looks again
    return removed


def _sent(home: Home) -> dict[Path, str]:
    """The copies of what was sent, with the hashes that the ledger has of them."""
    found: dict[Path, str] = {}
    for folder in (folder for folder in home.sent.glob("*") if folder.is_dir()):
        named = {file.name.removesuffix(".age"): file for file in copies(folder)}
        known = batches.hashes_of(home.ledger, folder.name, named)
        found |= {named[name]: sha256 for name, sha256 in known.items()}
    return found


def _received(home: Home) -> dict[Path, str]:
    """The copies of what came back, with the beginnings of their hashes: they are named by them."""
    named = {file: file.name.partition("_")[2].partition(".")[0] for file in copies(home.received)}
    return {file: begins for file, begins in named.items() if len(begins) == BEGINNING}
