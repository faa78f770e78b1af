"""What Prefect calls when a flow run ended: one that failed or crashed is reported in the log and by an
alert, and alerts go out to people.

A run that crashed could not close its business date itself: the process was killed, or Prefect ended it. The
process that started it (`serve` or a worker) calls these hooks then. A state's message may quote anything, so
only its name is passed on.
"""

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from prefect.client.schemas.objects import FlowRun, State
from prefect.flows import Flow

from config.errors import ConfigurationError
from config.settings import load
from flows.this_run import business_date
from tasks.errors import StepError
from tasks.notices import going_out, heartbeat
from tasks.runs import failed

log = logging.getLogger("cleanclaim.night")

ANOTHER_RUN = "AlreadyRunning"  # the name of the state of a run that left because another one works


def report_failed(flow: Flow[..., Any], run: FlowRun, state: State[Any]) -> None:
    """An alert in the ledger, where the ledger can be opened; a line in the log in any case."""
    if state.name == ANOTHER_RUN:
        return
    log.error("the flow run %s (%s) is %s", run.name, flow.name, state.name)
    home, inbox = _home_of(run)
    try:
        zone = ZoneInfo(load(Path(home)).time_zone)
        given = run.parameters.get("as_of")
        day = business_date(run.expected_start_time or datetime.now(UTC), datetime.now(UTC), zone)
        failed.report(home, inbox, str(given or day))
    except (ConfigurationError, StepError) as error:
        log.error("no alert of it could be stored: %s", error)


def tell(flow: Flow[..., Any], run: FlowRun, state: State[Any]) -> None:
    """Sends the alerts that wait, once the run has given back its lease: it never fails by that."""
    if state.name != ANOTHER_RUN:
        going_out.after_run(*_home_of(run), datetime.now(UTC))


def beat_start(flow: Flow[..., Any], run: FlowRun, state: State[Any]) -> None:
    """Tells an address outside that a night begins."""
    _beat(run, "start")


def beat_end(flow: Flow[..., Any], run: FlowRun, state: State[Any]) -> None:
    """Tells it how the night ended; one that left for another run says nothing."""
    if state.name != ANOTHER_RUN:
        _beat(run, "" if state.is_completed() else "fail")


def _beat(run: FlowRun, beat: heartbeat.Beat) -> None:
    heartbeat.of_run(*_home_of(run), beat, datetime.now(UTC))


def _home_of(run: FlowRun) -> tuple[str, str]:
    """The home and the inbox that a run was given."""
    return str(run.parameters["home"]), str(run.parameters.get("inbox") or "")


OF_RUN: dict[str, Any] = {
    "on_completion": [tell],
    "on_failure": [report_failed, tell],
    "on_crashed": [report_failed, tell],
}
"""For `@flow`, however a run ends."""

OF_NIGHT: dict[str, Any] = {
    "on_running": [beat_start],
    "on_completion": [beat_end, tell],
    "on_failure": [report_failed, beat_end, tell],
    "on_crashed": [report_failed, beat_end, tell],
}
"""For the `@flow` of a night: it has a heartbeat too."""
