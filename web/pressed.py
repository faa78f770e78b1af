"""An act that was pressed: previewed on the request's home, or done under the lease, once at a time."""

import threading
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from tasks.home.home import Home, keep_trail
from tasks.operations.money_acts import By
from tasks.runs import days
from tasks.runs.lease import lease
from tasks.work.causes import keep_queue
from web.desk import Visit
from web.errors import Refused

Result = TypeVar("Result")

_ONE = threading.Lock()  # acts of this process share the home that the lease opens
WAITS = 20.0  # seconds that an act waits for another one of this process


def by(visit: Visit, why: str, second: str = "") -> By:
    """Who signs: the person who signed in, with a second one who was asked for name and password."""
    return By(visit.user.name, why, second)


def previewed(visit: Visit, do: Callable[[Home, date], Result]) -> Result:
    """What an act would come to; `do` does it as a dry run."""
    return do(visit.home, days.next_night(visit.home, visit.desk.today))


def done(visit: Visit, do: Callable[[Home, date], Result]) -> Result:
    """Does an act under the lease, so that no run works on the same claims. Raises Refused WEB-07 where a run
    or another act works; nothing was done then."""
    settings = visit.home.settings
    day = days.next_night(visit.home, visit.desk.today)
    if not _ONE.acquire(timeout=WAITS):
        raise _busy()
    try:
        with lease(str(settings.home), str(settings.inbox), day, opens_night=False) as taken:
            if taken.home is None:
                raise _busy()
            keep_trail(settings, taken.home.ledger, f"{visit.user.name}, console")
            result = do(taken.home, day)
            visit.desk.shown.is_done(visit.request, visit.token)
            keep_queue(taken.home, day)
            return result
    finally:
        _ONE.release()


def _busy() -> Refused:
    return Refused(
        409, "WEB-07", "a run or another act works at this moment; nothing was done: press it again later"
    )
