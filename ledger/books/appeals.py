"""Appeals of work items: which level was filed when, until when its answer is due, and what became of it."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, select

from ledger.schema import appeal, work_item
from ledger.storage.database import insert_many

FILED, LOST, WITHDRAWN, OVER = "filed", "lost", "withdrawn", "over"
"""`OVER`: the cause was gone and came again, by a new decision; its first level is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """One row: an event of an appeal. `due_on` is the last day of the answer to one that is filed, else that
    of the next level, "" where none is set. `enclosures` one a line."""

    work_item_id: int
    claim_id: int
    event: str
    level: int
    name: str
    channel: str = ""
    enclosures: str = ""
    due_on: str = ""
    sha256: str = ""
    actor: str
    why: str
    business_on: str


def keep(connection: Connection, row: Appeal) -> None:
    """Keeps an event of an appeal."""
    insert_many(connection, appeal, [{name: getattr(row, name) for name in Appeal.__dataclass_fields__}])


def come_again(connection: Connection, night: str, item: int) -> None:
    """What was appealed before an item's cause came again is over: a new decision has its own levels."""
    before = of_item(connection, item)
    if before:
        last = replace(before[-1], event=OVER, channel="", enclosures="", due_on="", sha256="")
        keep(connection, replace(last, actor="", why="its cause came again", business_on=night))


def of_item(connection: Connection, item: int) -> list[Appeal]:
    """Every event of the appeals of a work item's present decision, oldest first."""
    query = select(*(appeal.c[name] for name in Appeal.__dataclass_fields__))
    rows = connection.execute(query.where(appeal.c.work_item_id == item).order_by(appeal.c.id))
    every = [Appeal(**row._mapping) for row in rows]
    over = max((n for n, row in enumerate(every, 1) if row.event == OVER), default=0)
    return every[over:]


def filed(connection: Connection) -> list[Appeal]:
    """Every appeal that was filed, with its letter."""
    query = select(*(appeal.c[name] for name in Appeal.__dataclass_fields__)).where(appeal.c.event == FILED)
    return [Appeal(**row._mapping) for row in connection.execute(query.order_by(appeal.c.id))]


def under_way(connection: Connection, claim_id: int) -> list[int]:
    """The open work items of a claim whose appeal is filed and not over."""
    newest = (
        select(func.max(appeal.c.id)).where(appeal.c.claim_id == claim_id).group_by(appeal.c.work_item_id)
    )
    query = (
        select(appeal.c.work_item_id)
        .join(work_item, work_item.c.id == appeal.c.work_item_id)
        .where(appeal.c.id.in_(newest), appeal.c.event == FILED, work_item.c.state == "open")
        .order_by(appeal.c.work_item_id)
    )
    return list(connection.execute(query).scalars())
