"""The night: one list of steps in the order of the day, which flows and crash tests both walk.

A step says which pieces of work it has now (a chunk, a partner, a file; always ids, never content)
and does one. Doing a piece twice changes nothing more, so a night may be walked again from the
start at any time, after any failure.
"""

import gc
import logging
import os
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from ledger import alerts, nights, schedules
from ledger import lease as ledger_lease
from ledger.errors import LeaseTaken, LedgerInDoubt
from tasks import (
    acknowledge,
    build_claims,
    collect,
    pick_up,
    post,
    queue_denials,
    report,
    schedule,
    send,
    validate_coding,
    write_batches,
)
from tasks.documented import forget_made
from tasks.errors import StepError, told
from tasks.home import Home, forget, home_of

log = logging.getLogger("cleanclaim.night")

Counts = dict[str, int]
DOUBT = "ledger in doubt"  # how the alert's key begins
LOOKS_AGAIN = 5.0  # seconds until a run that waits for another one looks again


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the night. `talks` says that it reaches a partner, so that its line may break."""

    name: str
    title: str
    part: str
    pieces: Callable[[Home, date], Sequence[str]]
    do: Callable[[Home, date, str], Counts]
    talks: bool = False


NIGHT: tuple[Step, ...] = (
    Step("pick_up", "Pick up encounters", "take_in", pick_up.pieces, pick_up.do),
    Step("validate_coding", "Validate coding", "take_in", validate_coding.pieces, validate_coding.do),
    Step("build_claims", "Build claims", "take_in", build_claims.pieces, build_claims.do),
    Step("write_batches", "Write batches", "submit", write_batches.pieces, write_batches.do),
    Step("send", "Send", "submit", send.pieces, send.do, talks=True),
    Step("collect", "Collect answers", "take_answers", collect.pieces, collect.do, talks=True),
    Step("acknowledge", "Take in acknowledgments", "take_answers", acknowledge.pieces, acknowledge.do),
    Step("post", "Post remittances", "take_answers", post.pieces, post.do),
    Step("queue_denials", "Queue denials", "take_answers", queue_denials.pieces, queue_denials.do),
    Step("report", "Prove and report", "report", report.pieces, report.do),
)


def steps_of(part: str) -> tuple[Step, ...]:
    """The steps of one part of the night."""
    return tuple(step for step in NIGHT if step.part == part)


def step_named(name: str) -> Step:
    return next(step for step in NIGHT if step.name == name)


def pieces(home: str, inbox: str, as_of: date, step: str) -> list[str]:
    """What a step has to do now. Raises only coded errors."""
    try:
        return list(step_named(step).pieces(home_of(home, inbox), as_of))
    except Exception as error:
        failure = told(error, step)
    log.error("%s: what it has to do could not be listed: %s", step, failure)
    raise failure  # outside the except: no cause and no context travel with it


def do(home: str, inbox: str, as_of: date, step: str, piece: str) -> Counts:
    """Does one piece of one step. Raises only coded errors."""
    try:
        found = step_named(step)
        counts = do_piece(found, home_of(home, inbox), as_of, piece)
    except Exception as error:
        failure = told(error, step)
    else:
        number = NIGHT.index(found) + 1
        log.info("%s %s: %s", step, piece, _shown(counts), extra={"night": (number, len(NIGHT), found.title)})
        return counts
    log.error("%s %s: %s", step, piece, failure)
    raise failure


def do_piece(step: Step, home: Home, as_of: date, piece: str) -> Counts:
    """One piece in this process, with the collector of cycles at rest.

    A chunk makes thousands of objects that all live until its end; the collector would walk them
    again and again and find nothing, for a quarter of the time.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        return step.do(home, as_of, piece)
    finally:
        if collects:
            gc.enable()


def walk(home: Home, as_of: date, steps: Sequence[Step] = NIGHT) -> Counts:
    """The steps without Prefect, in this process: for crash tests and the bench. The first error ends it."""
    total: Counts = {}
    for step in steps:
        for piece in step.pieces(home, as_of):
            for name, count in do_piece(step, home, as_of, piece).items():
                total[f"{step.name}.{name}"] = total.get(f"{step.name}.{name}", 0) + count
    return total


def _shown(counts: Counts) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items()) or "nothing to do"


@dataclass(frozen=True, slots=True)
class Of:
    """Which schedule a run belongs to. `due` is the time it was scheduled for, in seconds since the
    epoch; None where a person started it, who is never told that a run was made up for."""

    schedule: str
    due: int | None = None

    def made_up(self, home: Home) -> bool:
        """A run that began after this one was due has done its work."""
        return self.due is not None and schedules.last_began(home.ledger, self.schedule) > self.due


@dataclass
class Taken:
    """A night that this run holds, or the reason why it does not.

    `made_up` says that a run which began after this one was due has done its work. `part` says that
    only a part of the night is run: the night's row tells of whole nights, and is left alone.
    """

    message: str = ""
    home: Home | None = None
    day: date | None = None
    closed: bool = False
    of: Of | None = None
    made_up: bool = False
    part: bool = False

    def __bool__(self) -> bool:
        return self.home is not None

    def close(self, failures: Sequence[str]) -> None:
        """Marks the night, or its part, as ended: done, with holds, or failed with what failed.

        Raises coded errors; it is then closed as failed, with this failure among the others.
        """
        assert self.home is not None
        assert self.day is not None
        try:
            if self.part:
                report.close_part(self.home, self.day, failures)
            else:
                report.close(self.home, self.day, failures)
            if self.of is not None:
                schedules.at_work(self.home.ledger, self.of.schedule, _now())
        except Exception as error:
            failure = told(error, "close the night")
        else:
            self.closed = True
            return
        self.fail([*failures, str(failure)])
        raise failure

    def fail(self, failures: Sequence[str]) -> None:
        """Closes it as failed and nothing more, as far as the ledger still takes it: where it does not,
        the next opening of a night does so (`ledger.nights`)."""
        assert self.home is not None
        assert self.day is not None
        self.closed = True
        try:
            note = nights.note_of(failures)
            if self.part:
                nights.fail_part(self.home.ledger, self.day.isoformat(), note)
            else:
                nights.close_night(self.home.ledger, self.day.isoformat(), "failed", note)
        except Exception as error:
            log.error("the night of %s could not be closed: %s", self.day, told(error, "close the night"))


@contextmanager
def lease(
    home: str,
    inbox: str,
    as_of: date,
    *,
    opens_night: bool = True,
    part: bool = False,
    in_doubt: bool = False,
    of: Of | None = None,
    waits: float = 0,
) -> Iterator[Taken]:
    """The run's lease of this home; a second run gets none and leaves.

    The night is opened, and closed as failed where the run ends without closing it. `opens_night` is
    False for one act beside the nights, such as a batch that is run again, and `part` says that some
    steps of a night are run. `of` is the schedule that the run belongs to: of several late runs the
    first does the work of all. `waits` is for how many seconds it waits for a run that works. A ledger
    in doubt is left alone and told, but for the decision about it (`in_doubt`).
    """
    end = time.monotonic() + waits
    while True:
        now = _now()
        try:
            opened, held = _take(home, inbox, as_of, now, in_doubt=in_doubt)
            break
        except LeaseTaken as error:
            refused: StepError | LeaseTaken = error
        except Exception as error:
            refused = told(error, "open the home")
        if isinstance(refused, StepError):
            raise refused
        if time.monotonic() >= end:
            yield Taken(message=str(refused))
            return
        forget(home, inbox)  # whoever works may change the ledger's files: opened anew
        time.sleep(LOOKS_AGAIN)
    taken = Taken(home=opened, day=as_of, closed=not opens_night, of=of, part=part)
    why = "the run ended before its night was closed"
    try:
        if of is not None and of.made_up(opened):
            taken.closed = True
            yield Taken(message="a run that began after this one was due did its work", made_up=True)
            return
        if opens_night and not part:
            nights.open_night(opened.ledger, as_of.isoformat())
        if of is not None:
            schedule.began(opened, of.schedule, max(now, of.due or 0))
        yield taken
    except BaseException as error:  # an operator's interrupt, a cancelled flow: these end a night too
        why = str(told(error, "the run")) if isinstance(error, Exception) else type(error).__name__
        raise
    finally:
        try:
            if not taken.closed:
                taken.fail([f"{nights.BROKEN_OFF}: {why}"])
            held.__exit__(None, None, None)
        finally:
            forget(home, inbox)
            forget_made()


def _take(
    home: str, inbox: str, as_of: date, now: int, *, in_doubt: bool
) -> tuple[Home, AbstractContextManager[int]]:
    """The home with its lease, held. Raises LeaseTaken, and whatever an opening raises."""
    opened = home_of(home, inbox)
    if opened.doubt and not in_doubt:
        forget(home, inbox)  # the next run looks again
        _tell_doubt(opened, as_of)
    holder = f"{socket.gethostname()}:{os.getpid()}"
    held = ledger_lease.hold(opened.ledger, opened.path / "run.lock", holder, now)
    held.__enter__()
    return opened, held


def _now() -> int:
    return int(datetime.now().timestamp())


def _tell_doubt(home: Home, as_of: date) -> None:
    """An alert, and the end of this run. Raises `LedgerInDoubt`."""
    alerts.tell(
        home.ledger,
        f"{DOUBT}:{as_of}",
        as_of.isoformat(),
        LedgerInDoubt.code,
        f"no night is run: {home.doubt}",
        "`cleanclaim ledger show`, then restore a backup or `cleanclaim ledger accept --why ...`",
    )
    alerts.settle_but(home.ledger, LedgerInDoubt.code, (f"{DOUBT}:{as_of}",))
    home.refuse_in_doubt()


def waiting(home: str, inbox: str) -> int:
    """How many pieces of work wait for a person, for the run's last word. Raises only coded errors."""
    try:
        return report.waiting(home_of(home, inbox))
    except Exception as error:
        failure = told(error, "count what waits")
    raise failure


def shown(home: str, inbox: str, as_of: date) -> report.Shown:
    """The night for Prefect's pages."""
    return report.shown(home_of(home, inbox), as_of)
