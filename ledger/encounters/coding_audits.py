"""Coding audits as they are kept: what was drawn, and what reviewers said. Rows are added, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from ledger.schema import coding_audit, coding_audit_line, coding_review
from ledger.storage import documents
from ledger.storage.database import Row, insert_many, new_ids
from ledger.storage.documents import Document
from ledger.trail import audit

FRAME = "coding_audit_frame"
"""The kind of a frame's document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingAudit:
    """One audit. `id` 0: not kept yet. Days are ISO text; `confidence`, `width` and `expected` are tenths of
    a percent, `width` 0 where the size was said."""

    id: int = 0
    practice: str
    from_on: str
    to_on: str
    method: str
    strata_by: str
    filters: str
    seed: int
    confidence: int
    width: int
    expected: int
    frame_lines: int
    frame_sha256: str
    actor: str
    why: str
    business_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a reviewer said of a line: `elements` are those that are not as they should be, "" it agrees. The
    others are what they should be, "" as billed, NONE nothing."""

    place: int
    elements: str
    procedure: str
    modifiers: str
    diagnoses: str
    reason: str
    actor: str
    why: str
    business_on: str

    @property
    def agrees(self) -> bool:
        return not self.elements

    @property
    def should_be(self) -> str:
        """What it should be, of what is wrong, for people."""
        return "; ".join(part for part in (self.procedure, self.modifiers, self.diagnoses) if part)


@dataclass(frozen=True, slots=True)
class Counted:
    """An audit with how many lines were drawn and reviewed, and of how many the latest word disagrees."""

    audit: CodingAudit
    lines: int
    reviewed: int
    disagreed: int


_NAMES = tuple(CodingAudit.__dataclass_fields__)
_REVIEW = tuple(Review.__dataclass_fields__)


def find(connection: Connection, number: int) -> CodingAudit | None:
    """An audit by its number; None: there is none."""
    query = select(*(coding_audit.c[name] for name in _NAMES)).where(coding_audit.c.id == number)
    row = connection.execute(query).one_or_none()
    return CodingAudit(**row._mapping) if row is not None else None


def of_frame(connection: Connection, sha256: str) -> int | None:
    """The audit that was drawn by the same plan from the same frame."""
    query = select(coding_audit.c.id).where(coding_audit.c.frame_sha256 == sha256)
    return connection.execute(query).scalar_one_or_none()


def every(connection: Connection) -> list[Counted]:
    """All audits, oldest first."""
    r, n = coding_review.c, coding_audit_line.c
    last = select(func.max(r.id).label("id")).group_by(r.audit_id, r.place).subquery()
    said = (
        select(
            r.audit_id,
            func.count().label("reviewed"),
            func.count(func.nullif(r.elements, "")).label("disagreed"),
        )
        .join(last, last.c.id == r.id)
        .group_by(r.audit_id)
        .subquery()
    )
    drawn = select(n.audit_id, func.count().label("lines")).group_by(n.audit_id).subquery()
    query = (
        select(
            *(coding_audit.c[name] for name in _NAMES),
            func.coalesce(drawn.c.lines, 0).label("lines"),
            func.coalesce(said.c.reviewed, 0).label("reviewed"),
            func.coalesce(said.c.disagreed, 0).label("disagreed"),
        )
        .outerjoin(drawn, drawn.c.audit_id == coding_audit.c.id)
        .outerjoin(said, said.c.audit_id == coding_audit.c.id)
        .order_by(coding_audit.c.id)
    )
    size = len(_NAMES)
    return [
        Counted(CodingAudit(**dict(zip(_NAMES, row[:size], strict=True))), *map(int, row[size:]))
        for row in connection.execute(query)
    ]


def lines(connection: Connection, number: int) -> list[tuple[int, int, int]]:
    """The lines of an audit in the order of its sheet: place, version of the claim, line."""
    n = coding_audit_line.c
    query = select(n.place, n.version_id, n.line).where(n.audit_id == number).order_by(n.place)
    return [(int(row[0]), int(row[1]), int(row[2])) for row in connection.execute(query)]


def reviews(connection: Connection, number: int) -> list[Review]:
    """Every word about the lines of an audit, oldest first: of a line the last one counts."""
    query = select(*(coding_review.c[name] for name in _REVIEW)).where(coding_review.c.audit_id == number)
    rows = connection.execute(query.order_by(coding_review.c.id))
    return [Review(**row._mapping) for row in rows]


def keep(
    connection: Connection, business_on: str, one: CodingAudit, frame: bytes, drawn: Sequence[tuple[int, int]]
) -> int:
    """Keeps a sample with its frame; its number. `drawn`: version of the claim and line, in order.

    Raises KeyRefused: the same was drawn in the meantime.
    """
    documents.store(connection, business_on, [Document(FRAME, frame)])
    (number,) = new_ids(connection, coding_audit, 1)
    row: Row = {**{name: getattr(one, name) for name in _NAMES}, "id": number}
    insert_many(connection, coding_audit, [row])
    insert_many(
        connection,
        coding_audit_line,
        [
            {"audit_id": number, "place": place, "version_id": version_id, "line": line}
            for place, (version_id, line) in enumerate(drawn, 1)
        ],
    )
    what = (
        f"{one.actor}: {len(drawn)} of {one.frame_lines} lines of {one.practice}, seed {one.seed}: {one.why}"
    )
    audit.note(connection, business_on, "coding audit drawn", f"coding audit {number}", what)
    return int(number)


def add(connection: Connection, business_on: str, number: int, said: Sequence[Review]) -> None:
    """Keeps what a reviewer said of lines of an audit."""
    insert_many(
        connection,
        coding_review,
        [{**{name: getattr(one, name) for name in _REVIEW}, "audit_id": number} for one in said],
    )
    wrong = sum(not one.agrees for one in said)
    what = f"{said[0].actor}: {len(said)} lines, {wrong} disagree: {said[0].why}"
    audit.note(connection, business_on, "coding reviewed", f"coding audit {number}", what)
