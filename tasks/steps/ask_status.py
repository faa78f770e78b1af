"""Asks for the status of claims whose answer is overdue: by itself, once for each day that was waited for.

Of a payer that takes no 276, or while an earlier inquiry waits for its answer, nobody is asked.
"""

from collections.abc import Sequence
from datetime import date

from config.clearinghouse import Clearinghouse
from ledger.books import charges
from ledger.schema import inquiry
from ledger.sending import claims_at_payers, inquiries
from ledger.sending.inquiries import Wanted
from ledger.storage.one_of import one_of
from tasks.home.home import Home
from tasks.inquiries.asking import answers_within, clearinghouse_for


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """One piece, where a payer can be asked at all."""
    return ["overdue"] if _asked(home) else []


def _asked(home: Home) -> dict[str, Clearinghouse]:
    """The payers that take a 276, with the clearinghouse that takes it for them."""
    clearinghouses = {key: clearinghouse_for(home, key, "276") for key in home.partners.payers}
    return {key: clearinghouse for key, clearinghouse in clearinghouses.items() if clearinghouse is not None}


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Wants an inquiry for each answer that is overdue."""
    with home.ledger.read() as connection:
        wanted: list[Wanted] = []
        clearinghouses = _asked(home)
        for one, until in claims_at_payers.overdue(connection, clearinghouses):
            clearinghouse = clearinghouses[one.payer]
            hours = answers_within(clearinghouse, "276")
            before = claims_at_payers.asked(connection, one.submission_id)
            if not any(claims_at_payers.is_awaited(asked, as_of, hours) for asked in before):
                wanted.append(claims_at_payers.by_itself(one, clearinghouse.key, until))
    business_on = as_of.isoformat()
    with home.ledger.write() as connection:
        made = inquiries.want(connection, business_on, wanted)
        if made:
            claims = inquiries.claims_of(connection, one_of(inquiry.c.id, made))
            charges.bring_up_to_date(connection, business_on, claims, f"asked:{made[0]}")
    return {"asked": len(made)}
