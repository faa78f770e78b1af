"""Takes in acknowledgments: TA1, 999 and 277CA move batches and claims, a 277 answers an inquiry."""

from collections.abc import Sequence
from datetime import date

from ledger.sending import responses
from tasks.answers.acknowledgments import take_file
from tasks.answers.contents import ACKNOWLEDGMENTS, REMITTANCE
from tasks.home.home import Home


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The files of acknowledgments that were not taken yet; those with remittances in them are posted."""
    waiting = responses.to_take(home.ledger, sorted(ACKNOWLEDGMENTS))
    return [str(row.id) for row in waiting if REMITTANCE not in row.kinds.split()]


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Applies one file."""
    return take_file(home, as_of, int(piece))
