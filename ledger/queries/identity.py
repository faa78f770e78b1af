"""Whether every cent of a receivable is explained: by open work, or by a wait for its payer.

By claim, payer and practice: what a payer owes is its open work and what waits for its answer; the
postings of a claim sum to zero; they are in the books of its practice. A night asks this of the claims
that it changed and of some earlier ones, and of each payer's sums; `ledger prove` asks it of every claim.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select, union

from ledger.books import claim_books
from ledger.books.work_items import OPEN
from ledger.queries.balances import receivables
from ledger.schema import claim, claim_waiting, posting, work_item
from ledger.storage.database import bounded
from ledger.storage.one_of import one_of
from ledger.storage.stated import stated


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
    practices = dict(connection.execute(*_practices(ids)).tuples().all())
    owed: dict[int, Counter[str]] = defaultdict(Counter)
    left: Counter[int] = Counter()
    elsewhere: Counter[int] = Counter()
    for claim_id, account, payer, practice, cents in connection.execute(*_postings(ids)).all():
        left[claim_id] += int(cents)
        if account == "receivable_payer":
            owed[claim_id][payer] += int(cents)
        if account.startswith("receivable") and practice != practices[claim_id]:
            elsewhere[claim_id] += abs(int(cents))
    for query in (_work(ids), _waits(ids)):
        for claim_id, payer, cents in connection.execute(*query).all():
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


@stated
def _practices(claim_ids: Any) -> Select[tuple[Any, ...]]:
    return select(claim.c.id, claim.c.practice).where(one_of(claim.c.id, claim_ids))


@stated
def _postings(claim_ids: Any) -> Select[tuple[Any, ...]]:
    p = posting.c
    query = select(p.claim_id, p.account, p.payer, p.practice, func.sum(p.cents))
    return query.where(one_of(p.claim_id, claim_ids)).group_by(p.claim_id, p.account, p.payer, p.practice)


@stated
def _work(claim_ids: Any) -> Select[tuple[Any, ...]]:
    w = work_item.c
    query = select(w.claim_id, w.payer, w.cents)
    return query.where(one_of(w.claim_id, claim_ids), w.state == OPEN, w.owed == 1)


@stated
def _waits(claim_ids: Any) -> Select[tuple[Any, ...]]:
    c = claim_waiting.c
    return select(c.claim_id, c.payer, c.cents).where(one_of(c.claim_id, claim_ids))


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
    for query in (_ALL_WORK, _ALL_WAITS):
        for practice, payer, cents in connection.execute(query):
            left[practice, payer] -= int(cents)
    return [
        Defect(0, practice, payer, abs(cents), UNEXPLAINED if cents > 0 else OVER_EXPLAINED)
        for (practice, payer), cents in sorted(left.items())
        if cents
    ]


_ALL_WORK = (
    select(work_item.c.practice, work_item.c.payer, func.sum(work_item.c.cents))
    .where(work_item.c.state == OPEN, work_item.c.owed == 1)
    .group_by(work_item.c.practice, work_item.c.payer)
)
_ALL_WAITS = select(
    claim_waiting.c.practice, claim_waiting.c.payer, func.sum(claim_waiting.c.cents)
).group_by(claim_waiting.c.practice, claim_waiting.c.payer)


def changed_since(connection: Connection, entry_id: int) -> list[int]:
    """The claims with postings after this entry."""
    return sorted(set(connection.execute(*_posted_after(entry_id)).scalars()))


@stated
def _posted_after(entry_id: Any) -> Select[tuple[int | None]]:
    p = posting.c
    return select(p.claim_id).where(p.entry_id > entry_id, p.claim_id.is_not(None))


def charged(connection: Connection, first: int = 1, last: int | None = None) -> list[int]:
    """The claims whose charge is posted, from one id to another."""
    return list(connection.execute(*_charged(first, 2**62 if last is None else last)).scalars())


@stated
def _charged(first: Any, last: Any) -> Select[tuple[int]]:
    posted = select(posting.c.id).where(posting.c.claim_id == claim.c.id).exists()
    return select(claim.c.id).where(claim.c.id.between(first, last), posted).order_by(claim.c.id)


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
