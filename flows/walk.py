"""Walks the steps of a part of the nightly run as Prefect task runs (`flows.steps`).

What fails is noted and the rest goes on: the claims of other partners are sent while one is down,
and a step that cannot list its pieces does not keep the next ones from doing theirs. An artifact only shows;
one that cannot be made costs nothing.

A step that reaches partners reaches several at the same time. Of one site there is one connection at a time.
"""

import logging
import math
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture, as_completed

from config.counted import counted
from config.settings import load
from flows.pool import Pool
from flows.steps import SHARED, TASKS, Counts
from tasks import nightly_run
from tasks.errors import StepError
from tasks.runs import step_times
from tasks.runs.lease import Taken
from tasks.runs.sharing import IN_A_ROW

log = logging.getLogger("cleanclaim.night")

LONG = 4  # pieces from which a step shows its progress

Outcome = Counts | str
"""What a piece counted; where it failed, the message."""


def walk(home: str, inbox: str, as_of: date, steps: Sequence[nightly_run.Step]) -> list[str]:
    """Every piece of every step in order; the messages of what failed."""
    failures: list[str] = []
    arguments = partial(_arguments, home, inbox, as_of)
    took: dict[str, tuple[float, int]] = {}
    written = 0
    with Pool(load(Path(home))) as pool:
        for step in steps:
            began = time.monotonic()
            try:
                lanes = nightly_run.lanes(home, inbox, as_of, step.name, datetime.now(UTC))
                if lanes.processes > 1:
                    nightly_run.share_out(home, inbox, step.name)
                    outcomes = _shared(step, lanes, arguments, pool)
                else:
                    outcomes = _in_lanes(step, lanes, arguments)
            except StepError as error:
                failures.append(str(error))
                continue
            failures += [one for one in outcomes if isinstance(one, str)]
            took[step.name] = (time.monotonic() - began, len(outcomes))
            if step.name == "write_batches":
                written = sum(one.get("claims", 0) for one in outcomes if not isinstance(one, str))
    step_times.keep(Path(home), as_of, took)
    if len(took) == len(nightly_run.NIGHT):
        step_times.keep_busiest(Path(home), as_of, took, written)
    return failures


def _arguments(home: str, inbox: str, as_of: date, piece: str) -> dict[str, Any]:
    return {"home": home, "inbox": inbox, "as_of": as_of, "piece": piece}


def _shared(
    step: nightly_run.Step, lanes: nightly_run.Lanes, arguments: Callable[[str], dict[str, Any]], pool: Pool
) -> list[Outcome]:
    """Does a step's pieces with several workers; in this process, what is left when one is lost. In the order
    of the pieces."""
    [pieces] = lanes.pieces
    of_all = {**arguments(""), "step": step.name, "pieces": pieces, "token": lanes.token}
    count = max(lanes.processes, math.ceil(len(pieces) / IN_A_ROW))
    shares = [{**of_all, "piece": f"{n} of {count}", "number": n} for n in range(1, count + 1)]
    done: dict[int, Outcome] = {}
    broken: list[State[Any]] = []
    called_off = False
    shown = _Progress(step, len(pieces))

    def call_off() -> None:
        nightly_run.call_off(of_all["home"], of_all["inbox"], step.name)

    def leave_no_one_waiting() -> None:
        """Where the ledger can't be written now, again when it is quiet: a worker that was computing would
        wait for a turn that never comes."""
        nonlocal called_off
        if broken and not called_off:
            with suppress(StepError):
                call_off()
                called_off = True

    def ended(state: State[Any]) -> None:
        came = _came(state)
        if not isinstance(came, list):  # the turn of what it took may never come
            broken.append(state)
            leave_no_one_waiting()
            return
        for place, one in came:
            nightly_run.tell(step.name, pieces[place], one)
            done[place] = str(one) if isinstance(one, StepError) else one
        shown.now(len(done))

    try:
        said = pool.do(SHARED[step.name], shares, lanes.processes, ended, leave_no_one_waiting)
    except BaseException:
        with suppress(StepError):
            call_off()
        raise
    if broken and not said:
        why = _why(broken[0])
        log.error("NIT-05 a share of the work was broken off (%s): the run does the rest", why)
    if len(done) < len(pieces):  # a worker out of reach may be at one of them
        call_off()
        pool.close()
    for place, piece in enumerate(pieces):
        if place not in done:
            done[place] = _outcome(TASKS[step.name](**arguments(piece), return_state=True), step.name)
            shown.now(len(done))
    return [done[place] for place in range(len(pieces))]


def _in_lanes(
    step: nightly_run.Step, lanes: nightly_run.Lanes, arguments: Callable[[str], dict[str, Any]]
) -> list[Outcome]:
    """Does a step's pieces: those of one lane in order, several lanes at the same time. In the order of the
    pieces, whichever ended first."""
    done: dict[str, Outcome] = {}
    shown = _Progress(step, sum(map(len, lanes.pieces)))
    run = TASKS[step.name]
    if len(lanes.pieces) <= 1 or lanes.at_once == 1:
        for piece in chain(*lanes.pieces):
            done[piece] = _outcome(run(**arguments(piece), return_state=True), step.name)
            shown.now(len(done))
        return list(done.values())
    waiting = deque(deque(lane) for lane in lanes.pieces)
    running: dict[PrefectFuture[Any], tuple[str, deque[str]]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < lanes.at_once:
                lane = waiting.popleft()
                piece = lane.popleft()
                running[run.submit(**arguments(piece))] = (piece, lane)
            ended = next(as_completed(list(running)))
            piece, lane = running.pop(ended)
            ended.wait()  # else its state is what the server knows of it, which comes later
            done[piece] = _outcome(ended.state, step.name)
            shown.now(len(done))
            if lane:
                waiting.appendleft(lane)
    finally:
        _wait_for(running)
    return [done[piece] for piece in chain(*lanes.pieces)]


def _wait_for(running: Collection[PrefectFuture[Any]]) -> None:
    """After an interrupt: the pieces at work end before the lease is given back, or they would write
    beside the next run. Each is as short as the transport's deadlines."""
    left = list(running)
    while left:
        try:
            left[-1].wait()
        except KeyboardInterrupt:
            log.warning("waiting for %s that talks to a partner", counted(len(left), "task"))
        except Exception:  # it crashed, so it has ended; the interrupt says more
            left.pop()
        else:
            left.pop()


def close(taken: Taken, failures: list[str]) -> None:
    """Closes the business date; what fails in it joins `failures`."""
    try:
        taken.close(failures)
    except StepError as error:
        failures.append(str(error))


@contextmanager
def only_shown(what: str) -> Iterator[None]:
    """For artifacts: one that fails is logged, by its kind alone, and the run continues."""
    try:
        yield
    except Exception as error:
        log.warning("NIT-04 the artifact of %s was not taken by Prefect: %s", what, type(error).__name__)


class _Progress:
    """A step's progress for Prefect's pages, where it has many pieces."""

    def __init__(self, step: nightly_run.Step, pieces: int) -> None:
        self.step, self.pieces = step, pieces
        self._id: object = None  # a coroutine only inside an event loop
        if pieces >= LONG:
            with only_shown(step.name):
                key = step.name.replace("_", "-")
                self._id = create_progress_artifact(0.0, key=key, description=step.title)

    def now(self, done: int) -> None:
        if isinstance(self._id, UUID):
            with only_shown(self.step.name):
                update_progress_artifact(self._id, 100.0 * done / self.pieces)


def _came(state: State[Any]) -> Any:
    """What a task run gave or raised; None where it crashed."""
    try:
        return state.result(raise_on_failure=False)
    except Exception:  # a state without a result
        return None


def _why(state: State[Any]) -> str:
    """Of a task run that gave nothing: a coded error, or the kind of any other."""
    came = _came(state)
    return str(came) if isinstance(came, StepError) else type(came).__name__ if came else state.name or ""


def _outcome(state: State[Any], step: str) -> Outcome:
    came = _came(state)
    if state.is_completed() and isinstance(came, dict):
        return came
    return str(came) if getattr(came, "code", None) else f"{step}: {state.name}"
