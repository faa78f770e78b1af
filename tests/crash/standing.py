"""What must be true of a home after each night, whatever went wrong in it, and at the very end."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from config.settings import load
from ledger import Ledger
from ledger.migrations import upgrade
from ledger.queries import money
from ledger.queries.night import problems
from ledger.schema import claim, claim_version, submission
from tests.crash import documents, partner_books
from tests.crash.looking import books_wrong, copies_wrong
from tests.crash.partner_books import Books, Payment
from tests.crash.tally import Tally

AT_HOME = {"held", "ready", "batched"}
WITH_PARTNER = {"accepted", "pended", "forwarded", "denied", "part_paid", "paid"}


@dataclass
class Person:
    """One patient with one encounter, and which of its versions were clean."""

    number: int
    story: str
    clean: list[bool] = field(default_factory=list)

    @property
    def member_id(self) -> str:
        return documents.member_id(self.number, self.story)

    def documented(self, *, clean: bool, cents: int = 13500) -> dict[str, object]:
        """Its next version."""
        self.clean.append(clean)
        return documents.encounter(self.number, self.story, version=len(self.clean), clean=clean, cents=cents)


def wrong(home: Path, people: list[Person], tally: Tally, asked: Counter[str]) -> list[str]:
    """After any night: nothing twice, nothing partial, every claim in one state, the books close."""
    books, ledger = _opened(home, asked)
    try:
        return _wrong(books, ledger, people, tally)
    finally:
        ledger.close()


def finished(home: Path, people: list[Person], tally: Tally, asked: Counter[str]) -> list[str]:
    """After quiet nights: also nothing lost, all that was paid is posted or named as damaged, charges are
    what arrived."""
    books, ledger = _opened(home, asked)
    try:
        faults = [*_wrong(books, ledger, people, tally), *copies_wrong(home, books)]
        lost = [p.number for p in people if p.clean[-1] and p.member_id not in books.arrived]
        tally.lost += len(lost)
        if lost:
            faults.append(f"lost: {lost}")
        states = _states(ledger)
        found = money.money(ledger)
        quarantined = _quarantined(ledger, books)
        cents = sum(payment.cents for payment in quarantined)
        if found.cash + cents != books.paid:
            faults.append(f"{found.cash} cents posted and {cents} quarantined, the partner paid {books.paid}")
        alone = books.reversed_unknown(quarantined)
        if found.reversed_unknown != alone:
            faults.append(
                f"{found.reversed_unknown} cents taken back of payments that are not here, the partner took "
                f"back {alone} of payments that did not come"
            )
        waiting = {m for m, s in states.items() if AT_HOME & set(s)}
        if unsent := sorted(waiting - {m for m, s in states.items() if "held" in s}):
            faults.append(f"claims of {unsent} were left at home")
        if not waiting and found.charged != sum(books.charges.values()):
            faults.append(f"{found.charged} cents charged, {sum(books.charges.values())} arrived")
        return faults
    finally:
        ledger.close()


def _opened(home: Path, asked: Counter[str]) -> tuple[Books, Ledger]:
    ledger = Ledger(load(home).database_url)
    upgrade(ledger)  # a run may have been killed before it made its tables
    return partner_books.read(home / "clearinghouse", asked), ledger


def _wrong(books: Books, ledger: Ledger, people: list[Person], tally: Tally) -> list[str]:
    faults = books_wrong(ledger)
    tally.twice += books.twice
    tally.partial += books.partial
    if books.twice:
        faults.append(f"twice: {books.again}")
    if books.partial:
        faults.append(f"partial: {books.partial} files")
    clean = {p.member_id for p in people if any(p.clean)}
    if strangers := books.arrived.keys() - clean:
        faults.append(f"arrived and were never clean: {sorted(strangers)}")
    states = _states(ledger)
    if unknown := states.keys() - clean:
        faults.append(f"claims of nobody: {sorted(unknown)}")
    if missing := books.arrived.keys() - states.keys():
        faults.append(f"arrived and are not in the ledger: {sorted(missing)}")
    for member, live in states.items():
        if len(live) != 1:
            faults.append(f"{member} is in the states {live}")
        elif live[0] in WITH_PARTNER and member not in books.adjudicating:
            faults.append(f"{member} is {live[0]}, and the partner does not have it")
    found = money.money(ledger)
    if found.cash > books.paid:
        faults.append(f"{found.cash} cents posted, the partner paid {books.paid}")
    if not 0 <= found.reversed_unknown <= books.reversed:
        faults.append(f"{found.reversed_unknown} cents taken back, the partner took back {books.reversed}")
    return faults


def _quarantined(ledger: Ledger, books: Books) -> list[Payment]:
    """The payments of damaged 835s that were not posted: only a file that the quarantine names counts."""
    named = {problem.name for problem in problems(ledger, open_only=True) if problem.code == "RMT-FORM"}
    return [payment for payment in books.damaged.values() if payment.files & named]


def _states(ledger: Ledger) -> dict[str, list[str]]:
    """By member id, the states of its claim's submissions but for those that a later one follows."""
    with ledger.read() as connection:
        rows = connection.execute(
            select(
                claim_version.c.member_id, submission.c.payer_order, submission.c.number, submission.c.state
            )
            .select_from(claim)
            .join(submission, submission.c.claim_id == claim.c.id)
            .join(claim_version, claim_version.c.id == claim.c.version_id)
            .order_by(claim.c.id, submission.c.number)
        ).all()
    newest: dict[str, dict[str, str]] = {}
    live: dict[str, list[str]] = {}
    for row in rows:
        newest.setdefault(row.member_id, {})[row.payer_order] = row.state
        if row.state not in ("rejected", "replaced", "voided", "closed"):
            live.setdefault(row.member_id, []).append(row.state)
    return {m: live.get(m) or list(states.values()) for m, states in newest.items()}
