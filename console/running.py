"""Runs the nightly flow through Prefect in this process and shows its progress."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from config.settings import Settings
from console.answer import ALL_DONE, DONE_WITH_HOLDS, FAILED, CommandError, complaints
from console.prefect_environment import prepare


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: `done`, `done_with_holds` or `failed`, and its message."""

    state: str
    message: str

    @property
    def exit_code(self) -> int:
        return {"done": ALL_DONE, "done_with_holds": DONE_WITH_HOLDS}.get(self.state, FAILED)


def run_night(settings: Settings, day: date | None, *, title: str, quiet: bool) -> Ended:
    """The nightly flow on this home. `day` None: the flow reads the clock.

    What fails inside the flow is in the answer and never raises; a run that finds another one
    at work raises CommandError NIT-01.
    """
    with progress(title, quiet=quiet):
        prepare(settings)
        # Prefect takes a second to import: only where it is used
        from prefect import tags
        from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

        from flows.nightly import nightly

        # A heartbeat lets a lasting server notice that a run was killed; it costs a second a flow.
        beats = {} if settings.prefect_api_url else {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
        try:
            with temporary_settings(beats), tags("cleanclaim", "night"):
                state = nightly(str(settings.home), str(settings.inbox), day, return_state=True)
        except Exception as error:  # the flow's own failures are states: this is Prefect's machinery
            where = (
                f"the Prefect server at {settings.prefect_api_url}" if settings.prefect_api_url else "Prefect"
            )
            return Ended(
                "failed",
                f"RUN-02 {where} could not be used ({type(error).__name__}); the ledger is as the last step "
                "left it; see that the server runs, or take prefect_api_url out of cleanclaim.toml",
            )
    message = state.message or ""
    if state.name == "AlreadyRunning":
        raise CommandError("NIT-01", message)
    if state.is_completed():
        return Ended("done_with_holds" if state.name == "CompletedWithHolds" else "done", message)
    return Ended("failed", message or f"the run ended as {state.name}")


@contextmanager
def progress(title: str, *, quiet: bool) -> Iterator[None]:
    """A line on standard error that follows the steps' own log, where a person watches."""
    if quiet or not sys.stderr.isatty():
        yield
        return
    bar = Progress(
        SpinnerColumn(),
        TextColumn("[bold]{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[step]}"),
        TimeElapsedColumn(),
        console=complaints,
        transient=True,
    )
    follow = _Follow(bar, title)
    logger = logging.getLogger("cleanclaim")
    logger.addHandler(follow)
    try:
        with bar:
            yield
    finally:
        logger.removeHandler(follow)


class _Follow(logging.Handler):
    """Moves the bar on as steps report their pieces."""

    def __init__(self, bar: Progress, title: str) -> None:
        super().__init__(logging.INFO)
        self.bar = bar
        self.task = bar.add_task(title, total=None, step="starting")

    def emit(self, record: logging.LogRecord) -> None:
        of = getattr(record, "night", None)
        if of is not None:
            number, total, step = of
            self.bar.update(self.task, completed=number, total=total, step=step)
