"""Files from partners: stored once, by their hash and by (sender, ISA13), whatever their name."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from ledger import audit, documents
from ledger.database import Ledger, insert_many
from ledger.schema import problem, remote_look, response
from ledger.taken import Trouble


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
    night: str


@dataclass(frozen=True, slots=True)
class RemoteLook:
    """A remote file as it was seen last; `sha256` where it was stored already."""

    size: int
    mtime: int
    sha256: str


_SELECT = select(*(response.c[name] for name in ResponseRow.__dataclass_fields__))


def seen(ledger: Ledger, clearinghouse: str) -> dict[str, RemoteLook]:
    """Every remote file of a partner that was seen, by its name there."""
    with ledger.read() as connection:
        rows = connection.execute(
            select(remote_look.c.name, remote_look.c.size, remote_look.c.mtime, remote_look.c.sha256).where(
                remote_look.c.clearinghouse == clearinghouse
            )
        )
        return {row.name: RemoteLook(row.size, row.mtime, row.sha256) for row in rows}


def note_look(ledger: Ledger, clearinghouse: str, looks: dict[str, tuple[int, int]]) -> None:
    """Notes size and time of remote files that are not read yet."""
    with ledger.write() as connection:
        for name, (size, mtime) in looks.items():
            _look(connection, clearinghouse, name, size, mtime, "")


def store(
    ledger: Ledger,
    night: str,
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
    trouble: Trouble | None = None,
) -> int | None:
    """Stores a file and returns its id; None where its bytes or its interchange were stored before.

    `sender` and `isa13` are empty where it is not X12. `state` is stored, archived or quarantined.
    """
    file = documents.Document("response", data)
    with ledger.write() as connection:
        _look(connection, clearinghouse, name, size, mtime, file.sha256)
        same = connection.execute(select(response.c.id).where(response.c.sha256 == file.sha256)).scalar()
        if same is not None:
            return None
        if isa13:
            earlier = connection.execute(
                select(response.c.id).where(response.c.sender == sender, response.c.isa13 == isa13)
            ).scalar()
            if earlier is not None:
                # the number again with other bytes: kept and shown, never taken for the first one
                trouble = trouble or Trouble(
                    code="RSP-REUSED",
                    place="ISA13",
                    message="the partner used this interchange number before with other content",
                    remedy="ask the partner which file is right",
                )
                isa13, state = "", "quarantined"
        documents.store(connection, night, [file])
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
                    night=night,
                )
                .returning(response.c.id)
            ).scalar_one()
        )
        if trouble is not None:
            add_troubles(connection, response_id, name, [trouble], night)
        what = f"{clearinghouse}, {kinds or 'no X12'}, {state}, SHA-256 {file.sha256[:16]}"
        audit.note(connection, night, "answer stored", f"response {response_id}", what)
        return response_id


def to_take(ledger: Ledger, kinds: Sequence[str]) -> list[ResponseRow]:
    """Stored files that hold one of `kinds` and were not taken yet, oldest first."""
    with ledger.read() as connection:
        rows = connection.execute(_SELECT.where(response.c.state == "stored").order_by(response.c.id))
        return [r for r in (ResponseRow(*row) for row in rows) if set(r.kinds.split()) & set(kinds)]


def get(ledger: Ledger, response_id: int) -> tuple[ResponseRow, bytes]:
    """A file with its bytes."""
    with ledger.read() as connection:
        row = ResponseRow(*connection.execute(_SELECT.where(response.c.id == response_id)).one())
        return row, documents.load(connection, row.sha256)


def finish(connection: Connection, response_id: int, state: str = "taken") -> bool:
    """The done-mark, inside the transaction that writes what the file said. False: done before."""
    done = connection.execute(
        update(response).where(response.c.id == response_id, response.c.state == "stored").values(state=state)
    )
    return done.rowcount == 1


def quarantine(ledger: Ledger, night: str, response_id: int, troubles: Sequence[Trouble]) -> None:
    """Puts a file aside with the reason; nothing of it was taken."""
    with ledger.write() as connection:
        if finish(connection, response_id, "quarantined"):
            name = connection.execute(
                select(response.c.name).where(response.c.id == response_id)
            ).scalar_one()
            add_troubles(connection, response_id, name, troubles, night)


def refuse(ledger: Ledger, night: str, clearinghouse: str, name: str, trouble: Trouble) -> None:
    """A remote file that is not even read (a hostile name, over the cap): told once, left there."""
    with ledger.write() as connection:
        shown = name.encode("unicode_escape").decode("ascii")[:200]
        told = connection.execute(
            select(problem.c.id).where(
                problem.c.name == f"{clearinghouse}: {shown}", problem.c.code == trouble.code
            )
        ).first()
        if told is None:
            add_troubles(connection, None, f"{clearinghouse}: {shown}", [trouble], night)


def add_troubles(
    connection: Connection, response_id: int | None, name: str, troubles: Sequence[Trouble], night: str
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
                "night": night,
            }
            for t in troubles
        ],
    )


def _look(connection: Connection, clearinghouse: str, name: str, size: int, mtime: int, sha256: str) -> None:
    key = (remote_look.c.clearinghouse == clearinghouse) & (remote_look.c.name == name)
    done = connection.execute(update(remote_look).where(key).values(size=size, mtime=mtime, sha256=sha256))
    if done.rowcount == 0:
        connection.execute(
            remote_look.insert().values(
                clearinghouse=clearinghouse, name=name, size=size, mtime=mtime, sha256=sha256
            )
        )
