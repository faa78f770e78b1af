"""Statements as they are kept: what was asked of whom and when, claim by claim, and what does not count."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, exists, func, select

from ledger.schema import statement, statement_batch, statement_claim, statement_void
from ledger.storage import documents
from ledger.storage.database import insert_many
from ledger.storage.documents import Document
from ledger.storage.one_of import one_of
from ledger.trail import audit

PAGE, FILE = "statement", "statement_file"
"""The kinds of their documents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One to be kept: the account's number, what each claim is of it in cents, the page."""

    number: int
    account: int
    practice: str
    due_on: str
    claims: Sequence[tuple[int, int]]
    page: Document

    @property
    def cents(self) -> int:
        return sum(cents for _, cents in self.claims)


@dataclass(frozen=True, slots=True)
class Made:
    """A statement that was made. `void`: it does not count."""

    id: int
    batch_id: int
    account: int
    practice: str
    cents: int
    due_on: str
    sha256: str
    business_on: str
    void: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """Statements that were made together; `sha256` is of the file for the mailing house."""

    id: int
    statements: int
    cents: int
    sha256: str
    business_on: str
    void: int


def next_numbers(connection: Connection) -> tuple[int, int]:
    """The ids that the next batch and its first statement get: pages name them before they are kept. Whoever
    makes statements holds the lease, so that nobody else takes them."""
    last = (select(func.coalesce(func.max(table.c.id), 0)) for table in (statement_batch, statement))
    batch_id, number = (int(connection.execute(query).scalar_one()) + 1 for query in last)
    return batch_id, number


def keep(
    connection: Connection,
    business_on: str,
    batch_id: int,
    file: Document,
    made: Sequence[Statement],
    actor: str,
    why: str,
) -> None:
    """Keeps a batch with its statements, their pages and its file. Raises KeyRefused where one of its numbers
    is given out."""
    documents.store(connection, business_on, [file, *(one.page for one in made)])
    cents = sum(one.cents for one in made)
    batch = {
        "id": batch_id,
        "statements": len(made),
        "cents": cents,
        "sha256": file.sha256,
        "actor": actor,
        "why": why,
        "business_on": business_on,
    }
    insert_many(connection, statement_batch, [batch])
    rows = [
        {
            "id": one.number,
            "batch_id": batch_id,
            "claim_id": one.account,
            "practice": one.practice,
            "cents": one.cents,
            "due_on": one.due_on,
            "sha256": one.page.sha256,
            "business_on": business_on,
        }
        for one in made
    ]
    insert_many(connection, statement, rows)
    parts = [
        {"statement_id": one.number, "claim_id": claim_id, "cents": part}
        for one in made
        for claim_id, part in one.claims
    ]
    insert_many(connection, statement_claim, parts)
    what = f"{actor}, {len(made)} statements, {cents} cents: {why}"
    audit.note(connection, business_on, "statements made", f"batch {batch_id}", what)


def void(connection: Connection, business_on: str, numbers_: Sequence[int], actor: str, why: str) -> None:
    """These do not count. Raises KeyRefused where one did not count before."""
    rows = [{"statement_id": n, "actor": actor, "why": why, "business_on": business_on} for n in numbers_]
    insert_many(connection, statement_void, rows)
    for n in numbers_:
        audit.note(connection, business_on, "statement void", f"statement {n}", f"{actor}: {why}")


_VOID = exists().where(statement_void.c.statement_id == statement.c.id)
COLUMNS = (
    *(statement.c[name] for name in ("id", "batch_id", "claim_id", "practice", "cents", "due_on", "sha256")),
    *(statement.c.business_on, _VOID.label("void")),
)


def all_of(connection: Connection, *, batch_id: int | None = None, void: bool = True) -> list[Made]:
    """Every statement, of a batch where one is named, oldest first; without `void` those that count."""
    query = select(*COLUMNS).order_by(statement.c.id)
    if batch_id is not None:
        query = query.where(statement.c.batch_id == batch_id)
    if not void:
        query = query.where(~_VOID)
    return [_made(row) for row in connection.execute(query)]


def one_of_number(connection: Connection, number: int) -> Made | None:
    """A statement by its number."""
    row = connection.execute(select(*COLUMNS).where(statement.c.id == number)).one_or_none()
    return _made(row) if row is not None else None


def _made(row: Row[Any]) -> Made:
    return Made(*row)


def batches(connection: Connection) -> list[Batch]:
    """Every batch, newest first, with how many of its statements do not count."""
    b = statement_batch.c
    voided = (
        select(func.count())
        .select_from(statement_void)
        .join(statement, statement.c.id == statement_void.c.statement_id)
        .where(statement.c.batch_id == b.id)
        .correlate(statement_batch)
        .scalar_subquery()
    )
    query = select(b.id, b.statements, b.cents, b.sha256, b.business_on, voided).order_by(b.id.desc())
    return [Batch(*row) for row in connection.execute(query)]


def of_claims(connection: Connection, claims: Collection[int]) -> list[Made]:
    """The statements that ask for one of these claims, oldest first, void ones too."""
    c = statement_claim.c
    query = select(*COLUMNS).where(
        statement.c.id.in_(select(c.statement_id).where(one_of(c.claim_id, sorted(claims))))
    )
    return [_made(row) for row in connection.execute(query.order_by(statement.c.id))]


def asked(
    connection: Connection, claims: Collection[int] | None = None
) -> dict[int, list[tuple[int, str, int]]]:
    """By claim, the statements that count: number, business date and cents, oldest first. `claims`: of these
    alone."""
    found: dict[int, list[tuple[int, str, int]]] = {}
    query = (
        select(statement_claim.c.claim_id, statement.c.id, statement.c.business_on, statement_claim.c.cents)
        .join(statement, statement.c.id == statement_claim.c.statement_id)
        .where(~_VOID)
        .order_by(statement.c.id)
    )
    if claims is not None:
        query = query.where(one_of(statement_claim.c.claim_id, sorted(claims)))
    for claim_id, number, on, cents in connection.execute(query):
        found.setdefault(claim_id, []).append((number, on, cents))
    return found
