"""Takes files and their encounters in: the same bytes once, the same encounter version once.

An encounter is named by its practice, the documenting system and that system's number; where systems
give one number to many patients, by the patient too. A newer version replaces one that has not gone out.
The same version with other content (a file that was read while it was half written, then whole) takes
the place of the first one too, but is held until a person has looked. Where its claim was sent already,
either waits as `late`, since the payer has the older one. What cannot be taken because its number stands
for something else already is an alert: nothing is lost without notice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select, update

from config.problem import Problem
from ledger.encounters import placing
from ledger.encounters.placing import OTHER_CONTENT
from ledger.encounters.taken import OTHER_PRACTICE, Counts, TakenEncounter, TakenFile, Unplaced
from ledger.runs import alerts
from ledger.schema import encounter, inbox_file, inbox_look, inbox_new, inbox_seen, problem
from ledger.storage import documents
from ledger.storage.database import Ledger, Row, bounded, count, insert_many
from ledger.trail import audit


def known_files(ledger: Ledger, hashes: Sequence[str]) -> set[str]:
    """Those of `hashes` that the inbox had before, whatever came of them.

    Left out are files that lie in another practice's folder: moved, or with that folder declared shared,
    they are taken.
    """
    found: set[str] = set()
    with ledger.read() as connection:
        for piece in bounded(list(hashes)):
            found |= set(_before(connection, piece)) - _misplaced(connection, piece)
    return found


class Seen(NamedTuple):
    """A file of the inbox as it stood when it was last read: its `facts`. `first` is the name under which its
    bytes were taken first, `outcome` what became of them (read, quarantined); `done`: nothing is to do."""

    facts: str
    first: str
    outcome: str
    done: bool


def seen(ledger: Ledger) -> dict[str, Seen]:
    """Every file of the inbox that was read, by its name: in one query, since most of them are of earlier
    nights."""
    s, f = inbox_seen.c, inbox_file.c
    misplaced = select(problem.c.inbox_file_id).where(
        problem.c.code == OTHER_PRACTICE, problem.c.inbox_file_id.is_not(None)
    )
    query = select(s.name, s.facts, f.name, f.outcome, f.id.not_in(misplaced)).join(
        inbox_file, f.id == s.inbox_file_id
    )
    with ledger.read() as connection:
        return {name: Seen(*of) for name, *of in connection.execute(query).tuples()}


def read_before(ledger: Ledger, business_on: str) -> dict[str, str]:
    """The facts of the files of the inbox that were read, by their names, and whose bytes were taken before a
    business date. Left out is what waits for a person: a file that was quarantined, wholly or in part."""
    s, f = inbox_seen.c, inbox_file.c
    troubled = select(problem.c.inbox_file_id).where(problem.c.inbox_file_id.is_not(None))
    query = (
        select(s.name, s.facts)
        .join(inbox_file, f.id == s.inbox_file_id)
        .where(f.business_on < business_on, f.id.not_in(troubled))
    )
    with ledger.read() as connection:
        return dict(connection.execute(query).tuples().all())


def forget_seen(ledger: Ledger, names: Iterable[str]) -> None:
    """Files of these names are in the inbox no more; what was taken of them stays."""
    for piece in bounded(sorted(names)):
        with ledger.write() as connection:
            connection.execute(delete(inbox_seen).where(inbox_seen.c.name.in_(piece)))


def note_cleared(ledger: Ledger, business_on: str, files: int) -> None:
    """Notes on the trail that the run removed files from the inbox."""
    with ledger.write() as connection:
        audit.note(connection, business_on, "inbox cleared", "inbox", f"{files} files")


def note_seen(ledger: Ledger, files: Mapping[str, tuple[str, str]]) -> None:
    """Notes the facts and the hash that files of the inbox were read with."""
    if not files:
        return
    with ledger.write() as connection:
        for piece in bounded(sorted(files)):
            connection.execute(delete(inbox_seen).where(inbox_seen.c.name.in_(piece)))
        taken = {
            row.sha256: row.id
            for piece in bounded(sorted({sha256 for _, sha256 in files.values()}))
            for row in connection.execute(
                select(inbox_file.c.sha256, inbox_file.c.id).where(inbox_file.c.sha256.in_(piece))
            )
        }
        rows = [
            {"name": name, "facts": facts, "inbox_file_id": taken[sha256]}
            for name, (facts, sha256) in files.items()
        ]
        insert_many(connection, inbox_seen, rows)


class NewFile(NamedTuple):
    """A file of the inbox that is to be read: its name, size in bytes, and facts when it was listed."""

    name: str
    size: int
    facts: str


def put_new(ledger: Ledger, pieces: Sequence[Sequence[NewFile]]) -> None:
    """Keeps the pieces, from 1, into which what is new in the inbox is cut; those of before are forgotten."""
    if not pieces and not new_bytes(ledger):
        return
    with ledger.write() as connection:
        connection.execute(delete(inbox_new))
        rows = [{"piece": n, **file._asdict()} for n, some in enumerate(pieces, 1) for file in some]
        insert_many(connection, inbox_new, rows)


def new_files(ledger: Ledger, piece: int) -> list[NewFile]:
    """The files of one piece, in the order of their names."""
    query = select(*(inbox_new.c[name] for name in NewFile._fields)).where(inbox_new.c.piece == piece)
    with ledger.read() as connection:
        return sorted(NewFile(*row) for row in connection.execute(query))


def new_bytes(ledger: Ledger) -> int:
    """The bytes of all pieces."""
    with ledger.read() as connection:
        return count(connection, select(func.sum(inbox_new.c.size)))


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of the inbox as it was taken."""

    id: int
    name: str
    sha256: str
    outcome: str


def get(ledger: Ledger, file_id: int) -> tuple[Kept, list[Problem], bytes]:
    """A file with what was wrong in it, and its bytes. Raises as `documents.load`."""
    with ledger.read() as connection:
        query = select(*(inbox_file.c[n] for n in Kept.__dataclass_fields__))
        row = Kept(*connection.execute(query.where(inbox_file.c.id == file_id)).one())
        names = ("code", "message", "place", "remedy")
        listed = select(*(problem.c[n] for n in names)).where(problem.c.inbox_file_id == file_id)
        troubles = [Problem(**r._mapping) for r in connection.execute(listed.order_by(problem.c.id))]
        return row, troubles, documents.load(connection, row.sha256)


def names_of(ledger: Ledger, hashes: Sequence[str]) -> dict[str, tuple[str, str]]:
    """By their hash, the name under which files were taken first, and the outcome (read, quarantined)."""
    found: dict[str, tuple[str, str]] = {}
    with ledger.read() as connection:
        for piece in bounded(list(hashes)):
            query = select(inbox_file.c.sha256, inbox_file.c.name, inbox_file.c.outcome)
            for row in connection.execute(query.where(inbox_file.c.sha256.in_(piece))):
                found[row.sha256] = (row.name, row.outcome)
    return found


def take(ledger: Ledger, business_on: str, files: Sequence[TakenFile], *, anew: bool = False) -> Counts:
    """Takes a chunk of files with everything in them, in one transaction.

    Taking the same chunk again changes nothing: its files are known by their hash. With `anew`, a
    person's decision, they are placed as if they had not been: what was said of them before is withdrawn.
    """
    counts = Counts(files=len(files))
    with ledger.write() as connection:
        fresh: dict[str, TakenFile] = {}
        again: dict[str, TakenFile] = {}
        before: dict[str, _Before] = {}
        misplaced: set[str] = set()
        for piece in bounded([f.sha256 for f in files]):
            before |= _before(connection, piece)
            misplaced |= set(before) if anew else _misplaced(connection, piece)
        for file in files:
            of = again if file.sha256 in misplaced else fresh
            if file.sha256 in of or (file.sha256 in before and of is fresh):
                counts.duplicates += 1
            if file.sha256 not in before or of is again:
                known = of.setdefault(file.sha256, file)
                if file.misplaced < known.misplaced:  # a copy of it lies where it belongs
                    of[file.sha256] = file
        for digest in [d for d, f in again.items() if f.misplaced and f.name == before[d].name]:
            if not anew:
                del again[digest]
        documents.store(
            connection, business_on, [documents.Document("encounter_file", f.data) for f in fresh.values()]
        )
        last = connection.execute(select(func.max(inbox_file.c.id))).scalar() or 0
        rows, troubles = [], []
        for number, file in enumerate(fresh.values(), last + 1):
            counts.quarantined += file.quarantined
            counts.read += not file.quarantined
            rows.append({"id": number, "sha256": file.sha256, "business_on": business_on, **_facts(file)})
            troubles += [_trouble(number, file.name, t, business_on) for t in file.troubles]
        insert_many(connection, inbox_file, rows)
        if rows:
            subject = f"inbox files {last + 1} to {last + len(rows)}"
            what = f"{counts.read} read, {counts.quarantined} quarantined"
            audit.note(connection, business_on, "files taken in", subject, what)
        placed = list(enumerate(fresh.values(), last + 1))
        for digest, file in again.items():
            number = before[digest].id
            placed.append((number, file))
            _read_again(connection, number, file)
            troubles += [_trouble(number, file.name, t, business_on) for t in file.troubles]
        folders = {number: file.practice for number, file in placed}
        plan = placing.decide(connection, business_on, placed, counts)
        placing.carry_out(connection, business_on, plan)
        troubles += [_trouble(number, name, t, business_on) for number, name, t in plan.troubles]
        insert_many(connection, problem, troubles)
        for file_id, code in dict.fromkeys((t["inbox_file_id"], t["code"]) for t in troubles):
            if code in _ALERTS:
                message, remedy = _ALERTS[code]
                alerts.add(
                    connection,
                    f"{code}:{file_id}",
                    business_on,
                    code,
                    f"inbox file {file_id}: {message}",
                    remedy,
                    practice=folders[file_id],
                )
    return counts


def without_practice(ledger: Ledger) -> list[Unplaced]:
    """The open encounters whose practice was not known when they were taken, with their files."""
    e, f = encounter.c, inbox_file.c
    query = (
        select(
            e.id, e.inbox_file_id, f.name, f.format, e.source, e.external_id, e.version, e.payload, e.subject,
            e.doubt,
        )
        .join(inbox_file, f.id == e.inbox_file_id)
        .where(e.practice == "", e.state.in_(placing.WAITING))
        .order_by(e.id)
    )  # fmt: skip
    with ledger.read() as connection:
        return [Unplaced(*row) for row in connection.execute(query)]


def place(ledger: Ledger, business_on: str, found: Sequence[tuple[Unplaced, TakenEncounter]]) -> int:
    """Gives encounters the practice that is known now, each as if its file came now. How many.

    What the practice had under the same number is reported as for any document that comes later.
    """
    counts = Counts()
    with ledger.write() as connection:
        ids = [one.id for one, _ in found]
        still: set[int] = set()
        for piece in bounded(ids):
            query = select(encounter.c.id).where(encounter.c.id.in_(piece), encounter.c.practice == "")
            open_ones = query.where(encounter.c.state.in_(placing.WAITING)).with_for_update()
            still |= set(connection.execute(open_ones).scalars())
        files = [
            (one.file_id, TakenFile(name=one.file, data=b"", sha256="", encounters=(taken,)))
            for one, taken in found
            if one.id in still
        ]
        plan = placing.decide(connection, business_on, files, counts)
        plan.replace += [number for number in still if number not in plan.replace]
        placing.carry_out(connection, business_on, plan)
        insert_many(
            connection, problem, [_trouble(number, name, t, business_on) for number, name, t in plan.troubles]
        )
        if still:
            audit.note(
                connection,
                business_on,
                "encounters placed",
                f"encounters {min(still)} to {max(still)}",
                f"{len(still)}",
            )
    return len(still)


_ALERTS = {
    OTHER_CONTENT: (
        "encounters came before under the same number with other content",
        "see `cleanclaim quarantine` for each with its remedy",
    ),
    OTHER_PRACTICE: (
        "encounters name another practice than the one whose folder they lie in, and were not taken",
        "move the file into that practice's folder, correct the practice in it, or declare the folder in "
        "`shared_folders`",
    ),
}


@dataclass(frozen=True, slots=True)
class _Before:
    id: int
    name: str


def _before(connection: Connection, hashes: list[str]) -> dict[str, _Before]:
    query = select(inbox_file.c.sha256, inbox_file.c.id, inbox_file.c.name)
    rows = connection.execute(query.where(inbox_file.c.sha256.in_(hashes)))
    return {row.sha256: _Before(row.id, row.name) for row in rows}


def _misplaced(connection: Connection, hashes: list[str]) -> set[str]:
    """Those of `hashes` with encounters that were not taken because their folder is another practice's."""
    return set(
        connection.execute(
            select(inbox_file.c.sha256)
            .join(problem, problem.c.inbox_file_id == inbox_file.c.id)
            .where(inbox_file.c.sha256.in_(hashes), problem.c.code == OTHER_PRACTICE)
        ).scalars()
    )


def _facts(file: TakenFile) -> Row:
    return {
        "name": file.name,
        "practice": file.practice,
        "format": file.format,
        "outcome": "quarantined" if file.quarantined else "read",
        "encounters": len(file.encounters),
    }


def _read_again(connection: Connection, file_id: int, file: TakenFile) -> None:
    """A file was read once more: what was said of it before is withdrawn."""
    connection.execute(delete(problem).where(problem.c.inbox_file_id == file_id))
    connection.execute(update(inbox_file).where(inbox_file.c.id == file_id).values(_facts(file)))
    if not file.misplaced:
        alerts.settle_of(connection, (OTHER_PRACTICE,), file_id)


def note_look(ledger: Ledger, business_on: str, counts: Counts) -> None:
    """Notes what one whole look at the inbox saw."""
    with ledger.write() as connection:
        connection.execute(
            inbox_look.insert().values(
                business_on=business_on,
                files=counts.files,
                read=counts.read,
                quarantined=counts.quarantined,
                duplicates=counts.duplicates,
            )
        )


def _trouble(file_id: int | None, name: str, trouble: Problem, business_on: str) -> Row:
    return {
        "inbox_file_id": file_id,
        "response_id": None,
        "name": name,
        "code": trouble.code,
        "place": trouble.place,
        "message": trouble.message,
        "remedy": trouble.remedy,
        "business_on": business_on,
    }
