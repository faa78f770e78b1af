"""What was written to payers about work items: appeals, level by level, and records that were sent."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, select, update

from ledger.schema import letter, work_item
from ledger.storage.database import insert_many

APPEAL, RECORDS = "appeal", "records"
FILED, LOST, WITHDRAWN, OVER, SENT = "filed", "lost", "withdrawn", "over", "sent"
"""Events; records have `SENT` alone. `OVER`: the cause was gone and came again, by a new decision; the first
level of an appeal is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One row: an event of an appeal, or records that were sent. `due_on` is the last day of the answer to
    what was filed or sent, else that of the next level, "" where none is set. `enclosures` one a line."""

    kind: str = APPEAL
    work_item_id: int
    claim_id: int
    submission_id: int | None = None
    event: str
    level: int = 0
    name: str
    channel: str = ""
    enclosures: str = ""
    due_on: str = ""
    sha256: str = ""
    actor: str
    why: str
    business_on: str


_COLUMNS = [letter.c[name] for name in Letter.__dataclass_fields__]


def keep(connection: Connection, row: Letter) -> None:
    """Keeps a row. Its work has another last day now, so it has no rank."""
    insert_many(connection, letter, [{name: getattr(row, name) for name in Letter.__dataclass_fields__}])
    of_it = work_item.c.id == row.work_item_id
    connection.execute(update(work_item).where(of_it).values(ranked_until_on=None))


def come_again(connection: Connection, business_on: str, item: int) -> None:
    """What was appealed before an item's cause came again is over: a new decision has its own levels."""
    before = appeals(connection, item)
    if before:
        last = replace(before[-1], event=OVER, channel="", enclosures="", due_on="", sha256="")
        keep(connection, replace(last, actor="", why="its cause came again", business_on=business_on))


def appeals(connection: Connection, item: int) -> list[Letter]:
    """Every event of the appeals of a work item's present decision, oldest first."""
    query = select(*_COLUMNS).where(letter.c.work_item_id == item, letter.c.kind == APPEAL)
    every = [Letter(**row._mapping) for row in connection.execute(query.order_by(letter.c.id))]
    over = max((n for n, row in enumerate(every, 1) if row.event == OVER), default=0)
    return every[over:]


def records(connection: Connection, claim_id: int) -> list[Letter]:
    """Every time that records of a claim were sent, oldest first."""
    query = select(*_COLUMNS).where(letter.c.claim_id == claim_id, letter.c.kind == RECORDS)
    return [Letter(**row._mapping) for row in connection.execute(query.order_by(letter.c.id))]


def written(connection: Connection) -> list[Letter]:
    """Every letter that has a document."""
    query = select(*_COLUMNS).where(letter.c.sha256 != "")
    return [Letter(**row._mapping) for row in connection.execute(query.order_by(letter.c.id))]


def under_way(connection: Connection, claim_id: int) -> list[int]:
    """The open work items of a claim whose appeal is filed and not over."""
    newest = (
        select(func.max(letter.c.id))
        .where(letter.c.claim_id == claim_id, letter.c.kind == APPEAL)
        .group_by(letter.c.work_item_id)
    )
    query = (
        select(letter.c.work_item_id)
        .join(work_item, work_item.c.id == letter.c.work_item_id)
        .where(letter.c.id.in_(newest), letter.c.event == FILED, work_item.c.state == "open")
        .order_by(letter.c.work_item_id)
    )
    return list(connection.execute(query).scalars())
