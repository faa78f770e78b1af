"""What the inbox held and what became of it."""

from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, case, func, not_, select

from ledger.queries.listing import Listing, by
from ledger.runs.settling import Subject, is_settled
from ledger.schema import encounter, inbox_file, night, problem, response
from ledger.storage.database import Ledger


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
    """A file, or a part of one, that was not taken. `origin` is inbox or partner; `practice` is that of
    its folder, `clearinghouse` the partner's key. `subject` is what a person settles.
    """

    id: int
    origin: str
    name: str
    quarantined: bool
    code: str
    place: str
    message: str
    remedy: str
    business_on: str
    practice: str
    clearinghouse: str
    subject: Subject
    settled: bool


@dataclass(frozen=True, slots=True)
class NightRow:
    business_on: str
    runs: int
    outcome: str
    note: str


def encounter_counts(ledger: Ledger) -> EncounterCounts:
    """Encounters by state; `picked_up` counts every version that was taken."""
    with ledger.read() as connection:
        rows = connection.execute(select(encounter.c.state, func.count()).group_by(encounter.c.state))
        by: dict[str, int] = dict(rows.tuples().all())
    return EncounterCounts(sum(by.values()), by.get("held", 0), by.get("late", 0), by.get("replaced", 0))


def settled_problem() -> ColumnElement[bool]:
    """In a query over problems: what the problem is of is settled."""
    return case(
        (problem.c.inbox_file_id.is_not(None), is_settled("inbox_file", problem.c.inbox_file_id)),
        (problem.c.response_id.is_not(None), is_settled("response", problem.c.response_id)),
        else_=is_settled("problem", problem.c.id),
    )


def _subject(problem_id: int, inbox_file_id: int | None, response_id: int | None) -> Subject:
    if inbox_file_id is not None:
        return Subject("inbox_file", inbox_file_id)
    return Subject("response", response_id) if response_id is not None else Subject("problem", problem_id)


def _problem(
    number: int,
    inbox_file_id: int | None,
    response_id: int | None,
    name: str,
    code: str,
    place: str,
    message: str,
    remedy: str,
    business_on: str,
    outcome: str | None,
    state: str | None,
    practice: str,
    clearinghouse: str,
    settled: bool,
) -> ProblemRow:
    return ProblemRow(
        number,
        "inbox" if inbox_file_id is not None else "partner",
        name,
        "quarantined" in (outcome, state),
        code,
        place,
        message,
        remedy,
        business_on,
        practice,
        clearinghouse or ("" if inbox_file_id is not None else name.partition(": ")[0]),
        _subject(number, inbox_file_id, response_id),
        bool(settled),
    )


PROBLEMS = Listing(
    row=_problem,
    columns=(
        *(problem.c.id, problem.c.inbox_file_id, problem.c.response_id, problem.c.name, problem.c.code),
        *(problem.c.place, problem.c.message, problem.c.remedy, problem.c.business_on),
        *(inbox_file.c.outcome, response.c.state, func.coalesce(inbox_file.c.practice, "")),
        *(func.coalesce(response.c.clearinghouse, ""), settled_problem()),
    ),
    joined=problem.outerjoin(inbox_file, inbox_file.c.id == problem.c.inbox_file_id).outerjoin(
        response, response.c.id == problem.c.response_id
    ),
    number=problem.c.id,
    newest_first=True,
    practice=by(func.coalesce(inbox_file.c.practice, "")),
    code=by(problem.c.code),
)
"""Everything that could not be taken, newest first. A file that could not be read has no payer."""
OPEN_PROBLEMS = replace(PROBLEMS, where=(not_(settled_problem()),))
"""What nobody settled."""


def problems(ledger: Ledger, open_only: bool = False) -> list[ProblemRow]:
    """Everything that could not be taken, newest first; with `open_only` what nobody settled."""
    return (OPEN_PROBLEMS if open_only else PROBLEMS).read(ledger)


def nights(ledger: Ledger, most: int = 30) -> list[NightRow]:
    """The last nights, newest first."""
    with ledger.read() as connection:
        rows = connection.execute(select(night).order_by(night.c.business_on.desc()).limit(most))
        return [NightRow(*row) for row in rows]
