"""Encounters on their way to a claim: which are to be validated, and what the edits said of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from sqlalchemy import ColumnElement, CompoundSelect, Connection, delete, select

from config.counted import counted
from ledger.encounters import held, judged
from ledger.schema import claim_version, encounter, finding, submission
from ledger.sending import submissions
from ledger.storage.database import Ledger, bounded, insert_many, put_texts
from ledger.storage.one_of import one_of
from ledger.trail import audit

WHOSE = ("practice", "source", "external_id", "subject")
"""What names an encounter, whatever its version, and its claim."""
AT_ONCE = 10_000  # rows of a long list that are in memory at a time
OPEN = ("picked_up", "held", "clean")


@dataclass(frozen=True, slots=True)
class EncounterRow:
    """An encounter as it lies in the ledger; `payload` is its JSON, `doubt` why a person must look."""

    id: int
    practice: str
    payload: str
    state: str
    doubt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """What one edit said. `severity` is hold, warn, unchecked or info."""

    edit_id: str
    severity: str
    line: int | None
    place: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated:
    """The outcome for one encounter: held where a finding holds it. `patient` is a digest, "" for one that
    nobody is recognised by. `again_on`: when it must be judged again as long as nothing that it was judged by
    says otherwise; None: the next time."""

    encounter_id: int
    held: bool
    findings: Sequence[FindingRow]
    patient: str = ""
    again_on: date | None = None


def chunks(
    ledger: Ledger, size: int, states: Sequence[str] = OPEN, which: CompoundSelect[tuple[int]] | None = None
) -> list[tuple[int, int]]:
    """The open encounters, or those that have these ids, in pieces of `size`, as (first id, last id)."""
    found: list[tuple[int, int]] = []
    of_states = select(encounter.c.id).where(encounter.c.state.in_(states))
    query = of_states if which is None else select(which.subquery().c.id)
    with ledger.read() as connection:
        ordered = query.order_by(*query.selected_columns).execution_options(yield_per=AT_ONCE)
        for place, number in enumerate(connection.execute(ordered).scalars()):
            if place % size == 0:
                found.append((number, number))
            else:
                found[-1] = (found[-1][0], number)
    return found


def load(ledger: Ledger, first: int, last: int, states: Sequence[str] = OPEN) -> list[EncounterRow]:
    """The encounters of a chunk that still are in one of `states`."""
    return _load(ledger, encounter.c.id.between(first, last), encounter.c.state.in_(states))


def load_of(ledger: Ledger, which: CompoundSelect[tuple[int]]) -> list[EncounterRow]:
    """The encounters of these ids."""
    return _load(ledger, encounter.c.id.in_(which))


def _load(ledger: Ledger, *which: ColumnElement[bool]) -> list[EncounterRow]:
    e = encounter.c
    query = select(e.id, e.practice, e.payload, e.state, e.doubt).where(*which).order_by(e.id)
    with ledger.read() as connection:
        return [EncounterRow(*row) for row in connection.execute(query)]


def clean_before(ledger: Ledger, patients: Sequence[str], first: int) -> list[EncounterRow]:
    """The encounters of these patients (digests) that are clean and whose claims are not built, before
    number `first`."""
    e = encounter.c
    query = select(e.id, e.practice, e.payload, e.state, e.doubt).where(e.state == "clean", e.id < first)
    found: list[EncounterRow] = []
    with ledger.read() as connection:
        for piece in bounded(sorted(set(patients) - {""})):
            rows = connection.execute(query.where(e.patient.in_(piece), e.patient != ""))
            found += [EncounterRow(*row) for row in rows]
    return sorted(found, key=attrgetter("id"))


def named(ledger: Ledger, ids: Sequence[int]) -> list[EncounterRow]:
    """These encounters, whatever became of them but for those that were replaced or purged."""
    columns = (
        encounter.c.id,
        encounter.c.practice,
        encounter.c.payload,
        encounter.c.state,
        encounter.c.doubt,
    )
    query = select(*columns).where(encounter.c.state != "replaced", encounter.c.payload != "")
    found: list[EncounterRow] = []
    with ledger.read() as connection:
        for piece in bounded(list(ids)):
            rows = connection.execute(query.where(encounter.c.id.in_(piece)).order_by(encounter.c.id))
            found += [EncounterRow(*row) for row in rows]
    return found


def numbered(ledger: Ledger, name: str) -> list[int]:
    """The current encounters that a person means by a number: the document's own, or ours."""
    query = select(encounter.c.id).where(encounter.c.state.not_in(("replaced", "late")))
    with ledger.read() as connection:
        found = list(connection.execute(query.where(encounter.c.external_id == name)).scalars())
        if not found and name.isdecimal() and len(name) < 10:
            found = list(connection.execute(query.where(encounter.c.id == int(name))).scalars())
        return sorted(found)


def taken_on(ledger: Ledger, ids: Sequence[int]) -> dict[int, date]:
    """The business date on which each of these was picked up."""
    found: dict[int, date] = {}
    with ledger.read() as connection:
        for piece in bounded(list(ids)):
            query = select(encounter.c.id, encounter.c.business_on).where(encounter.c.id.in_(piece))
            found |= {row.id: date.fromisoformat(row.business_on) for row in connection.execute(query)}
    return found


def record(ledger: Ledger, business_on: str, outcomes: Sequence[Validated], judged_as: str = "") -> int:
    """Replaces the findings of a chunk and moves its encounters to held or clean. The number held.
    `judged_as` names what they were judged by beside the ledger; "": nothing that holds another time.

    An encounter that was replaced meanwhile is left alone.
    """
    with ledger.write() as connection:
        still: set[int] = set()
        ids = [o.encounter_id for o in outcomes]
        for piece in bounded(ids):
            # what a worker that dies at this moment still holds is waited for
            query = (
                select(encounter.c.id)
                .where(encounter.c.id.in_(piece), encounter.c.state.in_(OPEN))
                .with_for_update()
            )
            mine = list(connection.execute(query).scalars())
            still |= set(mine)
            connection.execute(delete(finding).where(finding.c.encounter_id.in_(mine)))
        _move(connection, business_on, [o for o in outcomes if o.encounter_id in still], judged_as)
        insert_many(
            connection,
            finding,
            [
                {
                    "encounter_id": o.encounter_id,
                    "edit_id": f.edit_id,
                    "severity": f.severity,
                    "line": f.line,
                    "place": f.place,
                    "detail": f.detail,
                    "business_on": business_on,
                }
                for o in outcomes
                if o.encounter_id in still
                for f in o.findings
            ],
        )
        held_now = sum(o.held and o.encounter_id in still for o in outcomes)
        if still:
            subject = f"encounters {min(still)} to {max(still)}"
            audit.note(
                connection, business_on, "encounters validated", subject, f"{held_now} of {len(still)} held"
            )
        return held_now


def _move(connection: Connection, business_on: str, outcomes: Sequence[Validated], judged_as: str) -> None:
    clean = [o for o in outcomes if not o.held]
    put_texts(
        connection, encounter, ["state", "patient"], [(o.encounter_id, "clean", o.patient) for o in clean]
    )
    those = [o for o in outcomes if o.held]
    held.keep(connection, (o.encounter_id for o in those))
    judged.keep(connection, judged_as, business_on, [(o.encounter_id, o.patient, o.again_on) for o in those])
    if clean:  # what comes after them in the order of ids sees them from now on
        patients = {o.patient for o in clean} - {""}
        judged.again_after(connection, patients, min(o.encounter_id for o in clean))


def hold(ledger: Ledger, business_on: str, why: Mapping[int, Sequence[FindingRow]]) -> int:
    """Holds claims that were ready, by submission, with their encounters, for a person to look at.

    The number held; one that is no longer ready is left alone. They are validated again each night like
    any other that is held.
    """
    with ledger.write() as connection:
        encounter_of: dict[int, int] = {}
        for piece in bounded(list(why)):
            query = (
                select(submission.c.id, claim_version.c.encounter_id)
                .join(claim_version, claim_version.c.id == submission.c.version_id)
                .where(submission.c.id.in_(piece), submission.c.state == "ready")
            )
            encounter_of.update((row.id, row.encounter_id) for row in connection.execute(query))
        submissions.move(
            connection, business_on, "held", "a finding holds it", one_of(submission.c.id, encounter_of)
        )
        held.keep(connection, encounter_of.values())
        names = FindingRow.__dataclass_fields__
        insert_many(
            connection,
            finding,
            [
                {name: getattr(row, name) for name in names}
                | {"encounter_id": whose, "business_on": business_on}
                for one, whose in encounter_of.items()
                for row in why[one]
            ],
        )
        if encounter_of:
            codes = sorted({row.edit_id for one in encounter_of for row in why[one]})
            audit.note(
                connection, business_on, "claims held", counted(len(encounter_of), "claim"), " ".join(codes)
            )
        return len(encounter_of)
