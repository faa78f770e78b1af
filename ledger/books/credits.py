"""Credits as they stand in the books, since when, and what people said of each.

A credit is named by the entry that opened it: one that was given back and comes again is another one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, func, select

from ledger.adjudication.work import PATIENT_CREDIT
from ledger.books import work_items
from ledger.books.acts import Signature, named
from ledger.books.claim_acts import REFUND
from ledger.schema import (
    claim,
    claim_payment,
    credit_event,
    entry,
    money_act,
    posting,
    remittance,
    work_item,
)
from ledger.storage.database import insert_many
from ledger.storage.one_of import one_of
from ledger.trail import audit

IDENTIFIED, SUSPENDED, RESUMED, CONTACTED = "identified", "suspended", "resumed", "contacted"

Of = TypeVar("Of")
"""Whose balance it is."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said of a credit; days. `until_on` is that of a suspension."""

    event: str
    from_on: str
    until_on: str
    actor: str
    why: str
    business_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A credit that stands; cents. `payer` "" is the patient, `item` its work, `since_on` the business date
    on which `entry_id` opened it, `received_on` the day of the newest payment of whose it is."""

    item: int
    key: str
    kind: str
    claim_id: int
    patient_control_number: str
    external_id: str
    practice: str
    payer: str
    cents: int
    entry_id: int
    since_on: str
    received_on: str
    said: tuple[Said, ...] = ()


def standing(connection: Connection, claim_ids: Collection[int] | None = None) -> list[Credit]:
    """Every credit, or those of some claims, by the ids of their work."""
    asked = _STANDING if claim_ids is None else _STANDING.where(one_of(work_item.c.claim_id, claim_ids))
    rows = connection.execute(asked).all()
    if not rows:
        return []
    ids = {row.claim_id for row in rows}
    opened, received, said = _opened(connection, ids), _received(connection, ids), _said(connection, ids)
    found = []
    for row in rows:
        of = row.claim_id, row.payer
        if of not in opened:
            continue
        entry_id, since_on = opened[of]
        found.append(
            Credit(
                item=row.id,
                **{name: getattr(row, name) for name in _AS_KEPT},
                entry_id=entry_id,
                since_on=since_on,
                received_on=received.get(of, since_on),
                said=tuple(said.get((*of, entry_id), ())),
            )
        )
    return found


def turned(connection: Connection, entries: int, since: str, day: str) -> set[int]:
    """The claims whose credits may stand otherwise on a day than they did on the day `since`, when `entries`
    was the last entry: something was posted to them, a last day passed, or a person said something of them;
    and every one of a patient, whom any claim or payment may show in contact."""
    w = work_item.c
    stands = (w.kind.in_(work_items.CREDITS), w.state != work_items.RESOLVED, w.claim_id.is_not(None))
    first, last = sorted((since, day))
    posted = select(posting.c.claim_id).where(posting.c.entry_id > entries, posting.c.claim_id.is_not(None))
    asked = (
        select(w.claim_id).where(*stands, w.claim_id.in_(posted)),
        select(w.claim_id).where(*stands, w.due_on.between(first, last)),
        select(w.claim_id).where(*stands, w.kind == PATIENT_CREDIT),
        select(credit_event.c.claim_id),
    )
    return {claim_id for query in asked for claim_id in connection.execute(query).scalars()}


_STANDING = (
    select(
        *(work_item.c[name] for name in ("id", "key", "kind", "claim_id", "practice", "payer", "cents")),
        *(claim.c.patient_control_number, claim.c.external_id),
    )
    .join(claim, claim.c.id == work_item.c.claim_id)
    .where(work_item.c.kind.in_(work_items.CREDITS), work_item.c.state != work_items.RESOLVED)
    .order_by(work_item.c.id)
)
_AS_KEPT = (
    *("key", "kind", "claim_id", "patient_control_number", "external_id", "practice"),
    *("payer", "cents"),
)


def _opened(connection: Connection, ids: Collection[int]) -> dict[tuple[int, str], tuple[int, str]]:
    """The entry and the day that opened each credit that is not over."""
    p = posting.c
    query = (
        select(p.claim_id, p.payer, p.entry_id, entry.c.business_on, func.sum(p.cents).label("cents"))
        .join(entry, entry.c.id == p.entry_id)
        .where(one_of(p.claim_id, ids), p.account.in_(("credit", "prepayment")))
        .group_by(p.claim_id, p.payer, p.entry_id, entry.c.business_on)
        .order_by(p.entry_id)
    )
    rows = (((row.claim_id, row.payer), row) for row in connection.execute(query))
    return {of: (opened.entry_id, opened.business_on) for of, (_, opened) in _not_over(rows).items()}


def _not_over(rows: Iterable[tuple[Of, Row[Any]]]) -> dict[Of, tuple[int, Row[Any]]]:
    """The balances that are not 0, in cents, each with the row of the entry that opened it; rows are of one
    entry each, oldest first."""
    found: dict[Of, tuple[int, Row[Any]]] = {}
    for of, row in rows:
        balance, opened = found.pop(of, (0, row))
        if balance + int(row.cents):
            found[of] = balance + int(row.cents), opened
    return found


@dataclass(frozen=True, slots=True)
class AtDay:
    """A payer's credit as it stood at the end of a business date; cents. `entry_id` opened it."""

    claim_id: int
    payer: str
    practice: str
    cents: int
    entry_id: int


def at(connection: Connection, day: str, payers: Collection[str]) -> list[AtDay]:
    """The credits of these payers at the end of a day, by claim."""
    p = posting.c
    query = (
        select(p.claim_id, p.payer, p.practice, p.entry_id, func.sum(p.cents).label("cents"))
        .join(entry, entry.c.id == p.entry_id)
        .where(one_of(p.payer, payers), p.account == "credit", p.claim_id.is_not(None))
        .where(entry.c.business_on <= day)
        .group_by(p.claim_id, p.payer, p.practice, p.entry_id)
        .order_by(p.entry_id)
    )
    rows = (((row.claim_id, row.payer, row.practice), row) for row in connection.execute(query))
    return [AtDay(*of, -cents, opened.entry_id) for of, (cents, opened) in sorted(_not_over(rows).items())]


def checks_since(connection: Connection, day: str, claim_ids: Collection[int]) -> set[tuple[int, str]]:
    """The claims and payers that we refunded after a day; what a payer took itself is no refund."""
    a = money_act.c
    query = select(a.claim_id, a.payer).where(
        one_of(a.claim_id, claim_ids), a.kind == REFUND, a.reference == "", a.business_on > day
    )
    return {(claim_id, payer) for claim_id, payer in connection.execute(query)}


@dataclass(frozen=True, slots=True)
class Paid:
    """What a payer's answer paid of a claim, or took back of it (cents below 0)."""

    claim_id: int
    payer: str
    payer_claim_control_number: str
    paid_on: str
    cents: int


def paid_of(connection: Connection, claim_ids: Collection[int]) -> list[Paid]:
    """What payers paid of claims, oldest first."""
    c, r = claim_payment.c, remittance.c
    query = (
        select(c.claim_id, r.payer, c.payer_claim_control_number, r.paid_on, c.paid_cents)
        .join(remittance, r.id == c.remittance_id)
        .where(one_of(c.claim_id, claim_ids))
        .order_by(r.paid_on, c.id)
    )
    return [Paid(*row) for row in connection.execute(query)]


def _received(connection: Connection, ids: Collection[int]) -> dict[tuple[int, str], str]:
    """The day of the newest payment, by claim and payer; a patient's is the day on which it was posted."""
    c, r, p = claim_payment.c, remittance.c, posting.c
    payers = (
        select(c.claim_id, r.payer, func.max(r.paid_on))
        .join(remittance, r.id == c.remittance_id)
        .where(one_of(c.claim_id, ids), c.paid_cents > 0)
        .group_by(c.claim_id, r.payer)
    )
    patients = (
        select(p.claim_id, p.payer, func.max(entry.c.business_on))
        .join(entry, entry.c.id == p.entry_id)
        .where(one_of(p.claim_id, ids), p.account == "cash", p.payer == "", p.cents > 0)
        .group_by(p.claim_id, p.payer)
    )
    return {
        (claim_id, payer): day
        for query in (payers, patients)
        for claim_id, payer, day in connection.execute(query)
    }


def _said(connection: Connection, ids: Collection[int]) -> dict[tuple[int, str, int], list[Said]]:
    e = credit_event.c
    query = (
        select(
            *(e.claim_id, e.payer, e.entry_id),
            *(e.event, e.from_on, e.until_on, e.actor, e.why, e.business_on),
        )
        .where(one_of(e.claim_id, ids))
        .order_by(e.claim_id, e.payer, e.entry_id, e.turn)
    )
    found: dict[tuple[int, str, int], list[Said]] = defaultdict(list)
    for claim_id, payer, entry_id, *of in connection.execute(query):
        found[claim_id, payer, entry_id].append(Said(*of))
    return found


def say(
    connection: Connection,
    business_on: str,
    signature: Signature,
    credit: Credit,
    event: str,
    from_on: str,
    until_on: str = "",
) -> None:
    """Keeps what a person says of a credit. Raises ActRefused: nobody is named, or no reason; KeyRefused:
    somebody else said something of it at this moment."""
    who, why = named(signature)
    row = {
        "claim_id": credit.claim_id,
        "payer": credit.payer,
        "entry_id": credit.entry_id,
        "turn": len(credit.said) + 1,
        "event": event,
        "from_on": from_on,
        "until_on": until_on,
        "actor": who,
        "why": why,
        "business_on": business_on,
    }
    insert_many(connection, credit_event, [row])
    words = f"{from_on} to {until_on}" if until_on else from_on
    work_items.note_of_key(connection, business_on, credit.key, event, f"{words}: {why}", who)
    of = f"claim {credit.claim_id}, {credit.payer or 'patient'}"
    audit.note(connection, business_on, f"credit {event}", of, f"{who}, {words}: {why}")
