"""Takes in acknowledgments: TA1, 999 and 277CA move batches and claims."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import edi
from ledger import acknowledge as book
from ledger import responses
from ledger.responses import ResponseRow
from ledger.taken import Trouble
from tasks.answers.contents import ACKNOWLEDGMENTS, REMITTANCE, Contents, Key, key_of, look
from tasks.home.home import Home


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The files of acknowledgments that were not taken yet; those with remittances in them are posted."""
    waiting = responses.to_take(home.ledger, sorted(ACKNOWLEDGMENTS))
    return [str(row.id) for row in waiting if REMITTANCE not in row.kinds.split()]


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Applies one file."""
    row, data = responses.get(home.ledger, int(piece))
    contents = look(home.partners.clearinghouses.get(row.clearinghouse), data)
    taken = take(home, as_of.isoformat(), row, data, contents, Counter(), [])
    return {"accepted": taken.accepted, "rejected": taken.rejected, "unknown": taken.unknown}


def take(
    home: Home,
    night: str,
    row: ResponseRow,
    data: bytes,
    contents: Contents,
    handed: Counter[Key],
    troubles: list[Trouble],
) -> book.Taken:
    """Applies the acknowledgments of a file and closes it; what nobody `handed` on is put aside."""
    found: list[book.Acknowledgment] = []
    if contents.kinds & ACKNOWLEDGMENTS:
        found = list(contents.each(edi.read_acknowledgments(data), troubles))
    handed.update(key_of(record) for record in found)
    aside = [*contents.troubles, *troubles, *contents.left(handed)]
    return book.take(home.ledger, night, row.id, found, aside)
