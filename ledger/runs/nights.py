"""A night is a row: opened by each run of its day, closed with what came of it.

A part that is run by itself, such as the morning's answers, is no night: it opens and closes none,
or the nightly run of that day would look as if it had run already. A part that fails is an alert as well.

Whoever opens a night holds the run's lease, so a night that is still open then belongs to a run that
was killed: it is closed as failed first.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from ledger.runs import alerts
from ledger.schema import night
from ledger.storage.database import Ledger
from ledger.trail import audit

FAILED = "night failed"  # the cause of the alert that a night ending well settles
BROKEN_OFF = "NIT-03 broken off; run it again to finish"
LONGEST_NOTE = 1000  # characters


def open_night(ledger: Ledger, day: str) -> int:
    """Opens the night of `day` (again) and returns which run of it this is, from 1."""
    with ledger.write() as connection:
        _close_broken_off(connection)
        done = connection.execute(
            update(night).where(night.c.business_on == day).values(runs=night.c.runs + 1, outcome="", note="")
        )
        audit.note(connection, day, "night opened", f"night {day}")
        if done.rowcount == 0:
            connection.execute(night.insert().values(business_on=day, runs=1, outcome="", note=""))
            return 1
        return int(connection.execute(night.select().where(night.c.business_on == day)).one().runs)


def close_night(ledger: Ledger, day: str, outcome: str, note: str = "") -> None:
    """Closes it: `done`, `holds` or `failed`, with a line for people (codes and counts only)."""
    with ledger.write() as connection:
        _close(connection, day, outcome, note)


def fail_part(ledger: Ledger, day: str, note: str) -> None:
    """Reports that a part of the run of `day`, run by itself, failed. Its row stays as it is."""
    with ledger.write() as connection:
        audit.note(connection, day, "part of a night failed", f"night {day}", note)
        _report(connection, day)


def report_failed(ledger: Ledger, day: str) -> None:
    """The alert of a run of `day` that failed; its row stays as it is."""
    with ledger.write() as connection:
        _report(connection, day)


def note_of(failures: Sequence[str]) -> str:
    """What failed as one line, each once."""
    return "; ".join(dict.fromkeys(failures))[:LONGEST_NOTE]


def _close_broken_off(connection: Connection) -> None:
    for day in connection.execute(select(night.c.business_on).where(night.c.outcome == "")).scalars().all():
        _close(connection, day, "failed", BROKEN_OFF)


def _close(connection: Connection, day: str, outcome: str, note: str) -> None:
    connection.execute(update(night).where(night.c.business_on == day).values(outcome=outcome, note=note))
    audit.note(connection, day, f"night closed: {outcome}", f"night {day}", note)
    if outcome == "failed":
        _report(connection, day)
    else:
        alerts.settle_all(connection, FAILED)


def _report(connection: Connection, day: str) -> None:
    alerts.add(
        connection,
        FAILED,  # each failure is reported: dismissing the last one covers only that one
        day,
        "NGT-FAILED",
        f"the night of {day} failed, or a part of it",
        "its report and log say what; the next run does it again and settles this",
    )
