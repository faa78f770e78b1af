"""Views of the queue: its filters under a name, kept for a person or shared with everyone."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, func, or_, select

from ledger.errors import StateConflict
from ledger.schema import work_view
from ledger.storage.database import Ledger
from ledger.trail import audit

MOST = 40
"""Views that one person may keep."""


@dataclass(frozen=True, slots=True)
class WorkView:
    """A view of a person, `owner`. `filters`: by their names, those that choose something."""

    owner: str
    name: str
    filters: Mapping[str, str]
    shared: bool

    @property
    def words(self) -> str:
        """Its filters, for the audit trail."""
        return ", ".join(f"{name} {value}" for name, value in self.filters.items()) or "all work"


def seen_by(ledger: Ledger, person: str) -> list[WorkView]:
    """The person's own views, and those that others share, by name."""
    v = work_view.c
    query = select(v.owner, v.name, v.filters, v.shared).where(or_(v.owner == person, v.shared == 1))
    with ledger.read() as connection:
        rows = connection.execute(query.order_by(v.name, v.owner)).all()
    return [WorkView(row.owner, row.name, json.loads(row.filters), bool(row.shared)) for row in rows]


def keep(ledger: Ledger, business_on: str, view: WorkView) -> None:
    """Keeps a view in place of the person's own of that name.

    Raises StateConflict: the person keeps `MOST` others.
    """
    v = work_view.c
    own = (v.owner == view.owner, v.name == view.name)
    with ledger.write() as connection:
        others = select(func.count()).select_from(work_view).where(v.owner == view.owner, v.name != view.name)
        if connection.execute(others).scalar_one() >= MOST:
            raise StateConflict(f"{MOST} views are kept for {view.owner}; remove one first")
        connection.execute(delete(work_view).where(*own))
        connection.execute(
            work_view.insert().values(
                owner=view.owner,
                name=view.name,
                filters=json.dumps(dict(view.filters)),
                shared=int(view.shared),
                business_on=business_on,
            )
        )
        act = "view of work shared" if view.shared else "view of work kept"
        audit.note(connection, business_on, act, f"user {view.owner}", f"{view.name}: {view.words}")


def remove(ledger: Ledger, business_on: str, owner: str, name: str) -> bool:
    """Removes a person's own view. False: there is none of that name."""
    v = work_view.c
    with ledger.write() as connection:
        gone = connection.execute(delete(work_view).where(v.owner == owner, v.name == name)).rowcount
        if gone:
            audit.note(connection, business_on, "view of work removed", f"user {owner}", name)
    return bool(gone)
