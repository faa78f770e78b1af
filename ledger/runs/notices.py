"""What went out to whom: a notice is claimed in the ledger before it is sent, and its end is noted after.

A process that is killed between the two leaves a notice without an end. The next one sends it again under
the same key: a recipient gets it at least once, and knows a second copy by its message id.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, Select, exists, select

from ledger.errors import KeyRefused
from ledger.schema import alert, identity, notice, notice_alert, notice_end
from ledger.storage.database import Ledger, insert_many
from ledger.trail import audit

ALERTS, DIGEST = "alerts", "digest"
SENT, OVER = "sent", "over"


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to one recipient (`mail:ADDRESS`, or `webhook`). `message_id` is the same however often it is
    sent, and no other notice's, of this ledger or of one that was restored from it."""

    id: int
    kind: str
    recipient: str
    business_on: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Notified:
    """An alert as it stands, in a notice of it."""

    id: int
    code: str
    message: str
    remedy: str
    state: str
    business_on: str


def claim_alerts(ledger: Ledger, recipient: str, business_on: str, but: Collection[str], most: int) -> bool:
    """Claims a notice of open alerts that this recipient was not notified of, at most so many, the oldest
    first; none of the codes `but`. False: there are none, or another process claims them at this moment."""
    query = _unnotified(recipient, but).limit(most)
    with ledger.read() as connection:
        if connection.execute(query).first() is None:
            return False
    try:
        with ledger.write() as connection:
            found = connection.execute(query).all()
            if not found:
                return False
            key = f"{ALERTS}:{recipient}:{found[0].id}.{found[0].reopened}"
            number = _insert(connection, key, ALERTS, recipient, business_on)
            rows = [
                {"notice_id": number, "recipient": recipient, "alert_id": a, "reopened": n} for a, n in found
            ]
            insert_many(connection, notice_alert, rows)
    except KeyRefused:
        return False
    return True


def claim_digest(ledger: Ledger, recipient: str, day: str) -> bool:
    """Claims the digest of a day. False: this recipient's was claimed before."""
    key = f"{DIGEST}:{recipient}:{day}"
    known = select(notice.c.id).where(notice.c.key == key)
    with ledger.read() as connection:
        if connection.execute(known).first() is not None:
            return False
    try:
        with ledger.write() as connection:
            _insert(connection, key, DIGEST, recipient, day)
    except KeyRefused:
        return False
    return True


def without_end(ledger: Ledger) -> list[Notice]:
    """Notices that were claimed and neither sent nor given up, oldest first."""
    n = notice.c
    query = (
        select(n.id, n.key, n.kind, n.recipient, n.business_on)
        .where(~exists().where(notice_end.c.notice_id == n.id))
        .order_by(n.id)
    )
    with ledger.read() as connection:
        of = connection.execute(select(identity.c.ledger, identity.c.epoch)).one_or_none()
        found = connection.execute(query).all()
    whose = f"{of.ledger}:{of.epoch}" if of is not None else ""
    return [Notice(r.id, r.kind, r.recipient, r.business_on, _message_id(whose, r.key)) for r in found]


def alerts_of(ledger: Ledger, notice_id: int) -> list[Notified]:
    """The alerts of a notice, oldest first. One that was opened again since counts as settled:
    another notice is sent for that."""
    query = (
        select(alert, notice_alert.c.reopened.label("notified"))
        .join_from(notice_alert, alert, notice_alert.c.alert_id == alert.c.id)
        .where(notice_alert.c.notice_id == notice_id)
        .order_by(alert.c.id)
    )
    with ledger.read() as connection:
        return [
            Notified(
                r.id,
                r.code,
                r.message,
                r.remedy,
                r.state if r.reopened == r.notified else "settled",
                r.business_on,
            )
            for r in connection.execute(query)
        ]


def end(ledger: Ledger, found: Notice, outcome: str, day: str) -> bool:
    """Notes that a notice is over: `sent` or `over`. False: that was noted before."""
    try:
        with ledger.write() as connection:
            connection.execute(
                notice_end.insert().values(notice_id=found.id, outcome=outcome, business_on=day)
            )
            audit.note(connection, day, f"notice {outcome}", f"notice {found.id}", found.kind)
    except KeyRefused:
        return False
    return True


def _unnotified(recipient: str, but: Collection[str]) -> Select[tuple[int, int]]:
    notified = exists().where(
        notice_alert.c.recipient == recipient,
        notice_alert.c.alert_id == alert.c.id,
        notice_alert.c.reopened == alert.c.reopened,
    )
    return (
        select(alert.c.id, alert.c.reopened)
        .where(alert.c.state == "open", alert.c.code.not_in(sorted(but)), ~notified)
        .order_by(alert.c.id)
    )


def _insert(connection: Connection, key: str, kind: str, recipient: str, business_on: str) -> int:
    values = {"key": key, "kind": kind, "recipient": recipient, "business_on": business_on}
    return int(connection.execute(notice.insert().values(values).returning(notice.c.id)).scalar_one())


def _message_id(whose: str, key: str) -> str:
    return hashlib.sha256(f"{whose}:{key}".encode()).hexdigest()[:40]
