"""What was quarantined leaves its queue: a person says that it is dealt with, or a later file shows it.

A statement is a row that is never changed: the newest one of a subject counts, so that it can be taken
back, and who said it, when and why stays readable. The audit trail has each of them too.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, literal, or_, select

from ledger.encounters.placing import OTHER_CONTENT
from ledger.encounters.taken import OTHER_PRACTICE
from ledger.runs import alerts
from ledger.schema import encounter, inbox_file, problem, remittance, response, settlement
from ledger.storage.database import Ledger
from ledger.trail import audit, written

ITSELF = "CleanClaim"
"""Who settles what a later file corrected."""


ALERTS = {"response": ("aside",), "inbox_file": (OTHER_PRACTICE, OTHER_CONTENT)}
"""How the keys of the alerts of a kind begin, before its number."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is settled: the row `number` of the table `kind` (inbox_file, response, problem, remittance)."""

    kind: str
    number: int

    def __str__(self) -> str:
        return f"{self.kind.replace('_', ' ')} {self.number}"


@dataclass(frozen=True, slots=True)
class Settlement:
    """A statement on a subject. `state` is settled or open."""

    subject: Subject
    state: str
    who: str
    why: str
    business_on: str


def is_settled(kind: str, number: ColumnElement[int], by: str = "") -> ColumnElement[bool]:
    """In a query: the newest statement on the row `number` of a kind, `by` one, is that it is settled."""
    said = (settlement.c.kind == kind) & (settlement.c.number == number)
    newest = (
        select(settlement.c.state)
        .where(said & (settlement.c.who == by) if by else said)
        .order_by(settlement.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(newest, literal("open")) == "settled"


def say(ledger: Ledger, subject: Subject, business_on: str, who: str, why: str, *, settled: bool) -> bool:
    """Settles a subject, or opens it again. False: that is how it stands already."""
    with ledger.write() as connection:
        return _say(connection, subject, business_on, who, why, settled=settled)


def _say(
    connection: Connection, subject: Subject, business_on: str, who: str, why: str, *, settled: bool
) -> bool:
    before = connection.execute(
        select(settlement.c.state)
        .where(settlement.c.kind == subject.kind, settlement.c.number == subject.number)
        .order_by(settlement.c.id.desc())
        .limit(1)
    ).scalar()
    state = "settled" if settled else "open"
    if (before or "open") == state:
        return False
    values = {
        "kind": subject.kind,
        "number": subject.number,
        "state": state,
        "who": who,
        "why": why,
        "business_on": business_on,
    }
    made = connection.execute(settlement.insert().values(values).returning(settlement.c.id)).scalar_one()
    written.note(connection, settlement, [{**values, "id": int(made)}])
    if settled:  # its alerts are over with it
        alerts.settle_of(connection, ALERTS.get(subject.kind, ()), subject.number)
    audit.note(connection, business_on, "settled" if settled else "opened again", str(subject), why)
    return True


def history(ledger: Ledger) -> list[Settlement]:
    """Every statement, newest first."""
    with ledger.read() as connection:
        rows = connection.execute(select(settlement).order_by(settlement.c.id.desc()))
        return [Settlement(Subject(r.kind, r.number), r.state, r.who, r.why, r.business_on) for r in rows]


def settled(ledger: Ledger, subject: Subject) -> Settlement | None:
    """What is said of a subject that is settled; None: it is open."""
    s = settlement.c
    query = select(settlement).where(s.kind == subject.kind, s.number == subject.number)
    with ledger.read() as connection:
        newest = connection.execute(query.order_by(s.id.desc()).limit(1)).one_or_none()
    if newest is None or newest.state != "settled":
        return None
    return Settlement(subject, newest.state, newest.who, newest.why, newest.business_on)


def settle_corrected_files(ledger: Ledger, business_on: str) -> int:
    """Files of the inbox whose correction was taken whole since: under the same name, or with newer
    versions of all their encounters and more of them. How many left the queue."""
    why = "inbox file {} of the same name or encounters was taken"
    return _settle_found(ledger, business_on, "inbox_file", _corrected_files(), why)


@cache
def _corrected_files() -> Select[tuple[int, int]]:
    later = inbox_file.alias("later")
    faults = problem.alias("faults")
    whole = (
        later.c.outcome == "read",
        ~select(faults.c.id).where(faults.c.inbox_file_id == later.c.id).exists(),
    )
    its, again = encounter.alias("its"), encounter.alias("again")
    not_again = (
        select(its.c.id)
        .where(
            its.c.inbox_file_id == inbox_file.c.id,
            ~select(again.c.id)
            .where(
                again.c.inbox_file_id == later.c.id,
                again.c.source == its.c.source,
                again.c.external_id == its.c.external_id,
            )
            .correlate(later, its)  # two levels up: by itself SQLAlchemy would take any later file
            .exists(),
        )
        .exists()
    )
    same = or_(
        later.c.name == inbox_file.c.name,
        (inbox_file.c.encounters > 0) & (later.c.encounters > inbox_file.c.encounters) & ~not_again,
    )
    return (
        select(inbox_file.c.id, func.min(later.c.id).label("by"))
        .join(later, later.c.id > inbox_file.c.id)
        .where(_has_problem(inbox_file.c.id), ~is_settled("inbox_file", inbox_file.c.id), same, *whole)
        .group_by(inbox_file.c.id)
    )


def settle_paid_anew(ledger: Ledger, business_on: str) -> int:
    """Remittances that could not be posted and that the payer sent again rightly: the same payer, payee and
    payment number is posted since. How many left the queue. One in conflict leaves it by a person alone:
    what is posted under its number is the other one, or a part of it that was released."""
    why = "remittance {} of the same number was posted"
    return _settle_found(ledger, business_on, "remittance", _paid_anew(), why)


@cache
def _paid_anew() -> Select[tuple[int, int]]:
    later = remittance.alias("later")
    return (
        select(remittance.c.id, func.min(later.c.id).label("by"))
        .join(later, later.c.id > remittance.c.id)
        .where(
            remittance.c.state.in_(("unbalanced", "unknown_payee")),
            later.c.state == "posted",
            ~later.c.content.contains("."),
            later.c.payer == remittance.c.payer,
            later.c.payee == remittance.c.payee,
            later.c.trace == remittance.c.trace,
            later.c.originator == remittance.c.originator,
            ~is_settled("remittance", remittance.c.id),
        )
        .group_by(remittance.c.id)
    )


def _has_problem(file: ColumnElement[int]) -> ColumnElement[bool]:
    return select(problem.c.id).where(problem.c.inbox_file_id == file).exists()


def _settle_found(
    ledger: Ledger, business_on: str, kind: str, query: Select[tuple[int, int]], why: str
) -> int:
    with ledger.read() as connection:
        found = connection.execute(query).all()
    if found:
        with ledger.write() as connection:
            for number, by in found:
                _say(connection, Subject(kind, number), business_on, ITSELF, why.format(by), settled=True)
    return len(found)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A partner's file that is quarantined and that nobody settled."""

    id: int
    clearinghouse: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Replacement:
    """A partner's file that was taken: it may be the correct form of a quarantined one."""

    id: int
    clearinghouse: str
    name: str
    sender: str
    isa13: str
    sha256: str


def responses_quarantined(ledger: Ledger) -> list[Quarantined]:
    """The partners' files in the queue, oldest first."""
    with ledger.read() as connection:
        return [Quarantined(*row) for row in connection.execute(_in_quarantine())]


@cache
def _in_quarantine() -> Select[tuple[Any, ...]]:
    query = select(*(response.c[n] for n in Quarantined.__dataclass_fields__))
    query = query.where(response.c.state == "quarantined", ~is_settled("response", response.c.id))
    return query.order_by(response.c.id)


def responses_taken(ledger: Ledger, business_on: str) -> list[Replacement]:
    """The partners' files that came and were taken in a night, oldest first."""
    query = select(*(response.c[n] for n in Replacement.__dataclass_fields__)).where(
        response.c.state == "taken", response.c.business_on == business_on
    )
    with ledger.read() as connection:
        return [Replacement(*row) for row in connection.execute(query.order_by(response.c.id))]
