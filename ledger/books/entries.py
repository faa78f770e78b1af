"""Entries: postings that belong together and sum to zero."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, func, select

from ledger.books import months
from ledger.errors import DoesNotBalance
from ledger.schema import entry, posting
from ledger.storage.database import Row, insert_many, new_ids
from ledger.storage.one_of import one_of
from ledger.storage.stated import stated
from ledger.trail import written

DESK = "desk_payment"
"""The kind of an entry with what a patient paid at the desk, as the encounter says."""

Posted = dict[tuple[str, str, str], int]
"""What is posted of a claim, in cents by account, payer and practice."""


@dataclass(slots=True)
class Entry:
    """What is posted together. The `key` says what was posted: the same is never posted again."""

    kind: str
    key: str
    postings: list[Row] = field(default_factory=list)
    remittance_id: int | None = None

    def add(
        self,
        account: str,
        cents: int,
        *,
        claim_id: int | None = None,
        payer: str = "",
        practice: str = "",
        reference: str = "",
    ) -> None:
        """A posting; nothing where there is no amount."""
        if cents:
            self.postings.append(
                {
                    "account": account,
                    "cents": cents,
                    "claim_id": claim_id,
                    "payer": payer,
                    "practice": practice,
                    "reference": reference,
                }
            )


def write(connection: Connection, business_on: str, entries: Sequence[Entry]) -> None:
    """Writes entries with their postings; one that does not sum to zero stops everything.

    Raises:
        DoesNotBalance: one does not.
    """
    for made in entries:
        total = sum(row["cents"] for row in made.postings)
        if total:
            raise DoesNotBalance(f"entry {made.key} is off by {total} cents; nothing was posted")
    full = [made for made in entries if made.postings]
    period = months.open_period(connection, business_on) if full else ""
    rows: list[Row] = []
    postings: list[Row] = []
    for number, e in zip(new_ids(connection, entry, len(full)), full, strict=True):
        rows.append(
            {
                "id": number,
                "kind": e.kind,
                "key": e.key,
                "remittance_id": e.remittance_id,
                "business_on": business_on,
                "period": period,
            }
        )
        for row in e.postings:
            row["entry_id"] = number
        postings += e.postings
    for table, of in ((entry, rows), (posting, postings)):
        insert_many(connection, table, of)
        written.note(connection, table, of)


def add(posted: Mapping[int, Posted], made: Sequence[Entry]) -> None:
    """Adds what entries post to what is posted of these claims."""
    for one in made:
        for row in one.postings:
            of = posted.get(row["claim_id"])
            if of is not None:
                key = row["account"], row["payer"], row["practice"]
                of[key] = of.get(key, 0) + row["cents"]


def posted(connection: Connection, claim_ids: Collection[int]) -> dict[int, Posted]:
    """What is posted of these claims."""
    found: dict[int, Posted] = {claim_id: {} for claim_id in claim_ids}
    for claim_id, account, payer, practice, cents in connection.execute(*_postings(list(claim_ids))).all():
        of = found[claim_id]
        key = account, payer, practice
        of[key] = of.get(key, 0) + cents
    return found


@stated
def _postings(claim_ids: Any) -> Select[tuple[int, str, str, str, int]]:
    p = posting.c
    query = select(p.claim_id, p.account, p.payer, p.practice, p.cents)
    return query.where(one_of(p.claim_id, claim_ids))


def taken_at_desk(connection: Connection, posted: Mapping[int, Posted]) -> dict[int, int]:
    """What is in the books from the desk, by claim, of claims with what is posted of them."""
    from_patients = [i for i, of in posted.items() if any(key[:2] == ("cash", "") for key in of)]
    if not from_patients:
        return {}
    p = posting.c
    query = (
        select(p.claim_id, func.sum(p.cents))
        .join(entry, entry.c.id == p.entry_id)
        .where(one_of(p.claim_id, from_patients), p.account == "cash", entry.c.kind == DESK)
        .group_by(p.claim_id)
    )
    return {claim_id: int(cents) for claim_id, cents in connection.execute(query)}
