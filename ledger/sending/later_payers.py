"""Submissions to the payers that come after the first one: who is to be billed, and on what answers.

A payer is billed once: by the run after the answer that made it due, or by a person. What stands in its way
is the claim's own submission in that order, whatever became of it.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, exists, select

from ledger.adjudication.coordination import CONDITIONAL, TO_BILL, EarlierPayment, earlier_payments
from ledger.adjudication.settlement import Side
from ledger.books import claim_books, work_items
from ledger.errors import ActRefused
from ledger.schema import batch, claim_version, claim_waiting, coverage, encounter, submission
from ledger.sending import submissions
from ledger.sending.billed import BilledClaim
from ledger.sending.inquiries import OUT
from ledger.storage.database import Ledger, Row
from ledger.storage.one_of import one_of
from ledger.trail import audit

FOR_THE_NEXT = ("NEXT_PAYER", "NEXT_PAYER_OR_PATIENT")
"""The ways out of a denial that lie with the next payer."""


@dataclass(frozen=True, slots=True)
class Billed:
    """What came of the claims that are due: how many were made ready, and the payers that no file names."""

    claims: int
    unknown: tuple[str, ...]


def due(ledger: Ledger) -> list[int]:
    """The claims with a later payer that is to be billed. Those whose payers were all billed are none: they
    wait for weeks, and are not settled again each night."""
    billed = exists().where(
        submission.c.claim_id == claim_version.c.claim_id,
        submission.c.payer_order == coverage.c.payer_order,
    )
    unbilled = exists().where(
        claim_version.c.claim_id == claim_waiting.c.claim_id,
        coverage.c.version_id == claim_version.c.id,
        ~billed,
    )
    query = (
        select(claim_waiting.c.claim_id)
        .where(claim_waiting.c.state == TO_BILL, unbilled)
        .distinct()
        .order_by(claim_waiting.c.claim_id)
    )
    with ledger.read() as connection:
        return list(connection.execute(query).scalars())


def bill(ledger: Ledger, business_on: str, claim_ids: Iterable[int], known: Mapping[str, int]) -> Billed:
    """Makes a submission ready for each payer that is due of these claims; `known` are the payers' keys, each
    with the days in which it answers. What is left for the next payer waits for its answer."""
    with ledger.write() as connection:
        books = claim_books.settled(connection, claim_ids)
        standing = _orders(connection, sorted(books))
        rows: list[Row] = []
        unknown: set[str] = set()
        for claim_id, one in books.items():
            for side in one.settlement.sides:
                if side.state != TO_BILL or (claim_id, side.order) in standing:
                    continue
                if side.payer not in known:
                    unknown.add(side.payer)
                    continue
                answers = earlier_payments(one.facts, side.order)
                if any(payment.adjudicated.isoformat() > business_on for payment in answers):
                    continue  # a payment dated ahead is no decision before its day
                rows.append(_row(one.claim, side, business_on))
        submissions.add(connection, business_on, "the payer before it answered", rows)
        for row in rows:
            what = f"payer {row['payer']}, {row['payer_order']}"
            audit.note(connection, business_on, "next payer billed", f"claim {row['claim_id']}", what)
            until = date.fromisoformat(business_on) + timedelta(days=known[row["payer"]])
            work_items.await_answer(
                connection,
                business_on,
                row["claim_id"],
                until.isoformat(),
                f"{row['payer']} is billed",
                ways=FOR_THE_NEXT,
            )
        return Billed(len(rows), tuple(sorted(unknown)))


def bill_by_person(connection: Connection, business_on: str, claim_id: int, known: Set[str], why: str) -> str:
    """The first payer that answered nothing and was not billed is billed, by a person's decision. Its key.

    Raises:
        ActRefused: every payer was billed or answered, or the one before it did not answer.
    """
    books = claim_books.settled(connection, [claim_id])[claim_id]
    sides = books.settlement.sides
    standing = _orders(connection, [claim_id])
    waiting = ("not_billed", "crossing_over", TO_BILL, "not_due")
    for at, side in enumerate(sides):
        if at == 0 or side.state not in waiting or (claim_id, side.order) in standing:
            continue
        earlier = earlier_payments(books.facts, side.order)
        if len(earlier) < at:
            raise ActRefused(f"{sides[at - 1].payer} comes before {side.payer} and did not answer yet")
        if not all(payment.balanced for payment in earlier):
            raise ActRefused("an earlier payer's answer does not add up to the charge; clear that first")
        if side.payer not in known:
            raise ActRefused(f"no file under partners/payers names {side.payer}; add it")
        submissions.add(connection, business_on, "billed by a person", [_row(books.claim, side, business_on)])
        audit.note(connection, business_on, "next payer billed", f"claim {claim_id}", f"{side.payer}; {why}")
        return side.payer
    raise ActRefused("every later payer of this claim was billed or answered already")


@dataclass(frozen=True, slots=True)
class Silent:
    """A first payer that has a claim and answered nothing, and the second one. `sent_on`: when the claim went
    to the first; `payload`: the encounter's; `service_to`: the last day of service."""

    before: str
    payer: str
    order: str
    sent_on: str
    payload: str
    service_to: date | None


def silent(connection: Connection, claim_id: int) -> Silent:
    """The silent first payer of a claim, and whom it keeps waiting.

    Raises:
        ActRefused: there is no second payer, it was billed, or the first one was not, or answered.
    """
    books = claim_books.settled(connection, [claim_id])[claim_id]
    sides = books.settlement.sides
    if len(sides) < 2:
        raise ActRefused("the claim has no second payer")
    first, second = sides[:2]
    if (claim_id, second.order) in _orders(connection, [claim_id]):
        raise ActRefused(f"{second.payer} was billed already")
    if earlier_payments(books.facts, second.order):
        raise ActRefused(f"{first.payer} answered: `cleanclaim claims bill-next` bills {second.payer}")
    sent = (
        select(batch.c.sent_on)
        .join(submission, submission.c.batch_id == batch.c.id)
        .where(submission.c.claim_id == claim_id, submission.c.payer_order == first.order)
        .where(submission.c.state.in_(OUT), batch.c.sent_on.is_not(None))
        .order_by(batch.c.sent_on)
    )
    sent_on = connection.execute(sent.limit(1)).scalar()
    if sent_on is None:
        raise ActRefused(f"{first.payer} does not have this claim undecided; see `cleanclaim claims show`")
    payload = (
        select(encounter.c.payload)
        .join(claim_version, claim_version.c.encounter_id == encounter.c.id)
        .where(claim_version.c.id == books.claim.billed.id)
    )
    return Silent(
        before=first.payer,
        payer=second.payer,
        order=second.order,
        sent_on=sent_on,
        payload=connection.execute(payload).scalar_one(),
        service_to=books.facts.service_to or books.facts.service_from,
    )


def bill_conditionally(
    connection: Connection, business_on: str, claim_id: int, found: Silent, over_on: str, why: str
) -> None:
    """The second payer is billed though the first one is silent, whose time was over on a day."""
    books = claim_books.settled(connection, [claim_id])[claim_id]
    row = _row(books.claim, books.settlement.sides[1], business_on) | {"reported": f"{CONDITIONAL} {over_on}"}
    submissions.add(connection, business_on, f"a conditional payment, as {found.before} is silent", [row])
    audit.note(connection, business_on, "conditional payment", f"claim {claim_id}", f"{found.payer}; {why}")


def _orders(connection: Connection, claim_ids: Sequence[int]) -> set[tuple[int, str]]:
    """The orders in which these claims have a submission."""
    query = select(submission.c.claim_id, submission.c.payer_order)
    return set(connection.execute(query.where(one_of(submission.c.claim_id, claim_ids))).tuples())


def _row(claim: BilledClaim, side: Side, business_on: str) -> Row:
    """A first submission to a payer, of the version that the earlier payers answered."""
    return {
        "claim_id": claim.id,
        "version_id": claim.billed.id,
        "payer_order": side.order,
        "number": 1,
        "payer": side.payer,
        "state": "ready",
        "business_on": business_on,
    }


def earlier(ledger: Ledger, orders: dict[int, str]) -> dict[int, list[EarlierPayment]]:
    """What the payers before the one of this order decided, by claim."""
    found: dict[int, list[EarlierPayment]] = {}
    with ledger.read() as connection:
        for claim_id, facts in claim_books.facts(connection, orders).items():
            found[claim_id] = earlier_payments(facts, orders[claim_id])
    return found
