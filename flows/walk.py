"""Walks the steps of a part of the night as Prefect task runs.

A task run is one piece of a step: a chunk of thousands, a partner, a batch, a file. It carries ids
and dates and gives back counts, and its errors are coded ones, because Prefect keeps parameters,
results and messages in the clear. What fails is noted and the rest goes on: one partner's outage
does not keep another's claims at home, and a step that cannot say what it has to do does not keep
the next ones from doing theirs. An artifact only shows; one that cannot be made costs nothing.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from prefect import task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task, exponential_backoff

from tasks import nightly_run
from tasks.errors import StepError
from tasks.runs.lease import Taken

log = logging.getLogger("cleanclaim.night")

LONG = 4  # pieces from which a step shows its progress


def worth_another_try(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Only what the transport calls retryable: a line that broke, not a key that changed."""
    error = state.result(raise_on_failure=False)
    return bool(getattr(error, "retryable", False))


@task(persist_result=False, cache_policy=NO_CACHE, task_run_name="{step} {piece}")
def do(home: str, inbox: str, as_of: date, step: str, piece: str) -> dict[str, int]:
    """One piece of one step. Raises only coded errors."""
    return nightly_run.do(home, inbox, as_of, step, piece)


talk = do.with_options(
    name="talk",
    retries=2,
    retry_delay_seconds=exponential_backoff(backoff_factor=2),
    retry_jitter_factor=0.5,
    retry_condition_fn=worth_another_try,
)
"""The same for steps that reach a partner, tried again where the line is at fault."""


def walk(home: str, inbox: str, as_of: date, steps: Sequence[nightly_run.Step]) -> list[str]:
    """Every piece of every step in order; the messages of what failed."""
    failures: list[str] = []
    for step in steps:
        try:
            pieces = nightly_run.pieces(home, inbox, as_of, step.name)
        except StepError as error:
            failures.append(str(error))
            continue
        progress = _progress(step) if len(pieces) >= LONG else None
        runner = talk if step.talks else do
        for number, piece in enumerate(pieces, 1):
            state = runner.with_options(name=step.name)(
                home, inbox, as_of, step.name, piece, return_state=True
            )
            if not state.is_completed():
                failures.append(_message(state, step.name))
            if progress is not None:
                with only_shown(step.name):
                    update_progress_artifact(progress, 100.0 * number / len(pieces))
    return failures


def close(taken: Taken, failures: list[str]) -> None:
    """Closes the night; what fails in it joins `failures`."""
    try:
        taken.close(failures)
    except StepError as error:
        failures.append(str(error))


@contextmanager
def only_shown(what: str) -> Iterator[None]:
    """For artifacts: one that fails is logged, by its kind alone, and the night goes on."""
    try:
        yield
    except Exception as error:
        log.warning("NIT-04 the artifact of %s was not taken by Prefect: %s", what, type(error).__name__)


def _progress(step: nightly_run.Step) -> UUID | None:
    made: object = None
    with only_shown(step.name):
        made = create_progress_artifact(0.0, key=step.name.replace("_", "-"), description=step.title)
    return made if isinstance(made, UUID) else None  # a coroutine only inside an event loop


def _message(state: State[Any], step: str) -> str:
    try:
        error = state.result(raise_on_failure=False)
    except Exception:  # a state without a result: the task run crashed
        error = None
    return str(error) if getattr(error, "code", None) else f"{step}: {state.name}"
