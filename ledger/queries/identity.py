"""Whether every cent of a receivable is explained: by open work, or by a wait for its payer.

By claim, payer and practice: what a payer owes is its open work and what waits for its answer; the
postings of a claim sum to zero; they are in the books of its practice. A night asks this of the claims
that it changed and of some earlier ones, and of each payer's sums; `ledger prove` asks it of every claim.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, union

from ledger.books import claim_books
from ledger.books.work_items import OPEN
from ledger.queries.balances import receivables
from ledger.schema import claim, claim_waiting, posting, work_item
from ledger.storage.database import bounded


@dataclass(frozen=True, slots=True)
class Defect:
    """Money of a claim that nothing explains, and what is wrong with it. `claim_id` 0: of no one claim."""

    claim_id: int
    practice: str
    payer: str
    cents: int
    what: str

    def __str__(self) -> str:
        of = f"claim {self.claim_id}" if self.claim_id else f"practice {self.practice}"
        by = f", payer {self.payer}" if self.payer else ""
        return f"{of}{by}: {self.cents} cents {self.what}"


UNEXPLAINED = "are owed that no open work and no wait explains"
OVER_EXPLAINED = "of open work and waits are more than is owed"
NOT_ZERO = "are left where its postings should sum to zero"
ELSEWHERE = "are owed to it in the books of another practice"
NOT_DERIVED = "differ from what its answers come to"


def of_claims(connection: Connection, claim_ids: Sequence[int]) -> list[Defect]:
    """The defects of these claims."""
    found: list[Defect] = []
    for piece in bounded(sorted(set(claim_ids))):
        found += _of_piece(connection, piece)
    return found


def _of_piece(connection: Connection, ids: list[int]) -> list[Defect]:
    practices = dict(
        connection.execute(select(claim.c.id, claim.c.practice).where(claim.c.id.in_(ids))).tuples().all()
    )
    owed: dict[int, Counter[str]] = defaultdict(Counter)
    left: Counter[int] = Counter()
    elsewhere: Counter[int] = Counter()
    p = posting.c
    for claim_id, account, payer, practice, cents in connection.execute(
        select(p.claim_id, p.account, p.payer, p.practice, func.sum(p.cents))
        .where(p.claim_id.in_(ids))
        .group_by(p.claim_id, p.account, p.payer, p.practice)
    ):
        left[claim_id] += int(cents)
        if account == "receivable_payer":
            owed[claim_id][payer] += int(cents)
        if account.startswith("receivable") and practice != practices[claim_id]:
            elsewhere[claim_id] += abs(int(cents))
    w, c = work_item.c, claim_waiting.c
    for query in (
        select(w.claim_id, w.payer, w.cents).where(w.claim_id.in_(ids), w.state == OPEN, w.owed == 1),
        select(c.claim_id, c.payer, c.cents).where(c.claim_id.in_(ids)),
    ):
        for claim_id, payer, cents in connection.execute(query):
            owed[claim_id][payer] -= int(cents)
    found = []
    for claim_id in ids:
        practice = practices.get(claim_id, "")
        for payer, cents in sorted(owed[claim_id].items()):
            if cents:
                what = UNEXPLAINED if cents > 0 else OVER_EXPLAINED
                found.append(Defect(claim_id, practice, payer, abs(cents), what))
        if left[claim_id]:
            found.append(Defect(claim_id, practice, "", abs(left[claim_id]), NOT_ZERO))
        if elsewhere[claim_id]:
            found.append(Defect(claim_id, practice, "", elsewhere[claim_id], ELSEWHERE))
    return found


def derived(connection: Connection, claim_ids: Sequence[int]) -> list[Defect]:
    """The claims whose books are not what their answers and the acts of people come to."""
    return [
        Defect(b.claim_id, b.practice, payer, abs(cents), f"of {account} {NOT_DERIVED}")
        for piece in bounded(claim_ids)
        for b in claim_books.settled(connection, piece).values()
        for account, payer, cents in b.moves
    ]


def of_sums(connection: Connection) -> list[Defect]:
    """By practice and payer: what is owed in all is the open work and the waits in all. No claim is read."""
    left: Counter[tuple[str, str]] = Counter(receivables(connection))
    w, c = work_item.c, claim_waiting.c
    for query in (
        select(w.practice, w.payer, func.sum(w.cents))
        .where(w.state == OPEN, w.owed == 1)
        .group_by(w.practice, w.payer),
        select(c.practice, c.payer, func.sum(c.cents)).group_by(c.practice, c.payer),
    ):
        for practice, payer, cents in connection.execute(query):
            left[practice, payer] -= int(cents)
    return [
        Defect(0, practice, payer, abs(cents), UNEXPLAINED if cents > 0 else OVER_EXPLAINED)
        for (practice, payer), cents in sorted(left.items())
        if cents
    ]


def changed_since(connection: Connection, entry_id: int) -> list[int]:
    """The claims with postings after this entry."""
    query = select(posting.c.claim_id).where(posting.c.entry_id > entry_id, posting.c.claim_id.is_not(None))
    return sorted(set(connection.execute(query).scalars()))


def charged(connection: Connection, first: int = 1, last: int | None = None) -> list[int]:
    """The claims whose charge is posted, from one id to another."""
    query = select(claim.c.id).where(
        claim.c.id >= first,
        select(posting.c.id).where(posting.c.claim_id == claim.c.id).exists(),
    )
    if last is not None:
        query = query.where(claim.c.id <= last)
    return list(connection.execute(query.order_by(claim.c.id)).scalars())


def with_money(connection: Connection, practice: str, payer: str) -> list[int]:
    """The claims of which a payer owes something, or which work or a wait says so of."""
    p, w, c = posting.c, work_item.c, claim_waiting.c
    query = union(
        select(p.claim_id)
        .where(p.account == "receivable_payer", p.practice == practice, p.payer == payer)
        .group_by(p.claim_id)
        .having(func.sum(p.cents) != 0),
        select(w.claim_id).where(
            w.state == OPEN, w.owed == 1, w.practice == practice, w.payer == payer, w.claim_id.is_not(None)
        ),
        select(c.claim_id).where(c.practice == practice, c.payer == payer),
    )
    return sorted(i for i in connection.execute(query).scalars() if i is not None)
