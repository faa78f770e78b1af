"""The nightly run: encounters in, claims out, answers posted, denials queued, and a report.

One flow run with its parts inside it (an own run for each would cost a second and show no more).
Prefect shows what ran; what is true stands in the ledger, and every step may run twice.
"""

from datetime import date
from typing import Any

from prefect import flow
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.client.schemas.objects import State

from flows.hooks import OF_NIGHT
from flows.parameters import BusinessDate, HomeFolder, InboxFolder
from flows.parts import ended, left
from flows.this_run import begins, ends, named, this_run
from flows.walk import close, only_shown, walk
from tasks import nightly_run
from tasks.runs import schedule
from tasks.runs.lease import lease


@flow(
    name="nightly",
    flow_run_name=named("night"),
    persist_result=False,
    timeout_seconds=10 * 3600,
    **OF_NIGHT,
)
def nightly(home: HomeFolder, inbox: InboxFolder = "", as_of: BusinessDate = None) -> State[Any]:
    """One nightly run for the home's practices.

    `as_of` is the business date; without it that of the run's scheduled time (flows/this_run.py). A
    schedule never passes it, or every run would work for the same date.
    """
    run = this_run(home, as_of)
    day = run.day
    begins(home, "night", day)
    with lease(home, inbox, day, of=run.of(schedule.NIGHTLY), waits=run.waits) as taken:
        if not taken:
            return ends("night", day, left(taken))
        failures = walk(home, inbox, day, nightly_run.NIGHT)
        close(taken, failures)
        show(home, inbox, day)
        return ends("night", day, ended(home, inbox, failures))


def show(home: str, inbox: str, day: date) -> None:
    """The run's artifacts: counts, amounts, control numbers. No patient data."""
    with only_shown("the night"):
        seen = nightly_run.shown(home, inbox, day)
        for key, page in seen.pages.items():
            create_markdown_artifact(page, key=key, description=f"Batch {key.removeprefix('batch-')}")
        create_markdown_artifact(seen.markdown, key="night-summary", description=f"Night of {day}")
        if seen.batches:
            create_table_artifact(seen.batches, key="batches", description="Batches of the night")
        if seen.work:
            create_table_artifact(seen.work, key="work-queued", description="What waits for a person")
