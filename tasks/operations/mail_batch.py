"""A person's statement that the pages of a batch were mailed, and when: the evidence of timely filing."""

from datetime import date

from ledger.books.acts import named
from ledger.errors import StateConflict
from ledger.sending import batches, decisions
from ledger.storage import documents
from tasks.batches.mail import MAIL, page_file
from tasks.batches.send_batch import keep_sent
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations.money_acts import By, signed


def mailed(home: Home, as_of: date, by: By, batch_id: int, on: date) -> str:
    """Takes down that a printed batch was mailed `on` that day. Its pages are removed from the folder; the
    ledger keeps what they said, and prints them again from that.

    Raises StepError BAT-01 where there is no such batch, BAT-08 where it is not printed and waiting, or
    where the day can't be; LedgerError LED-14 where nobody is named, or no reason.
    """
    who, why = named(signed(home, by, preview=False))
    try:
        batch = batches.get(home.ledger, batch_id)
    except StateConflict:
        raise StepError("BAT-01", f"there is no batch {batch_id}; see `cleanclaim batches list`") from None
    if batch.clearinghouse != MAIL:
        raise StepError("BAT-08", f"batch {batch_id} goes to {batch.clearinghouse}; only paper is mailed")
    if batch.state != "uploaded" or not batch.hold:
        said = f"batch {batch_id} is {batch.words}, not printed and waiting"
        raise StepError("BAT-08", f"{said}; see `cleanclaim batches show {batch_id}`")
    if not date.fromisoformat(batch.business_on) <= on <= as_of:
        raise StepError(
            "BAT-08", f"batch {batch_id} was printed on {batch.business_on}; mailed from then to {as_of}"
        )
    decisions.mailed(home.ledger, batch_id, as_of.isoformat(), on.isoformat(), who, why)
    keep_sent(home, batch, documents.read(home.ledger, batch.sha256))
    page_file(home, batch).unlink(missing_ok=True)
    return f"batch {batch_id} was mailed on {on}; {batch.claims} claims wait for their remittance"
