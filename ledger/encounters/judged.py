"""Which encounters must be judged: new and clean ones, and those of the held that may come out otherwise.

A held encounter is judged by its document, the partners' files and code sets (`judged_as` names these), the
day, and its patient's other claims. As long as none of these says otherwise, the findings of before stand.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, Connection, Update, or_, select, update

from ledger.encounters.held import HELD
from ledger.schema import (
    claim,
    claim_payment,
    claim_version,
    edit_override,
    encounter,
    patient,
    submission,
    submission_event,
)
from ledger.storage import kept_to
from ledger.storage.database import Ledger, put_texts
from ledger.storage.kept_to import KeptTo
from ledger.storage.one_of import one_of

NEVER: Final = date.max
"""The day on which an encounter must be judged again of which no day says otherwise."""
_FOLLOWED: Final = (submission_event, claim_payment, claim_version, edit_override)


def wanted(judged_as: str, as_of: date) -> ColumnElement[bool]:
    """Whether an open encounter must be judged on a day, by what `judged_as` names."""
    e, day = encounter.c, as_of.isoformat()
    return or_(e.state != HELD, e.judged_as != judged_as, e.judged_on > day, e.judge_again_on <= day)


def keep(
    connection: Connection,
    judged_as: str,
    judged_on: str,
    outcomes: Iterable[tuple[int, str, date | None]],
) -> None:
    """Takes down of held encounters, by id, whose they are and on which day they must be judged again if
    nothing else says otherwise before; None: the next time."""
    by_day: dict[date | None, list[int]] = {}
    patients: list[tuple[int | str, ...]] = []
    for number, whose, again_on in outcomes:
        by_day.setdefault(again_on if judged_as else None, []).append(number)
        patients.append((number, whose))
    put_texts(connection, encounter, ["patient"], patients)
    for day, numbers in by_day.items():
        values = {"judged_as": ""}
        if day is not None:
            values = {"judged_as": judged_as, "judged_on": judged_on, "judge_again_on": day.isoformat()}
        connection.execute(update(encounter).where(one_of(encounter.c.id, numbers)).values(values))


def follow(ledger: Ledger) -> None:
    """Has held encounters judged again of whose patients a claim was made, changed, answered or paid since
    this was asked last, and those that a person let pass."""
    with ledger.write() as connection:
        names = {table: f"judged {table.name}" for table in _FOLLOWED}
        known = kept_to.read(connection, list(names.values()))
        before = {table: known[name].last if name in known else 0 for table, name in names.items()}
        now = {table: kept_to.newest(connection, table) for table in _FOLLOWED}
        if now == before and len(known) == len(names):
            return
        events = (
            select(submission.c.claim_id)
            .join(submission_event, submission_event.c.submission_id == submission.c.id)
            .where(submission_event.c.id > before[submission_event])
        )
        others = [
            select(table.c.claim_id).where(table.c.id > before[table], table.c.claim_id.is_not(None))
            for table in (claim_payment, claim_version)
        ]
        connection.execute(_again_of_claims(claim.c.id.in_(events.union_all(*others))))
        let_pass = select(edit_override.c.encounter_id).where(edit_override.c.id > before[edit_override])
        connection.execute(_again(encounter.c.id.in_(let_pass)))
        kept_to.note(connection, {name: KeptTo(last=now[table]) for table, name in names.items()})


def again_of(connection: Connection, claim_ids: Collection[int]) -> None:
    """Has held encounters of these claims' patients judged again."""
    connection.execute(_again_of_claims(one_of(claim.c.id, claim_ids)))


def again_after(connection: Connection, patients: Collection[str], first: int) -> None:
    """Has held encounters of these patients judged again that come after encounter `first`."""
    connection.execute(_again(one_of(encounter.c.patient, patients), encounter.c.id > first))


def all_again(connection: Connection) -> None:
    """Has every held encounter judged again."""
    connection.execute(_again())


def _again_of_claims(which: ColumnElement[bool]) -> Update:
    digests = select(patient.c.digest).join(claim, claim.c.patient_id == patient.c.id).where(which)
    return _again(encounter.c.patient.in_(digests))


def _again(*which: ColumnElement[bool]) -> Update:
    rows = (encounter.c.state == HELD, encounter.c.judged_as != "", *which)
    return update(encounter).where(*rows).values(judged_as="")
