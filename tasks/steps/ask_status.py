"""Asks for the status of claims whose answer is overdue: by itself, once for each day that was waited for.

Of a payer that takes no 276, or while an earlier inquiry waits for its answer, nobody is asked.
"""

from collections.abc import Sequence
from datetime import date

from ledger.errors import KeyRefused
from ledger.sending import claims_at_payers, inquiries
from ledger.sending.inquiries import Wanted
from tasks.home.home import Home
from tasks.inquiries.asking import answers_within, house_of


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """One piece, where a payer can be asked at all."""
    return ["overdue"] if any(payer.takes("276") for payer in home.partners.payers.values()) else []


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Wants an inquiry for each answer that is overdue."""
    with home.ledger.read() as connection:
        wanted: list[Wanted] = []
        for one, until in claims_at_payers.overdue(connection):
            house = house_of(home, one.payer, "276")
            if house is None:
                continue
            hours = answers_within(house, "276")
            before = claims_at_payers.asked(connection, one.submission_id)
            if not any(claims_at_payers.is_awaited(asked, as_of, hours) for asked in before):
                wanted.append(claims_at_payers.by_itself(one, house.key, until))
    with home.ledger.write() as connection:
        try:
            return {"asked": len(inquiries.want(connection, as_of.isoformat(), wanted))}
        except KeyRefused:  # another run asks at this moment
            return {"asked": 0}
