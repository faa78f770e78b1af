"""Overrides: a person lets a finding pass, with who, why and until when. Nothing here is ever changed.

An override belongs to one version of an encounter: a corrected one is looked at anew. The newest row
of an edit and line counts, so that a later one withdraws it or moves its end.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from ledger.schema import edit_override, encounter, finding
from ledger.storage.database import Ledger, bounded
from ledger.trail import audit

OPEN = ("picked_up", "held", "clean")


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideRow:
    """`line` None: the whole claim. `until` is the last ISO day it counts, `day` the one it was given."""

    encounter_id: int
    edit_id: str
    line: int | None
    who: str
    why: str
    until_on: str
    business_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An override with the encounter it is of, for the audit trail."""

    id: int
    external_id: str
    source: str
    version: int
    practice: str
    override: OverrideRow


@dataclass(frozen=True, slots=True)
class Waiting:
    """A current version of an encounter that is not out, with the edits that hold it and their lines."""

    id: int
    source: str
    external_id: str
    state: str
    held_by: tuple[tuple[str, int | None], ...]


def add(ledger: Ledger, override: OverrideRow) -> int:
    """Keeps an override; its id."""
    with ledger.write() as connection:
        row = {name: getattr(override, name) for name in OverrideRow.__slots__}
        made = connection.execute(edit_override.insert().values(row))
        key = made.inserted_primary_key
        assert key is not None
        what = (
            f"{override.edit_id}, line {override.line or 'any'}, until {override.until_on}, by {override.who}"
        )
        audit.note(connection, override.business_on, "override", f"encounter {override.encounter_id}", what)
        return int(key[0])


def of(ledger: Ledger, encounter_ids: Sequence[int]) -> dict[int, list[OverrideRow]]:
    """The overrides of these encounters: of each edit and line the newest."""
    newest: dict[tuple[int, str, int | None], OverrideRow] = {}
    names = tuple(OverrideRow.__slots__)
    with ledger.read() as connection:
        for piece in bounded(list(encounter_ids)):
            query = select(*(edit_override.c[name] for name in names))
            query = query.where(edit_override.c.encounter_id.in_(piece)).order_by(edit_override.c.id)
            for r in connection.execute(query):
                row = OverrideRow(**dict(zip(names, r, strict=True)))
                newest[(row.encounter_id, row.edit_id, row.line)] = row
    found: dict[int, list[OverrideRow]] = {}
    for row in newest.values():
        found.setdefault(row.encounter_id, []).append(row)
    return found


def waiting(ledger: Ledger, name: str) -> list[Waiting]:
    """The open encounters that a person may mean by `name`: the document's own number, or ours."""
    query = select(encounter.c.id, encounter.c.source, encounter.c.external_id, encounter.c.state)
    ours = encounter.c.id == int(name) if name.isdecimal() and len(name) < 10 else None
    named = encounter.c.external_id == name
    query = query.where(named if ours is None else named | ours, encounter.c.state.in_(OPEN))
    with ledger.read() as connection:
        rows = connection.execute(query.order_by(encounter.c.id)).all()
        exact = [r for r in rows if r.external_id == name] or rows
        return [
            Waiting(
                r.id,
                r.source,
                r.external_id,
                r.state,
                tuple(
                    (f.edit_id, f.line)
                    for f in connection.execute(
                        select(finding.c.edit_id, finding.c.line).where(
                            finding.c.encounter_id == r.id, finding.c.severity == "hold"
                        )
                    )
                ),
            )
            for r in exact
        ]


def every(ledger: Ledger) -> list[Given]:
    """All overrides ever given, newest first: the audit trail."""
    names = tuple(OverrideRow.__slots__)
    query = (
        select(
            edit_override.c.id,
            encounter.c.external_id,
            encounter.c.source,
            encounter.c.version,
            encounter.c.practice,
            *(edit_override.c[name] for name in names),
        )
        .join(encounter, encounter.c.id == edit_override.c.encounter_id)
        .order_by(edit_override.c.id.desc())
    )
    with ledger.read() as connection:
        return [
            Given(
                id=r[0],
                external_id=r[1],
                source=r[2],
                version=r[3],
                practice=r[4],
                override=OverrideRow(**dict(zip(names, r[5:], strict=True))),
            )
            for r in connection.execute(query)
        ]
