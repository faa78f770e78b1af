"""Files from partners: stored once, by their hash and by (sender, ISA13), whatever their name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select, text, update

from config.problem import Problem
from ledger.runs import alerts, settling
from ledger.schema import alert, answer, document, problem, remote_look, response
from ledger.storage import documents
from ledger.storage.database import Ledger, bounded, count, insert_many
from ledger.storage.one_of import one_of
from ledger.storage.stated import stated
from ledger.trail import audit


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """A stored file of a partner. `kinds` are transaction sets (TA1, 999, 277CA, 835)."""

    id: int
    clearinghouse: str
    name: str
    sha256: str
    sender: str
    isa13: str
    kinds: str
    state: str
    business_on: str


@dataclass(frozen=True, slots=True)
class RemoteLook:
    """A remote file as it was seen last; `sha256` where it was stored already."""

    size: int
    mtime: int
    sha256: str


_SELECT = select(*(response.c[name] for name in ResponseRow.__dataclass_fields__))
NUMBERED = text("response.isa13 <> ''")
"""It stands in words, since the index of these rows alone serves no parameter."""


def seen(ledger: Ledger, clearinghouse: str) -> dict[str, RemoteLook]:
    """Every remote file of a partner that was seen, by its name there."""
    with ledger.read() as connection:
        rows = connection.execute(
            select(
                remote_look.c.name, remote_look.c.size, remote_look.c.modified_at, remote_look.c.sha256
            ).where(remote_look.c.clearinghouse == clearinghouse)
        )
        return {row.name: RemoteLook(row.size, row.modified_at, row.sha256) for row in rows}


def note_looks(
    ledger: Ledger, clearinghouse: str, looks: dict[str, tuple[int, int]], known: Collection[str]
) -> None:
    """Notes size and time of remote files that are not read yet; `known` are the names noted before."""
    rows = [
        {"clearinghouse": clearinghouse, "name": name, "size": size, "modified_at": mtime, "sha256": ""}
        for name, (size, mtime) in looks.items()
        if name not in known
    ]
    with ledger.write() as connection:
        insert_many(connection, remote_look, rows)
        for name, (size, mtime) in looks.items():
            if name in known:
                _look(connection, clearinghouse, name, size, mtime, "")


def forget_looks(ledger: Ledger, clearinghouse: str, names: Collection[str]) -> None:
    """Forgets remote files that are gone: the next one of such a name is another one."""
    if names:
        with ledger.write() as connection:
            for piece in bounded(list(names)):
                connection.execute(
                    remote_look.delete().where(
                        remote_look.c.clearinghouse == clearinghouse, remote_look.c.name.in_(piece)
                    )
                )


def store(
    ledger: Ledger,
    business_on: str,
    clearinghouse: str,
    name: str,
    data: bytes,
    *,
    size: int,
    mtime: int,
    sender: str = "",
    isa13: str = "",
    kinds: str = "",
    state: str = "stored",
    troubles: Sequence[Problem] = (),
    whole: bool = True,
) -> int | None:
    """Stores a file and returns its id; None where its bytes or its interchange were stored before.

    `sender` and `isa13` are empty where it is not X12. `state` is stored, archived or quarantined.
    A file keeps its interchange number for itself only where all of it is taken (`whole`): of
    another one the partner may provide the same number again, corrected.
    """
    file = documents.Document("response", data)
    with ledger.write() as connection:
        _look(connection, clearinghouse, name, size, mtime, file.sha256)
        same = connection.execute(select(response.c.id).where(response.c.sha256 == file.sha256)).scalar()
        if same is not None:
            return None
        number = isa13
        if state != "stored" or not whole:
            isa13 = ""
        if isa13:
            earlier = connection.execute(
                select(response.c.id).where(response.c.sender == sender, response.c.isa13 == isa13, NUMBERED)
            ).scalar()
            if earlier is not None:
                # the number again with other bytes: kept and shown, never taken for the first one
                troubles = (
                    Problem(
                        code="RSP-REUSED",
                        place="ISA13",
                        message="the partner used this interchange number before with other content",
                        remedy="ask the partner which file is right",
                    ),
                )
                isa13, state = "", "quarantined"
            else:
                _settle_damaged(connection, clearinghouse, isa13)
        documents.store(connection, business_on, [file])
        response_id = int(
            connection.execute(
                response.insert()
                .values(
                    clearinghouse=clearinghouse,
                    name=name,
                    sha256=file.sha256,
                    sender=sender,
                    isa13=isa13,
                    kinds=kinds,
                    state=state,
                    business_on=business_on,
                )
                .returning(response.c.id)
            ).scalar_one()
        )
        if troubles:
            row = ResponseRow(
                response_id, clearinghouse, name, file.sha256, sender, number, kinds, state, business_on
            )
            quarantine(connection, row, troubles, business_on)
        what = f"{clearinghouse}, {kinds or 'no X12'}, {state}, SHA-256 {file.sha256[:16]}"
        audit.note(connection, business_on, "answer stored", f"response {response_id}", what)
        return response_id


def to_take(ledger: Ledger, kinds: Sequence[str]) -> list[ResponseRow]:
    """Stored files that hold one of `kinds` and were not taken yet, oldest first."""
    with ledger.read() as connection:
        rows = connection.execute(_SELECT.where(response.c.state == "stored").order_by(response.c.id))
        return [r for r in (ResponseRow(*row) for row in rows) if set(r.kinds.split()) & set(kinds)]


def size(ledger: Ledger, response_ids: Collection[int]) -> int:
    """How many bytes these files have together."""
    query = select(func.sum(document.c.size)).join(response, response.c.sha256 == document.c.sha256)
    with ledger.read() as connection:
        return count(connection, query.where(one_of(response.c.id, response_ids)))


def get(ledger: Ledger, response_id: int) -> tuple[ResponseRow, bytes]:
    """A file with its bytes."""
    with ledger.read() as connection:
        row = row_of(connection, response_id)
        return row, documents.load(connection, row.sha256)


def row_of(connection: Connection, response_id: int) -> ResponseRow:
    """A file without its bytes, which would be unsealed and proved. Raises NoResultFound."""
    return ResponseRow(*connection.execute(*_of_id(response_id)).one())


@stated
def _of_id(response_id: Any) -> Select[tuple[Any, ...]]:
    return _SELECT.where(response.c.id == response_id)


def finish(connection: Connection, response_id: int, state: str = "taken") -> bool:
    """The done-mark, inside the transaction that writes what the file said. False: done before."""
    done = connection.execute(
        update(response).where(response.c.id == response_id, response.c.state == "stored").values(state=state)
    )
    return done.rowcount == 1


def quarantine(
    connection: Connection, row: ResponseRow, troubles: Sequence[Problem], business_on: str
) -> None:
    """Quarantines a file, or what is left of it, with the reasons, and raises an alert.

    The alert settles itself when the same interchange comes whole, or with the file in the queue.
    """
    connection.execute(update(response).where(response.c.id == row.id).values(state="quarantined"))
    # the partner may send what was not taken again under the same number, corrected; answers count once
    applied = select(answer.c.id).where(answer.c.response_id == row.id).exists()
    connection.execute(update(response).where(response.c.id == row.id, ~applied).values(isa13=""))
    add_troubles(connection, row.id, row.name, troubles, business_on)
    codes = ", ".join(dict.fromkeys(t.code for t in troubles))
    alerts.add(
        connection,
        f"aside:{row.id}:{row.clearinghouse}:{row.isa13 if row.isa13.isdigit() else ''}",
        business_on,
        "RSP-ASIDE",
        f"{row.clearinghouse}: answer {row.id} was quarantined, or a part of it ({codes})",
        "`cleanclaim quarantine` says why and what to do",
    )


def take_up(connection: Connection, row: ResponseRow, kinds: str, business_on: str, why: str) -> None:
    """A quarantined file is to be taken again. Its reasons stay until it is taken, or quarantined anew."""
    connection.execute(
        update(response)
        .where(response.c.id == row.id, response.c.state == "quarantined")
        .values(state="stored", kinds=kinds)
    )
    audit.note(connection, business_on, "answer taken up again", f"response {row.id}", why)


def keep_number(connection: Connection, row: ResponseRow, isa13: str) -> None:
    """A file of which all is taken keeps its interchange number for itself, where no other one has it."""
    others = select(response.c.id).where(response.c.sender == row.sender, response.c.isa13 == isa13, NUMBERED)
    if isa13 and connection.execute(others).first() is None:
        connection.execute(update(response).where(response.c.id == row.id).values(isa13=isa13))


def troubles_of(connection: Connection, response_id: int) -> dict[int, Problem]:
    """Why a file, or a part of it, was not taken, by the number in the queue."""
    names = ("code", "place", "message", "remedy")
    query = select(problem.c.id, *(problem.c[n] for n in names)).where(problem.c.response_id == response_id)
    return {
        row.id: Problem(**{n: getattr(row, n) for n in names})
        for row in connection.execute(query.order_by(problem.c.id))
    }


def withdraw(connection: Connection, problem_ids: Sequence[int]) -> None:
    """The reasons of a file are to be written anew."""
    for piece in bounded(list(problem_ids)):
        connection.execute(problem.delete().where(problem.c.id.in_(piece)))


def _settle_damaged(connection: Connection, clearinghouse: str, isa13: str) -> None:
    """The interchange came whole: the alert of a damaged one is over."""
    connection.execute(
        update(alert)
        .where(
            alert.c.code == "RSP-ASIDE",
            alert.c.key.endswith(f":{clearinghouse}:{isa13}", autoescape=True),
            alert.c.state == "open",
        )
        .values(state="settled")
    )


def refuse(
    ledger: Ledger, business_on: str, clearinghouse: str, refused: Sequence[tuple[str, Problem]]
) -> None:
    """Remote files that are not read (a hostile name, over the cap): each reported once while that lasts,
    whatever a person said of it, and left there."""
    with ledger.write() as connection:
        for name, trouble in refused:
            shown = _remote(clearinghouse, name)
            listed = connection.execute(
                select(problem.c.id)
                .where(problem.c.name == shown, problem.c.code == trouble.code)
                .where(~settling.is_settled("problem", problem.c.id, by=settling.ITSELF))
            ).first()
            if listed is None:
                add_troubles(connection, None, shown, [trouble], business_on)


def no_longer_refused(
    ledger: Ledger, business_on: str, clearinghouse: str, code: str, still: Collection[str]
) -> int:
    """Remote files that were not read and now are, or that are gone there, leave the queue. How many."""
    kept = {_remote(clearinghouse, name) for name in still}
    query = select(problem.c.id, problem.c.name).where(
        problem.c.response_id.is_(None),
        problem.c.code == code,
        problem.c.name.startswith(f"{clearinghouse}: ", autoescape=True),
        ~settling.is_settled("problem", problem.c.id),
    )
    with ledger.read() as connection:
        over = [row.id for row in connection.execute(query) if row.name not in kept]
    for number in over:
        why = "the file was read, or the partner does not list it any more"
        subject = settling.Subject("problem", number)
        settling.say(ledger, subject, business_on, settling.ITSELF, why, settled=True)
    return len(over)


def _remote(clearinghouse: str, name: str) -> str:
    """A remote file's name as it is shown."""
    return f"{clearinghouse}: {name.encode('unicode_escape').decode('ascii')[:200]}"


def add_troubles(
    connection: Connection, response_id: int | None, name: str, troubles: Sequence[Problem], business_on: str
) -> None:
    """Why a file or a part of it was not taken, inside the caller's transaction."""
    insert_many(
        connection,
        problem,
        [
            {
                "inbox_file_id": None,
                "response_id": response_id,
                "name": name,
                "code": t.code,
                "place": t.place,
                "message": t.message,
                "remedy": t.remedy,
                "business_on": business_on,
            }
            for t in troubles
        ],
    )


def _look(connection: Connection, clearinghouse: str, name: str, size: int, mtime: int, sha256: str) -> None:
    key = (remote_look.c.clearinghouse == clearinghouse) & (remote_look.c.name == name)
    done = connection.execute(
        update(remote_look).where(key).values(size=size, modified_at=mtime, sha256=sha256)
    )
    if done.rowcount == 0:
        connection.execute(
            remote_look.insert().values(
                clearinghouse=clearinghouse, name=name, size=size, modified_at=mtime, sha256=sha256
            )
        )
