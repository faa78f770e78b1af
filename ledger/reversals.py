"""What a reversal (CLP02 22) takes back: the payment it names, and the postings of that payment.

A payer negates the original's amounts. Where that original is found, its own postings are negated,
whatever was decided of it then (in suspense, passed to a next payer), so that nothing of it is left.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from ledger.database import bounded
from ledger.matching import Match
from ledger.schema import claim_payment, entry, posting, remittance

REVERSAL = "22"


@dataclass(slots=True)
class Original:
    """A payment that was posted and that nothing has taken back yet. Its moves: (account, cents)."""

    id: int
    key: str  # of its entry
    charge: int
    paid: int
    moves: list[tuple[str, int]] = field(default_factory=list)


def entry_key(remittance_id: int, position: int) -> str:
    """The key of a claim payment's entry."""
    return f"remit:{remittance_id}:{position}"


def originals(
    connection: Connection,
    payer: str,
    reversed_: Sequence[tuple[int, str, Match | None, int, int]],
) -> dict[int, Original]:
    """For each reversal (place, number, match, charge, paid) what it takes back, by its place.

    The newest payment of the same claim (of the same number, where no claim is known) by the same
    payer with exactly the negated amounts; each is taken back once. A reversal without one is left out.
    """
    open_ones = _open(connection, payer, reversed_)
    found: dict[int, Original] = {}
    for place, number, match, charge, paid in reversed_:
        own = open_ones.get(match.claim_id if match else number, [])
        for original in reversed(own):
            if abs(original.charge) == abs(charge) and original.paid == -paid:
                found[place] = original
                own.remove(original)
                break
    _add_moves(connection, list(found.values()))
    return found


def _open(
    connection: Connection, payer: str, reversed_: Sequence[tuple[int, str, Match | None, int, int]]
) -> dict[int | str, list[Original]]:
    """Payments not taken back yet, oldest first, by their claim or, in suspense, by their number."""
    open_ones: dict[int | str, list[Original]] = {}
    taken_back = select(claim_payment.c.reverses).where(claim_payment.c.reverses.is_not(None))
    query = (
        select(
            claim_payment.c.id,
            claim_payment.c.claim_id,
            claim_payment.c.patient_control_number,
            claim_payment.c.remittance_id,
            claim_payment.c.position,
            claim_payment.c.charge,
            claim_payment.c.paid,
        )
        .join(remittance, remittance.c.id == claim_payment.c.remittance_id)
        .where(
            remittance.c.payer == payer,
            claim_payment.c.status != REVERSAL,
            claim_payment.c.id.not_in(taken_back),
        )
        .order_by(claim_payment.c.id)
    )
    claims = list(dict.fromkeys(m.claim_id for _, _, m, _, _ in reversed_ if m is not None))
    numbers = list(dict.fromkeys(n for _, n, m, _, _ in reversed_ if m is None and n not in ("", "0")))
    pieces = [query.where(claim_payment.c.claim_id.in_(p)) for p in bounded(claims)] + [
        query.where(claim_payment.c.claim_id.is_(None), claim_payment.c.patient_control_number.in_(p))
        for p in bounded(numbers)
    ]
    for piece in pieces:
        for r in connection.execute(piece):
            whose = r.patient_control_number if r.claim_id is None else r.claim_id
            original = Original(r.id, entry_key(r.remittance_id, r.position), r.charge, r.paid)
            open_ones.setdefault(whose, []).append(original)
    return open_ones


def _add_moves(connection: Connection, found: Sequence[Original]) -> None:
    by_key = {original.key: original for original in found}
    for piece in bounded(list(by_key)):
        query = (
            select(entry.c.key, posting.c.account, posting.c.cents)
            .join(posting, posting.c.entry_id == entry.c.id)
            .where(entry.c.key.in_(piece))
            .order_by(posting.c.id)
        )
        for r in connection.execute(query):
            by_key[r.key].moves.append((r.account, r.cents))
