"""A file that a partner brought, as its readers take it: without padding and wrapped lines. What is stored,
shown and checked is the file as it came."""

from edi.read.tidying import tidied
from ledger.sending import responses
from ledger.sending.responses import ResponseRow
from ledger.storage.database import Ledger


def get(ledger: Ledger, response_id: int) -> tuple[ResponseRow, bytes]:
    """A stored answer and its content. Raises as `ledger.sending.responses.get` does."""
    row, data = responses.get(ledger, response_id)
    return row, tidied(data)
