"""An alert is settled by a person who dealt with it. It is raised again when its cause comes again."""

from datetime import date

from ledger.runs import alerts
from tasks.errors import StepError
from tasks.home.home import Home


def settle_alert(home: Home, as_of: date, number: int, why: str) -> None:
    """Settles an open alert; the reason stays in the audit trail.

    Raises StepError ALR-01 where no such alert is open, ALR-02 without a reason.
    """
    why = why.strip()
    if not why:
        raise StepError("ALR-02", "say in --why what was done: it stays in the audit trail")
    if not alerts.settle_by_hand(home.ledger, number, as_of.isoformat(), why):
        raise StepError("ALR-01", f"no alert {number} is open; see `cleanclaim alerts list`")
