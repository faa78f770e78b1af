"""Which encounters must be judged: new and clean ones, and those of the held that may come out otherwise.

A held encounter is judged by its document, the partners' files and code sets (`judged_as` names these), the
day, and its patient's other claims. As long as none of these says otherwise, the findings of before stand.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    Update,
    exists,
    literal_column,
    or_,
    select,
    update,
)

from ledger.books.queue_changes import QUEUE
from ledger.encounters.held import HELD
from ledger.schema import (
    claim,
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

NOT_HELD: Final = ("picked_up", "clean")
"""The states of an open encounter but held."""
NEVER: Final = date.max
"""The day on which an encounter must be judged again of which no day says otherwise."""
_FOLLOWED: Final = (submission_event, claim_version, edit_override)
_REJECTED: Final = "rejected"
_ALIKE: Final = (
    "batched",
    "sent",
    "accepted",
    "pended",
    "forwarded",
    "denied",
    "part_paid",
    "paid",
    "in_appeal",
)
"""States of a submission between which an edit about later claims makes no difference."""
_OF_SOMEBODY: Final = encounter.c.patient != literal_column("''")
"""As a constant, by which its partial index is found. The state is no condition beside it: by that index all
that is held would be read, and of what is not held nobody asks how it was judged."""


def wanted(
    judged_as: str, as_of: date, first: int = 0, last: int | None = None
) -> CompoundSelect[tuple[int]]:
    """The ids from `first` to `last` of the open encounters that must be judged on a day, by what `judged_as`
    names. Of those that are held, this is told from their own index alone."""
    e, day = encounter.c, as_of.isoformat()
    within = (e.id >= first, *((e.id <= last,) if last is not None else ()))
    others = select(e.id).where(e.state.in_(NOT_HELD), *within)
    by_then = or_(e.judge_again_on.is_(None), e.judge_again_on <= day)
    again = or_(e.judged_as != judged_as, e.judged_on > day, by_then)
    held = select(e.id).where(e.state == literal_column(f"'{HELD}'"), again, *within)
    return others.union_all(held.with_hint(encounter, "INDEXED BY ix_encounter_held", "sqlite"))


def keep(
    connection: Connection,
    judged_as: str,
    judged_on: str,
    outcomes: Iterable[tuple[int, str, date | None]],
) -> None:
    """Takes down of held encounters, by id, whose they are and on which day they must be judged again if
    nothing else says otherwise before; None: the next time. What is judged for an earlier day than the queue
    was kept for is judged again too: so `judged_on` says what was judged since."""
    queue = kept_to.read(connection, [QUEUE]).get(QUEUE)
    if queue is not None and judged_on < queue.business_on:
        judged_as = ""
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
    """Has held encounters judged again of whose patients a claim was made, changed, rejected or taken back
    since this was asked last, and those that a person let pass. What an edit goes by beside these, it says
    itself (`coding.context.Context.waits`)."""
    with ledger.write() as connection:
        names = {table: f"judged {table.name}" for table in _FOLLOWED}
        known = kept_to.read(connection, list(names.values()))
        before = {table: known[name].last if name in known else 0 for table, name in names.items()}
        now = {table: kept_to.newest(connection, table) for table in _FOLLOWED}
        if now == before and len(known) == len(names):
            return
        v = claim_version.c
        versions = select(v.claim_id).where(v.id > before[claim_version])
        events = _that_count(before[submission_event])
        connection.execute(_again_of_claims(claim.c.id.in_(events.union_all(versions))))
        let_pass = select(edit_override.c.encounter_id).where(edit_override.c.id > before[edit_override])
        connection.execute(_again(encounter.c.id.in_(let_pass)))
        kept_to.note(connection, {name: KeptTo(last=now[table]) for table, name in names.items()})


def _that_count(last: int) -> Select[tuple[int]]:
    """The claims whose submissions came to count otherwise for later ones, since an event."""
    e, earlier = submission_event.c, submission_event.alias("earlier").c
    was_rejected = exists().where(
        earlier.submission_id == e.submission_id, earlier.id < e.id, earlier.state == _REJECTED
    )
    return (
        select(submission.c.claim_id)
        .join(submission_event, e.submission_id == submission.c.id)
        .where(e.id > last, or_(e.state.not_in(_ALIKE), was_rejected))
    )


def again_of(connection: Connection, claim_ids: Collection[int]) -> None:
    """Has held encounters of these claims' patients judged again."""
    connection.execute(_again_of_claims(one_of(claim.c.id, claim_ids)))


def again_after(connection: Connection, patients: Collection[str], first: int) -> None:
    """Has held encounters of these patients judged again that come after encounter `first`."""
    connection.execute(_again(_OF_SOMEBODY, one_of(encounter.c.patient, patients), encounter.c.id > first))


def all_again(connection: Connection) -> None:
    """Has every held encounter judged again."""
    connection.execute(_again(encounter.c.state == HELD))


def _again_of_claims(which: ColumnElement[bool]) -> Update:
    digests = select(patient.c.digest).join(claim, claim.c.patient_id == patient.c.id).where(which)
    return _again(_OF_SOMEBODY, encounter.c.patient.in_(digests))


def _again(*which: ColumnElement[bool]) -> Update:
    return update(encounter).where(encounter.c.judged_as != "", *which).values(judged_as="")
