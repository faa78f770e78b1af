"""A month that is over is put before whoever closes it, from the first business day of the next one."""

from datetime import date, timedelta

from config.business_days import business_days_after
from ledger.books import months
from ledger.runs import alerts
from tasks.home.home import Home

NOT_CLOSED = "MON-06"  # the code of an alert


def report(home: Home, as_of: date) -> None:
    """An alert for the last month that is over and not closed, settled when it is. Closing it closes those
    before it, so that one alert stands for all."""
    _, found = months.not_closed(home.ledger, as_of.isoformat())
    last = as_of.replace(day=1) - timedelta(days=1)
    if as_of < business_days_after(last, 1):
        found = [month for month in found if month < last.isoformat()[:7]]
    keys: tuple[str, ...] = ()
    if found:
        month = found[-1]
        keys = (key_of(month),)
        more = f", nor are those from {found[0]} on" if len(found) > 1 else ""
        alerts.report(
            home.ledger,
            key_of(month),
            as_of.isoformat(),
            NOT_CLOSED,
            f"{month} is over, and its books are not closed{more}",
            f"`cleanclaim month list`, then `cleanclaim month close {month} --why ...`",
            lasting=True,
        )
    alerts.settle_but(home.ledger, NOT_CLOSED, keys)


def settle(home: Home, month: str) -> None:
    """A month was closed: nothing is to be pressed any more."""
    alerts.settle(home.ledger, key_of(month))


def key_of(month: str) -> str:
    return f"{NOT_CLOSED}:{month}"
