"""Posts the remittances that partners sent."""

from collections.abc import Sequence
from datetime import date

from ledger.sending import responses
from tasks.answers.contents import REMITTANCE
from tasks.home.home import Home
from tasks.payments.posting import ReadFile, post_file, post_read, read_whole

BYTES_A_CLAIM = 220
"""What a claim payment of two or three lines takes of a file."""


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The files of remittances that were not taken yet."""
    return [str(row.id) for row in responses.to_take(home.ledger, [REMITTANCE])]


def claims_in(home: Home, pieces: Sequence[str]) -> int:
    """About how many claims these files pay."""
    return responses.size(home.ledger, [int(piece) for piece in pieces]) // BYTES_A_CLAIM


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Posts or queues every remittance of one file."""
    return post_file(home, as_of, int(piece))


def prepare(home: Home, as_of: date, piece: str) -> ReadFile:
    """Reads and judges one file, beside others; writes nothing."""
    return read_whole(home, as_of, int(piece))


def finish(home: Home, as_of: date, prepared: ReadFile) -> dict[str, int]:
    """Matches and posts it, in the file's turn."""
    return post_read(home, as_of, prepared)
