"""Claims are settled anew where what is agreed with a payer changes, or how the program settles.

What a claim comes to is derived when something of it changes. A payer's file that says otherwise, or a
program that derives otherwise, changes it for claims that nothing happens to: their books would stay behind,
and the night's proof would name each of them. So the next night settles them, a chunk in one transaction, and
posts what differs on its own business date: a closed month stays as it was.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, or_, select

from ledger.adjudication.facts import Terms
from ledger.books import charges
from ledger.schema import claim, coverage, entry, kept_to, posting, submission
from ledger.storage.database import Ledger
from ledger.storage.kept_to import KeptTo, newest, note
from ledger.storage.one_of import one_of
from ledger.trail import audit

CHUNK: Final = 500
"""Claims in one transaction: less than a second."""

_RULES: Final = "rules of settling"
_TERMS: Final = "terms of "


@dataclass(frozen=True, slots=True)
class Changed:
    """By what the books were not settled yet: these payers' terms; `rules`: the program, for every claim.
    `marks` stand for what is in force now, by the name that they are kept under. `is_new`: the books
    are empty, so that nothing in them will be older than that."""

    payers: tuple[str, ...]
    rules: bool
    marks: Mapping[str, int]
    is_new: bool

    def __bool__(self) -> bool:
        return bool(self.payers) or self.rules


@dataclass(slots=True)
class Anew:
    """What a night settled anew: how many claims it looked at, how many came to other amounts, and what was
    moved, in cents by account."""

    claims: int = 0
    moved: int = 0
    cents: Counter[str] = field(default_factory=Counter)


def changed(connection: Connection, terms: Mapping[str, Terms], rules: int) -> Changed:
    """What changed since the books were last settled by all of it. `terms` by payer; `rules` is a number that
    stands for how this program settles."""
    k = kept_to.c
    query = select(k.name, k.last).where(or_(k.name == _RULES, k.name.startswith(_TERMS, autoescape=True)))
    known = dict(connection.execute(query).tuples().all())
    gone = {name.removeprefix(_TERMS) for name in known} - {_RULES}
    usual = _mark(Terms())
    now = dict.fromkeys(gone, usual) | {payer: _mark(of) for payer, of in terms.items()}
    payers = tuple(payer for payer in sorted(now) if known.get(_TERMS + payer, usual) != now[payer])
    marks = {_TERMS + payer: now[payer] for payer in payers} | {_RULES: rules}
    is_new = not known and connection.execute(select(posting.c.id).limit(1)).first() is None
    return Changed(payers, known.get(_RULES) != rules, marks, is_new)


def finish(ledger: Ledger, business_on: str, by: Changed) -> Anew:
    """Settles the claims that may come to something else now, each chunk in a transaction of its own. Killed
    between two, the next night begins again and finds those settled that are."""
    found = Anew()
    payers = None if by.rules else by.payers
    with ledger.read() as connection:
        cause = (
            f"anew:{newest(connection, entry)}"  # another one each time, also where a file is changed back
        )
    after, left = 0, bool(by) and not by.is_new
    while left:
        with ledger.write() as connection:
            claims = _next(connection, after, payers)
            books = charges.bring_up_to_date(connection, business_on, set(claims), cause)
        found.claims += len(claims)
        for one in (one for one in books.values() if one.moves):
            found.moved += 1
            for account, _, cents in one.moves:
                found.cents[account] += cents
        left = len(claims) == CHUNK
        after = claims[-1] if left else after
    if by:
        with ledger.write() as connection:
            note(connection, {name: KeptTo(last=mark) for name, mark in by.marks.items()})
            if found.claims:
                of = "the program" if by.rules else ", ".join(by.payers)
                said = f"{found.moved} of {found.claims} claims"
                audit.note(connection, business_on, "settled anew", of, said)
    return found


def _next(connection: Connection, after: int, payers: Collection[str] | None) -> list[int]:
    """The next claims in the books that name one of these payers; None: whichever they name."""
    c = claim.c
    query = select(c.id).where(c.id > after, select(posting.c.id).where(posting.c.claim_id == c.id).exists())
    if payers is not None:
        covered = select(coverage.c.place).where(
            coverage.c.version_id == c.version_id, one_of(coverage.c.payer, payers)
        )
        sent = select(submission.c.id).where(
            submission.c.claim_id == c.id, one_of(submission.c.payer, payers)
        )
        query = query.where(or_(covered.exists(), sent.exists()))
    return list(connection.execute(query.order_by(c.id).limit(CHUNK)).scalars())


def _mark(of: Terms) -> int:
    """A number that is another one where the terms are."""
    return int.from_bytes(hashlib.sha256(repr(of).encode()).digest()[:8], "big") >> 1
