"""Visits as the ledger keeps them: taken from an appointment book, found again in encounters, dismissed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from sqlalchemy import Connection, Exists, select, update
from sqlalchemy import Row as Found

from ledger.books import acts
from ledger.books.acts import Signature
from ledger.encounters.encounters import OPEN as WAITING
from ledger.encounters.encounters import WHOSE
from ledger.encounters.visit_matching import Appointment, Documented, documented, pairs, plain
from ledger.errors import ActRefused
from ledger.schema import encounter, visit, visit_event
from ledger.storage.database import Ledger, Row, insert_many, new_ids
from ledger.storage.one_of import one_of
from ledger.trail import audit

KEPT, NO_SHOW, CANCELLED = "kept", "no_show", "cancelled"
BOOKED, REQUESTED = "booked", "requested"
"""A visit that is to come; and a line that is no visit: a patient asked for an estimate on that day."""
STATUSES: Final = (KEPT, NO_SHOW, CANCELLED, BOOKED, REQUESTED)
INSURED, UNINSURED, SELF_PAY = "insured", "uninsured", "self_pay"
PATIENT_PAYS: Final = (UNINSURED, SELF_PAY)
PAYS: Final = (INSURED, *PATIENT_PAYS)
"""Who pays for a visit: a plan; a patient without one; a patient who wants no claim sent to the plan."""
OPEN, MATCHED, DISMISSED, NONE = "open", "matched", "dismissed", "none"
REASONS: Final = {
    "no_charge": "no charge is made for it",
    "global": "it belongs to a service that was billed before",
    "billed_elsewhere": "it is billed by somebody else",
    "duplicate": "it stands twice in the appointment book",
    "not_seen": "the patient was not seen after all",
    "not_wanted": "the patient wants no estimate any more",
    "other": "another reason",
}
"""Why a visit that was kept is not billed, or a request for an estimate is over."""
OF_REQUESTS: Final = ("duplicate", "not_wanted", "other")
CURRENT: Final = (*WAITING, "claimed", "late")


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedVisit:
    """A line of an appointment book."""

    practice: str
    number: str
    visit_on: str
    member_id: str
    medical_record_number: str
    provider_npi: str
    status: str
    scheduled_on: str = ""
    pays: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """How many lines there are, are new, say something else than before, and how many visits were matched."""

    lines: int
    new: int
    changed: int
    matched: int


_NAMES = tuple(f.name for f in fields(BookedVisit))
_SAID_ONCE = ("scheduled_on", "pays")
"""What a book that lacks it does not take back."""
_WHOSE = ("visit_on", "member_id", "medical_record_number", "provider_npi")


def take(
    connection: Connection, business_on: str, signature: Signature, file: str, lines: Sequence[BookedVisit]
) -> Taken:
    """Keeps visits that are new and what a known one says otherwise now; `file` is the book's SHA-256."""
    known = _known(connection, lines)
    new = [line for line in lines if (line.practice, line.number) not in known]
    changed = [
        (before, line, names)
        for line in lines
        if (before := known.get((line.practice, line.number))) is not None
        and (names := _differing(before, line))
    ]
    rows: list[Row] = []
    for number, line in zip(new_ids(connection, visit, len(new)), new, strict=True):
        said = {name: getattr(line, name) for name in _NAMES}
        rows.append({"id": number, **said, "state": _first(line.status), "business_on": business_on})
    insert_many(connection, visit, rows)
    _note(connection, business_on, signature, [(row["id"], "taken", file[:16]) for row in rows])
    for before, line, names in changed:
        _change(connection, business_on, signature, before, line, names)
    if new or changed:
        who, why = acts.named(signature)
        words = f"{len(new)} new, {len(changed)} changed, {who}: {why}"
        audit.note(connection, business_on, "visits taken", f"appointment book {file[:16]}", words)
    return Taken(len(lines), len(new), len(changed), match_open(connection, business_on))


def again(ledger: Ledger, business_on: str) -> None:
    """What was documented since may be what visits wait for."""
    with ledger.write() as connection:
        match_open(connection, business_on)


def match_open(connection: Connection, business_on: str) -> int:
    """Matches visits without an encounter to encounters without a visit. How many."""
    waiting = appointments(connection)
    made = pairs(waiting, free_encounters(connection, waiting)) if waiting else []
    for one in made:
        there = update(visit).where(visit.c.id == one.visit, visit.c.encounter_id.is_(None))
        values = {"encounter_id": one.encounter, "matched_by": one.by, "state": MATCHED}
        connection.execute(there.values(values))
    _insert(connection, business_on, [(one.visit, "matched", one.by) for one in made], "", "")
    return len(made)


def appointments(connection: Connection, *, open_only: bool = False) -> list[Appointment]:
    """The visits that have no encounter; with `open_only` those that were kept and are not dismissed."""
    v = visit.c
    states = (OPEN,) if open_only else (OPEN, NONE)
    query = select(visit).where(v.encounter_id.is_(None), v.state.in_(states), v.status != REQUESTED)
    return [
        Appointment(
            id=row.id,
            practice=row.practice,
            number=row.number,
            on=row.visit_on,
            patient=frozenset(filter(None, (plain(row.member_id), plain(row.medical_record_number)))),
            provider_npi=row.provider_npi,
            kept=row.status == KEPT,
        )
        for row in connection.execute(query.order_by(v.id))
    ]


def visited() -> Exists:
    """Whether some version of an encounter is a visit's."""
    same = encounter.alias()
    return (
        select(same.c.id)
        .join(visit, visit.c.encounter_id == same.c.id)
        .where(*(same.c[name] == encounter.c[name] for name in WHOSE))
        .exists()
    )


def free_encounters(connection: Connection, of: Sequence[Appointment]) -> list[Documented]:
    """The encounters of these visits' practices, from their first day on, that are no other visit's."""
    if not of:
        return []
    e = encounter.c
    query = select(e.id, e.practice, e.external_id, e.payload).where(
        e.state.in_(CURRENT),
        e.practice.in_({one.practice for one in of}),
        e.business_on >= min(one.on for one in of),
        ~visited(),
    )
    return [documented(*row) for row in connection.execute(query.order_by(e.id)).tuples()]


def dismiss(connection: Connection, business_on: str, signature: Signature, number: int, reason: str) -> str:
    """A person says why a visit that was kept is not billed, or a request for an estimate is over. Raises
    ActRefused."""
    row = _visit(connection, number)
    asks = row.status == REQUESTED
    what = "request" if asks else "visit"
    reasons = OF_REQUESTS if asks else tuple(name for name in REASONS if name != "not_wanted")
    if reason not in reasons:
        raise ActRefused(f"a {what} is dismissed for one of {', '.join(reasons)}")
    if row.state != OPEN and (row.state, row.status) not in ((NONE, BOOKED), (NONE, REQUESTED)):
        raise ActRefused(f"visit {number} is {_WORDS[row.state]}; only one that waits can be dismissed")
    _move(connection, business_on, signature, row, DISMISSED, "dismissed", reason)
    return f"{what} {row.number} of {row.visit_on} is dismissed: {REASONS[reason]}"


def restore(connection: Connection, business_on: str, signature: Signature, number: int) -> str:
    """A visit that was dismissed waits for its encounter again, a request for its estimate. Raises
    ActRefused."""
    row = _visit(connection, number)
    if row.state != DISMISSED:
        raise ActRefused(f"visit {number} is {_WORDS[row.state]}, not dismissed")
    _move(connection, business_on, signature, row, _first(row.status), "restored", "")
    match_open(connection, business_on)
    if row.status == REQUESTED:
        return f"request {row.number} of {row.visit_on} stands again"
    return f"visit {row.number} of {row.visit_on} waits for its encounter again"


_WORDS = {
    OPEN: "waiting for its encounter",
    MATCHED: "documented by an encounter",
    DISMISSED: "dismissed already",
    NONE: "not kept",
}


def _first(status: str) -> str:
    return OPEN if status == KEPT else NONE


def _known(connection: Connection, lines: Sequence[BookedVisit]) -> dict[tuple[str, str], Found[Any]]:
    by_practice: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        by_practice[line.practice].append(line.number)
    found: dict[tuple[str, str], Found[Any]] = {}
    for practice, numbers in by_practice.items():
        query = select(visit).where(visit.c.practice == practice, one_of(visit.c.number, numbers))
        found |= {(row.practice, row.number): row for row in connection.execute(query)}
    return found


def _differing(before: Found[Any], line: BookedVisit) -> list[str]:
    """What a line says otherwise than before; a number of the patient that was purged is not missed."""
    names = [
        name
        for name in _NAMES
        if getattr(before, name) != getattr(line, name) and (name not in _SAID_ONCE or getattr(line, name))
    ]
    purged = not before.member_id and not before.medical_record_number
    return [n for n in names if not (purged and n in ("member_id", "medical_record_number"))]


def _change(
    connection: Connection,
    business_on: str,
    signature: Signature,
    before: Found[Any],
    line: BookedVisit,
    names: Sequence[str],
) -> None:
    """A visit that is another one now, by its patient, day or provider, is parted from its encounter."""
    values: Row = {name: getattr(line, name) for name in names}
    state = before.state
    if before.encounter_id is not None and set(names) & set(_WHOSE) and before.matched_by != "number":
        values |= {"encounter_id": None, "matched_by": ""}
        state = OPEN
        _note(connection, business_on, signature, [(before.id, "parted", "")])
    was_request = before.status == REQUESTED and line.status != REQUESTED  # what ended it ends no visit
    if state in (OPEN, NONE) or (state == DISMISSED and was_request):
        state = _first(line.status)
    connection.execute(update(visit).where(visit.c.id == before.id).values(**values, state=state))
    _note(connection, business_on, signature, [(before.id, "changed", " ".join(names))])


def _visit(connection: Connection, number: int) -> Found[Any]:
    row = connection.execute(select(visit).where(visit.c.id == number)).one_or_none()
    if row is None:
        raise ActRefused(f"there is no visit {number}; see `cleanclaim visits list`")
    return row


def _move(
    connection: Connection,
    business_on: str,
    signature: Signature,
    row: Found[Any],
    state: str,
    event: str,
    detail: str,
) -> None:
    there = update(visit).where(visit.c.id == row.id, visit.c.state == row.state)
    if not connection.execute(there.values(state=state)).rowcount:
        raise ActRefused(f"visit {row.id} changed meanwhile; look again")
    _note(connection, business_on, signature, [(row.id, event, detail)])
    who, why = acts.named(signature)
    audit.note(connection, business_on, f"visit {event}", f"visit {row.id}", f"{detail} {who}: {why}".strip())


def _note(
    connection: Connection, business_on: str, signature: Signature, events: Sequence[tuple[int, str, str]]
) -> None:
    who, why = acts.named(signature)
    _insert(connection, business_on, events, who, why)


def _insert(
    connection: Connection, business_on: str, events: Sequence[tuple[int, str, str]], who: str, why: str
) -> None:
    insert_many(
        connection,
        visit_event,
        [
            {"visit_id": i, "event": e, "detail": d, "actor": who, "why": why, "business_on": business_on}
            for i, e, d in events
        ],
    )
