"""Posts the remittances that partners sent."""

from collections.abc import Sequence
from datetime import date

from ledger.sending import responses
from tasks.answers.contents import REMITTANCE
from tasks.home.home import Home
from tasks.payments.posting import post_file


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The files of remittances that were not taken yet."""
    return [str(row.id) for row in responses.to_take(home.ledger, [REMITTANCE])]


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Posts or queues every remittance of one file."""
    return post_file(home, as_of, int(piece))
