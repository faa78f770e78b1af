"""Tries the ways by which people are notified, without an alert."""

import secrets
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from config.settings import Settings
from tasks.notices import heartbeat, mail, message, webhook
from tasks.notices.going_out import DEADLINE, Lane, by_deadline, sender
from tasks.notices.recipients import NotTaken, recipients


def send_test(settings: Settings, now: datetime) -> dict[str, str | None]:
    """Sends a test message to everybody who is notified; of each why it was not taken, None where it was.
    It is not kept in the ledger: each time it goes out anew."""
    notified = recipients(settings)
    made = message.of_test(settings)
    lanes: list[Lane] = [
        [(number, partial(sender(settings, one.name), made, secrets.token_hex(20), now))]
        for number, one in enumerate(notified)
    ]
    why = dict(by_deadline(DEADLINE, lanes))
    return {one.name: why[number] for number, one in enumerate(notified)}


def reachable(settings: Settings) -> Iterator[tuple[str, str]]:
    """Each way by which people are notified, and why it can't be used, "" where it can: the mail server is
    connected and signed in to, of the others only the settings are looked at. Nothing is sent."""
    notified = recipients(settings)
    for way, names, look in (
        ("e-mail", [one for one in notified if one.address], partial(mail.reach, settings)),
        ("webhook", [one for one in notified if not one.address], partial(_look_at_webhook, settings)),
    ):
        if names:
            yield way, _fault(look)
    for of in (heartbeat.NIGHT, heartbeat.SERVE):
        if heartbeat.is_set(settings, of):
            yield of.replace("_", "'s "), _fault(partial(heartbeat.url_of, settings, of))


def _look_at_webhook(settings: Settings) -> None:
    webhook.url_of(settings)
    webhook.key_of(settings)


def _fault(look: Callable[[], object]) -> str:
    try:
        look()
    except NotTaken as error:
        return str(error)
    return ""
