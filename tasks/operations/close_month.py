"""A person closes a month of the books."""

import re
from datetime import date

from ledger.books import months
from tasks.errors import StepError
from tasks.home.home import Home, user

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def close_month(home: Home, as_of: date, month: str, why: str) -> None:
    """Closes a month and those before it.

    Raises:
        StepError: MON-01, it is no month.
        MonthRefused: it is closed already, or not over.
    """
    if not _MONTH.fullmatch(month):
        raise StepError("MON-01", "give the month as YYYY-MM, as 2026-11")
    months.close(home.ledger, as_of.isoformat(), month, user(), why.strip())
