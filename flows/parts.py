"""The smaller flows that a night is made of. Each may be run by itself, at any hour.

They share the night's lease: while one works, a second run leaves with a clear message.
"""

from datetime import date
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from config.counted import counted
from flows.walk import close, walk
from tasks import night


@flow(name="take-in", persist_result=False, timeout_seconds=6 * 3600)
def take_in(home: str, inbox: str = "", as_of: date | None = None) -> State[Any]:
    """Pick up encounters, validate their coding, build the claims that may go."""
    return run_part("take_in", home, inbox, as_of)


@flow(name="submit", persist_result=False, timeout_seconds=6 * 3600)
def submit(home: str, inbox: str = "", as_of: date | None = None) -> State[Any]:
    """Write batches and send them."""
    return run_part("submit", home, inbox, as_of)


@flow(name="take-answers", persist_result=False, timeout_seconds=6 * 3600)
def take_answers(home: str, inbox: str = "", as_of: date | None = None) -> State[Any]:
    """Collect acknowledgments and remittances, post the money, queue denials."""
    return run_part("take_answers", home, inbox, as_of)


def run_part(part: str, home: str, inbox: str, as_of: date | None) -> State[Any]:
    """One part under the lease of its day. The clock is read here, once, where no day was given."""
    day = as_of or night.today(home)
    with night.lease(home, inbox, day) as taken:
        if not taken:
            return Failed(name="AlreadyRunning", message=taken.message)
        failures = walk(home, inbox, day, night.steps_of(part))
        close(taken, failures)
        return ended(home, inbox, failures)


def ended(home: str, inbox: str, failures: list[str]) -> State[Any]:
    """The state of a run: failed, all done, or done with work that waits for a person."""
    if failures:
        return Failed(message="; ".join(dict.fromkeys(failures)))
    waiting = night.waiting(home, inbox)
    if waiting:
        return Completed(
            name="CompletedWithHolds", message=f"{counted(waiting, 'piece')} of work for a person"
        )
    return Completed(message="all done")
