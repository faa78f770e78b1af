"""What is charged is posted with the batch that it travels in: once a claim, however often it goes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from ledger.adjudication.facts import NOTHING_AGREED
from ledger.books import claim_books, entries, guard
from ledger.books.entries import Entry
from ledger.encounters.placing import SETTLED_WITHOUT_PAYER
from ledger.schema import (
    claim,
    claim_line,
    claim_payment,
    claim_version,
    coverage,
    money_act,
    submission,
)
from ledger.sending import billed
from ledger.storage.database import Ledger, Row, bounded, ledger_of
from ledger.storage.one_of import one_of


def total(connection: Connection, submissions: Sequence[int]) -> int:
    """What these submissions charge, in cents."""
    query = select(claim_version.c.charge_cents).join(
        submission, submission.c.version_id == claim_version.c.id
    )
    return sum(connection.execute(query.where(one_of(submission.c.id, submissions))).scalars().all())


@dataclass(frozen=True, slots=True)
class _Charge:
    """What a claim is to charge, to which first payer, and what was taken for it at the desk."""

    payer: str
    cents: int
    prepaid: int


def post(connection: Connection, business_on: str, batch_id: int) -> None:
    """What the claims of a batch charge, and what was taken at the desk: what differs from the books.

    A claim charges what the newest version that went out says, whichever payer it goes to now; nothing
    once it is taken back, and nothing as a predetermination. The charge opens the first payer's
    receivable. Where more is to be derived (money taken at the desk, lines that are the patient's,
    answers that are there already), the books say what follows.
    """
    practices, wanted = _of_batch(connection, batch_id)
    posted = entries.posted(connection, wanted)
    known = {claim_id for claim_id, of in posted.items() if of}
    for claim_id, one in billed.load(connection, known).items():
        first = one.billed.coverages[0].payer if one.billed.coverages else wanted[claim_id].payer
        wanted[claim_id] = _Charge(first, 0 if one.void else one.billed.charge, one.prepaid)
    taken = entries.taken_at_desk(connection, posted)
    derived = {*known, *(i for i, of in wanted.items() if of.prepaid), *_with_more(connection, wanted)}
    made: list[Entry] = []
    waits: dict[int, Row] = {}
    for claim_id, of in wanted.items():
        payer, practice = of.payer, practices[claim_id]
        before = posted[claim_id]
        cents = of.cents + sum(c for key, c in before.items() if key[0] == "revenue" and key[1])
        if cents and claim_id not in derived:
            until = _wait_until(connection, payer, business_on)
            waits[claim_id] = claim_books.waiting_row(claim_id, payer, practice, cents, until, "unanswered")
        charge = Entry("charge", f"charge:{claim_id}:{batch_id}")
        charge.add("receivable_payer", cents, claim_id=claim_id, payer=payer, practice=practice)
        charge.add("revenue", -cents, claim_id=claim_id, payer=payer, practice=practice)
        more = of.prepaid - taken.get(claim_id, 0)
        made += charge, _desk(claim_id, practice, more, f"{batch_id}")
    entries.write(connection, business_on, made)
    claim_books.keep_waiting(connection, waits, list(waits.values()))
    entries.add(posted, made)
    guard.check(connection, business_on, {i: row["practice"] for i, row in waits.items()}, posted)
    if derived:
        bring_up_to_date(connection, business_on, derived, f"batch:{batch_id}")


def _of_batch(connection: Connection, batch_id: int) -> tuple[dict[int, str], dict[int, _Charge]]:
    """The claims of a batch with their practices, and what each charges if nothing of it went before."""
    rows = connection.execute(
        select(
            claim.c.id,
            claim.c.practice,
            submission.c.payer,
            claim_version.c.charge_cents,
            claim_version.c.prepaid_cents,
            coverage.c.payer.label("first"),
        )
        .join(submission, submission.c.claim_id == claim.c.id)
        .join(claim_version, claim_version.c.id == submission.c.version_id)
        .outerjoin(coverage, (coverage.c.version_id == submission.c.version_id) & (coverage.c.place == 1))
        .where(submission.c.batch_id == batch_id, claim_version.c.predetermination == 0)
        .order_by(submission.c.id)  # or entries are numbered as a database likes
    ).all()
    practices = {r.id: r.practice for r in rows}
    return practices, {r.id: _Charge(r.first or r.payer, r.charge_cents, r.prepaid_cents) for r in rows}


def _desk(claim_id: int, practice: str, cents: int, cause: str) -> Entry:
    """Money taken at the desk; `cause` names it once for each claim."""
    desk = Entry(entries.DESK, f"desk:{claim_id}:{cause}")
    desk.add("cash", cents, claim_id=claim_id, practice=practice)
    desk.add("prepayment", -cents, claim_id=claim_id, practice=practice)
    return desk


def post_restricted(
    connection: Connection, business_on: str, claim_ids: Collection[int], cause: str
) -> set[int]:
    """What patients keep from every payer is theirs when the claim is built, with the desk's money for it.
    The claims with something posted.

    Where nothing is left to bill and no payer has the claim, what was charged to payers is taken back.
    """
    if not claim_ids:
        return set()
    posted = entries.posted(connection, claim_ids)
    claims = billed.load(connection, claim_ids)
    wanted = _restricted(connection, claim_ids)
    out = submission.c.state.not_in(SETTLED_WITHOUT_PAYER)
    live = set(
        connection.execute(
            select(submission.c.claim_id).where(one_of(submission.c.claim_id, claim_ids), out)
        ).scalars()
    )
    made: list[Entry] = []
    changed: set[int] = set()
    for i, one in sorted(claims.items()):
        charge = Entry("charge", f"restricted:{i}:{one.version_id}")
        revenue = {key: cents for key, cents in posted[i].items() if key[0] == "revenue"}
        cents = wanted.get(i, 0) + sum(c for (_, payer, _), c in revenue.items() if not payer)
        charge.add("receivable_patient", cents, claim_id=i, practice=one.practice)
        charge.add("revenue", -cents, claim_id=i, practice=one.practice)
        if not one.versions[one.version_id].lines and i not in live:
            for (_, payer, practice), was in sorted(revenue.items()):
                if payer:
                    charge.add("receivable_payer", was, claim_id=i, payer=payer, practice=practice)
                    charge.add("revenue", -was, claim_id=i, payer=payer, practice=practice)
        if charge.postings:
            made.append(charge)
            changed.add(i)
    taken = entries.taken_at_desk(connection, posted)
    for i in sorted(changed):
        made.append(_desk(i, claims[i].practice, claims[i].prepaid - taken.get(i, 0), cause))
    entries.write(connection, business_on, made)
    return changed


def _restricted(connection: Connection, claim_ids: Collection[int]) -> dict[int, int]:
    """What the newest versions of these claims keep from payers, in cents."""
    query = (
        select(claim.c.id, func.sum(claim_line.c.charge_cents))
        .join(claim_line, claim_line.c.version_id == claim.c.version_id)
        .where(one_of(claim.c.id, claim_ids), claim_line.c.restricted == 1)
        .group_by(claim.c.id)
    )
    return {i: int(cents) for i, cents in connection.execute(query).tuples()}


def _with_more(connection: Connection, ids: Collection[int]) -> set[int]:
    """The claims with answers, acts or lines that are the patient's."""
    found: set[int] = set()
    for query in (
        select(claim_payment.c.claim_id).where(one_of(claim_payment.c.claim_id, ids)),
        select(money_act.c.claim_id).where(one_of(money_act.c.claim_id, ids)),
        select(claim_version.c.claim_id)
        .join(claim_line, claim_line.c.version_id == claim_version.c.id)
        .where(one_of(claim_version.c.claim_id, ids))
        .where(claim_line.c.patients == 1, claim_line.c.restricted == 0),
    ):
        found |= {i for i in connection.execute(query.distinct()).scalars() if i is not None}
    return found


def _wait_until(connection: Connection, payer: str, business_on: str) -> str:
    """The day until which a payer's first answer to a claim that goes out on this business date is waited
    for; where it goes later, the wait is derived anew before it becomes work."""
    terms = ledger_of(connection).terms.get(payer, NOTHING_AGREED)
    return (date.fromisoformat(business_on) + timedelta(days=terms.answer_days)).isoformat()


def expire(ledger: Ledger, business_on: str) -> int:
    """Makes work of the waits that are over on this business date. How many claims have one."""
    with ledger.read() as connection:
        late = claim_books.over(connection, business_on)
    for piece in bounded(late):
        with ledger.write() as connection:
            bring_up_to_date(connection, business_on, set(piece), f"overdue:{business_on}")
    return len(late)


def bring_up_to_date(
    connection: Connection, business_on: str, claim_ids: set[int], cause: str
) -> dict[int, claim_books.Books]:
    """Posts what these claims come to beyond what is posted; `cause` names it, once for each claim. Their
    books, with what was missing in them."""
    books = claim_books.settled(connection, claim_ids)
    made = []
    for b in books.values():
        one = Entry("settlement", f"{cause}:claim:{b.claim_id}")
        b.post_moves(one)
        made.append(one)
    entries.write(connection, business_on, made)
    claim_books.keep(connection, business_on, books, made)
    return books
