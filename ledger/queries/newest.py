"""The newest version of the encounter that a piece of work is about."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, FromClause, and_, select

from ledger.encounters.encounters import WHOSE
from ledger.queries.claim_story import Hold
from ledger.schema import claim, encounter, finding, work_item
from ledger.storage.database import Ledger

OF_AN_ENCOUNTER = ("hold", "late_encounter")
"""The kinds of work that are about an encounter and no claim: its id stands in their key."""


@dataclass(frozen=True, slots=True)
class Newest:
    """An encounter as it came last; `payload` is its JSON."""

    external_id: str
    version: int
    practice: str
    payload: str


def newest_of_work(ledger: Ledger, number: int) -> Newest | None:
    """The newest version of the encounter of a piece of work; None where it has none, or it was purged."""
    w = work_item.c
    with ledger.read() as connection:
        item = connection.execute(select(w.kind, w.key, w.claim_id).where(w.id == number)).one_or_none()
        if item is None:
            return None
        same = encounter.alias("same")
        if item.kind in OF_AN_ENCOUNTER:
            of, at = same, same.c.id == int(item.key.rpartition("|")[2])
        elif item.claim_id is not None:
            of, at = claim, claim.c.id == item.claim_id
        else:
            return None
        return _newest(connection, of, at)


def holds_of_work(ledger: Ledger, number: int) -> list[Hold]:
    """What holds the encounter of a piece of work, where it is one of a hold."""
    w = work_item.c
    query = select(finding.c.edit_id, finding.c.line, finding.c.place, finding.c.detail)
    with ledger.read() as connection:
        item = connection.execute(select(w.kind, w.key).where(w.id == number)).one_or_none()
        if item is None or item.kind not in OF_AN_ENCOUNTER:
            return []
        of = int(item.key.rpartition("|")[2])
        rows = connection.execute(
            query.where(finding.c.encounter_id == of, finding.c.severity == "hold").order_by(finding.c.id)
        )
        return [Hold(*row) for row in rows]


def newest_of_claim(ledger: Ledger, claim_id: int) -> Newest | None:
    """The newest version of the encounter of a claim; None where it has none, or it was purged."""
    with ledger.read() as connection:
        return _newest(connection, claim, claim.c.id == claim_id)


def _newest(connection: Connection, of: FromClause, at: ColumnElement[bool]) -> Newest | None:
    row = connection.execute(
        select(encounter.c.external_id, encounter.c.version, encounter.c.practice, encounter.c.payload)
        .join(of, and_(*(encounter.c[name] == of.c[name] for name in WHOSE)))
        .where(at)
        .order_by(encounter.c.version.desc(), encounter.c.id.desc())
        .limit(1)
    ).one_or_none()
    return Newest(*row) if row is not None and row.payload else None
