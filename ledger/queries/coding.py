"""What the validation of coding left behind: encounters for a coder, and what could not be checked."""

from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.database import Ledger
from ledger.schema import encounter, finding


@dataclass(frozen=True, slots=True)
class UncodedRow:
    """An encounter that waits for a coder; `payload` is its JSON."""

    encounter_id: int
    source: str
    external_id: str
    version: int
    practice: str
    payload: str
    since: str


@dataclass(frozen=True, slots=True)
class Unchecked:
    """How many encounters an edit could not judge in a night, and how many of them went out."""

    edit_id: str
    encounters: int
    claimed: int


def waiting(ledger: Ledger, edit_id: str) -> list[UncodedRow]:
    """The held encounters with a finding of this edit, oldest first."""
    held_by = select(finding.c.encounter_id).where(
        finding.c.edit_id == edit_id, finding.c.encounter_id == encounter.c.id
    )
    query = (
        select(
            encounter.c.id,
            encounter.c.source,
            encounter.c.external_id,
            encounter.c.version,
            encounter.c.practice,
            encounter.c.payload,
            encounter.c.night,
        )
        .where(encounter.c.state == "held", held_by.exists())
        .order_by(encounter.c.id)
    )
    with ledger.read() as connection:
        return [UncodedRow(*row) for row in connection.execute(query)]


def uncoded(ledger: Ledger, edit_id: str) -> int:
    """How many encounters wait for a coder."""
    query = (
        select(func.count(func.distinct(encounter.c.id)))
        .join(finding, finding.c.encounter_id == encounter.c.id)
        .where(encounter.c.state == "held", finding.c.edit_id == edit_id)
    )
    with ledger.read() as connection:
        return int(connection.execute(query).scalar_one())


def unchecked(ledger: Ledger, night: str, edit_id: str) -> list[Unchecked]:
    """What the edits could not judge among the encounters that were last looked at in a night.

    The findings named `edit_id` list the edits; most encounters of a night share one list.
    """
    query = (
        select(finding.c.detail, encounter.c.state, func.count())
        .join(encounter, encounter.c.id == finding.c.encounter_id)
        .where(finding.c.night == night, finding.c.edit_id == edit_id)
        .group_by(finding.c.detail, encounter.c.state)
    )
    counts: dict[str, list[int]] = {}
    with ledger.read() as connection:
        for detail, state, count in connection.execute(query):
            for one in detail.split():
                pair = counts.setdefault(one, [0, 0])
                pair[0] += count
                pair[1] += count * (state == "claimed")
    return [Unchecked(one, *pair) for one, pair in sorted(counts.items())]
