"""Takes in acknowledgments: TA1, 999 and 277CA move batches and claims, a 277 answers an inquiry."""

from collections.abc import Sequence
from datetime import date

from ledger.sending import responses
from tasks.answers import acknowledgments
from tasks.answers.acknowledgments import ReadAnswers
from tasks.answers.contents import ACKNOWLEDGMENTS, REMITTANCE
from tasks.home.home import Home

BYTES_A_CLAIM = 200
"""What a 277CA says of one claim."""


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The files of acknowledgments that were not taken yet; those with remittances in them are posted."""
    waiting = responses.to_take(home.ledger, sorted(ACKNOWLEDGMENTS))
    return [str(row.id) for row in waiting if REMITTANCE not in row.kinds.split()]


def claims_in(home: Home, pieces: Sequence[str]) -> int:
    """About how many claims these files speak of."""
    return responses.size(home.ledger, [int(piece) for piece in pieces]) // BYTES_A_CLAIM


def prepare(home: Home, as_of: date, piece: str) -> ReadAnswers:
    """Reads one file, beside others; writes nothing."""
    return acknowledgments.read_file(home, int(piece))


def finish(home: Home, as_of: date, prepared: ReadAnswers) -> dict[str, int]:
    """Applies it, in the file's turn."""
    return acknowledgments.apply(home, as_of, prepared)


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Applies one file."""
    return acknowledgments.take_file(home, as_of, int(piece))
