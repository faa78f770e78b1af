"""Moves the documents of old nights from the database into packs in the archive's folder.

It comes last and nothing waits for it: a folder that can't be written is an alert, and the next run goes on.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from ledger.errors import DocumentDamaged, KeyMissing, PackMissing
from ledger.maintenance import packing
from ledger.runs import alerts
from tasks.home.home import Home
from tasks.runs import closing

NOT_ARCHIVED = "ARC-01"  # the code of an alert


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The business dates whose documents are old enough, the oldest first."""
    days = home.settings.archive_after_days
    return packing.nights(home.ledger, (as_of - timedelta(days=days)).isoformat()) if days else []


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Moves the documents of one business date, pack by pack; killed in the middle the next run goes on."""
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
