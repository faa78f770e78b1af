"""Claims as their patients see them, each with all that speaks for or against asking.

Whose claims belong to one guarantor is not said here: the documents that say it go out as they are.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from ledger.adjudication.facts import PREDETERMINATION
from ledger.books import claim_books
from ledger.books.accounts import ADJUSTED
from ledger.books.claim_acts import PATIENT_PAYMENT, patient_protected
from ledger.books.work_items import OPEN
from ledger.encounters.encounters import WHOSE
from ledger.patients import guarantors
from ledger.payments.placements import RETURNED
from ledger.queries.claims import LATE
from ledger.schema import (
    claim,
    claim_payment,
    claim_version,
    claim_waiting,
    coverage_answer,
    encounter,
    inquiry,
    money_act,
    posting,
    submission,
    work_item,
)
from ledger.storage.database import bounded
from ledger.storage.one_of import one_of
from ledger.storage.unindexed import unindexed

UNANSWERED = ("held", "ready", "batched", "sent", "accepted", "pended", "in_appeal")
"""The states of a submission that its payer has not finished with."""

PATIENTS_OWN = ("patient_credit", "plan_missed", "estimate_exceeded", "overpaid", "unknown_drg")
"""The kinds of work that ask a payer for nothing."""


@dataclass(slots=True, kw_only=True)
class PatientClaim:
    """A claim as its patient sees it; cents. `documents` are its encounter's JSON, the newest version first,
    without those that were purged. `named`: who answers for a child by a person's word, as JSON. `protected`:
    why nothing may be asked, "" it may. `awaits`: what a payer may still pay by, "" nothing."""

    id: int
    number: str
    practice: str
    encounter: str
    patient_id: int | None
    service_from_on: str
    charge: int = 0
    insurance_paid: int = 0
    adjusted: int = 0
    patient_paid: int = 0
    owed: int = 0
    credit: int = 0
    prepaid: int = 0
    given_up: int = 0
    restricted: int = 0
    awaits: str = ""
    protected: str = ""
    documents: list[str] = field(default_factory=list)
    named: str = ""


def load(connection: Connection, claim_ids: Collection[int]) -> list[PatientClaim]:
    """These claims, by their ids.

    Nothing is asked of a claim's payers where the patient owes nothing: `awaits` and `protected` are "".
    """
    ids = sorted(set(claim_ids))
    found: dict[int, PatientClaim] = {}
    for piece in bounded(ids):
        found |= _claims(connection, piece)
        _add_money(connection, found, piece)
        _add_documents(connection, found, piece)
        for claim_id, data in guarantors.named(connection, piece).items():
            found[claim_id].named = data.decode("utf-8")
    owing = [one.id for one in found.values() if one.owed > 0]
    for piece in bounded(owing):
        _add_waits(connection, found, piece)
        _add_protection(connection, found, piece)
    return list(found.values())


def of_patient(connection: Connection, claim_id: int) -> list[int]:
    """The claims of the patient of a claim in its practice; that one alone where nobody is recognised."""
    of = select(claim.c.patient_id).where(claim.c.id == claim_id).scalar_subquery()
    query = select(claim.c.id).where(or_(claim.c.id == claim_id, claim.c.patient_id == of))
    query = query.order_by(claim.c.id)
    return list(connection.execute(query).scalars())


def _claims(connection: Connection, ids: list[int]) -> dict[int, PatientClaim]:
    c = claim.c
    query = (
        select(
            *(c.id, c.patient_control_number, c.practice, c.external_id, c.patient_id),
            claim_version.c.service_from_on,
        )
        .join(claim_version, claim_version.c.id == c.version_id)
        .where(c.id.in_(ids))
        .order_by(c.id)
    )
    return {
        row[0]: PatientClaim(
            **dict(
                zip(
                    ("id", "number", "practice", "encounter", "patient_id", "service_from_on"),
                    row,
                    strict=True,
                )
            )
        )
        for row in connection.execute(query)
    }


def _add_money(connection: Connection, found: dict[int, PatientClaim], ids: list[int]) -> None:
    p = posting.c
    query = (
        select(p.claim_id, p.account, p.payer, func.sum(p.cents))
        .where(p.claim_id.in_(ids))
        .group_by(p.claim_id, p.account, p.payer)
    )
    for claim_id, account, payer, total in connection.execute(query):
        one, cents = found[claim_id], int(total)
        if account in ("revenue", "opening"):
            one.charge -= cents
            one.restricted -= cents if account == "revenue" and not payer else 0
        elif account == "cash":
            if payer:
                one.insurance_paid += cents
            else:
                one.patient_paid += cents
        elif account == "receivable_patient":
            one.owed += cents
        elif account == "receivable_payer" and cents:
            one.awaits = "a payer owes a part of it"
        elif account == "credit" and not payer:
            one.credit -= cents
        elif account == "prepayment":
            one.prepaid -= cents
        elif account == "bad_debt":
            one.given_up += cents
        elif account in ADJUSTED:
            one.adjusted += cents


def _add_documents(connection: Connection, found: dict[int, PatientClaim], ids: list[int]) -> None:
    query = (
        select(claim.c.id, encounter.c.payload)
        .join(encounter, and_(*(encounter.c[name] == claim.c[name] for name in WHOSE)))
        .where(claim.c.id.in_(ids), encounter.c.payload != "")
        .order_by(encounter.c.version.desc(), encounter.c.id.desc())
    )
    for claim_id, payload in connection.execute(query):
        found[claim_id].documents.append(payload)


def _by_claim(column: ColumnElement[str]) -> ColumnElement[str]:
    """The column as no index has it: these claims are few, and what is held may be many."""
    return func.coalesce(column, "")


def _add_waits(connection: Connection, found: dict[int, PatientClaim], ids: list[int]) -> None:
    s, w = submission.c, work_item.c
    newer = submission.alias()
    has_newer = exists().where(
        newer.c.claim_id == s.claim_id, newer.c.payer_order == s.payer_order, newer.c.number > s.number
    )
    late = select(claim.c.id).select_from(LATE.joined).where(*LATE.where, claim.c.id.in_(ids))
    held = (
        select(claim.c.id)
        .join(encounter, and_(*(encounter.c[name] == claim.c[name] for name in WHOSE)))
        .where(claim.c.id.in_(ids), _by_claim(encounter.c.state).in_(("picked_up", "held", "clean")))
    )
    p, a = claim_payment.c, money_act.c
    given_back = exists().where(a.claim_payment_id == p.id, a.kind == RETURNED)
    suspended = (
        select(claim.c.id)
        .join(claim_payment, p.patient_control_number == claim.c.patient_control_number)
        .where(claim.c.id.in_(ids), p.claim_id.is_(None), p.status != PREDETERMINATION, ~given_back)
        .group_by(claim.c.id)
        .having(func.sum(p.paid_cents) != 0)
    )
    why: tuple[tuple[str, Select[tuple[int]]], ...] = (
        (
            "a payer's answer is awaited",
            select(claim_waiting.c.claim_id).where(claim_waiting.c.claim_id.in_(ids)),
        ),
        (
            "a payer has the claim and did not answer",
            select(s.claim_id).where(s.claim_id.in_(ids), s.state.in_(UNANSWERED), ~has_newer),
        ),
        (
            "work about its payers is open",
            select(w.claim_id).where(
                w.claim_id.in_(ids), unindexed(w.state) == OPEN, w.kind.not_in(PATIENTS_OWN)
            ),
        ),
        ("a payment in suspense names it", suspended),
        ("a correction of it came and is not decided", late),
        ("a newer version of it is on its way", held),
    )
    for words, query in why:
        for claim_id in connection.execute(query).scalars().all():
            found[claim_id].awaits = found[claim_id].awaits or words


def _add_protection(connection: Connection, found: dict[int, PatientClaim], ids: list[int]) -> None:
    for claim_id, facts in claim_books.facts(connection, ids).items():
        found[claim_id].protected = patient_protected(facts)
    known = beneficiaries(connection, {found[i].patient_id or 0 for i in ids})
    for one in (found[i] for i in ids):
        if one.patient_id in known and not one.protected:
            one.protected = "a qualified Medicare beneficiary (271)"


def beneficiaries(connection: Connection, patients: Collection[int]) -> set[int]:
    """Those of these patients whom a payer called qualified Medicare beneficiaries in a 271."""
    query = (
        select(claim.c.patient_id)
        .join(claim_version, claim_version.c.claim_id == claim.c.id)
        .join(inquiry, inquiry.c.encounter_id == claim_version.c.encounter_id)
        .join(coverage_answer, coverage_answer.c.inquiry_id == inquiry.c.id)
        .where(one_of(claim.c.patient_id, sorted(patients)))
        .where(coverage_answer.c.qmb == 1)
    )
    return set(connection.execute(query.distinct()).scalars())


@dataclass(frozen=True, slots=True)
class PatientPayment:
    """What a patient paid of a claim in one act, or what undid it (cents below 0)."""

    act: int
    claim_id: int
    cents: int
    how: str
    actor: str
    business_on: str


def payments(connection: Connection, claim_ids: Collection[int]) -> list[PatientPayment]:
    """What patients paid of these claims after the desk, oldest first."""
    a = money_act.c
    query = (
        select(a.id, a.claim_id, a.cents, a.reference, a.actor, a.business_on)
        .where(one_of(a.claim_id, sorted(claim_ids)), a.kind == PATIENT_PAYMENT)
        .order_by(a.id)
    )
    return [PatientPayment(*row) for row in connection.execute(query)]
