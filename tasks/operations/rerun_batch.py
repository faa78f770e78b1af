"""Runs one batch again: on from where it stopped, or not at all where it is done."""

from dataclasses import dataclass
from datetime import date
from typing import TypedDict

import transport
from ledger.queries.batches import show
from ledger.sending import batches
from ledger.sending.batches import BatchRow
from tasks.batches.choices import choose
from tasks.batches.send_batch import send_one
from tasks.errors import StepError, as_step_error
from tasks.home.home import Home, home_of


@dataclass(frozen=True, slots=True)
class Rerun:
    """What a rerun did: whether a file went out now, and what is said of it."""

    batch: BatchRow
    sent: bool
    message: str


def rerun(home: Home, as_of: date, batch_id: int, why: str = "") -> Rerun:
    """Goes on with a batch that is on its way. Safe in every state; a finished one stays as it is. A person's
    reason is kept in its history before anything goes out.

    Raises StepError: BAT-01 there is no such batch, BAT-04 nothing can go to its partner; and a
    TransportError where the partner cannot be reached.
    """
    choice = choose(home, batch_id, "rerun")
    if choice.answer == "no":
        raise StepError("BAT-04", f"rerun of batch {batch_id}: {choice.because}")
    batch = batches.get(home.ledger, batch_id)
    if not choice.open:
        return Rerun(batch, False, f"batch {batch_id}: {choice.because}; nothing was sent")
    clearinghouse = home.partners.clearinghouses[batch.clearinghouse]
    transport.check_usage(_usage(batch), clearinghouse, demo=home.settings.demo)
    if why:
        with home.ledger.write() as connection:
            batches.add_event(connection, batch_id, as_of.isoformat(), "rerun", why)
    with transport.open(home.reached(clearinghouse), loopback_only=home.settings.demo) as site:
        outcome = send_one(home, site, as_of.isoformat(), batch)
    now = batches.get(home.ledger, batch_id)
    if outcome == "sent":
        what = "is sent again" if batch.resending else f"went on from {batch.state} and is sent"
        return Rerun(now, True, f"batch {batch_id} {what}")
    if outcome == "not_needed":
        story = show(home.ledger, batch_id)
        assert story is not None
        return Rerun(now, False, f"batch {batch_id}: {story.events[-1].detail}; nothing was sent")
    return Rerun(now, False, f"batch {batch_id} is held now: {now.hold}")


class Outcome(TypedDict):
    """A rerun for Prefect, which stores it in the clear: the batch's numbers and state."""

    sent: bool
    held: bool
    message: str


def rerun_by_id(home: str, inbox: str, as_of: str, batch_id: int) -> Outcome:
    """The same on the home of a run. Raises only coded errors."""
    try:
        done = rerun(home_of(home, inbox), date.fromisoformat(as_of), batch_id)
        return Outcome(
            sent=done.sent,
            held=bool(done.batch.hold),
            message=f"batch {batch_id}, interchange {done.batch.isa13:09d}: {done.batch.state}",
        )
    except Exception as error:
        failure = as_step_error(error, f"rerun of batch {batch_id}")
    raise failure


def _usage(batch: BatchRow) -> str:
    return batch.receiver.rpartition(":")[2]
