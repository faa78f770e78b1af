"""Money that is paid back to a payer by itself: the recoupment that it announced is over with it."""

from sqlalchemy import Connection

from ledger.books import acts
from ledger.books.acts import Signature
from ledger.books.entries import Entry, write
from ledger.errors import ActRefused
from ledger.payments import provider_level

REASON = "WO"


def pay(
    connection: Connection,
    night: str,
    signature: Signature,
    payer: str,
    practice: str,
    reference: str,
    cents: int | None,
) -> str:
    """A refund under the reference of a recoupment (PLB03-2): what is announced, or the cents given.

    Raises ActRefused where nothing is announced and no amount is given.
    """
    kind = provider_level.kind_of(REASON)
    left, claim_id = provider_level.balance(connection, payer, practice, kind, reference)
    wanted = -left if cents is None else cents
    if wanted <= 0:
        raise ActRefused(
            f"{payer} announced no recoupment under {reference} that is open; give the amount to refund"
        )
    act_id = acts.record(
        connection,
        night,
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
    write(connection, night, [made])
    provider_level.sync_chains(connection, night, payer, practice, [(REASON, reference)])
    return f"{acts.dollars(wanted)} refunded to {payer} under {reference}"
