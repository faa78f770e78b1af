"""What is charged is posted with the batch that it travels in: once a claim, however often it goes."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy import Connection, select

from ledger.adjudication.facts import Terms
from ledger.books import claim_books, entries, guard
from ledger.books.entries import Entry
from ledger.schema import (
    claim,
    claim_line,
    claim_payment,
    claim_version,
    coverage,
    money_act,
    submission,
)
from ledger.sending.billed import VOID
from ledger.storage.database import Ledger, Row, bounded, ledger_of
from ledger.storage.one_of import one_of


def total(connection: Connection, submissions: Sequence[int]) -> int:
    """What these submissions charge, in cents."""
    query = select(claim_version.c.charge_cents).join(
        submission, submission.c.version_id == claim_version.c.id
    )
    return sum(connection.execute(query.where(one_of(submission.c.id, submissions))).scalars().all())


def post(connection: Connection, night: str, batch_id: int) -> None:
    """What is charged, once a claim; a corrected charge posts the difference, a predetermination nothing.

    The charge opens the first payer's receivable. Where more is to be derived (money taken at the
    desk, lines that are the patient's, answers that are there already), the books say what follows.
    """
    rows = connection.execute(
        select(
            claim.c.id,
            claim_version.c.charge_cents,
            claim.c.practice,
            submission.c.payer,
            claim_version.c.prepaid_cents,
            coverage.c.payer.label("first"),
            submission.c.frequency,
        )
        .join(submission, submission.c.claim_id == claim.c.id)
        .join(claim_version, claim_version.c.id == submission.c.version_id)
        .outerjoin(coverage, (coverage.c.version_id == submission.c.version_id) & (coverage.c.place == 1))
        .where(submission.c.batch_id == batch_id, claim_version.c.predetermination == 0)
    ).all()
    ids = {r.id for r in rows}
    posted = entries.posted(connection, ids)
    charged: dict[int, int] = {}
    for claim_id, of in posted.items():
        revenue = [cents for (account, _, _), cents in of.items() if account == "revenue"]
        if revenue:
            charged[claim_id] = -sum(revenue)
    derived = {*charged, *(r.id for r in rows if r.prepaid_cents), *_with_more(connection, ids)}
    made: list[Entry] = []
    waits: dict[int, Row] = {}
    for r in rows:
        cents = (0 if r.frequency == VOID else r.charge_cents) - charged.get(r.id, 0)
        if not cents:
            continue
        payer = r.first or r.payer
        if r.id not in derived:
            until = _wait_until(connection, payer, night)
            waits[r.id] = claim_books.waiting_row(r.id, payer, r.practice, cents, until, "unanswered")
        charge = Entry("charge", f"charge:{r.id}:{batch_id}")
        charge.add("receivable_payer", cents, claim_id=r.id, payer=payer, practice=r.practice)
        charge.add("revenue", -cents, claim_id=r.id, payer=r.payer, practice=r.practice)
        made.append(charge)
        if r.id not in charged and r.prepaid_cents:
            desk = Entry("patient_payment", f"desk:{r.id}:{batch_id}")
            desk.add("cash", r.prepaid_cents, claim_id=r.id, practice=r.practice)
            desk.add("prepayment", -r.prepaid_cents, claim_id=r.id, practice=r.practice)
            made.append(desk)
    entries.write(connection, night, made)
    claim_books.keep_waiting(connection, waits, list(waits.values()))
    entries.add(posted, made)
    guard.check(connection, night, {i: row["practice"] for i, row in waits.items()}, posted)
    if derived:
        bring_up_to_date(connection, night, derived, f"batch:{batch_id}")


def _with_more(connection: Connection, ids: Collection[int]) -> set[int]:
    """The claims with answers, acts or lines that are the patient's."""
    found: set[int] = set()
    for query in (
        select(claim_payment.c.claim_id).where(one_of(claim_payment.c.claim_id, ids)),
        select(money_act.c.claim_id).where(one_of(money_act.c.claim_id, ids)),
        select(claim_version.c.claim_id)
        .join(claim_line, claim_line.c.version_id == claim_version.c.id)
        .where(one_of(claim_version.c.claim_id, ids), claim_line.c.patients == 1),
    ):
        found |= {i for i in connection.execute(query.distinct()).scalars() if i is not None}
    return found


def _wait_until(connection: Connection, payer: str, night: str) -> str:
    """The day until which a payer's first answer to a claim that goes out on this business date is waited
    for; where it goes later, the wait is derived anew before it becomes work."""
    terms = ledger_of(connection).terms.get(payer, Terms())
    return (date.fromisoformat(night) + timedelta(days=terms.answer_days)).isoformat()


def expire(ledger: Ledger, night: str) -> int:
    """Makes work of the waits that are over on this business date. How many claims have one."""
    with ledger.read() as connection:
        late = claim_books.over(connection, night)
    for piece in bounded(late):
        with ledger.write() as connection:
            bring_up_to_date(connection, night, set(piece), f"overdue:{night}")
    return len(late)


def bring_up_to_date(connection: Connection, night: str, claim_ids: set[int], cause: str) -> None:
    """Posts what these claims come to beyond what is posted; `cause` names it, once for each claim."""
    books = claim_books.settled(connection, claim_ids)
    made = []
    for b in books.values():
        one = Entry("settlement", f"{cause}:claim:{b.claim_id}")
        b.post_moves(one)
        made.append(one)
    entries.write(connection, night, made)
    claim_books.keep(connection, night, books, made)
