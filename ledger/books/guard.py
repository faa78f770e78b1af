"""What must be true of a claim's books after every posting; what is not becomes work in the same transaction.

| rule | what it says |
|---|---|
| `payer` | a payer owes from nothing to the charge |
| `patient` | so does the patient |
| `at_stake` | the open work that explains a payer's receivable is not more than it |
| `practice` | another practice holds cash of this claim only as far as it owes it (due to) |
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select, update

from config.dollars import dollars
from ledger.books import work_items
from ledger.books.entries import Posted
from ledger.schema import work_item
from ledger.storage.one_of import one_of
from ledger.storage.stated import stated

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


def check(
    connection: Connection, business_on: str, practices: Mapping[int, str], posted: Mapping[int, Posted]
) -> list[Breach]:
    """Opens the work of every rule that claims break, and closes that of those they keep again. `practices`
    names the claims with their practice, `posted` is what is in their books."""
    known = {row.key: row for row in connection.execute(*_known(list(practices))).all()}
    broken = breaches(practices, posted, _at_stake(connection, practices))
    for breach in broken:
        before = known.pop(breach.key, None)
        if before is None:
            work_items.open_item(connection, business_on, _row(breach))
        elif before.state == work_items.RESOLVED:
            _move(connection, business_on, before.id, work_items.OPEN, "reopened", dollars(breach.cents))
    for row in known.values():
        if row.state == work_items.OPEN:
            _move(
                connection, business_on, row.id, work_items.RESOLVED, "resolved", "the books are right again"
            )
    return broken


@stated
def _known(claim_ids: Any) -> Select[tuple[str, int, str]]:
    w = work_item.c
    return select(w.key, w.id, w.state).where(one_of(w.claim_id, claim_ids), w.kind == KIND)


def _at_stake(connection: Connection, claim_ids: Collection[int]) -> dict[int, Counter[str]]:
    """The open work that is a part of what payers owe, by claim and payer."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for claim_id, payer, cents in connection.execute(*_open_and_owed(list(claim_ids))).all():
        found[claim_id][payer] += cents
    return found


@stated
def _open_and_owed(claim_ids: Any) -> Select[tuple[int, str, int]]:
    w = work_item.c
    query = select(w.claim_id, w.payer, w.cents)
    return query.where(one_of(w.claim_id, claim_ids), w.state == work_items.OPEN, w.owed == 1)


def breaches(
    practices: Mapping[int, str], posted: Mapping[int, Posted], at_stake: Mapping[int, Mapping[str, int]]
) -> list[Breach]:
    """The rules that claims break."""
    found: list[Breach] = []
    for claim_id in sorted(practices):
        found += _broken(claim_id, practices[claim_id], posted[claim_id], at_stake.get(claim_id, {}))
    return found


def _broken(claim_id: int, practice: str, posted: Posted, at_stake: Mapping[str, int]) -> list[Breach]:
    charged, patient = 0, 0
    owed: dict[str, int] = {}
    elsewhere: dict[str, int] = {}
    misplaced: dict[str, int] = {}
    for (account, payer, of), cents in posted.items():
        if account in ("revenue", "opening"):
            charged -= cents
        elif account == "receivable_payer":
            owed[payer] = owed.get(payer, 0) + cents
        elif account == "receivable_patient":
            patient += cents
        if of != practice:
            elsewhere[of] = elsewhere.get(of, 0) + cents
            if account not in HELD_FOR_OTHERS:
                misplaced[of] = misplaced.get(of, 0) + abs(cents)
    by_rule = [
        *(("payer", payer, _outside(cents, charged)) for payer, cents in sorted(owed.items())),
        ("patient", "", _outside(patient, charged)),
        *(
            ("at_stake", payer, max(cents - owed.get(payer, 0), 0))
            for payer, cents in sorted(at_stake.items())
        ),
    ]
    found = [Breach(claim_id, rule, payer, practice, abs(cents)) for rule, payer, cents in by_rule if cents]
    for of in sorted(elsewhere):
        if amount := misplaced.get(of, 0) or abs(elsewhere[of]):
            found.append(Breach(claim_id, "practice", "", of, amount))
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


def _move(connection: Connection, business_on: str, item: int, state: str, event: str, detail: str) -> None:
    connection.execute(update(work_item).where(work_item.c.id == item).values(state=state))
    work_items.note(connection, business_on, item, event, detail)
