"""Which ledger this is, and whether it is the one that went on last.

A database can be rolled back, swapped or copied, and is consistent in itself afterwards. What shows
it is kept outside, a *head*: the ledger's identity, its epoch, the last row of the audit trail, and the last
numbers given out. The ledger is the right one when it is at the head or beyond it:

| outside | in the ledger | |
|---|---|---|
| row R | the same row, and perhaps later ones | goes on: a run died between a commit and the head |
| row R | another row, or none | rolled back, or another branch: a person decides |
| epoch E, row R | a later epoch, begun before row R | goes on: a run died between a decision and the head |
| another ledger's | | swapped: a person decides |
| nothing | something was sent already | the head was removed: a person decides |

A decision (`begin`) raises the epoch inside one transaction: what was unsent is held and partners are
stopped, unless the person says that nothing was sent since, and every number moves past all that is
known to be out, with a gap for what is not known.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select, update

from ledger.schema import audit as audit_table
from ledger.schema import audit_head, batch, control_number, identity, lease, partner_stop, sequence
from ledger.sending import batches
from ledger.storage.database import Ledger
from ledger.trail import audit
from ledger.trail.audit import BEGAN, Head

CLAIM = "claim"  # the sequence of CLM01
GAP = 100_000  # interchange numbers left free: more than a year of batches
CLAIM_GAP = 10_000_000  # patient control numbers left free
LAST_ISA13 = 999_999_999


@dataclass(frozen=True, slots=True)
class Identity:
    """Which ledger it is. `home` is the mark of the folder that it belongs to."""

    ledger: str
    epoch: int
    home: str


@dataclass(frozen=True, slots=True)
class Outside:
    """A head as it is kept outside the database. `numbers`: the last one given out, by what counts it."""

    ledger: str
    head: Head
    numbers: Mapping[str, int] = field(default_factory=dict)

    @property
    def anything_out(self) -> bool:
        """Whether an interchange was ever given a number."""
        return any(last for name, last in self.numbers.items() if name != CLAIM)


def identity_of(connection: Connection) -> Identity | None:
    """Which ledger this is; None: no home has opened it yet."""
    row = connection.execute(select(identity.c.ledger, identity.c.epoch, identity.c.home)).one_or_none()
    return None if row is None else Identity(*row)


def now(ledger: Ledger) -> Outside | None:
    """The head of this ledger as it stands; None: no home has opened it yet."""
    with ledger.read() as connection:
        known = identity_of(connection)
        if known is None:
            return None
        row, mac = connection.execute(select(audit_head.c.last, audit_head.c.mac)).one()
        return Outside(known.ledger, Head(row, mac, known.epoch), numbers(connection))


def numbers(connection: Connection) -> dict[str, int]:
    """The last number given out, of claims and of interchanges to each receiver."""
    claims = connection.execute(select(sequence.c.name, sequence.c.last))
    sent = connection.execute(select(control_number.c.receiver, control_number.c.last))
    return {name: last for rows in (claims, sent) for name, last in rows}


def establish(ledger: Ledger, home: str) -> None:
    """The first opening by a home. Done before: nothing changes."""
    with ledger.write() as connection:
        connection.execute(select(audit_head.c.last).with_for_update())  # of two that begin at once, one does
        known = identity_of(connection)
        if known is None:
            connection.execute(
                identity.insert().values(name="ledger", ledger=secrets.token_hex(16), epoch=1, home=home)
            )
        elif not known.home:
            connection.execute(update(identity).values(home=home))


def doubt(ledger: Ledger, outside: Outside | None, home: str) -> str:
    """Why this may not be the ledger that went on last; "": it is."""
    with ledger.read() as connection:
        known = identity_of(connection)
        gone_out = connection.execute(select(control_number.c.last).limit(1)).first() is not None
        if outside is None:
            return "its head outside the database is gone" if known is not None and gone_out else ""
        if known is None or known.ledger != outside.ledger:
            if not outside.anything_out and not gone_out:
                return ""
            return f"it is another ledger than the one that went on to row {outside.head.id} of its trail"
        why = _behind(connection, known, outside.head)
        if not why and known.home and _elsewhere(known.home, home):
            why = "it lies in another place than before: a copy, or restored with its head"
        return why


def _elsewhere(before: str, home: str) -> bool:
    """Whether a mark is another file: nothing in it is as it was. A changed right leaves the inode."""
    return not set(before.split()) & set(home.split())


def behind(ledger: Ledger, outside: Outside) -> str:
    """The same by a head alone, such as one that was shipped elsewhere."""
    with ledger.read() as connection:
        known = identity_of(connection)
        if known is None or known.ledger != outside.ledger:
            return ""
        return _behind(connection, known, outside.head)


def _behind(connection: Connection, known: Identity, head: Head) -> str:
    if known.epoch < head.epoch:
        return f"it is of epoch {known.epoch}, and epoch {head.epoch} began since"
    row = connection.execute(select(audit_table.c.mac).where(audit_table.c.id == head.id)).scalar()
    if head.id == 0 or row == head.mac:
        return ""
    if audit.left_behind(connection, [head]):
        return ""
    if row is None:
        return f"it is older than before: row {head.id} of its trail is gone"
    return f"it went another way than before: row {head.id} of its trail is another one"


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's decision that a ledger goes on from where it stands.

    `outside` is the head that it does not fit, `heads` are all that are known, `home` is the mark of its
    home. Numbers move past those in `known`. Each partner of `stop` and each one in the ledger is stopped
    for `reason`, and unsent batches are held; None: nothing was sent since.
    """

    business_on: str
    why: str
    outside: Outside | None
    heads: Sequence[Outside]
    home: str
    known: Sequence[Mapping[str, int]]
    stop: Sequence[str] | None
    reason: str


def begin(connection: Connection, decision: Decision) -> int:
    """Begins a new epoch, inside the caller's transaction; the number of batches held."""
    was = identity_of(connection)
    head = decision.outside.head if decision.outside else Head(0, "", 0)
    epoch = max(was.epoch if was else 0, head.epoch) + 1
    of = was.ledger if was else decision.outside.ledger if decision.outside else secrets.token_hex(16)
    fork = audit.fork_of(connection, [h.head for h in decision.heads if h.ledger == of])
    connection.execute(identity.delete())
    connection.execute(identity.insert().values(name="ledger", ledger=of, epoch=epoch, home=decision.home))
    audit.note(
        connection, decision.business_on, BEGAN, f"epoch {epoch}", audit.began(head, fork, decision.why)
    )
    _move_past(connection, decision.known)
    connection.execute(update(lease).values(expires_at=0))  # of a run that went on elsewhere, or never did
    return (
        0
        if decision.stop is None
        else _hold(connection, decision.business_on, decision.stop, decision.reason)
    )


def _move_past(connection: Connection, known: Iterable[Mapping[str, int]]) -> None:
    own = numbers(connection)
    highest = dict(own)
    for found in known:
        for name, last in found.items():
            highest[name] = max(highest.get(name, 0), last)
    for name, last in highest.items():
        if name == CLAIM:
            connection.execute(update(sequence).where(sequence.c.name == CLAIM).values(last=last + CLAIM_GAP))
            continue
        past = min(last + GAP, LAST_ISA13 - 1)
        if name in own:
            connection.execute(
                update(control_number).where(control_number.c.receiver == name).values(last=past)
            )
        else:
            connection.execute(control_number.insert().values(receiver=name, last=past))


def _hold(connection: Connection, business_on: str, partners: Iterable[str], reason: str) -> int:
    """Batches that were not sent may be sent by now, and claims that were ready may be out."""
    in_ledger = connection.execute(select(batch.c.clearinghouse).distinct()).scalars()
    for clearinghouse in sorted({*partners, *in_ledger}):
        batches.stop_partner(connection, clearinghouse, business_on, reason)
    unsent = list(
        connection.execute(
            select(batch.c.id).where(batch.c.state.in_(batches.UNSENT), batch.c.hold == "")
        ).scalars()
    )
    for batch_id in unsent:
        connection.execute(update(batch).where(batch.c.id == batch_id).values(hold=reason))
        batches.add_event(connection, batch_id, business_on, "hold", reason)
    return len(unsent)


def stopped_by(connection: Connection, decision: Decision) -> tuple[str, ...]:
    """The partners whom this decision stopped."""
    query = select(partner_stop.c.clearinghouse).where(partner_stop.c.reason == decision.reason)
    return tuple(sorted(connection.execute(query).scalars()))


def take_claim_numbers(ledger: Ledger, count: int) -> range:
    """The next numbers of the sequence of CLM01. One that is not used in the end is never given again."""
    if not count:
        return range(0)
    with ledger.write() as connection:
        last = connection.execute(
            update(sequence)
            .where(sequence.c.name == CLAIM)
            .values(last=sequence.c.last + count)
            .returning(sequence.c.last)
        ).scalar_one()
    return range(int(last) - count + 1, int(last) + 1)
