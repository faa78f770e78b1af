"""Looks at a home from outside after its nights, and then asks the books whether they close."""

import json
from collections import Counter
from contextlib import suppress
from pathlib import Path

from config.settings import load
from ledger import Ledger
from ledger.queries import claims as claim_views
from ledger.queries import money, proof
from tests.crash import partner_books
from tests.crash.partner_books import Books
from tests.crash.tally import Tally


def look(home: Path, tally: Tally, where: str, asked: Counter[str] | None = None) -> None:
    """Counts what is lost, twice or partial after nights that came to their end with nothing refused.

    `asked`: ISA13s of which a person asked for one more copy, and how often.
    """
    found = partner_books.read(home / "clearinghouse", asked)
    wanted = expected(home)
    tally.partial += found.partial
    tally.twice += found.twice
    tally.lost += len(wanted - found.arrived.keys())
    ledger = Ledger(load(home).database_url)
    try:
        faults = [*books_wrong(ledger), *copies_wrong(home, found)]
        books = money.money(ledger)
        if books.cash != found.paid:
            faults.append(f"{books.cash} cents posted, the partner paid {found.paid}")
        if books.reversed_unknown != found.reversed_unknown():
            faults.append(
                f"{books.reversed_unknown} cents taken back of payments that are not here, the partner took "
                f"back {found.reversed_unknown()} of payments that it did not send"
            )
        if books.charged != sum(found.charges.values()):
            faults.append(f"{books.charged} cents charged, {sum(found.charges.values())} arrived")
        standing = claim_views.by_state(ledger)
        if sum(standing.values()) != len(wanted):
            faults.append(f"{len(wanted)} encounters, claims in states {standing}")
        if {"ready", "batched"} & standing.keys():
            faults.append(f"claims were left at home: {standing}")
    finally:
        ledger.close()
    tally.faults += [f"{where}: {fault}" for fault in faults]


def expected(home: Path) -> set[str]:
    """The member ids that must reach the partner, from the inbox alone."""
    found: set[str] = set()
    for file in (home / "inbox").rglob("*.json"):
        with suppress(ValueError):
            read = json.loads(file.read_text("utf-8"))
            for one in read if isinstance(read, list) else [read]:
                if one["diagnoses"] == ["J02.9"]:
                    found.add(one["coverages"][0]["member_id"])
    return found


def books_wrong(ledger: Ledger) -> list[str]:
    """The ledger's books do not close."""
    books, proven = money.money(ledger), proof.of_all(ledger)
    faults = []
    if books.postings_sum:
        faults.append(f"the postings sum to {books.postings_sum}")
    of_claims = books.applied + books.adjusted + books.receivable + books.reversed_unknown
    if books.charged != of_claims:  # nobody pays in these homes but payers, and no more than is owed
        faults.append(f"{books.charged} cents charged, {of_claims} paid, adjusted, owed or taken back")
    if books.cash != books.applied + books.suspense - books.provider_level:
        faults.append("cash is not applied + suspense - provider level")
    if not proven.holds:
        faults.append(f"the books are not proven: {'; '.join(proven.faults)}")
    return faults


def copies_wrong(home: Path, found: Books) -> list[str]:
    """The copies of what was sent are not what the partner received."""
    copies = {partner_books.sha256(path.read_bytes()) for path in (home / "edi" / "sent").rglob("*.837")}
    return [] if copies == found.hashes else ["the copies of what was sent are not what the partner received"]
