"""Sends a batch once more: same number, same bytes, on a person's word that the partner lacks it.

The word is stored first and the batch is `built` again, so that from there the protocol of sending
holds as it does for a first time: killed anywhere, a rerun or the next night goes on, and of one
word at most one more copy goes out.
"""

from datetime import date

from ledger.sending import decisions
from tasks.batches.choices import open_choice
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations.rerun_batch import Rerun, rerun


def resend(home: Home, as_of: date, batch_id: int, why: str) -> Rerun:
    """Asks for one more copy and sends it. Under the run's lease.

    Raises StepError: BAT-01 there is no such batch, BAT-04 it is not open to it (it was not sent, or
    the partner has answered of it), BAT-05 no reason was given; and a TransportError where the
    partner cannot be reached: then the word stays, and a rerun or the next run sends it.
    """
    if not why.strip():
        raise StepError("BAT-05", "say why it is sent again; it stays in the history")
    open_choice(home, batch_id, "resend")
    decisions.resend(home.ledger, batch_id, as_of.isoformat(), why.strip())
    return rerun(home, as_of, batch_id)
