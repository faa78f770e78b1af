"""A night is a row: opened by each run of its day, closed with what came of it."""

from sqlalchemy import update

from ledger import audit
from ledger.database import Ledger
from ledger.schema import night


def open_night(ledger: Ledger, day: str) -> int:
    """Opens the night of `day` (again) and returns which run of it this is, from 1."""
    with ledger.write() as connection:
        done = connection.execute(
            update(night).where(night.c.day == day).values(runs=night.c.runs + 1, outcome="", note="")
        )
        audit.note(connection, day, "night opened", f"night {day}")
        if done.rowcount == 0:
            connection.execute(night.insert().values(day=day, runs=1, outcome="", note=""))
            return 1
        return int(connection.execute(night.select().where(night.c.day == day)).one().runs)


def close_night(ledger: Ledger, day: str, outcome: str, note: str = "") -> None:
    """Closes it: `done`, `holds` or `failed`, with a line for people (codes and counts only)."""
    with ledger.write() as connection:
        connection.execute(update(night).where(night.c.day == day).values(outcome=outcome, note=note))
        audit.note(connection, day, f"night closed: {outcome}", f"night {day}", note)
