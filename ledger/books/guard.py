"""What must be true of a claim's books after every posting; what is not becomes work in the same transaction.

| rule | what it says |
|---|---|
| `payer` | a payer owes from nothing to the charge |
| `patient` | so does the patient |
| `at_stake` | the open work that explains a payer's receivable is not more than it |
| `practice` | another practice holds cash of this claim only as far as it owes it (due to) |
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, update

from ledger.books import work_items
from ledger.schema import claim, posting, work_item
from ledger.storage.database import bounded

KIND = "guard"
HELD_FOR_OTHERS = ("cash", "due_to", "due_from", "suspense")
ACTIONS = {
    "payer": "A payer owes less than nothing or more than was charged: compare the claim's postings and acts",
    "patient": "The patient owes less than nothing or more than was charged: compare the claim's acts",
    "at_stake": "More is at stake than the payer owes: compare the claim's work with its receivable",
    "practice": "Money of this claim is in another practice's books without being owed: correct the entry",
}


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that a claim's books break, by how many cents."""

    claim_id: int
    rule: str
    payer: str
    practice: str
    cents: int

    @property
    def key(self) -> str:
        return f"guard|claim {self.claim_id}|{self.rule}|{self.payer}"


def check(connection: Connection, night: str, claim_ids: Iterable[int]) -> list[Breach]:
    """Opens the work of every rule that these claims break, and closes that of those they keep again."""
    found: list[Breach] = []
    for piece in bounded(sorted(claim_ids)):
        broken = breaches(connection, piece)
        known = {
            row.key: row
            for row in connection.execute(
                select(work_item.c.key, work_item.c.id, work_item.c.state).where(
                    work_item.c.claim_id.in_(piece), work_item.c.kind == KIND
                )
            )
        }
        for breach in broken:
            before = known.pop(breach.key, None)
            if before is None:
                work_items.open_item(connection, night, _row(breach))
            elif before.state == work_items.RESOLVED:
                _move(connection, night, before.id, work_items.OPEN, "reopened", f"{breach.cents} cents")
        for row in known.values():
            if row.state == work_items.OPEN:
                _move(connection, night, row.id, work_items.RESOLVED, "resolved", "the books are right again")
        found += broken
    return found


def breaches(connection: Connection, ids: list[int]) -> list[Breach]:
    """The rules that claims break, at most as many claims as one query takes."""
    practices = dict(
        connection.execute(select(claim.c.id, claim.c.practice).where(claim.c.id.in_(ids))).tuples().all()
    )
    p = posting.c
    charged: Counter[int] = Counter()
    owed: dict[int, Counter[str]] = defaultdict(Counter)
    patient: Counter[int] = Counter()
    elsewhere: Counter[tuple[int, str]] = Counter()
    misplaced: Counter[tuple[int, str]] = Counter()
    for claim_id, account, payer, practice, total in connection.execute(
        select(p.claim_id, p.account, p.payer, p.practice, func.sum(p.cents))
        .where(p.claim_id.in_(ids))
        .group_by(p.claim_id, p.account, p.payer, p.practice)
    ):
        cents = int(total)
        if account in ("revenue", "opening"):
            charged[claim_id] -= cents
        elif account == "receivable_payer":
            owed[claim_id][payer] += cents
        elif account == "receivable_patient":
            patient[claim_id] += cents
        if practice != practices[claim_id]:
            elsewhere[claim_id, practice] += cents
            if account not in HELD_FOR_OTHERS:
                misplaced[claim_id, practice] += abs(cents)
    at_stake: dict[int, Counter[str]] = defaultdict(Counter)
    w = work_item.c
    for claim_id, payer, total in connection.execute(
        select(w.claim_id, w.payer, func.sum(w.cents))
        .where(w.claim_id.in_(ids), w.state == work_items.OPEN, w.owed == 1)
        .group_by(w.claim_id, w.payer)
    ):
        at_stake[claim_id][payer] += int(total)

    found: list[Breach] = []

    def broken(claim_id: int, rule: str, payer: str, cents: int) -> None:
        if cents:
            found.append(Breach(claim_id, rule, payer, practices[claim_id], abs(cents)))

    for claim_id in ids:
        for payer, cents in sorted(owed[claim_id].items()):
            broken(claim_id, "payer", payer, _outside(cents, charged[claim_id]))
        broken(claim_id, "patient", "", _outside(patient[claim_id], charged[claim_id]))
        for payer, cents in sorted(at_stake[claim_id].items()):
            broken(claim_id, "at_stake", payer, max(cents - owed[claim_id][payer], 0))
    for claim_id, practice in sorted(elsewhere):
        amount = misplaced[claim_id, practice] or abs(elsewhere[claim_id, practice])
        if amount:
            found.append(Breach(claim_id, "practice", "", practice, amount))
    return found


def _outside(cents: int, charged: int) -> int:
    """By how much an amount lies outside nothing to the charge."""
    return min(cents, 0) + max(cents - max(charged, 0), 0)


def _row(breach: Breach) -> dict[str, object]:
    return {
        "key": breach.key,
        "kind": KIND,
        "claim_id": breach.claim_id,
        "practice": breach.practice,
        "payer": breach.payer,
        "cents": breach.cents,
        "category": "BALANCE",
        "action": ACTIONS[breach.rule],
    }


def _move(connection: Connection, night: str, item: int, state: str, event: str, detail: str) -> None:
    connection.execute(update(work_item).where(work_item.c.id == item).values(state=state))
    work_items.note(connection, night, item, event, detail)
