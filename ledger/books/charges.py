"""What is charged is posted with the batch that it travels in: once a claim, however often it goes."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from ledger.adjudication.facts import Terms
from ledger.books import claim_books, guard
from ledger.books.entries import Entry, write
from ledger.schema import (
    claim,
    claim_line,
    claim_payment,
    claim_version,
    coverage,
    money_act,
    posting,
    submission,
)
from ledger.storage.database import Ledger, Row, bounded, ledger_of


def total(connection: Connection, submissions: Sequence[int]) -> int:
    """What these submissions charge, in cents."""
    total = 0
    for piece in bounded(list(submissions)):
        query = select(claim_version.c.charge).join(submission, submission.c.version_id == claim_version.c.id)
        total += sum(connection.execute(query.where(submission.c.id.in_(piece))).scalars())
    return total


def post(connection: Connection, night: str, batch_id: int) -> None:
    """What is charged, once a claim; a corrected charge posts the difference.

    The charge opens the first payer's receivable. Where more is to be derived (money taken at the
    desk, lines that are the patient's, answers that are there already), the books say what follows.
    """
    rows = connection.execute(
        select(
            claim.c.id,
            claim_version.c.charge,
            claim.c.practice,
            submission.c.payer,
            claim_version.c.prepaid_cents,
            coverage.c.payer.label("first"),
        )
        .join(submission, submission.c.claim_id == claim.c.id)
        .join(claim_version, claim_version.c.id == submission.c.version_id)
        .outerjoin(coverage, (coverage.c.version_id == submission.c.version_id) & (coverage.c.place == 1))
        .where(submission.c.batch_id == batch_id)
    ).all()
    posted: dict[int, int] = {}
    derived: set[int] = {r.id for r in rows if r.prepaid_cents}
    for piece in bounded([r.id for r in rows]):
        query = (
            select(posting.c.claim_id, -func.sum(posting.c.cents))
            .where(posting.c.claim_id.in_(piece), posting.c.account == "revenue")
            .group_by(posting.c.claim_id)
        )
        posted.update((i, int(cents)) for i, cents in connection.execute(query))
        for more in (
            select(claim_payment.c.claim_id).where(claim_payment.c.claim_id.in_(piece)),
            select(money_act.c.claim_id).where(money_act.c.claim_id.in_(piece)),
            select(claim_version.c.claim_id)
            .join(claim_line, claim_line.c.version_id == claim_version.c.id)
            .where(claim_version.c.claim_id.in_(piece), claim_line.c.patients == 1),
        ):
            derived |= {i for i in connection.execute(more.distinct()).scalars() if i is not None}
    derived |= posted.keys()
    entries: list[Entry] = []
    waits: list[Row] = []
    for r in rows:
        cents = r.charge - posted.get(r.id, 0)
        if not cents:
            continue
        if r.id not in derived:
            payer = r.first or r.payer
            until = _wait_until(connection, payer, night)
            waits.append(claim_books.waiting_row(r.id, payer, r.practice, cents, until, "unanswered"))
        made = Entry("charge", f"charge:{r.id}:{batch_id}")
        made.add("receivable_payer", cents, claim_id=r.id, payer=r.first or r.payer, practice=r.practice)
        made.add("revenue", -cents, claim_id=r.id, payer=r.payer, practice=r.practice)
        entries.append(made)
        if r.id not in posted and r.prepaid_cents:
            desk = Entry("patient_payment", f"desk:{r.id}:{batch_id}")
            desk.add("cash", r.prepaid_cents, claim_id=r.id, practice=r.practice)
            desk.add("prepayment", -r.prepaid_cents, claim_id=r.id, practice=r.practice)
            entries.append(desk)
    write(connection, night, entries)
    claim_books.keep_waiting(connection, [row["claim_id"] for row in waits], waits)
    guard.check(connection, night, [row["claim_id"] for row in waits])
    if derived:
        bring_up_to_date(connection, night, derived, f"batch:{batch_id}")


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
    entries = []
    for b in books.values():
        made = Entry("settlement", f"{cause}:claim:{b.claim_id}")
        for account, payer, cents in b.moves:
            made.add(account, cents, claim_id=b.claim_id, payer=payer, practice=b.practice)
        entries.append(made)
    write(connection, night, entries)
    claim_books.keep(connection, night, books)
