"""Claims and their submissions: built from clean encounters, built again from corrected ones.

What is made for each new claim is not frozen, as in `ledger.adjudication.facts`. Nobody changes it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import Connection, Table, and_, func, select, update

from ledger.books import charges, work_items
from ledger.encounters import patients
from ledger.encounters.encounters import WHOSE
from ledger.encounters.placing import SETTLED_WITHOUT_PAYER
from ledger.schema import (
    attachment,
    claim,
    claim_line,
    claim_version,
    coverage,
    encounter,
    patient,
    submission,
)
from ledger.sending import corrections, submissions
from ledger.sending.billed import LATER_PAYER
from ledger.storage.database import Ledger, Row, bounded, insert_many
from ledger.storage.one_of import one_of
from ledger.trail import audit, written


@dataclass(slots=True, kw_only=True)
class ClaimLine:
    """A service line as billed. `charge` in cents; `modifiers` with a space between."""

    number: int
    procedure: str
    modifiers: str
    units: str
    charge: int
    service_from: str
    control_number: str = ""
    place_of_service: str = ""
    revenue_code: str = ""
    rendering_npi: str = ""
    patients: bool = False
    """The patient's at once: excluded, a signed notice, or paid in full and restricted."""
    restricted: bool = False
    """Kept from every payer: never part of a submission. Such a line is the patient's too."""
    authorization: str = ""
    referral: str = ""
    unit_code: str = "UN"


@dataclass(slots=True)
class ClaimCoverage:
    """A payer that may be asked for a claim, in the encounter's order (P, S, T)."""

    payer_order: str
    payer: str
    member_id: str
    plan: str = ""
    """The group number."""


@dataclass(slots=True)
class ClaimAttachment:
    """A document that a claim announces (PWK01, PWK02, PWK06)."""

    report_type: str
    transmission: str
    control_number: str


@dataclass(slots=True, kw_only=True)
class NewClaim:
    """A claim to be kept, with what answers are matched by. `patient` is a digest, never a name."""

    encounter_id: int
    patient_control_number: str
    payer: str
    payer_order: str
    patient: str
    member_id: str
    billing_npi: str
    rendering_npi: str
    specialty: str
    diagnoses: str
    service_from: str
    service_to: str
    charge: int
    lines: Sequence[ClaimLine]
    coverages: Sequence[ClaimCoverage] = ()
    attachments: Sequence[ClaimAttachment] = ()
    kind: str = "P"
    drg: str = ""
    predetermination: bool = False
    patient_name: str = ""  # a digest: `ledger.payments.matching.name_digest`
    prepaid_cents: int = 0

    def coverage(self, order: str) -> ClaimCoverage:
        """The coverage of an order; the one that is billed first where none has it."""
        first = ClaimCoverage(self.payer_order, self.payer, self.member_id)
        return next((one for one in self.coverages if one.payer_order == order), first)

    @property
    def billed(self) -> bool:
        """Whether any of it goes to a payer."""
        return not all(line.restricted for line in self.lines)


@dataclass(frozen=True, slots=True)
class Built:
    """How many claims are new, and how many were built again because what they are made of changed."""

    new: int
    again: int


def numbers(ledger: Ledger, encounter_ids: Sequence[int]) -> dict[int, str]:
    """The patient control numbers of encounters whose claim exists already (an earlier version's)."""
    found: dict[int, str] = {}
    with ledger.read() as connection:
        for piece in bounded(list(encounter_ids)):
            rows = connection.execute(
                select(encounter.c.id, claim.c.patient_control_number)
                .join(
                    claim,
                    and_(*(claim.c[name] == encounter.c[name] for name in WHOSE)),
                )
                .where(encounter.c.id.in_(piece))
            )
            found.update((row.id, row.patient_control_number) for row in rows)
    return found


def build(
    ledger: Ledger,
    business_on: str,
    claims: Sequence[NewClaim],
    fresh_numbers: Mapping[int, str] = MappingProxyType({}),
) -> Built:
    """Keeps claims of clean encounters and makes a submission ready for each, in one transaction.

    An encounter that is no longer clean (replaced, or built by another run) is passed over. A claim that
    exists gets a new version where anything of it differs, and keeps the one that it has where nothing
    does; its held submission becomes ready with it, a settled one gets a successor with the next number.
    `fresh_numbers` are the patient control numbers, by encounter, of those that had none when they were made.
    """
    with ledger.write() as connection:
        clean = _clean(connection, [c.encounter_id for c in claims])
        todo = [c for c in claims if c.encounter_id in clean]
        existing = _existing(connection, clean)
        fresh = [c for c in todo if clean[c.encounter_id] not in existing]
        stands = {i: existing[key] for i, key in clean.items() if key in existing}
        kept = _kept(connection, [c for c in todo if c.encounter_id in stands], stands)
        again = [c for c in todo if c.encounter_id in stands and c.encounter_id not in kept]
        first = (connection.execute(select(func.max(claim.c.id))).scalar() or 0) + 1
        ids = {c.encounter_id: n for n, c in enumerate(fresh, first)}
        ids |= {encounter_id: of.claim_id for encounter_id, of in stands.items()}
        made = [*fresh, *again]
        versions = _next_version(connection, made) | kept
        whose = _patients(connection, business_on, todo, clean, stands)
        insert_many(
            connection,
            claim,
            [
                {
                    "id": ids[c.encounter_id],
                    "patient_control_number": fresh_numbers.get(c.encounter_id, c.patient_control_number),
                    "version_id": versions[c.encounter_id],
                    **dict(zip(WHOSE, clean[c.encounter_id], strict=True)),
                    "patient_id": whose[c.encounter_id],
                    "business_on": business_on,
                }
                for c in fresh
            ],
        )
        numbers = {c.encounter_id: stands[c.encounter_id].number + 1 for c in again}
        _insert_versions(connection, business_on, made, ids, versions, numbers)
        for c in todo:
            if c.encounter_id in stands:
                _renew(connection, stands[c.encounter_id], versions[c.encounter_id], c, business_on)
        _give_to(connection, business_on, {stands[i]: number for i, number in whose.items() if i in stands})
        written.note(connection, claim, [{"id": ids[c.encounter_id]} for c in fresh])
        submissions.add(
            connection,
            business_on,
            "claim built",
            [
                {
                    "claim_id": ids[c.encounter_id],
                    "version_id": versions[c.encounter_id],
                    "payer_order": c.payer_order,
                    "number": 1,
                    "payer": c.payer,
                    "state": "ready",
                    "business_on": business_on,
                }
                for c in fresh
                if c.billed
            ],
        )
        if todo:
            of_these = one_of(encounter.c.id, [c.encounter_id for c in todo])
            connection.execute(update(encounter).where(of_these).values(state="claimed", patient=""))
            renewed = {ids[c.encounter_id] for c in again}
            keeping = {ids[c.encounter_id] for c in todo if any(line.restricted for line in c.lines)}
            cause = f"version:{max(versions.values())}"
            renewed |= charges.post_restricted(connection, business_on, renewed | keeping, cause)
            if renewed:
                charges.bring_up_to_date(connection, business_on, renewed, cause)
            built = sorted(ids.values())
            what = f"{len(fresh)} new, {len(again)} built again, {len(kept)} as they were"
            audit.note(connection, business_on, "claims built", f"claims {built[0]} to {built[-1]}", what)
        return Built(len(fresh), len(again))


def submit_again(connection: Connection, submission_ids: Sequence[int], business_on: str) -> int:
    """A successor, ready to go, for each settled submission that has no live one."""
    rows: list[Row] = []
    for piece in bounded(list(submission_ids)):
        for row in connection.execute(
            select(
                submission.c.claim_id,
                claim.c.version_id,
                submission.c.payer_order,
                submission.c.number,
                submission.c.payer,
                submission.c.frequency,
                submission.c.replaces,
                submission.c.condition,
            )
            .join(claim, claim.c.id == submission.c.claim_id)
            .where(submission.c.id.in_(piece))
        ):
            rows.append(
                {
                    "claim_id": row.claim_id,
                    "version_id": row.version_id,
                    "payer_order": row.payer_order,
                    "number": row.number + 1,
                    "payer": row.payer,
                    "frequency": row.frequency,
                    "replaces": row.replaces,
                    "condition": row.condition,
                    "state": "ready",
                    "business_on": business_on,
                }
            )
    submissions.add(connection, business_on, "to be sent again", rows)
    return len(rows)


def send_again(
    ledger: Ledger, business_on: str, submission_ids: Sequence[int], who: str, why: str
) -> list[int]:
    """Refused submissions that go out again as new ones with the next run, by a person's decision.

    The ids of their claims; one that went again meanwhile, or is no longer refused, is left alone.
    """
    with ledger.write() as connection:
        found: dict[int, int] = {}
        for piece in bounded(list(submission_ids)):
            query = select(submission.c.id, submission.c.claim_id).where(
                submission.c.id.in_(piece),
                submission.c.state == "rejected",
                ~submissions.has_successor(),
            )
            found.update((row.id, row.claim_id) for row in connection.execute(query))
        submit_again(connection, sorted(found), business_on)
        for submission_id, claim_id in sorted(found.items()):
            audit.note(connection, business_on, "sent again", f"claim {claim_id}", f"{who}: {why}")
            work_items.note_of_key(
                connection, business_on, f"rejection|{submission_id}", "sent again", why, who
            )
        return sorted(found.values())


_Key = tuple[str, ...]  # the values of WHOSE


def _clean(connection: Connection, encounter_ids: list[int]) -> dict[int, _Key]:
    # what a worker that dies at this moment still holds is waited for
    query = (
        select(encounter.c.id, *(encounter.c[name] for name in WHOSE))
        .where(one_of(encounter.c.id, encounter_ids), encounter.c.state == "clean")
        .with_for_update()
    )
    return {r[0]: tuple(r[1:]) for r in connection.execute(query).all()}


@dataclass(frozen=True, slots=True)
class _Standing:
    """A claim that exists, with its newest version."""

    claim_id: int
    version_id: int
    number: int
    encounter_id: int | None
    patient_id: int | None
    recognised: bool
    """Whether its patient is recognised in other documents."""


def _existing(connection: Connection, clean: dict[int, _Key]) -> dict[_Key, _Standing]:
    """The claims that encounters have already."""
    wanted = set(clean.values())
    found: dict[_Key, _Standing] = {}
    v = claim_version.c
    query = (
        select(
            *(claim.c.id, v.id, v.number, v.encounter_id),
            *(claim.c.patient_id, patient.c.digest.is_not(None)),
            *(claim.c[name] for name in WHOSE),
        )
        .join(claim_version, v.id == claim.c.version_id)
        .outerjoin(patient, patient.c.id == claim.c.patient_id)
        .where(one_of(claim.c.external_id, {key[WHOSE.index("external_id")] for key in wanted}))
    )
    for r in connection.execute(query):
        if (key := tuple(r[6:])) in wanted:
            found[key] = _Standing(*r[:6])
    return found


def _patients(
    connection: Connection,
    business_on: str,
    todo: Sequence[NewClaim],
    clean: Mapping[int, _Key],
    stands: Mapping[int, _Standing],
) -> dict[int, int]:
    """The patients of claims, by encounter. A claim whose patient nobody recognised keeps it as long as that
    is so."""
    whose: dict[int, int] = {}
    persons: dict[int, tuple[str, str]] = {}
    for c in todo:
        stood = stands.get(c.encounter_id)
        if stood is not None and stood.patient_id is not None and not (c.patient or stood.recognised):
            whose[c.encounter_id] = stood.patient_id
        else:
            persons[c.encounter_id] = clean[c.encounter_id][WHOSE.index("practice")], c.patient
    found = patients.of(connection, business_on, list(persons.values()))
    return whose | dict(zip(persons, found, strict=True))


def _give_to(connection: Connection, business_on: str, whose: Mapping[_Standing, int]) -> None:
    """Gives claims that exist to the patients that their newest documents are of."""
    moved = {stood: number for stood, number in whose.items() if stood.patient_id != number}
    for stood, number in moved.items():
        connection.execute(update(claim).where(claim.c.id == stood.claim_id).values(patient_id=number))
    from_to = {stood.patient_id: number for stood, number in moved.items() if stood.patient_id is not None}
    if from_to:
        patients.corrected(connection, business_on, from_to)


def _kept(connection: Connection, todo: Sequence[NewClaim], stands: dict[int, _Standing]) -> dict[int, int]:
    """The versions, by encounter, that say all of what would be written anew: nothing changed since."""
    same = {c.encounter_id: c for c in todo if stands[c.encounter_id].encounter_id == c.encounter_id}
    version_of = {encounter_id: stands[encounter_id].version_id for encounter_id in same}
    stored = {table: _rows(connection, table, version_of.values()) for table in (claim_version, *_PARTS)}
    found = {}
    for encounter_id, version_id in version_of.items():
        c = same[encounter_id]
        rows = {claim_version: [_version_row(c)], **{table: of(c) for table, of in _PARTS.items()}}
        if all(_agree(rows[table], stored[table].get(version_id, [])) for table in rows):
            found[encounter_id] = version_id
    return found


def _rows(connection: Connection, table: Table, version_ids: Collection[int]) -> dict[int, list[Row]]:
    """The stored rows of these versions in their order, by version."""
    key = table.c.id if table is claim_version else table.c.version_id
    query = select(table).where(one_of(key, version_ids)).order_by(*table.primary_key)
    found: dict[int, list[Row]] = {}
    for row in connection.execute(query):
        found.setdefault(row._mapping[key.name], []).append(dict(row._mapping))
    return found


def _agree(new: Sequence[Row], stored: Sequence[Row]) -> bool:
    """Whether the stored rows say the same; what only they have (their ids, their day) does not count."""
    return len(new) == len(stored) and all(
        all(old[name] == value for name, value in row.items()) for row, old in zip(new, stored, strict=True)
    )


def _next_version(connection: Connection, todo: Sequence[NewClaim]) -> dict[int, int]:
    first = (connection.execute(select(func.max(claim_version.c.id))).scalar() or 0) + 1
    return {c.encounter_id: n for n, c in enumerate(todo, first)}


def _insert_versions(
    connection: Connection,
    business_on: str,
    todo: Sequence[NewClaim],
    ids: dict[int, int],
    versions: dict[int, int],
    numbers: dict[int, int],
) -> None:
    """The versions of claims, with their lines and coverages; `numbers` of those that are not the first."""
    rows: list[Row] = [
        {
            "id": versions[c.encounter_id],
            "claim_id": ids[c.encounter_id],
            "number": numbers.get(c.encounter_id, 1),
            "business_on": business_on,
            **_version_row(c),
        }
        for c in todo
    ]
    insert_many(connection, claim_version, rows)
    for table, rows_of in _PARTS.items():
        parts = [{"version_id": versions[c.encounter_id], **row} for c in todo for row in rows_of(c)]
        insert_many(connection, table, parts)


def _version_row(c: NewClaim) -> Row:
    return {
        "encounter_id": c.encounter_id,
        "member_id": c.member_id,
        "patient_name": c.patient_name,
        "billing_npi": c.billing_npi,
        "rendering_npi": c.rendering_npi,
        "specialty": c.specialty,
        "diagnoses": c.diagnoses,
        "kind": c.kind,
        "drg": c.drg,
        "predetermination": int(c.predetermination),
        "service_from_on": c.service_from,
        "service_to_on": c.service_to,
        "charge_cents": c.charge,
        "prepaid_cents": c.prepaid_cents,
    }


def _line_rows(c: NewClaim) -> list[Row]:
    return [
        {
            "number": line.number,
            "control_number": line.control_number,
            "procedure": line.procedure,
            "modifiers": line.modifiers,
            "units": line.units,
            "unit_code": line.unit_code,
            "charge_cents": line.charge,
            "service_from_on": line.service_from,
            "place_of_service": line.place_of_service,
            "revenue_code": line.revenue_code,
            "rendering_npi": line.rendering_npi,
            "patients": int(line.patients),
            "restricted": int(line.restricted),
            "authorization": line.authorization,
            "referral": line.referral,
        }
        for line in c.lines
    ]


def _coverage_rows(c: NewClaim) -> list[Row]:
    covered = c.coverages or (ClaimCoverage(c.payer_order, c.payer, c.member_id),)
    return [
        {
            "place": place,
            "payer_order": one.payer_order,
            "payer": one.payer,
            "member_id": one.member_id,
            "plan": one.plan,
        }
        for place, one in enumerate(covered if c.billed else (), 1)
    ]


def _attachment_rows(c: NewClaim) -> list[Row]:
    return [
        {
            "place": place,
            "report_type": one.report_type,
            "transmission": one.transmission,
            "control_number": one.control_number,
        }
        for place, one in enumerate(c.attachments, 1)
    ]


_PARTS = {claim_line: _line_rows, coverage: _coverage_rows, attachment: _attachment_rows}
"""The tables of a version's parts, and what a claim has for each."""


def _built_before(connection: Connection, c: NewClaim, version_id: int) -> bool:
    """Whether a version was built of this encounter already: what was decided of it was carried out then."""
    earlier = claim_version.c.encounter_id == c.encounter_id, claim_version.c.id != version_id
    return connection.execute(select(claim_version.c.id).where(*earlier).limit(1)).scalar() is not None


def _renew(connection: Connection, stood: _Standing, version_id: int, c: NewClaim, business_on: str) -> None:
    """A claim goes on with its new version, or with the one that it kept; the number stays for life."""
    claim_id, kept = stood.claim_id, stood.version_id == version_id
    connection.execute(update(claim).where(claim.c.id == claim_id).values(version_id=version_id))
    if not c.billed:
        unsent = submission.c.claim_id == claim_id, submission.c.state.in_(("held", "ready", "rejected"))
        submissions.move(connection, business_on, "closed", "all of it is restricted", *unsent)
        return
    waiting = submission.c.claim_id == claim_id, submission.c.state.in_(("held", "ready"))
    for one in c.coverages:
        if one.payer_order != c.payer_order:
            of_order = submission.c.payer_order == one.payer_order
            connection.execute(update(submission).where(*waiting, of_order).values(payer=one.payer))
    decided = corrections.of_encounter(connection, c.encounter_id)
    if decided is not None and decided["method"] == LATER_PAYER:
        connection.execute(update(submission).where(*waiting).values(version_id=version_id))
        submissions.move(connection, business_on, "ready", "its coverage was corrected", *waiting)
        return
    if (
        decided is not None
        and decided["method"] != "refused"
        and not kept
        and not _built_before(connection, c, version_id)
    ):
        whose = c.coverage(decided["payer_order"])
        corrections.send(
            connection, business_on, claim_id, version_id, whose.payer, whose.payer_order, decided
        )
        return
    connection.execute(
        update(submission).where(*waiting, submission.c.payer_order == c.payer_order).values(payer=c.payer)
    )
    renewed = connection.execute(update(submission).where(*waiting).values(version_id=version_id))
    if renewed.rowcount:  # to the first payer, or to a later one whose claim could not be written
        submissions.move(connection, business_on, "ready", "claim built again", *waiting)
        return
    last = connection.execute(
        select(submission.c.id)
        .where(submission.c.claim_id == claim_id, submission.c.payer_order == c.payer_order)
        .where(submission.c.state.in_(SETTLED_WITHOUT_PAYER))
        .order_by(submission.c.number.desc())
        .limit(1)
    ).scalar()
    if last is not None:
        submit_again(connection, [last], business_on)
        connection.execute(
            update(submission)
            .where(submission.c.claim_id == claim_id, submission.c.state == "ready")
            .values(payer=c.payer)
        )
    else:  # the payer or its order changed: the first one to it
        row: Row = {
            "claim_id": claim_id,
            "version_id": version_id,
            "payer_order": c.payer_order,
            "number": 1,
            "payer": c.payer,
            "state": "ready",
            "business_on": business_on,
        }
        submissions.add(connection, business_on, "the payer or its order changed", [row])
