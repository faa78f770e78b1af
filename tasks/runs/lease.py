"""A run of one home: it holds the home's lease, opens its business date and closes it.

Every run takes the lease first, a person's single act too: two never write to one ledger.
"""

import logging
import os
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from ledger.errors import LeaseTaken, LedgerInDoubt
from ledger.runs import alerts, nights, schedules
from ledger.storage import lease as ledger_lease
from tasks.errors import StepError, as_step_error
from tasks.home.home import Home, forget, home_of
from tasks.runs import closing, schedule

log = logging.getLogger("cleanclaim.night")

DOUBT = "ledger in doubt"  # how the alert's key begins
LOOKS_AGAIN = 5.0  # seconds until a run that waits for another one looks again


@dataclass(frozen=True, slots=True)
class Of:
    """Which schedule a run belongs to. `due` is the time it was scheduled for, in seconds since the
    epoch; None where a person started it, whose run always does its work."""

    schedule: str
    due: int | None = None

    def made_up(self, home: Home) -> bool:
        """A run that began after this one was due has done its work."""
        return self.due is not None and schedules.last_began(home.ledger, self.schedule) > self.due


@dataclass
class Taken:
    """A night that this run holds, or the reason why it does not.

    `made_up` says that a run which began after this one was due has done its work. `part` says that
    only a part of the night is run: the night's row is about whole nights, and is left alone.
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
                closing.close_part(self.home, self.day, failures)
            else:
                closing.close(self.home, self.day, failures)
            if self.of is not None:
                schedules.at_work(self.home.ledger, self.of.schedule, _now())
        except Exception as error:
            failure = as_step_error(error, "close the night")
        else:
            self.closed = True
            return
        self.fail([*failures, str(failure)])
        raise failure

    def fail(self, failures: Sequence[str]) -> None:
        """Closes it as failed and nothing more, as far as the ledger still takes it: where it does not,
        the next opening of a night does so (`ledger.runs.nights`)."""
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
            log.error(
                "the run for business date %s could not be closed: %s",
                self.day,
                as_step_error(error, "close the night"),
            )


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
    in doubt is left alone and reported, but for the decision about it (`in_doubt`).
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
            refused = as_step_error(error, "open the home")
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
        why = str(as_step_error(error, "the run")) if isinstance(error, Exception) else type(error).__name__
        raise
    finally:
        try:
            if not taken.closed:
                taken.fail([f"{nights.BROKEN_OFF}: {why}"])
            held.__exit__(None, None, None)
        finally:
            forget(home, inbox)


def _take(
    home: str, inbox: str, as_of: date, now: int, *, in_doubt: bool
) -> tuple[Home, AbstractContextManager[int]]:
    """The home with its lease, held. Raises LeaseTaken, and whatever an opening raises."""
    opened = home_of(home, inbox)
    if opened.doubt and not in_doubt:
        forget(home, inbox)  # the next run looks again
        _report_doubt(opened, as_of)
    holder = f"{socket.gethostname()}:{os.getpid()}"
    held = ledger_lease.hold(opened.ledger, opened.path / "run.lock", holder, now)
    held.__enter__()
    return opened, held


def _now() -> int:
    return int(datetime.now().timestamp())


def _report_doubt(home: Home, as_of: date) -> None:
    """An alert, and the end of this run. Raises `LedgerInDoubt`."""
    alerts.report(
        home.ledger,
        f"{DOUBT}:{as_of}",
        as_of.isoformat(),
        LedgerInDoubt.code,
        f"no night is run: {home.doubt}",
        "`cleanclaim ledger show`, then restore a backup or `cleanclaim ledger accept --why ...`",
    )
    alerts.settle_but(home.ledger, LedgerInDoubt.code, (f"{DOUBT}:{as_of}",))
    home.refuse_in_doubt()
