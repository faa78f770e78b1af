"""What goes to payers beside claims: the question of a claim's status (276), of a patient's coverage (270),
and records of a claim (275, `packets`).

    wanted ──> written ──> sent ──> answered
                  └──────────┴────> refused (TA1 or 999), work for a person

An inquiry is a need with a `key`: `want` makes it once, however often the same need is found again, and
whoever wants it asked again gives another key. A file of inquiries is a batch of its kind: numbers, sending,
resending, holds and acknowledgments are those of claim files (`ledger.sending.batches`), and so a file goes
out once and whole wherever the process dies. What an inquiry is about is read again when it is written
(`tasks/steps/write_inquiries.py`), under the trace that its file's number and its place in it give.
A new kind needs a writer there and a reader of its answers (`tasks/answers`), which ends with
`ledger.acknowledge.inquiries.answered`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, or_, select, update

from ledger.books import charges
from ledger.errors import StateConflict
from ledger.schema import batch, claim, encounter, inquiry, submission
from ledger.storage.database import Ledger, insert_many
from ledger.storage.one_of import one_of
from ledger.trail import audit

Kind = Literal["276", "275", "270"]
OUT = ("sent", "accepted", "pended", "part_paid")
"""The states of a submission of which its payer has not decided all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A need to ask. `key` names it for ever; `actor` is "" where the nightly run asks by itself. It is about
    a submission, or about the coverage of an encounter in one order (P, S, T)."""

    key: str
    kind: Kind
    clearinghouse: str
    payer: str
    practice: str
    why: str
    actor: str = ""
    submission_id: int | None = None
    encounter_id: int | None = None
    payer_order: str = ""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """An inquiry as it stands. `state`: wanted, written, sent, refused, answered or dropped; `trace` is ""
    until it is written."""

    id: int
    key: str
    kind: str
    clearinghouse: str
    payer: str
    practice: str
    submission_id: int | None
    encounter_id: int | None
    payer_order: str
    actor: str
    why: str
    batch_id: int | None
    trace: str
    dropped: str
    answered_on: str
    business_on: str
    sent_on: str
    state: str

    @property
    def is_open(self) -> bool:
        """Whether it waits: to be written, to be sent, or for its answer."""
        return self.state in ("wanted", "written", "sent")


STATE: ColumnElement[str] = case(
    (inquiry.c.answered_on.is_not(None), "answered"),
    (inquiry.c.dropped != "", "dropped"),
    (inquiry.c.batch_id.is_(None), "wanted"),
    (batch.c.state == "rejected", "refused"),
    (batch.c.sent_on.is_not(None), "sent"),
    else_="written",
)
"""The state of an inquiry, joined with its batch where it has one."""
_ROWS = select(
    *(inquiry.c[name] for name in list(Inquiry.__dataclass_fields__)[:-2]),
    batch.c.sent_on,
    STATE.label("state"),
).select_from(inquiry.outerjoin(batch, batch.c.id == inquiry.c.batch_id))


def trace_of(isa13: int, position: int) -> str:
    """TRN02 of the inquiry at a place (from 1) of the file of a number. No file has a number that another
    one had, so no trace stands twice."""
    return f"{isa13:09d}{position:05d}"


def want(connection: Connection, business_on: str, wanted: Sequence[Wanted]) -> list[int]:
    """Makes the needs that are not there yet; their ids. A key that is there is left as it is.

    Raises KeyRefused where another transaction made one of them at this moment: it is there then.
    """
    keys = [one.key for one in wanted]
    there = set(connection.execute(select(inquiry.c.key).where(one_of(inquiry.c.key, keys))).scalars())
    new = {one.key: one for one in wanted if one.key not in there}
    names = list(Wanted.__dataclass_fields__)
    rows = [
        {name: getattr(one, name) for name in names} | {"business_on": business_on} for one in new.values()
    ]
    insert_many(connection, inquiry, rows)
    made = connection.execute(
        select(inquiry.c.id, inquiry.c.key).where(one_of(inquiry.c.key, list(new))).order_by(inquiry.c.id)
    ).all()
    for row in made:
        one = new[row.key]
        what = f"{one.kind} to {one.payer}: {one.why}"
        audit.note(connection, business_on, "inquiry wanted", f"inquiry {row.id}", what)
    return [row.id for row in made]


def wanted(ledger: Ledger, kind: str = "", clearinghouse: str = "") -> list[Inquiry]:
    """The inquiries that are to be written, oldest first; of one kind and to one partner where named."""
    conditions = [inquiry.c.batch_id.is_(None), inquiry.c.dropped == "", inquiry.c.answered_on.is_(None)]
    if kind:
        conditions.append(inquiry.c.kind == kind)
    if clearinghouse:
        conditions.append(inquiry.c.clearinghouse == clearinghouse)
    with ledger.read() as connection:
        return listed(connection, *conditions)


def of_batch(ledger: Ledger, batch_id: int) -> list[Inquiry]:
    """The inquiries of a file, in its order."""
    with ledger.read() as connection:
        return sorted(listed(connection, inquiry.c.batch_id == batch_id), key=lambda one: one.trace)


def listed(connection: Connection, *conditions: ColumnElement[bool]) -> list[Inquiry]:
    """The inquiries of which the conditions hold, oldest first."""
    return [Inquiry(*row) for row in connection.execute(_ROWS.where(*conditions).order_by(inquiry.c.id))]


def drop(ledger: Ledger, business_on: str, why: Mapping[int, str]) -> int:
    """Inquiries that are not asked after all, each with why; how many still waited to be written."""
    with ledger.write() as connection:
        return drop_in(connection, business_on, why)


def drop_in(connection: Connection, business_on: str, why: Mapping[int, str]) -> int:
    """As `drop`, in a transaction that is open."""
    count = 0
    for number, reason in sorted(why.items()):
        done = connection.execute(
            update(inquiry)
            .where(inquiry.c.id == number, inquiry.c.batch_id.is_(None), inquiry.c.dropped == "")
            .values(dropped=reason)
        )
        if done.rowcount:
            audit.note(connection, business_on, "inquiry dropped", f"inquiry {number}", reason)
        count += done.rowcount
    if claims := claims_of(connection, one_of(inquiry.c.id, why)):
        charges.bring_up_to_date(connection, business_on, claims, f"dropped:{min(why)}")
    return count


def take(connection: Connection, batch_id: int, isa13: int, ids: Sequence[int]) -> None:
    """The inquiries of a file that is stored now, in its order: each has its trace.

    Raises:
        StateConflict: one of them does not wait to be written any more.
    """
    for position, number in enumerate(ids, 1):
        done = connection.execute(
            update(inquiry)
            .where(inquiry.c.id == number, inquiry.c.batch_id.is_(None))
            .where(inquiry.c.dropped == "", inquiry.c.answered_on.is_(None))
            .values(batch_id=batch_id, position=position, trace=trace_of(isa13, position))
        )
        if done.rowcount != 1:
            raise StateConflict(f"inquiry {number} was written meanwhile; the file is written again")


def let_go(connection: Connection, batch_id: int) -> int:
    """The inquiries of a file that never went out are wanted again, to go under a new number; how many."""
    done = connection.execute(
        update(inquiry)
        .where(inquiry.c.batch_id == batch_id, inquiry.c.answered_on.is_(None))
        .values(batch_id=None, position=0, trace="")
    )
    return done.rowcount


def claims_of(connection: Connection, which: ColumnElement[bool]) -> set[int]:
    """The claims that inquiries are about: what is open of them says what was asked."""
    query = select(submission.c.claim_id).join(inquiry, inquiry.c.submission_id == submission.c.id)
    return set(connection.execute(query.where(which)).scalars())


@dataclass(frozen=True, slots=True)
class Refused:
    """An inquiry whose file the partner refused, of which the answer is still wanted. Without a claim it is
    about an encounter's coverage."""

    inquiry_id: int
    kind: str
    batch_id: int
    payer: str
    practice: str
    claim_id: int | None
    submission_id: int | None
    reference: str  # the claim's number, or the encounter's
    encounter_id: int | None


def refused(ledger: Ledger) -> list[Refused]:
    """The inquiries of refused files that were not asked again since, about claims that are out still and
    encounters that did not become a claim."""
    with ledger.read() as connection:
        return [Refused(*row) for row in connection.execute(_refused())]


@cache
def _refused() -> Select[tuple[Any, ...]]:
    later = inquiry.alias("later")
    same = or_(
        later.c.submission_id == inquiry.c.submission_id,
        and_(later.c.encounter_id == inquiry.c.encounter_id, later.c.payer_order == inquiry.c.payer_order),
    )
    again = exists().where(later.c.kind == inquiry.c.kind, later.c.id > inquiry.c.id, same)
    return (
        select(
            inquiry.c.id,
            inquiry.c.kind,
            batch.c.id,
            inquiry.c.payer,
            inquiry.c.practice,
            submission.c.claim_id,
            inquiry.c.submission_id,
            func.coalesce(claim.c.patient_control_number, encounter.c.external_id),
            inquiry.c.encounter_id,
        )
        .join(batch, batch.c.id == inquiry.c.batch_id)
        .outerjoin(submission, submission.c.id == inquiry.c.submission_id)
        .outerjoin(claim, claim.c.id == submission.c.claim_id)
        .outerjoin(encounter, encounter.c.id == inquiry.c.encounter_id)
        .where(inquiry.c.kind != "275", batch.c.state == "rejected", inquiry.c.answered_on.is_(None), ~again)
        .where(or_(submission.c.state.in_(OUT), encounter.c.state.in_(("picked_up", "held", "clean"))))
        .order_by(inquiry.c.id)
    )
