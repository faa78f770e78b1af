"""What each claim's patient owes, with what recognises who answers for it: summed in the database, unread.

The marks by which a guarantor is recognised are kept as digests beside the claim, with what they were read
from: its newest document, the day of its service, and a person's word. Where one of these is another one now,
nothing counts as kept.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal_column,
    or_,
    select,
)

from ledger.encounters.encounters import WHOSE
from ledger.patients import guarantors
from ledger.schema import (
    claim,
    claim_version,
    encounter,
    entry,
    guarantor,
    guarantor_digest,
    guarantor_mark,
    posting,
)
from ledger.storage import kept_to
from ledger.storage.database import insert_many
from ledger.storage.kept_to import KeptTo
from ledger.storage.one_of import one_of
from ledger.storage.stated import stated

RULE: Final = "1"
"""How marks are made of what is read (`tasks/patients/guarantors.py`): another rule, another number."""

_OPEN: Final = ("receivable_patient", "prepayment", "credit", "bad_debt")


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientBalance:
    """A claim that ever was a patient's in part; cents. `encounter_id`: its newest document, None where none
    is kept. `word`: the hash of the document that names who answers for a child. `marks`: digests, None where
    they are not kept as these say now."""

    claim_id: int
    practice: str
    service_from_on: str
    owed: int
    credit: int
    prepaid: int
    given_up: int
    encounter_id: int | None
    word: str
    marks: tuple[str, ...] | None


def is_patients() -> ColumnElement[bool]:
    """Whether a posting is a patient's."""
    p = posting.c
    return or_(
        p.account.in_(("receivable_patient", "prepayment")),
        and_(p.payer == "", p.account.in_(("cash", "credit"))),
    )


def every(connection: Connection) -> list[PatientBalance]:
    """All of them, by their claims' ids."""
    rows = connection.execute(_of_all()).all()
    words = guarantors.kept_words(connection, [row.id for row in rows])
    return [_balance(row, words.get(row.id, "")) for row in rows]


def of_claims(connection: Connection, claim_ids: Collection[int]) -> list[PatientBalance]:
    """Those of these claims, by their ids."""
    rows = connection.execute(*_of(list(claim_ids))).all()
    words = guarantors.kept_words(connection, [row.id for row in rows])
    return [_balance(row, words.get(row.id, "")) for row in rows]


_COUNTED: Final = {
    "entries": entry,
    "encounters": encounter,
    "versions": claim_version,
    "guarantors": guarantor,
}
"""What another guarantor may come of: the rows of these tables, as far as digests were kept of them."""


def newest_rows(connection: Connection) -> dict[str, int]:
    """The last row of each of what digests are kept of, by its name."""
    return {
        name: connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
        for name, table in _COUNTED.items()
    }


def _kept_as(name: str) -> str:
    return f"digests {RULE} {name}"


def note_kept(connection: Connection, newest: Mapping[str, int]) -> None:
    """Notes that the digests of all that these rows say are kept."""
    kept_to.note(connection, {_kept_as(name): KeptTo(last=last) for name, last in newest.items()})


def maybe_not_kept(connection: Connection) -> set[int] | None:
    """Every claim of which another guarantor may be recognised now than the one that is kept; None: all may.

    Those of which a patient's posting, a document, a version or a person's word came since digests were kept.
    """
    kept = kept_to.read(connection, [_kept_as(name) for name in _COUNTED])
    if len(kept) < len(_COUNTED):
        return None
    last = {name: kept[_kept_as(name)].last for name in _COUNTED}
    p, e, v, g = posting.c, encounter.c, claim_version.c, guarantor.c
    since = select(p.claim_id, p.account, p.payer).where(p.entry_id > last["entries"])
    rows_since = connection.execute(since.where(p.claim_id.is_not(None))).all()
    posted = {row.claim_id for row in rows_since if _is_a_patients(row.account, row.payer)}
    documents = (
        select(claim.c.id)
        .join(encounter, and_(*(e[name] == claim.c[name] for name in WHOSE)))
        .where(e.id > last["encounters"])
    )
    versions = select(v.claim_id).where(v.id > last["versions"])
    words = (
        select(claim.c.id)
        .join(guarantor, g.patient_id == claim.c.patient_id)
        .where(g.id > last["guarantors"])
    )
    return posted | {
        int(number)
        for query in (documents, versions, words)
        for number in connection.execute(query).scalars()
    }


def _is_a_patients(account: str, payer: str) -> bool:
    """`is_patients` of a posting that was read: an index of accounts would lead through all of them."""
    return account in ("receivable_patient", "prepayment") or (not payer and account in ("cash", "credit"))


def open_after(
    connection: Connection, after: int, limit: int, practices: Collection[str] | None = None
) -> list[int]:
    """The next claims behind one of which something is owed by their patient, paid ahead, in credit or in
    collections."""
    found: set[int] = set()
    for account in _OPEN:  # each by itself, in the order of its index: nothing behind the page is read
        p = posting.c
        # written out: PostgreSQL plans a statement that comes again for any account and any count of rows
        of: BindParameter[str] = bindparam(None, account, literal_execute=True)
        query = select(p.claim_id).where(p.account == of, p.claim_id > after)
        if account == "credit":
            query = query.where(p.payer == "")
        if practices is not None:
            query = query.where(p.practice.in_(sorted(practices)))
        query = query.group_by(p.claim_id).having(func.sum(p.cents) != 0)
        query = query.order_by(p.claim_id).limit(literal_column(str(limit)))
        found.update(connection.execute(query).scalars())
    return sorted(found)[:limit]


def sharing(connection: Connection, marks: Collection[str]) -> set[int]:
    """The claims of which one of these digests is kept."""
    query = select(guarantor_mark.c.claim_id).where(one_of(guarantor_mark.c.mark, sorted(marks)))
    return set(connection.execute(query).scalars())


def _balance(row: Row[tuple[object, ...]], word: str) -> PatientBalance:
    kept = (row.kept_id, row.read_as) == (row.encounter_id, _read_as(row.service_from_on, word))
    marks = None if row.encounter_id is not None and not kept else tuple((row.marks or "").split())
    return PatientBalance(
        claim_id=row.id,
        practice=row.practice,
        service_from_on=row.service_from_on,
        owed=int(row.owed),
        credit=int(row.credit),
        prepaid=int(row.prepaid),
        given_up=int(row.given_up),
        encounter_id=row.encounter_id,
        word=word,
        marks=marks if row.encounter_id is not None else (),
    )


def _read_as(service_from_on: str, word: str) -> str:
    return f"{RULE} {service_from_on} {word}"


@cache
def _of_all() -> Select[tuple[object, ...]]:
    return _query(None)


@stated
def _of(claim_ids: Any) -> Select[tuple[object, ...]]:
    return _query(claim_ids)


def _query(claim_ids: Any) -> Select[tuple[object, ...]]:
    sums, kept = _sums(claim_ids), guarantor_digest.c
    newest = (
        select(encounter.c.id)
        .where(*(encounter.c[name] == claim.c[name] for name in WHOSE), encounter.c.payload != "")
        .order_by(encounter.c.version.desc(), encounter.c.id.desc())
        .limit(1)
        .correlate(claim)
        .scalar_subquery()
    )
    return (
        select(
            *(claim.c.id, claim.c.practice, claim_version.c.service_from_on),
            *(sums.c.owed, sums.c.credit, sums.c.prepaid, sums.c.given_up),
            newest.label("encounter_id"),
            *(kept.encounter_id.label("kept_id"), kept.read_as, kept.marks),
        )
        .select_from(sums)
        .join(claim, claim.c.id == sums.c.claim_id)
        .join(claim_version, claim_version.c.id == claim.c.version_id)
        .outerjoin(guarantor_digest, kept.claim_id == claim.c.id)
        .order_by(claim.c.id)
    )


def _sums(claim_ids: Any) -> Subquery:
    """By claim what is the patient's, of those with a posting that is; of these claims, None: of all."""
    p = posting.c

    def of(name: str, wanted: ColumnElement[bool], sign: int) -> ColumnElement[int]:
        return func.sum(case((wanted, p.cents * sign), else_=0)).label(name)

    return (
        select(
            p.claim_id,
            of("owed", p.account == "receivable_patient", 1),
            of("credit", and_(p.account == "credit", p.payer == ""), -1),
            of("prepaid", p.account == "prepayment", -1),
            of("given_up", p.account == "bad_debt", 1),
        )
        .where(p.claim_id.is_not(None) if claim_ids is None else one_of(p.claim_id, claim_ids))
        .where(or_(is_patients(), p.account == "bad_debt"))
        .group_by(p.claim_id)
        .having(func.max(case((is_patients(), 1), else_=0)) == 1)
        .subquery()
    )


def documents_of(connection: Connection, encounter_ids: Sequence[int]) -> dict[int, str]:
    """Encounters' JSON by their ids."""
    query = select(encounter.c.id, encounter.c.payload).where(one_of(encounter.c.id, encounter_ids))
    return dict(connection.execute(query).tuples().all())


def keep(connection: Connection, read: Mapping[PatientBalance, Sequence[str]]) -> None:
    """Keeps the digests that were read of these claims in place of what was kept of them."""
    ids = [one.claim_id for one in read]
    for table in (guarantor_digest, guarantor_mark):
        connection.execute(delete(table).where(one_of(table.c.claim_id, ids)))
    insert_many(
        connection,
        guarantor_digest,
        [
            {
                "claim_id": one.claim_id,
                "encounter_id": one.encounter_id,
                "read_as": _read_as(one.service_from_on, one.word),
                "marks": " ".join(marks),
            }
            for one, marks in read.items()
        ],
    )
    rows = [{"mark": mark, "claim_id": one.claim_id} for one, marks in read.items() for mark in set(marks)]
    insert_many(connection, guarantor_mark, rows)
