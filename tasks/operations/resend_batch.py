"""Sends a batch once more: same number, same bytes, by a person's decision, since the partner lacks it.

The decision is stored first and the batch is `built` again. From there it is sent like the first time:
killed anywhere, a rerun or the next night goes on, and one decision sends at most one more copy.
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
    partner cannot be reached: then the decision stays, and a rerun or the next run sends it.
    """
    if not why.strip():
        raise StepError("BAT-05", "say why it is sent again; it stays in the history")
    open_choice(home, batch_id, "resend")
    decisions.resend(home.ledger, batch_id, as_of.isoformat(), why.strip())
    return rerun(home, as_of, batch_id)
