"""Runs one batch again, as `cleanclaim batches rerun` does: a sent one is never sent twice."""

from typing import Any

from prefect import flow, task
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.hooks import OF_RUN
from flows.parameters import BatchId, HomeFolder, InboxFolder
from flows.parts import left
from flows.steps import REACHES_PARTNER
from flows.this_run import begins, ends, this_run
from tasks.errors import StepError
from tasks.operations import rerun_batch as operation
from tasks.runs.lease import lease


@task(name="rerun-batch", **{**REACHES_PARTNER, "task_run_name": "rerun-batch {batch}"})
def go_on(home: str, inbox: str, as_of: str, batch: int) -> operation.Outcome:
    """Continues with the batch where it stopped."""
    return operation.rerun_by_id(home, inbox, as_of, batch)


@flow(
    name="rerun-batch",
    flow_run_name="rerun batch {batch}",
    persist_result=False,
    timeout_seconds=3600,
    **OF_RUN,
)
def rerun_batch(home: HomeFolder, batch: BatchId, inbox: InboxFolder = "") -> State[Any]:
    """Continues with one batch where it stopped, under the run's lease. Safe in every state."""
    run = this_run(home, None)
    label = f"rerun of batch {batch},"
    begins(home, label, run.day)
    with lease(home, inbox, run.day, opens_night=False, waits=run.waits) as taken:
        if not taken:
            return ends(label, run.day, left(taken))
        try:
            done = go_on(home, inbox, run.day.isoformat(), batch)
        except StepError as error:
            return ends(label, run.day, Failed(message=str(error)))
        name = "CompletedWithHolds" if done["held"] else "Completed"
        return ends(label, run.day, Completed(name=name, message=done["message"]))
