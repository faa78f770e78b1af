"""Takes in acknowledgments: TA1, 999 and 277CA move batches and claims."""

from collections.abc import Sequence
from datetime import date

import edi
from ledger import acknowledge as book
from ledger import responses
from tasks.collect import ACKNOWLEDGMENTS
from tasks.home import Home


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The files of acknowledgments that were not taken yet."""
    return [str(row.id) for row in responses.to_take(home.ledger, sorted(ACKNOWLEDGMENTS))]


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Applies one file."""
    _, data = responses.get(home.ledger, int(piece))
    taken = book.take(home.ledger, as_of.isoformat(), int(piece), list(edi.read_acknowledgments(data)))
    return {"accepted": taken.accepted, "rejected": taken.rejected, "unknown": taken.unknown}
