"""Runs one batch again: on from where it stopped, or not at all where it is done."""

from dataclasses import dataclass
from datetime import date

import transport
from ledger import batches
from ledger.batches import UNSENT, BatchRow
from ledger.errors import StateConflict
from tasks.errors import StepError
from tasks.home import Home
from tasks.send import send_one


@dataclass(frozen=True, slots=True)
class Rerun:
    """What a rerun did: whether a file went out now, and what is said of it."""

    batch: BatchRow
    sent: bool
    message: str


def needs_partner(home: Home, batch_id: int) -> bool:
    """Whether a rerun of this batch would connect to anyone."""
    batch = find(home, batch_id)
    return batch.state in UNSENT and not batch.hold


def find(home: Home, batch_id: int) -> BatchRow:
    """One batch. Raises StepError BAT-01 where there is none."""
    try:
        return batches.get(home.ledger, batch_id)
    except StateConflict:
        pass
    raise StepError("BAT-01", f"there is no batch {batch_id}; see `cleanclaim batches list`")


def rerun(home: Home, as_of: date, batch_id: int) -> Rerun:
    """Goes on with an unsent batch. Safe in every state; a finished one stays as it is.

    Raises a TransportError where the partner cannot be reached.
    """
    batch = find(home, batch_id)
    if batch.state not in UNSENT:
        said = f"batch {batch_id} is {batch.state.replace('_', ' ')}; nothing was sent"
        return Rerun(batch, False, said)
    if batch.hold:
        return Rerun(batch, False, f"batch {batch_id} is held: {batch.hold}; nothing was sent")
    house = home.partners.clearinghouses.get(batch.clearinghouse)
    if house is None:
        raise StepError(
            "BAT-02", f"batch {batch_id} is for {batch.clearinghouse}, which has no file under partners/"
        )
    transport.check_usage(_usage(batch), house, demo=home.settings.demo)
    with transport.open(home.reached(house), loopback_only=home.settings.demo) as site:
        sent = send_one(home, site, as_of.isoformat(), batch)
    now = find(home, batch_id)
    if sent:
        return Rerun(now, True, f"batch {batch_id} went on from {batch.state} and is sent")
    return Rerun(now, False, f"batch {batch_id} is held now: {now.hold}")


def _usage(batch: BatchRow) -> str:
    return batch.receiver.rpartition(":")[2]
