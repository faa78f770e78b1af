"""Takes files and their encounters in: the same bytes once, the same encounter version once.

A newer version replaces one that has not gone out. Where the claim is out already, the newer
version waits as `late` for a person, since the payer has the older one. What cannot be taken because
its number stands for something else already is an alert: nothing is lost without a word.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select, update

from ledger import alerts, audit, documents
from ledger.database import Ledger, Row, bounded, insert_many
from ledger.schema import claim, encounter, inbox_file, inbox_look, problem, submission

WAITING = ("picked_up", "held", "clean")
UNSENT = ("held", "ready")
SETTLED_WITHOUT_PAYER = ("rejected", "voided", "replaced", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a file, or a part of it, was not taken: a code, the place, what is wrong, the remedy."""

    code: str
    message: str
    place: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenEncounter:
    """One encounter of a file. `payload` is the encounter as JSON."""

    source: str
    external_id: str
    version: int
    practice: str
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenFile:
    """One file of the inbox as it was read. No encounter and a trouble: it is quarantined."""

    name: str
    data: bytes
    sha256: str
    practice: str = ""
    format: str = ""
    encounters: Sequence[TakenEncounter] = ()
    troubles: Sequence[Trouble] = ()

    @property
    def quarantined(self) -> bool:
        return not self.encounters and bool(self.troubles)


@dataclass(slots=True)
class Counts:
    """What one look at the inbox came to: `files` is the sum of the three after it."""

    files: int = 0
    read: int = 0
    quarantined: int = 0
    duplicates: int = 0
    encounters: int = 0
    replaced: int = 0
    known_encounters: int = 0
    late: int = 0


@dataclass(slots=True)
class _Plan:
    """What becomes of the encounters of one transaction."""

    insert: list[Row] = field(default_factory=list)
    replace: list[int] = field(default_factory=list)
    hold_claims_of: list[int] = field(default_factory=list)
    troubles: list[Row] = field(default_factory=list)


def _other_content(version: int) -> Trouble:
    return Trouble(
        code="INB-VERSION",
        place=f"encounter version {version}",
        message="this version came before with other content; the first one stands",
        remedy="send a change as a higher version; another encounter needs a number of its own, and what a "
        "second document of the same encounter adds is billed by hand",
    )


def _other_practice(version: int) -> Trouble:
    return Trouble(
        code="INB-PRACTICE",
        place=f"encounter version {version}",
        message="another practice has an encounter of this source and number; this one was not taken",
        remedy="give each practice's system a `source` of its own and send the encounter again",
    )


def known_files(ledger: Ledger, hashes: Sequence[str]) -> set[str]:
    """Those of `hashes` that the inbox had before, whatever came of them."""
    found: set[str] = set()
    with ledger.read() as connection:
        for piece in bounded(list(hashes)):
            query = select(inbox_file.c.sha256).where(inbox_file.c.sha256.in_(piece))
            found |= set(connection.execute(query).scalars())
    return found


def names_of(ledger: Ledger, hashes: Sequence[str]) -> dict[str, tuple[str, str]]:
    """By their hash, the name under which files were taken first, and the outcome (read, quarantined)."""
    found: dict[str, tuple[str, str]] = {}
    with ledger.read() as connection:
        for piece in bounded(list(hashes)):
            query = select(inbox_file.c.sha256, inbox_file.c.name, inbox_file.c.outcome)
            for row in connection.execute(query.where(inbox_file.c.sha256.in_(piece))):
                found[row.sha256] = (row.name, row.outcome)
    return found


def take(ledger: Ledger, night: str, files: Sequence[TakenFile]) -> Counts:
    """Takes a chunk of files with everything in them, in one transaction.

    Taking the same chunk again changes nothing: its files are known by their hash.
    """
    counts = Counts(files=len(files))
    with ledger.write() as connection:
        fresh: dict[str, TakenFile] = {}
        before = {s for p in bounded([f.sha256 for f in files]) for s in _files_known(connection, p)}
        for file in files:
            if file.sha256 in before or file.sha256 in fresh:
                counts.duplicates += 1
            else:
                fresh[file.sha256] = file
        documents.store(
            connection, night, [documents.Document("encounter_file", f.data) for f in fresh.values()]
        )
        last = connection.execute(select(func.max(inbox_file.c.id))).scalar() or 0
        rows, troubles = [], []
        for number, file in enumerate(fresh.values(), last + 1):
            counts.quarantined += file.quarantined
            counts.read += not file.quarantined
            rows.append(
                {
                    "id": number,
                    "name": file.name,
                    "sha256": file.sha256,
                    "practice": file.practice,
                    "format": file.format,
                    "outcome": "quarantined" if file.quarantined else "read",
                    "encounters": len(file.encounters),
                    "night": night,
                }
            )
            troubles += [_trouble(number, file.name, t, night) for t in file.troubles]
        insert_many(connection, inbox_file, rows)
        if rows:
            subject = f"inbox files {last + 1} to {last + len(rows)}"
            what = f"{counts.read} read, {counts.quarantined} put aside"
            audit.note(connection, night, "files taken in", subject, what)
        placed = list(enumerate(fresh.values(), last + 1))
        plan = _plan(connection, night, placed, counts)
        _carry_out(connection, plan)
        insert_many(connection, problem, troubles + plan.troubles)
        for file_id, code in dict.fromkeys((t["inbox_file_id"], t["code"]) for t in plan.troubles):
            alerts.add(
                connection,
                f"{code}:{file_id}",
                night,
                code,
                f"inbox file {file_id}: encounters were not taken, their number stands for something else",
                "see `cleanclaim quarantine` for each with its remedy",
            )
    return counts


def note_look(ledger: Ledger, night: str, counts: Counts) -> None:
    """Notes what one whole look at the inbox saw."""
    with ledger.write() as connection:
        connection.execute(
            inbox_look.insert().values(
                night=night,
                files=counts.files,
                read=counts.read,
                quarantined=counts.quarantined,
                duplicates=counts.duplicates,
            )
        )


def _files_known(connection: Connection, hashes: list[str]) -> Iterable[str]:
    return connection.execute(select(inbox_file.c.sha256).where(inbox_file.c.sha256.in_(hashes))).scalars()


def _trouble(file_id: int | None, name: str, trouble: Trouble, night: str) -> Row:
    return {
        "inbox_file_id": file_id,
        "response_id": None,
        "name": name,
        "code": trouble.code,
        "place": trouble.place,
        "message": trouble.message,
        "remedy": trouble.remedy,
        "night": night,
    }


def _plan(connection: Connection, night: str, files: list[tuple[int, TakenFile]], counts: Counts) -> _Plan:
    """Decides for each encounter: new, known, replacing, or late. One look-up a chunk."""
    plan = _Plan()
    wanted = [e.external_id for _, f in files for e in f.encounters]
    current, versions, practices = _current(connection, wanted)
    pending: dict[tuple[str, str], int] = {}  # of this chunk: the place in plan.insert of the newest version
    for file_id, file in files:
        for e in file.encounters:
            key = (e.source, e.external_id)
            had = versions.setdefault(key, {})
            owner = practices.get(key) or e.practice
            practices[key] = owner
            if had.get(e.version) == e.payload:
                counts.known_encounters += 1
                continue
            if e.version in had or (e.practice and e.practice != owner):
                counts.known_encounters += 1
                told = _other_content if e.practice in ("", owner) else _other_practice
                plan.troubles.append(_trouble(file_id, file.name, told(e.version), night))
                continue
            newest = max(had, default=0)
            had[e.version] = e.payload
            row = {
                "source": e.source,
                "external_id": e.external_id,
                "version": e.version,
                "practice": e.practice,
                "inbox_file_id": file_id,
                "payload": e.payload,
                "state": "picked_up",
                "night": night,
            }
            counts.encounters += 1
            if e.version < newest:
                row["state"] = "replaced"  # it came after its successor
            elif key in pending:
                plan.insert[pending[key]]["state"] = "replaced"
                counts.replaced += 1
            elif key in current:
                encounter_id, state, live = current[key]
                if state in WAITING or live is None or live in UNSENT:
                    plan.replace.append(encounter_id)
                    counts.replaced += 1
                    if live in UNSENT:
                        plan.hold_claims_of.append(encounter_id)
                else:
                    row["state"] = "late"
                    counts.late += 1
            if row["state"] == "picked_up":
                pending[key] = len(plan.insert)
            plan.insert.append(row)
    return plan


_Current = dict[tuple[str, str], tuple[int, str, str | None]]
_Versions = dict[tuple[str, str], dict[int, str]]
_Practices = dict[tuple[str, str], str]


def _current(connection: Connection, external_ids: list[str]) -> tuple[_Current, _Versions, _Practices]:
    """For each encounter known: its current row with the state of its claim's live submission, its
    versions, and the practice it belongs to."""
    current: _Current = {}
    versions: _Versions = {}
    practices: _Practices = {}
    for piece in bounded(list(dict.fromkeys(external_ids))):
        rows = connection.execute(
            select(
                encounter.c.id,
                encounter.c.source,
                encounter.c.external_id,
                encounter.c.version,
                encounter.c.state,
                encounter.c.payload,
                encounter.c.practice,
            ).where(encounter.c.external_id.in_(piece))
        ).all()
        live: dict[tuple[str, str], str] = {
            (r.source, r.external_id): r.state
            for r in connection.execute(
                select(claim.c.source, claim.c.external_id, submission.c.state)
                .join(submission, submission.c.claim_id == claim.c.id)
                .where(claim.c.external_id.in_(piece), submission.c.state.not_in(SETTLED_WITHOUT_PAYER))
            )
        }
        for r in rows:
            key = (r.source, r.external_id)
            versions.setdefault(key, {})[r.version] = r.payload
            if r.practice:
                practices[key] = r.practice
            if r.state in (*WAITING, "claimed"):
                current[key] = (r.id, r.state, live.get(key))
    return current, versions, practices


def _carry_out(connection: Connection, plan: _Plan) -> None:
    for piece in bounded(plan.replace):
        connection.execute(update(encounter).where(encounter.c.id.in_(piece)).values(state="replaced"))
    for piece in bounded(plan.hold_claims_of):
        claims = select(claim.c.id).where(claim.c.encounter_id.in_(piece))
        connection.execute(
            update(submission)
            .where(submission.c.claim_id.in_(claims), submission.c.state == "ready")
            .values(state="held")
        )
    insert_many(connection, encounter, plan.insert)
