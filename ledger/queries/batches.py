"""Batches as an operator sees them: what was sent, what is known of it, and what is late."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from ledger.queries.listing import WHOLE, Listing, Page, Property, by
from ledger.schema import (
    answer,
    audit,
    batch,
    batch_event,
    claim,
    claim_version,
    document,
    inquiry,
    partner_stop,
    submission,
)
from ledger.sending.batches import UNSENT, BatchRow
from ledger.sending.decisions import only_refused
from ledger.sending.inquiries import listed
from ledger.storage.archive import PURGED
from ledger.storage.database import Ledger
from ledger.storage.one_of import one_of
from ledger.storage.stated import stated


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a batch. `at` (UTC) and `who` are the audit trail's, "" where none was kept."""

    business_on: str
    event: str
    detail: str
    at: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class BatchStory:
    """A batch with its history, its answers and its claims by state.

    `unanswered` are the patient control numbers of the claims that no answer names, or the traces of the
    inquiries without an answer. `claims` counts claims, or inquiries.
    """

    batch: BatchRow
    events: tuple[Event, ...]
    answers: tuple[tuple[str, str, str, str], ...]  # kind, status, codes, business date
    claims: Mapping[str, int]
    unanswered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides which acts on a batch are open. `size` in bytes.

    `claims` are those that still travel in it (or inquiries), `answered` those of them that are more than
    sent;
    `only_refused`: it is out, and the partner said nothing of it but that it refuses a copy.
    """

    batch: BatchRow
    claims: int
    answered: int
    size: int
    purged: bool
    only_refused: bool
    stopped: str  # why nothing goes to its partner, "" where it is not stopped


@dataclass(frozen=True, slots=True)
class Overdue:
    """An answer that should be here. `kind` is TA1, 999, 277CA, or 277 or 271 of inquiries; `claims` how many
    claims or inquiries wait for it.

    `due` is the last day on which it was not late, `days` those since it was sent.
    """

    batch_id: int
    clearinghouse: str
    payer: str
    isa13: int
    kind: str
    sent_on: str
    due: date
    days: int
    claims: int


@dataclass(frozen=True, slots=True)
class Unnamed:
    """A claim that its batch's 277CA does not name: the commonest lost claim."""

    submission_id: int
    claim_id: int
    patient_control_number: str
    practice: str
    payer: str
    batch_id: int
    charge_cents: int
    sent_on: str


_SELECT = select(*(batch.c[name] for name in BatchRow.__dataclass_fields__))


def all_batches(ledger: Ledger, most: int | None = None) -> list[BatchRow]:
    """Every batch, oldest first; with `most` the newest so many."""
    query = _SELECT.order_by(batch.c.id.desc())
    with ledger.read() as connection:
        rows = connection.execute(query.limit(most) if most else query).all()
    return [BatchRow(*row) for row in reversed(rows)]


def newest(ledger: Ledger, most: int) -> list[BatchRow]:
    """The newest so many batches, and every one that is held or not out yet, oldest first."""
    last = select(batch.c.id).order_by(batch.c.id.desc()).limit(most)
    query = _SELECT.where(or_(batch.c.id.in_(last), batch.c.state.in_(UNSENT), batch.c.hold != ""))
    with ledger.read() as connection:
        return [BatchRow(*row) for row in connection.execute(query.order_by(batch.c.id))]


def of_night(ledger: Ledger, business_on: str, most: int | None = None) -> list[BatchRow]:
    """The batches of a business date and those sent on it, oldest first; with `most` the newest so many."""
    query = _SELECT.where(or_(batch.c.business_on == business_on, batch.c.sent_on == business_on))
    query = query.order_by(batch.c.id.desc()).limit(most)
    with ledger.read() as connection:
        return [BatchRow(*row) for row in reversed(connection.execute(query).all())]


def sent_since(ledger: Ledger, business_on: str) -> list[BatchRow]:
    """The batches sent on a business date or later, oldest first."""
    query = _SELECT.where(batch.c.sent_on >= business_on).order_by(batch.c.id)
    with ledger.read() as connection:
        return [BatchRow(*row) for row in connection.execute(query)]


def hashes_of(ledger: Ledger, clearinghouse: str, names: Collection[str]) -> dict[str, str]:
    """The hashes of a clearinghouse's files by their names, of those names that the ledger knows."""
    query = select(batch.c.name, batch.c.sha256).where(
        batch.c.clearinghouse == clearinghouse, one_of(batch.c.name, names)
    )
    with ledger.read() as connection:
        return dict(connection.execute(query).tuples().all())


def name_of(ledger: Ledger, clearinghouse: str, sha256: str) -> str:
    """The name of a clearinghouse's file with this hash, "" where the ledger knows none."""
    of_it = batch.c.clearinghouse == clearinghouse, batch.c.sha256 == sha256
    with ledger.read() as connection:
        return connection.execute(select(batch.c.name).where(*of_it).limit(1)).scalar() or ""


def held(ledger: Ledger) -> list[BatchRow]:
    """Batches that a person must decide about, oldest first."""
    with ledger.read() as connection:
        rows = connection.execute(_SELECT.where(batch.c.hold != "").order_by(batch.c.id))
        return [BatchRow(*row) for row in rows]


def _travelling(of_claim: ColumnElement[str], of_inquiry: ColumnElement[str]) -> Property:
    """A batch is of whoever has a claim or an inquiry that travels in it."""
    claims = select(submission.c.id).join(claim, claim.c.id == submission.c.claim_id)
    claims = claims.where(submission.c.batch_id == batch.c.id)
    asked = select(inquiry.c.id).where(inquiry.c.batch_id == batch.c.id)
    return Property(
        lambda names: or_(
            claims.where(of_claim.in_(sorted(names))).exists(),
            asked.where(of_inquiry.in_(sorted(names))).exists(),
        )
    )


_OF_PRACTICE = _travelling(claim.c.practice, inquiry.c.practice)
BATCHES = Listing(
    row=BatchRow,
    columns=[batch.c[name] for name in BatchRow.__dataclass_fields__],
    joined=batch,
    number=batch.c.id,
    newest_first=True,
    payer=_travelling(submission.c.payer, inquiry.c.payer),
    practice=_OF_PRACTICE,
)
"""Every batch, newest first."""


def carries(ledger: Ledger, batch_id: int, practices: Collection[str]) -> bool:
    """Whether a claim or an inquiry of one of these practices travels in a batch."""
    query = select(batch.c.id).where(batch.c.id == batch_id, _OF_PRACTICE.chosen(practices))
    with ledger.read() as connection:
        return connection.execute(query).one_or_none() is not None


def show(ledger: Ledger, batch_id: int) -> BatchStory | None:
    """One batch with everything known of it; None where there is none."""
    with ledger.read() as connection:
        row = connection.execute(_SELECT.where(batch.c.id == batch_id)).one_or_none()
        if row is None:
            return None
        events = _history(connection, batch_id)
        answers = connection.execute(
            select(answer.c.kind, answer.c.status, answer.c.codes, answer.c.business_on)
            .where(answer.c.batch_id == batch_id, answer.c.submission_id.is_(None))
            .order_by(answer.c.id)
        ).all()
        claims: dict[str, int] = dict(
            connection.execute(
                select(submission.c.state, func.count())
                .where(submission.c.batch_id == batch_id)
                .group_by(submission.c.state)
            )
            .tuples()
            .all()
        )
        asked = listed(connection, inquiry.c.batch_id == batch_id)
        for one in asked:
            claims[one.state] = claims.get(one.state, 0) + 1
        unanswered = connection.execute(
            select(claim.c.patient_control_number)
            .join(submission, submission.c.claim_id == claim.c.id)
            .where(submission.c.batch_id == batch_id, submission.c.state.in_(("batched", "sent")))
            .order_by(submission.c.id)
        ).scalars()
        return BatchStory(
            BatchRow(*row),
            events,
            tuple((a[0], a[1], a[2], a[3]) for a in answers),
            claims,
            (*unanswered, *(one.trace for one in asked if not one.answered_on)),
        )


def _history(connection: Connection, batch_id: int) -> tuple[Event, ...]:
    """Its events; each was noted in the audit trail in its own transaction, in the same words."""
    events = connection.execute(
        select(batch_event.c.business_on, batch_event.c.event, batch_event.c.detail)
        .where(batch_event.c.batch_id == batch_id)
        .order_by(batch_event.c.id)
    ).all()
    acts = list(
        connection.execute(
            select(audit.c.act, audit.c.detail, audit.c.recorded_at, audit.c.actor)
            .where(audit.c.subject == f"batch {batch_id}")
            .order_by(audit.c.id)
        )
    )
    found: list[Event] = []
    for business_on, event, detail in reversed(events):
        if acts and (acts[-1].act, acts[-1].detail) == (f"batch {event}", detail):
            _, _, at, who = acts.pop()
            found.append(Event(business_on, event, detail, at, who))
        else:  # of a time before the trail was kept
            found.append(Event(business_on, event, detail))
    return tuple(reversed(found))


def standing(ledger: Ledger, batch_id: int) -> Standing | None:
    """What decides which acts on a batch are open; None where there is no such batch."""
    with ledger.read() as connection:
        row = connection.execute(_SELECT.where(batch.c.id == batch_id)).one_or_none()
        return None if row is None else _standing(connection, BatchRow(*row))


def unsent(ledger: Ledger, clearinghouse: str) -> list[Standing]:
    """The batches of a partner that are on their way, oldest first."""
    query = _SELECT.where(batch.c.clearinghouse == clearinghouse, batch.c.state.in_(UNSENT))
    with ledger.read() as connection:
        rows = connection.execute(query.order_by(batch.c.id)).all()
        return [_standing(connection, BatchRow(*row)) for row in rows]


def _standing(connection: Connection, found: BatchRow) -> Standing:
    states = connection.execute(select(submission.c.state).where(submission.c.batch_id == found.id))
    by_state = list(states.scalars())
    answers = connection.execute(select(inquiry.c.answered_on).where(inquiry.c.batch_id == found.id))
    by_answer = list(answers.scalars())
    file = connection.execute(
        select(document.c.size, document.c.key_id).where(document.c.sha256 == found.sha256)
    ).one()
    stop = select(partner_stop.c.reason).where(partner_stop.c.clearinghouse == found.clearinghouse)
    return Standing(
        found,
        claims=len(by_state) + len(by_answer),
        answered=sum(state not in ("batched", "sent") for state in by_state) + sum(map(bool, by_answer)),
        size=file.size,
        purged=file.key_id == PURGED,
        only_refused=only_refused(connection, found.id),
        stopped=connection.execute(stop).scalar() or "",
    )


def stopped(ledger: Ledger) -> dict[str, str]:
    """Partners to whom nothing goes, with the reason."""
    with ledger.read() as connection:
        rows = connection.execute(select(partner_stop.c.clearinghouse, partner_stop.c.reason))
        return dict(rows.tuples().all())


def awaited_until(sent_on: str, hours: int) -> date:
    """The last day on which an answer is not late yet."""
    return date.fromisoformat(sent_on) + timedelta(days=hours // 24)


OF_KIND = {
    "837": ("TA1", "999", "277CA"),
    "276": ("TA1", "999", "277"),
    "275": ("TA1", "999"),
    "270": ("TA1", "999", "271"),
}
"""Which answers a file may have, by what it is."""


def promised(kind: str, expects: Mapping[str, int]) -> dict[str, int]:
    """Of what a partner promises, what it promises of a file of this kind: answer -> hours."""
    return {name: expects[name] for name in OF_KIND[kind] if name in expects}


def overdue(ledger: Ledger, as_of: date, expects: Mapping[str, Mapping[str, int]]) -> list[Overdue]:
    """Answers that are late on `as_of`. `expects`: clearinghouse -> kind -> hours from sending.

    Nights are days here: an answer due within 24 hours is late on the second day after sending.
    """
    return [one for one in awaited(ledger, as_of, expects) if as_of > one.due]


def awaited(ledger: Ledger, as_of: date, expects: Mapping[str, Mapping[str, int]]) -> list[Overdue]:
    """Answers that should come and did not, late or not, oldest batch first."""
    found: list[Overdue] = []
    with ledger.read() as connection:
        rows = connection.execute(_UNANSWERED).all()
        open_ones = [row.id for row in rows]
        heard: dict[int, set[str]] = {}
        for a in connection.execute(*_heard(open_ones)):
            heard.setdefault(a.batch_id, set()).add(a.kind)
        waiting: dict[int, int] = dict(connection.execute(*_claims_waiting(open_ones)).tuples().all())
        waiting |= dict(connection.execute(*_inquiries_waiting(open_ones)).tuples().all())
    for row in (BatchRow(*r) for r in rows):
        days = (as_of - date.fromisoformat(row.sent_on)).days
        for kind, hours in promised(row.kind, expects.get(row.clearinghouse, {})).items():
            due = awaited_until(row.sent_on, hours)
            if kind not in heard.get(row.id, set()):
                found.append(
                    Overdue(
                        row.id,
                        row.clearinghouse,
                        row.payer,
                        row.isa13,
                        kind,
                        row.sent_on,
                        due,
                        days,
                        waiting.get(row.id, 0),
                    )
                )
    return found


_UNANSWERED = _SELECT.where(
    batch.c.sent_on.is_not(None), batch.c.state.in_(("sent", "acknowledged"))
).order_by(batch.c.id)


@stated
def _heard(batches: Any) -> Select[tuple[Any, ...]]:
    return select(answer.c.batch_id, answer.c.kind).where(one_of(answer.c.batch_id, batches)).distinct()


@stated
def _claims_waiting(batches: Any) -> Select[tuple[Any, ...]]:
    s = submission.c
    query = select(s.batch_id, func.count()).where(s.state == "sent", one_of(s.batch_id, batches))
    return query.group_by(s.batch_id)


@stated
def _inquiries_waiting(batches: Any) -> Select[tuple[Any, ...]]:
    i = inquiry.c
    query = select(i.batch_id, func.count()).where(i.answered_on.is_(None), one_of(i.batch_id, batches))
    return query.group_by(i.batch_id)


_CAME = select(answer.c.batch_id).where(answer.c.kind == "277CA", answer.c.submission_id.is_(None))
UNNAMED = Listing(
    row=Unnamed,
    columns=(
        *(submission.c.id, claim.c.id, claim.c.patient_control_number, claim.c.practice),
        *(submission.c.payer, batch.c.id, claim_version.c.charge_cents, batch.c.sent_on),
    ),
    joined=submission.join(claim, claim.c.id == submission.c.claim_id)
    .join(claim_version, claim_version.c.id == submission.c.version_id)
    .join(batch, batch.c.id == submission.c.batch_id),
    where=(submission.c.state == "sent", batch.c.id.in_(_CAME)),
    number=submission.c.id,
    payer=by(submission.c.payer),
    practice=by(claim.c.practice),
)
"""Claims still without an answer though their batch's 277CA came."""


def unnamed(ledger: Ledger, page: Page = WHOLE) -> list[Unnamed]:
    """Claims that their batch's 277CA does not name."""
    return UNNAMED.read(ledger, page)
