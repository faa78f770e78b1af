"""Pings an address outside, so that a machine that is dead is noticed: its silence is the alarm there.

The address is asked by GET, as healthchecks and its kin take it: `/start` behind it when a night begins,
nothing when it ended well, `/fail` when it failed. Nothing else is in it.
"""

import logging
from datetime import datetime
from functools import partial
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from config.settings import Settings
from ledger.runs import alerts
from tasks.errors import as_step_error
from tasks.home.home import Home, open_home, settings_of
from tasks.notices.going_out import by_deadline
from tasks.notices.recipients import NotTaken, checked_url, secret
from tasks.notices.webhook import request
from tasks.notices.words import NO_HEARTBEAT, WORDS

log = logging.getLogger("cleanclaim.notices")

DEADLINE = 15.0  # seconds

Of = Literal["heartbeat", "serve_heartbeat"]
Beat = Literal["start", "", "fail"]
NIGHT: Of = "heartbeat"
SERVE: Of = "serve_heartbeat"


def url_of(settings: Settings, of: Of) -> str:
    """The address of a heartbeat; "" none. Raises NotTaken where it is no address, or may not be asked."""
    url = _given(settings, of)
    return checked_url(settings, url, f"{of}_url") if url else ""


def is_set(settings: Settings, of: Of) -> bool:
    """Whether a heartbeat goes anywhere. No host is resolved for it: that may last, and is the ping's."""
    try:
        return bool(_given(settings, of))
    except NotTaken:
        return True  # it should, and can't


def of_run(home: str, inbox: str, beat: Beat, now: datetime) -> None:
    """The heartbeat of a nightly run: also where its ledger can't be opened. Nothing that happens here makes
    a run fail."""
    try:
        settings = settings_of(home, inbox)
        if is_set(settings, NIGHT):
            why = send(settings, NIGHT, beat)
            with open_home(settings) as opened:
                note(opened, NIGHT, why, now)
    except Exception as error:
        log.error("%s", as_step_error(error, "send a heartbeat"))


def send(settings: Settings, of: Of, beat: Beat) -> str | None:
    """Sends a heartbeat; why it was not taken, None where it was."""
    [(_, why)] = by_deadline(DEADLINE, [[(0, partial(_ping, settings, of, beat))]])
    if why is not None:
        log.error("%s %s_url: %s", NO_HEARTBEAT, of, why)
    return why


def note(home: Home, of: Of, why: str | None, now: datetime) -> None:
    """An alert (`NTC-02`) of a heartbeat that was not taken, until one is."""
    key = f"{of} not taken"
    if why is None:
        alerts.settle(home.ledger, key)
        return
    day = home.settings.day_at(now).isoformat()
    text, press = f"the heartbeat of {of}_url was not taken: {why}", WORDS[NO_HEARTBEAT].press
    alerts.report(home.ledger, key, day, NO_HEARTBEAT, text, press, lasting=True)


def _given(settings: Settings, of: Of) -> str:
    given = settings.heartbeat_url if of == NIGHT else settings.serve_heartbeat_url
    file = settings.heartbeat_url_file if of == NIGHT else settings.serve_heartbeat_url_file
    return secret(given, file, f"{of}_url")


def _ping(settings: Settings, of: Of, beat: Beat) -> None:
    url = urlsplit(url_of(settings, of))
    path = f"{url.path.rstrip('/')}/{beat}" if beat else url.path
    request(settings, "GET", urlunsplit(url._replace(path=path)))
