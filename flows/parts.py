"""Parts of the nightly run as flows of their own. Each can be run by itself, at any hour.

They use the same lease: while one works, a scheduled run waits, and any other run ends with a clear
message. Only the nightly flow writes the row of its business date.
"""

from datetime import date
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from config.counted import counted
from flows.hooks import ANOTHER_RUN, OF_RUN
from flows.parameters import BusinessDate, HomeFolder, InboxFolder, ScheduleName
from flows.this_run import begins, ends, named, this_run
from flows.walk import close, walk
from tasks import nightly_run
from tasks.runs import schedule
from tasks.runs.lease import Taken, lease


@flow(
    name="take-in",
    flow_run_name=named("take in"),
    persist_result=False,
    timeout_seconds=6 * 3600,
    **OF_RUN,
)
def take_in(
    home: HomeFolder, inbox: InboxFolder = "", as_of: BusinessDate = None, schedule_name: ScheduleName = ""
) -> State[Any]:
    """Pick up encounters, validate their coding, build the claims that may go."""
    return run_part("take_in", home, inbox, as_of, of=schedule_name or schedule.PICK_UP)


@flow(
    name="submit",
    flow_run_name=named("submit"),
    persist_result=False,
    timeout_seconds=6 * 3600,
    **OF_RUN,
)
def submit(
    home: HomeFolder, inbox: InboxFolder = "", as_of: BusinessDate = None, schedule_name: ScheduleName = ""
) -> State[Any]:
    """Write batches and send them."""
    return run_part("submit", home, inbox, as_of, of=schedule_name)


@flow(
    name="take-answers",
    flow_run_name=named("answers"),
    persist_result=False,
    timeout_seconds=6 * 3600,
    **OF_RUN,
)
def take_answers(home: HomeFolder, inbox: InboxFolder = "", as_of: BusinessDate = None) -> State[Any]:
    """Collect acknowledgments and remittances, post the money, queue denials."""
    return run_part("take_answers", home, inbox, as_of, of=schedule.ANSWERS)


def run_part(part: str, home: str, inbox: str, as_of: date | None, of: str = "") -> State[Any]:
    """One part under the lease of its day; `of` is the schedule that it belongs to, "" none."""
    run = this_run(home, as_of)
    begins(home, part, run.day)
    of_schedule = run.of(of) if of else None
    with lease(home, inbox, run.day, part=True, of=of_schedule, waits=run.waits) as taken:
        if not taken:
            return ends(part, run.day, left(taken))
        failures = walk(home, inbox, run.day, nightly_run.steps_of(part))
        close(taken, failures)
        return ends(part, run.day, ended(home, inbox, failures))


def left(taken: Taken) -> State[Any]:
    """The state of a run that leaves: another one works, or has done its work already."""
    if taken.made_up:
        return Completed(name="AlreadyDone", message=taken.message)
    return Failed(name=ANOTHER_RUN, message=taken.message)


def ended(home: str, inbox: str, failures: list[str]) -> State[Any]:
    """The state of a run: failed, all done, or done with work that waits for a person."""
    if failures:
        return Failed(message="; ".join(dict.fromkeys(failures)))
    waiting = nightly_run.waiting(home, inbox)
    if waiting:
        return Completed(
            name="CompletedWithHolds", message=f"{counted(waiting, 'piece')} of work for a person"
        )
    return Completed(message="all done")
