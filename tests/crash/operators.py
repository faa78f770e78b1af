"""What a person does to batches between two nights, under the same lease as a night."""

from datetime import date
from pathlib import Path

from ledger import batches
from ledger.errors import StateConflict
from ledger.queries.batches import all_batches
from tasks import night
from tasks.errors import StepError
from tasks.home import Home
from tasks.rerun_batch import rerun
from transport.errors import TransportError

ACTS = ("rerun", "release", "abandon", "release partner")
WHY = "asked the partner"
REFUSED = 3  # exit code of an act that was refused with a clear word


def do(home: Path, day: date, act: str, number: int) -> int:
    """One act on a batch. What is refused, or fails at the partner's, is no fault."""
    with night.lease(str(home), "", day, opens_night=False) as taken:
        assert taken.home is not None
        try:
            _do(taken.home, day, act, number)
        except (StateConflict, StepError, TransportError):
            return REFUSED
    return 0


def _do(home: Home, day: date, act: str, number: int) -> None:
    as_of = day.isoformat()
    if act == "rerun":
        rerun(home, day, number)
    elif act == "release":
        batches.release(home.ledger, number, as_of, WHY)
    elif act == "abandon":
        batches.abandon(home.ledger, number, as_of, WHY)
    elif act == "release every batch":
        for batch in all_batches(home.ledger):
            if batch.hold:
                batches.release(home.ledger, batch.id, as_of, WHY)
    else:
        for house in batches.stopped(home.ledger):
            batches.release_partner(home.ledger, house)
