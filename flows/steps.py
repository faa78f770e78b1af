"""One Prefect task for each step of the nightly run.

A task run is one piece of a step: a chunk of claims, a partner, a batch, a file; where several processes
share the step, some of its pieces. Its parameters are ids and dates, its result counts, and its errors coded
ones, because Prefect keeps all of them in the clear. It has no tags: with one, Prefect asks its server for a
slot at each start.
"""

from datetime import date
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.runtime import task_run
from prefect.states import Failed
from prefect.tasks import Task, exponential_backoff

from tasks import nightly_run
from tasks.errors import StepError
from tasks.runs.sharing import Came

Counts = dict[str, int]


def _retryable(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Only what the transport calls retryable: a lost connection, not a changed key."""
    error = state.result(raise_on_failure=False)
    return bool(getattr(error, "retryable", False))


def _named() -> str:
    """`send-batches northgate`: the task and its piece."""
    return f"{task_run.task_name} {task_run.parameters['piece']}"


EVERY: dict[str, Any] = {"persist_result": False, "cache_policy": NO_CACHE, "task_run_name": _named}
REACHES_PARTNER: dict[str, Any] = {
    **EVERY,
    "retries": 2,
    "retry_delay_seconds": exponential_backoff(backoff_factor=2),
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": _retryable,
}


@task(name="pick-up-encounters", **EVERY)
def pick_up_encounters(home: str, inbox: str, as_of: date, piece: str) -> Counts:
    """Reads encounters from the inbox."""
    return nightly_run.do(home, inbox, as_of, "pick_up", piece)


@task(name="release-corrections", **EVERY)
def release_corrections(home: str, inbox: str, as_of: date, piece: str) -> Counts:
    """Lets a corrected encounter go on whose earlier claim was taken back."""
    return nightly_run.do(home, inbox, as_of, "release_corrections", piece)


@task(name="validate-coding", **EVERY)
def validate_coding(home: str, inbox: str, as_of: date, piece: str) -> Counts:
    """Judges a chunk of encounters by the edits."""
    return nightly_run.do(home, inbox, as_of, "validate_coding", piece)


@task(name="ask-coverage", **EVERY)
def ask_coverage(home: str, inbox: str, as_of: date, piece: str) -> Counts:
    """Asks payers about the coverage of encounters that wait for it."""
    return nightly_run.do(home, inbox, as_of, "ask_coverage", piece)


@task(name="build-claims", **EVERY)
def build_claims(home: str, inbox: str, as_of: date, piece: str) -> Counts:
    """Makes claims from a chunk of encounters that no edit holds."""
    return nightly_run.do(home, inbox, as_of, "build_claims", piece)


@task(name="bill-later-payers", **EVERY)
def bill_later_payers(home: str, inbox: str, as_of: date, piece: str) -> Counts:
    """Makes a chunk of claims ready for the payer that comes next."""
    return nightly_run.do(home, inbox, as_of, "bill_later_payers", piece)


@task(name="write-batches", **EVERY)
def write_batches(home: str, inbox: str, as_of: date, piece: str) -> Counts:
    """Writes claims into 837 interchanges and checks them."""
    return nightly_run.do(home, inbox, as_of, "write_batches", piece)


@task(name="ask-status", **EVERY)
def ask_status(home: str, inbox: str, as_of: date, piece: str) -> Counts:
    """Asks payers for answers that are overdue."""
    return nightly_run.do(home, inbox, as_of, "ask_status", piece)


@task(name="write-inquiries", **EVERY)
def write_inquiries(home: str, inbox: str, as_of: date, piece: str) -> Counts:
    """Writes what payers are asked into 276 and 270 interchanges and checks them."""
    return nightly_run.do(home, inbox, as_of, "write_inquiries", piece)


@task(name="send-batches", **REACHES_PARTNER)
def send_batches(home: str, inbox: str, as_of: date, piece: str) -> Counts:
    """Sends the waiting batches of a clearinghouse."""
    return nightly_run.do(home, inbox, as_of, "send", piece)


@task(name="collect-answers", **REACHES_PARTNER)
def collect_answers(home: str, inbox: str, as_of: date, piece: str) -> Counts:
    """Fetches the files that a clearinghouse answered with."""
    return nightly_run.do(home, inbox, as_of, "collect", piece)


@task(name="take-acknowledgments", **EVERY)
def take_acknowledgments(home: str, inbox: str, as_of: date, piece: str) -> Counts:
    """Records a TA1, 999 or 277CA."""
    return nightly_run.do(home, inbox, as_of, "acknowledge", piece)


@task(name="post-remittances", **EVERY)
def post_remittances(home: str, inbox: str, as_of: date, piece: str) -> Counts:
    """Posts the payments of an 835."""
    return nightly_run.do(home, inbox, as_of, "post", piece)


@task(name="queue-denials", **EVERY)
def queue_denials(home: str, inbox: str, as_of: date, piece: str) -> Counts:
    """Queues what was denied or paid short."""
    return nightly_run.do(home, inbox, as_of, "queue_denials", piece)


@task(name="prove-and-report", **EVERY)
def prove_and_report(home: str, inbox: str, as_of: date, piece: str) -> Counts:
    """Proves that the postings sum to zero, and writes the report."""
    return nightly_run.do(home, inbox, as_of, "report", piece)


@task(name="archive-documents", **EVERY)
def archive_documents(home: str, inbox: str, as_of: date, piece: str) -> Counts:
    """Moves the documents of an old night out of the database."""
    return nightly_run.do(home, inbox, as_of, "archive", piece)


@task(name="share", **EVERY)
def share(
    home: str, inbox: str, as_of: date, step: str, piece: str, number: int, pieces: list[str], token: int
) -> list[Came] | State[Any]:
    """Some of a step's pieces, in a process beside others: the share of this number. `piece` is its name."""
    came = nightly_run.do_shared(home, inbox, as_of, step, pieces, number, token)
    failed = [str(one) for _, one in came if isinstance(one, StepError)]
    return Failed(message="; ".join(failed), data=came) if failed else came


TASKS: dict[str, Task[..., Counts]] = {
    "pick_up": pick_up_encounters,
    "release_corrections": release_corrections,
    "validate_coding": validate_coding,
    "ask_coverage": ask_coverage,
    "build_claims": build_claims,
    "bill_later_payers": bill_later_payers,
    "write_batches": write_batches,
    "ask_status": ask_status,
    "write_inquiries": write_inquiries,
    "send": send_batches,
    "collect": collect_answers,
    "acknowledge": take_acknowledgments,
    "post": post_remittances,
    "queue_denials": queue_denials,
    "report": prove_and_report,
    "archive": archive_documents,
}
"""By the step's name in `tasks.nightly_run.NIGHT`."""

SHARED: dict[str, Task[..., Any]] = {
    step.name: share.with_options(name=TASKS[step.name].name)
    for step in nightly_run.NIGHT
    if step.halves is not None
}
"""The same for a step's shares."""
