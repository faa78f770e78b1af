"""Good-faith estimates as they are kept: versions with their lines, and what happened to each.

Rows are added, never changed; the newest version of a number counts.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, select, true

from ledger.encounters import patients
from ledger.schema import estimate, estimate_event, estimate_line
from ledger.storage import documents
from ledger.storage.database import Row, insert_many, new_ids
from ledger.storage.documents import Document
from ledger.storage.one_of import one_of
from ledger.trail import audit

PAGE, SAID = "estimate", "estimate_said"
"""The kinds of their documents: the letter, and what it was made of."""
GIVEN, WITHDRAWN, ACCEPTED, UNDONE = "given", "withdrawn", "accepted", "undone"
PAPER, ELECTRONIC = "paper", "electronic"
FORMS: Final = {PAPER: ("mail", "in_person"), ELECTRONIC: ("email", "portal")}
"""By form that a patient may ask for, the ways in which an estimate is given in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An expected service, by whom. `cents` are of all its `times` together."""

    npi: str
    procedure: str
    modifiers: str
    units: str
    times: int
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened to a version. `cents`: of an acceptance what was billed then."""

    id: int = 0
    event: str
    given_on: str = ""
    how: str = ""
    cents: int = 0
    actor: str
    why: str
    business_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One version. `id` 0: not kept yet. `events` are those that no later one took back, oldest first."""

    id: int = 0
    number: int
    version: int
    practice: str
    reference: str
    visit: str
    patient_id: int | None = None
    """None: it is not kept yet, or a purge took whose it is."""
    member_id: str
    medical_record_number: str
    kind: str
    form: str
    scheduled_on: str
    requested_on: str
    service_on: str
    until_on: str
    said_sha256: str
    sha256: str
    actor: str
    why: str
    business_on: str
    lines: tuple[Line, ...] = field(default=())
    events: tuple[Event, ...] = field(default=())

    @property
    def cents(self) -> int:
        return sum(line.cents for line in self.lines)

    @property
    def given(self) -> Event | None:
        """How it was given, None where it was not."""
        return next((one for one in self.events if one.event == GIVEN), None)

    @property
    def withdrawn(self) -> bool:
        return any(one.event == WITHDRAWN for one in self.events)

    @property
    def accepted(self) -> int | None:
        """What was billed when a person let the bill stand, in cents; None where nobody did."""
        return next((one.cents for one in reversed(self.events) if one.event == ACCEPTED), None)

    @property
    def state(self) -> str:
        return WITHDRAWN if self.withdrawn else GIVEN if self.given is not None else "made"

    @property
    def last_on(self) -> str:
        """The last day that it is about, "" where no day is known."""
        return self.until_on or self.service_on


_NAMES = tuple(name for name in Estimate.__dataclass_fields__ if name not in ("lines", "events"))
_LINE = tuple(Line.__dataclass_fields__)
_EVENT = tuple(Event.__dataclass_fields__)


def next_number(connection: Connection) -> int:
    """The number that the next estimate gets: its letter names it before it is kept. Whoever makes estimates
    holds the lease, so that nobody else takes it."""
    return int(connection.execute(select(func.coalesce(func.max(estimate.c.number), 0))).scalar_one()) + 1


def every(connection: Connection, number: int | None = None) -> list[Estimate]:
    """Every version, or those of one number: oldest first."""
    query = select(*(estimate.c[name] for name in _NAMES)).order_by(estimate.c.number, estimate.c.version)
    wanted = true() if number is None else estimate.c.number == number
    rows = connection.execute(query.where(wanted)).all()
    lines, events = _lines(connection, wanted), _events(connection, wanted)
    return [
        Estimate(**row._mapping, lines=tuple(lines.get(row.id, ())), events=tuple(events.get(row.id, ())))
        for row in rows
    ]


def newest(connection: Connection) -> list[Estimate]:
    """The newest version of every estimate, by number."""
    return list({one.number: one for one in every(connection)}.values())


def of_patients(connection: Connection, practice: str, patient_ids: Collection[int]) -> list[Estimate]:
    """The newest version of each estimate of these patients in a practice, by number."""
    e = estimate.c
    query = select(e.number).where(one_of(e.patient_id, sorted(patient_ids)), e.practice == practice)
    numbers = sorted(set(connection.execute(query).scalars()))
    return [every(connection, number)[-1] for number in numbers]


def _lines(connection: Connection, wanted: ColumnElement[bool]) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = {}
    n = estimate_line.c
    query = select(n.estimate_id, *(n[name] for name in _LINE)).join(estimate).where(wanted)
    query = query.order_by(n.estimate_id, n.place)
    for estimate_id, *line in connection.execute(query):
        found.setdefault(estimate_id, []).append(Line(**dict(zip(_LINE, line, strict=True))))
    return found


def _events(connection: Connection, wanted: ColumnElement[bool]) -> dict[int, list[Event]]:
    query = select(estimate_event).join(estimate).where(wanted).order_by(estimate_event.c.id)
    rows = connection.execute(query).all()
    ended = {row.ends_id for row in rows}
    found: dict[int, list[Event]] = {}
    for row in rows:
        if row.id not in ended and row.event != UNDONE:
            event = Event(**{name: row._mapping[name] for name in _EVENT})
            found.setdefault(row.estimate_id, []).append(event)
    return found


def keep(
    connection: Connection, business_on: str, made: Sequence[tuple[Estimate, str, Document, Document]]
) -> None:
    """Keeps versions, each with the digest of its patient, what it was made of and its letter.

    Raises KeyRefused where a number's version is given out.
    """
    documents.store(connection, business_on, [one for _, _, *both in made for one in both])
    whose = patients.of(connection, business_on, [(one.practice, digest) for one, digest, *_ in made])
    rows: list[Row] = []
    lines: list[Row] = []
    ids = new_ids(connection, estimate, len(made))
    for number, patient_id, (one, *_) in zip(ids, whose, made, strict=True):
        values = {name: getattr(one, name) for name in _NAMES}
        rows.append({**values, "id": number, "patient_id": patient_id})
        lines += (
            {"estimate_id": number, "place": place, **{name: getattr(line, name) for name in _LINE}}
            for place, line in enumerate(one.lines, 1)
        )
    insert_many(connection, estimate, rows)
    insert_many(connection, estimate_line, lines)
    for one, *_ in made:
        what = f"{one.actor}, version {one.version}, {one.cents} cents: {one.why}"
        audit.note(connection, business_on, "estimate made", f"estimate {one.number}", what)


def happened(
    connection: Connection, business_on: str, one: Estimate, event: Event, ends: int | None = None
) -> None:
    """Keeps what happened to a version; `ends`: the event that it takes back.

    Raises KeyRefused where that was taken back before.
    """
    row = {name: getattr(event, name) for name in _EVENT if name != "id"}
    insert_many(connection, estimate_event, [{**row, "estimate_id": one.id, "ends_id": ends}])
    more = " ".join(part for part in (event.how, f"on {event.given_on}" if event.given_on else "") if part)
    what = " ".join(part for part in (f"{event.actor}, version {one.version}", more) if part)
    audit.note(
        connection, business_on, f"estimate {event.event}", f"estimate {one.number}", f"{what}: {event.why}"
    )
