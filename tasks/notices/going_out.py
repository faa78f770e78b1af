"""Sends what waits, to everybody who is to be notified: claimed, sent, noted.

Each recipient is reached by a connection of its own, all at the same time, so that one who is dead delays
nobody. What was not taken is an alert (`NTC-01`), and goes again with the next run.
"""

import fcntl
import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from config.settings import Settings
from ledger.runs import alerts, notices
from ledger.runs.notices import Notice
from tasks.errors import as_step_error
from tasks.home.home import Home, open_home, settings_of
from tasks.notices import digest, mail, message, webhook
from tasks.notices.message import Message
from tasks.notices.recipients import NotTaken, Recipient, recipients
from tasks.notices.words import NOT_SENT, WORDS, unwanted

log = logging.getLogger("cleanclaim.notices")

DEADLINE = 45.0  # seconds for all recipients together
MOST = 50  # alerts in one notice; the others are in the next one

Lane = list[tuple[int, Callable[[], None]]]
"""What goes to one recipient in order: a number, and what sends it or raises NotTaken."""


@dataclass(frozen=True, slots=True)
class Sent:
    """How many notices went out, and why others did not, by recipient."""

    sent: int
    failed: Mapping[str, str]


def go_out(home: Home, now: datetime) -> Sent:
    """Sends every notice that waits. What one recipient's server does is no reason to fail: it is in the
    answer, in the log and an alert. Another process that sends at this moment does the work."""
    with alone(home) as first:
        if not first:
            return Sent(0, {})
        return _go_out(home, now, recipients(home.settings))


def _go_out(home: Home, now: datetime, notified: tuple[Recipient, ...]) -> Sent:
    day = home.settings.day_at(now).isoformat()
    but = unwanted(home.settings.notify_severities)
    for one in notified:
        while notices.claim_alerts(home.ledger, one.name, day, but, MOST):
            pass
        if (digest_of := digest.due(home.settings, now)) is not None:
            notices.claim_digest(home.ledger, one.name, digest_of.isoformat())
    waiting = _still_notified(home, notified, day, now)
    by_number = {one.id: one for one, _ in waiting}
    failed: dict[str, str] = {}
    count = 0
    for number, why in by_deadline(DEADLINE, _lanes(home.settings, waiting, now)):
        found = by_number[number]
        if why is None:
            notices.end(home.ledger, found, notices.SENT, day)
            count += 1
        else:
            failed[found.recipient] = why
    _report(home, day, failed)
    return Sent(count, failed)


def _still_notified(
    home: Home, notified: tuple[Recipient, ...], day: str, now: datetime
) -> list[tuple[Notice, Message]]:
    """The notices that are to be sent, with their messages; those of which nothing holds any more, and those
    of people who are notified no longer, are over."""
    names = {one.name for one in notified}
    found = []
    for one in notices.without_end(home.ledger):
        made = _message(home, one, day, now) if one.recipient in names else None
        if made is None:
            notices.end(home.ledger, one, notices.OVER, day)
        else:
            found.append((one, made))
    return found


def _message(home: Home, one: Notice, day: str, now: datetime) -> Message | None:
    if one.kind == notices.DIGEST:  # yesterday's is no use
        return digest.of_morning(home, date.fromisoformat(day), now) if one.business_on == day else None
    found = notices.alerts_of(home.ledger, one.id)
    return message.of_alerts(home.settings, found) if any(a.state == "open" for a in found) else None


def _lanes(settings: Settings, waiting: list[tuple[Notice, Message]], now: datetime) -> list[Lane]:
    """Of each recipient what is sent to it, in order."""
    lanes: dict[str, Lane] = {}
    for one, made in waiting:
        to = partial(sender(settings, one.recipient), made, one.message_id, now)
        lanes.setdefault(one.recipient, []).append((one.id, to))
    return list(lanes.values())


def sender(settings: Settings, name: str) -> Callable[[Message, str, datetime], None]:
    """What sends a message to a recipient, by its message id and the time."""
    address = Recipient(name).address
    return partial(mail.send, settings, address) if address else partial(webhook.send, settings)


def by_deadline(seconds: float, lanes: Sequence[Lane]) -> Iterator[tuple[int, str | None]]:
    """Sends all lanes at the same time, what is in one in order, and yields each as it ends: its number, and
    why it was not taken. What follows one that failed fails like it. What has not ended after so many seconds
    was not taken; nothing waits for it."""
    ended: queue.SimpleQueue[tuple[int, str | None]] = queue.SimpleQueue()
    for lane in lanes:
        threading.Thread(target=_send, args=(lane, ended), daemon=True).start()
    left, end = {number for lane in lanes for number, _ in lane}, time.monotonic() + seconds
    while left:
        try:
            number, why = ended.get(timeout=max(0.0, end - time.monotonic()))
        except queue.Empty:
            yield from ((number, f"no end after {seconds:.0f} seconds") for number in sorted(left))
            return
        left.discard(number)
        yield number, why


def _send(lane: Lane, ended: "queue.SimpleQueue[tuple[int, str | None]]") -> None:
    why: str | None = None
    for number, to in lane:
        if why is None:
            try:
                to()
            except NotTaken as error:
                why = str(error)
            except Exception as error:  # whatever a library makes of a server
                why = f"it could not be sent ({type(error).__name__})"
        ended.put((number, why))


def _report(home: Home, day: str, failed: Mapping[str, str]) -> None:
    """An alert for each recipient that was not reached; over once nothing of it waits."""
    for name, why in failed.items():
        log.error("%s a notice to %s was not taken: %s", NOT_SENT, name, why)
        text = f"a notice to {name} was not taken: {why}"
        alerts.report(home.ledger, _key(name), day, NOT_SENT, text, WORDS[NOT_SENT].press, lasting=True)
    alerts.settle_but(home.ledger, NOT_SENT, {_key(name) for name in failed})


def _key(name: str) -> str:
    return f"notice to {name}"


@contextmanager
def alone(home: Home) -> Iterator[bool]:
    """Whether no other process of this machine sends for this home: a lock of the kernel's, free again
    however its holder ends. So a notice without an end is one that was left, never one under way."""
    handle = os.open(home.path / "notices.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True
    finally:
        os.close(handle)


def after_run(home: str, inbox: str, now: datetime) -> None:
    """`go_out` where a run ended: nothing that happens here makes a run fail."""
    try:
        settings = settings_of(home, inbox)
        if recipients(settings):
            with open_home(settings) as opened:
                go_out(opened, now)
    except Exception as error:
        log.error("%s", as_step_error(error, "send notices"))
