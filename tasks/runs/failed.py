"""Stores the alert of a run that could not do so itself."""

from ledger.runs import nights
from tasks.errors import as_step_error
from tasks.home.home import open_home, settings_of


def report(home: str, inbox: str, day: str) -> None:
    """One alert, however often this is called and whoever reported it before. Raises only coded errors.

    A ledger in doubt is left as it is: that is an alert of its own.
    """
    try:
        with open_home(settings_of(home, inbox)) as opened:
            if not opened.doubt:
                nights.report_failed(opened.ledger, day)
        return
    except Exception as error:
        failure = as_step_error(error, "store an alert")
    raise failure
