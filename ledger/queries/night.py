"""What the inbox held and what became of it."""

from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.database import Ledger
from ledger.schema import encounter, inbox_file, inbox_look, night, problem, response


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """Files seen over all looks of the nights asked for: `files` is the sum of the other three."""

    files: int
    read: int
    quarantined: int
    duplicates: int


@dataclass(frozen=True, slots=True)
class EncounterCounts:
    """Encounters taken in, by what became of them."""

    picked_up: int
    held: int
    late: int
    replaced: int


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A file, or a part of one, that was not taken. `origin` is inbox or partner."""

    id: int
    origin: str
    name: str
    quarantined: bool
    code: str
    place: str
    message: str
    remedy: str
    night: str


@dataclass(frozen=True, slots=True)
class NightRow:
    day: str
    runs: int
    outcome: str
    note: str


def inbox_counts(ledger: Ledger, day: str | None = None) -> InboxCounts:
    """The inbox's counts of one night, or of all."""
    columns = (inbox_look.c.files, inbox_look.c.read, inbox_look.c.quarantined, inbox_look.c.duplicates)
    query = select(*(func.coalesce(func.sum(c), 0) for c in columns))
    if day is not None:
        query = query.where(inbox_look.c.night == day)
    with ledger.read() as connection:
        return InboxCounts(*(int(n) for n in connection.execute(query).one()))


def encounter_counts(ledger: Ledger) -> EncounterCounts:
    """Encounters by state; `picked_up` counts every version that was taken."""
    with ledger.read() as connection:
        rows = connection.execute(select(encounter.c.state, func.count()).group_by(encounter.c.state))
        by: dict[str, int] = dict(rows.tuples().all())
    return EncounterCounts(sum(by.values()), by.get("held", 0), by.get("late", 0), by.get("replaced", 0))


def problems(ledger: Ledger) -> list[ProblemRow]:
    """Everything that could not be taken, newest first."""
    with ledger.read() as connection:
        rows = connection.execute(
            select(
                problem.c.id,
                problem.c.inbox_file_id,
                problem.c.name,
                problem.c.code,
                problem.c.place,
                problem.c.message,
                problem.c.remedy,
                problem.c.night,
                inbox_file.c.outcome,
                response.c.state,
            )
            .outerjoin(inbox_file, inbox_file.c.id == problem.c.inbox_file_id)
            .outerjoin(response, response.c.id == problem.c.response_id)
            .order_by(problem.c.id.desc())
        )
        return [
            ProblemRow(
                r.id,
                "inbox" if r.inbox_file_id is not None else "partner",
                r.name,
                "quarantined" in (r.outcome, r.state),
                r.code,
                r.place,
                r.message,
                r.remedy,
                r.night,
            )
            for r in rows
        ]


def nights(ledger: Ledger, most: int = 30) -> list[NightRow]:
    """The last nights, newest first."""
    with ledger.read() as connection:
        rows = connection.execute(select(night).order_by(night.c.day.desc()).limit(most))
        return [NightRow(*row) for row in rows]
