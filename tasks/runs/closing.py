"""Closes a business date, or a part of it; the head of the audit trail is written and shipped."""

from collections.abc import Sequence
from datetime import date

from ledger.queries import work
from ledger.runs import alerts, nights
from tasks.home import audit_trail
from tasks.home.home import Home

NOT_SHIPPED = "AUD-02"  # the code of an alert


def waiting(home: Home) -> int:
    """How many pieces of work wait for a person."""
    return work.waiting(home.ledger).total


def close(home: Home, day: date, failures: Sequence[str]) -> None:
    """Marks the night as ended."""
    if not failures:
        alerts.settle(home.ledger, nights.FAILED)  # else it would wait for a person itself
    outcome = "failed" if failures else "holds" if waiting(home) else "done"
    nights.close_night(home.ledger, day.isoformat(), outcome, nights.note_of(failures))
    audit_trail.write_head(home, day)
    _ship(home, day)


def close_part(home: Home, day: date, failures: Sequence[str]) -> None:
    """Ends a part of a night that was run by itself. It says nothing of the night, and settles nothing."""
    if failures:
        nights.fail_part(home.ledger, day.isoformat(), nights.note_of(failures))
    audit_trail.write_head(home, day)
    _ship(home, day)


def _ship(home: Home, day: date) -> None:
    """A head that could not be shipped is an alert, and no reason for a night to fail."""
    why = audit_trail.ship(home, day)
    if why:
        remedy = "correct heads_folder or heads_command in the home's settings; the next night ships again"
        alert_of_the_day(home, day, NOT_SHIPPED, f"the head was not shipped: {why}", remedy)
    else:
        alerts.settle_but(home.ledger, NOT_SHIPPED, ())


def alert_of_the_day(home: Home, day: date, code: str, message: str, remedy: str) -> None:
    """An alert that replaces those of the same code from earlier days."""
    key = f"{code}:{day}"
    alerts.report(home.ledger, key, day.isoformat(), code, message, remedy)
    alerts.settle_but(home.ledger, code, (key,))
