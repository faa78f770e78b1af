"""Authorizations and referrals that payers gave, and what claims used of their units. Rows are added, never
changed; the newest one of a kind, payer and number counts.

What is used is read from the claims themselves: a claim that was rejected, denied, replaced or taken back
gives its units back by being so.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select

from ledger.adjudication.work import DENIAL
from ledger.books.acts import Signature, named
from ledger.books.work_items import RESOLVED
from ledger.schema import claim, claim_line, claim_version, prior_authorization, submission, work_item
from ledger.sending.billed import VOID
from ledger.storage.database import Ledger, bounded, insert_many
from ledger.storage.one_of import one_of
from ledger.trail import audit

AUTHORIZATION, REFERRAL = "authorization", "referral"
KINDS = (AUTHORIZATION, REFERRAL)
USING = (
    "held",
    "ready",
    "batched",
    "sent",
    "accepted",
    "pended",
    "forwarded",
    "part_paid",
    "paid",
    "in_appeal",
)
"""The states of a submission whose units count: it may be paid, or was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An authorization or referral. `procedures` stand with a space between, "" is any; `units` None: no
    limit; days are "" where open."""

    id: int = 0
    kind: str = AUTHORIZATION
    payer: str
    number: str
    member_id: str
    procedures: str = ""
    units: int | None = None
    from_on: str = ""
    to_on: str = ""
    actor: str = ""
    why: str = ""
    business_on: str = ""

    @property
    def whose(self) -> tuple[str, str, str]:
        """What names it."""
        return (self.kind, self.payer, self.number)

    @property
    def said(self) -> tuple[object, ...]:
        """What is said of it."""
        return (self.member_id, self.procedures, self.units, self.from_on, self.to_on)

    def in_force(self, day: date) -> bool:
        on = day.isoformat()
        return (not self.from_on or self.from_on <= on) and (not self.to_on or on <= self.to_on)

    def words(self) -> str:
        """What is said of it, for people; of whom it is stays out."""
        days = " ".join(f"{w} {d}" for w, d in (("from", self.from_on), ("to", self.to_on)) if d)
        amount = "any number of units" if self.units is None else f"{self.units} units"
        return " ".join(part for part in (amount, f"of {self.procedures or 'anything'}", days) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A line of a claim that counts against an authorization or referral."""

    kind: str
    payer: str
    number: str
    patient_control_number: str
    external_id: str
    line: int
    procedure: str
    units: str
    service_from_on: str
    state: str


_NAMES = tuple(f.name for f in fields(Record))


def of(ledger: Ledger, *conditions: ColumnElement[bool]) -> list[Record]:
    """The records of which the conditions hold, as they stand, oldest first."""
    a = prior_authorization.c
    newest = select(func.max(a.id)).group_by(a.kind, a.payer, a.number)
    query = select(*(a[name] for name in _NAMES)).where(a.id.in_(newest), *conditions).order_by(a.id)
    with ledger.read() as connection:
        return [Record(**row._mapping) for row in connection.execute(query)]


def kept_with(ledger: Ledger) -> frozenset[tuple[str, str]]:
    """The kinds and payers of which a table is kept."""
    a = prior_authorization.c
    with ledger.read() as connection:
        return frozenset(connection.execute(select(a.kind, a.payer).distinct()).tuples())


def concerning(ledger: Ledger, numbers: Collection[str], members: Collection[str]) -> list[Record]:
    """The records with one of these numbers, or of one of these members."""
    a = prior_authorization.c
    found: dict[int, Record] = {}
    for column, values in ((a.number, numbers), (a.member_id, members)):
        for piece in bounded(sorted(filter(None, set(values)))):
            found |= {one.id: one for one in of(ledger, column.in_(piece))}
    return [found[number] for number in sorted(found)]


def history(ledger: Ledger, kind: str, payer: str, number: str) -> list[Record]:
    """All that was said of one, oldest first."""
    a = prior_authorization.c
    query = select(*(a[name] for name in _NAMES))
    query = query.where(a.kind == kind, a.payer == payer, a.number == number).order_by(a.id)
    with ledger.read() as connection:
        return [Record(**row._mapping) for row in connection.execute(query)]


def uses(ledger: Ledger, kind: str, numbers: Iterable[str]) -> list[Use]:
    """The lines that count against these numbers, whatever their payers."""
    column = claim_line.c.authorization if kind == AUTHORIZATION else claim_line.c.referral
    denied = exists().where(
        work_item.c.claim_id == claim.c.id,
        work_item.c.payer == submission.c.payer,
        work_item.c.kind == DENIAL,
        work_item.c.state != RESOLVED,  # one that a person settled is denied still
        work_item.c.line == claim_line.c.number,
    )
    query = (
        select(
            submission.c.payer,
            column.label("number"),
            claim.c.patient_control_number,
            claim.c.external_id,
            claim_line.c.number.label("line"),
            claim_line.c.procedure,
            claim_line.c.units,
            claim_line.c.service_from_on,
            submission.c.state,
        )
        .join(claim, claim.c.id == submission.c.claim_id)
        .join(claim_version, claim_version.c.id == submission.c.version_id)
        .join(claim_line, claim_line.c.version_id == submission.c.version_id)
        .where(
            submission.c.state.in_(USING),
            ~denied,
            ~and_(submission.c.frequency == VOID, submission.c.state == "accepted"),  # taken back
            claim_version.c.predetermination == 0,
            claim_line.c.restricted == 0,
        )
        .order_by(claim.c.id, submission.c.id, claim_line.c.number)
    )
    found: list[Use] = []
    with ledger.read() as connection:
        for piece in bounded(sorted(filter(None, set(numbers)))):
            rows = connection.execute(query.where(one_of(column, piece)))
            found += [Use(kind=kind, **row._mapping) for row in rows]
    return found


def add(connection: Connection, business_on: str, signature: Signature, said: Sequence[Record]) -> None:
    """Keeps what a person says, each with its row of the audit trail. Raises ActRefused: nobody is named, or
    no reason."""
    who, why = named(signature)
    for one in said:
        row = {name: getattr(one, name) for name in _NAMES if name != "id"}
        insert_many(
            connection, prior_authorization, [row | {"actor": who, "why": why, "business_on": business_on}]
        )
        subject = f"{one.kind} {one.number}"
        audit.note(
            connection, business_on, one.kind, subject, f"with {one.payer}: {one.words()}, by {who}: {why}"
        )
