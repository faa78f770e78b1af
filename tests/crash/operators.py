"""What a person does to batches between two nights, under the same lease as a night."""

from datetime import date
from pathlib import Path

from ledger.errors import StateConflict
from ledger.queries.batches import all_batches
from ledger.sending import batches
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations import decide_batch
from tasks.operations.rerun_batch import rerun
from tasks.operations.resend_batch import resend
from tasks.runs.lease import lease
from transport.errors import TransportError

ACTS = ("rerun", "resend", "release", "abandon", "release partner")
WHY = "asked the partner"
REFUSED = 3  # exit code of an act that was refused with a clear message


def do(home: Path, day: date, act: str, number: int) -> int:
    """One act on a batch. What is refused, or fails at the partner's, is no fault."""
    with lease(str(home), "", day, opens_night=False) as taken:
        assert taken.home is not None
        try:
            _do(taken.home, day, act, number)
        except (StateConflict, StepError, TransportError):
            return REFUSED
    return 0


def _do(home: Home, day: date, act: str, number: int) -> None:
    if act == "rerun":
        rerun(home, day, number)
    elif act == "resend":
        resend(home, day, number, WHY)
    elif act == "release":
        decide_batch.release(home, day, number, WHY)
    elif act == "abandon":
        decide_batch.abandon(home, day, number, WHY)
    elif act == "release every batch":
        for batch in all_batches(home.ledger):
            if batch.hold:
                decide_batch.release(home, day, batch.id, WHY)
    else:
        for clearinghouse in batches.stopped(home.ledger):
            decide_batch.release_partner(home, day, clearinghouse, WHY)
