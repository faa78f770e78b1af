"""Money that is paid back to a payer by itself: the recoupment that it announced is over with it."""

from sqlalchemy import Connection

from config.dollars import dollars
from ledger.adjudication.work import REFUNDED_TOO
from ledger.books import acts, claim_acts, claim_books
from ledger.books.acts import Signature
from ledger.books.entries import Entry, write
from ledger.errors import ActRefused
from ledger.payments import provider_level

REASON = "WO"


def pay(
    connection: Connection,
    business_on: str,
    signature: Signature,
    payer: str,
    practice: str,
    reference: str,
    cents: int | None,
) -> str:
    """A refund under the reference of a recoupment (PLB03-2): what is announced, or the cents given.

    Raises ActRefused where nothing is announced and no amount is given; and where the reference is a claim's,
    for more than is announced, or for what was refunded on the claim.
    """
    kind = provider_level.kind_of(REASON)
    left, claim_id = provider_level.balance(connection, payer, practice, kind, reference)
    wanted = -left if cents is None else cents
    if wanted > max(-left, 0) and not reference.strip():
        raise ActRefused("a refund names the reference under which the payer asked for it")
    if wanted <= 0:
        raise ActRefused(
            f"{payer} announced no recoupment under {reference} that is open; give the amount to refund"
        )
    if claim_id is not None:
        _refuse_twice(connection, payer, claim_id, wanted, -left)
    _book(connection, business_on, signature, payer, practice, reference, wanted, claim_id)
    return f"{dollars(wanted)} refunded to {payer} under {reference}"


def offset(connection: Connection, business_on: str, signature: Signature, claim_id: int, payer: str) -> str:
    """What a payer took back of a claim itself settles the credit that it has there: nothing is paid.

    Raises ActRefused: there is no credit, or the payer took nothing back.
    """
    [books] = claim_books.settled(connection, [claim_id]).values()
    taken = provider_level.taken_of(connection, claim_id, payer, books.practice)
    if not taken:
        raise ActRefused(f"{payer} took nothing back of this claim beside its answers")
    rest = min(-books.settlement.balances["credit", payer], sum(taken.values()))
    if rest <= 0:
        raise ActRefused(f"{payer} has no credit on this claim")
    acts.within_limit(signature, rest)
    words = []
    for reference, left in taken.items():
        part = min(left, rest)
        if part > 0:
            claim_acts.refund(connection, business_on, signature, claim_id, payer, part, reference)
            _book(connection, business_on, signature, payer, books.practice, reference, -part, claim_id)
            words.append(f"{dollars(part)} that {payer} took back under {reference} settles its credit")
            rest -= part
    return "; ".join(words)


def _refuse_twice(connection: Connection, payer: str, claim_id: int, wanted: int, announced: int) -> None:
    """Raises ActRefused where a refund under a claim's reference would pay what its claim pays, or paid."""
    [books] = claim_books.settled(connection, [claim_id]).values()
    before = sum(w.cents for w in books.settlement.work if (w.payer, w.kind) == (payer, REFUNDED_TOO))
    if wanted <= announced - before:
        return
    if before:
        raise ActRefused(f"{dollars(before)} of it was refunded on the claim already: dispute the recoupment")
    raise ActRefused(
        f"{payer} announced {dollars(max(announced, 0))} under this reference; a credit of its claim is "
        "refunded with `cleanclaim claims refund`"
    )


def _book(
    connection: Connection,
    business_on: str,
    signature: Signature,
    payer: str,
    practice: str,
    reference: str,
    wanted: int,
    claim_id: int | None,
) -> None:
    act_id = acts.record(
        connection,
        business_on,
        signature,
        provider_level.PAYER_REFUND,
        wanted,
        claim_id=claim_id,
        payer=payer,
        practice=practice,
        reference=reference,
    )
    made = Entry(provider_level.PAYER_REFUND, acts.key_of(act_id))
    for account, moved in (("recoupment", wanted), ("cash", -wanted)):
        made.add(account, moved, payer=payer, practice=practice, reference=REASON)
    write(connection, business_on, [made])
    provider_level.sync_chains(connection, business_on, payer, practice, [(REASON, reference)])
