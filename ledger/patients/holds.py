"""What keeps a guarantor's statements back, from a day on and until a person ends it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, or_, select

from ledger.schema import statement_hold, statement_hold_claim
from ledger.storage.database import insert_many
from ledger.storage.one_of import one_of
from ledger.trail import audit

KINDS: Final = {
    "bankruptcy": "the guarantor is bankrupt: the court's stay forbids asking",
    "deceased": "the guarantor died: the estate is asked, by hand",
    "minor": "the guarantor is a minor",
    "returned_mail": "mail came back: the address is wrong",
    "assistance": "financial assistance is applied for or granted",
    "dispute": "the guarantor disputes it",
}


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold as it stands. `whole`: of the account that had `claims`, else of its claim alone. `until_on` is
    the day that ended it, "" none.
    """

    id: int
    claim_id: int
    claims: frozenset[int]
    whole: bool
    kind: str
    from_on: str
    until_on: str
    actor: str
    why: str

    def holds_on(self, day: str) -> bool:
        return self.from_on <= day and (not self.until_on or day < self.until_on)


def all_of(connection: Connection, claims: Collection[int] | None = None) -> list[Hold]:
    """Every hold that was said, oldest first, with the day that ended it; of these claims, or of accounts
    that had one of them, where they are named."""
    h, c = statement_hold.c, statement_hold_claim.c
    ends = dict(connection.execute(select(h.ends_id, h.from_on).where(h.ends_id.is_not(None))).tuples().all())
    query = select(h.id, h.claim_id, h.whole, h.kind, h.from_on, h.actor, h.why).where(h.ends_id.is_(None))
    of_hold = select(c.hold_id, c.claim_id)
    if claims is not None:
        wanted = sorted(claims)
        query = query.where(
            or_(one_of(h.claim_id, wanted), h.id.in_(select(c.hold_id).where(one_of(c.claim_id, wanted))))
        )
        of_hold = of_hold.where(c.hold_id.in_(query.with_only_columns(h.id)))
    of: dict[int, set[int]] = {}
    for hold_id, claim_id in connection.execute(of_hold):
        of.setdefault(hold_id, set()).add(claim_id)
    return [
        Hold(
            row.id, row.claim_id, frozenset(of.get(row.id, ())), bool(row.whole), row.kind, row.from_on,
            ends.get(row.id, ""), row.actor, row.why,
        )
        for row in connection.execute(query.order_by(h.id))
    ]  # fmt: skip


def place(
    connection: Connection,
    business_on: str,
    claim_id: int,
    kind: str,
    *,
    claims: Collection[int],
    from_on: str,
    actor: str,
    why: str,
) -> int:
    """Keeps a hold of the account that has `claims`, or where there are none of the claim alone; its id."""
    whole = bool(claims)
    made = _keep(connection, business_on, claim_id, kind, whole, None, from_on, actor, why, "statements held")
    insert_many(connection, statement_hold_claim, [{"hold_id": made, "claim_id": i} for i in sorted(claims)])
    return made


def end(connection: Connection, business_on: str, hold: Hold, *, from_on: str, actor: str, why: str) -> None:
    """Ends a hold from a day on. Raises KeyRefused where it was ended before."""
    _keep(
        *(connection, business_on, hold.claim_id, hold.kind, hold.whole, hold.id, from_on, actor, why),
        "statements released",
    )


def _keep(
    connection: Connection,
    business_on: str,
    claim_id: int,
    kind: str,
    whole: bool,
    ends: int | None,
    from_on: str,
    actor: str,
    why: str,
    act: str,
) -> int:
    h = statement_hold
    values = {
        "claim_id": claim_id,
        "whole": int(whole),
        "kind": kind,
        "ends_id": ends,
        "from_on": from_on,
        "actor": actor,
        "why": why,
        "business_on": business_on,
    }
    made = int(connection.execute(h.insert().values(values).returning(h.c.id)).scalar_one())
    of = "account of claim" if whole else "claim"
    audit.note(connection, business_on, act, f"{of} {claim_id}", f"{actor}, {kind} from {from_on}: {why}")
    return made
