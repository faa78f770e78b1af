"""A person's decision on what is held: release a batch or a partner, give a batch up.

Nothing is sent here, so no lease is needed: a batch that a run works on meanwhile changes by
compare-and-set, and one of the two is refused.
"""

from datetime import date

from ledger.sending import batches, decisions
from tasks.batches.choices import Choice, in_doubt, open_choice, partner_choice, to_write_anew
from tasks.batches.mail import MAIL, page_file
from tasks.errors import StepError
from tasks.home.home import Home


def release(home: Home, as_of: date, batch_id: int, why: str) -> str:
    """Lets a held batch go on; what is said of it. One in doubt counts as sent.

    Raises StepError BAT-01 and BAT-04, and StateConflict where it changed meanwhile.
    """
    choice = open_choice(home, batch_id, "release")
    if in_doubt(home, batch_id):
        decisions.count_as_sent(home.ledger, batch_id, as_of.isoformat(), why)
        return f"batch {batch_id} counts as sent; its answer is awaited"
    decisions.release(home.ledger, batch_id, as_of.isoformat(), why)
    return f"batch {batch_id}: {choice.because}"


def release_partner(home: Home, as_of: date, clearinghouse: str, why: str) -> Choice:
    """Lets sending to a partner go on with the next run.

    What is written and carries ids that the partner's file no longer names would be refused again:
    it is given up, and its claims are written anew.

    Raises StepError BAT-03 where nothing is stopped for it.
    """
    choice = partner_choice(home, clearinghouse)
    if choice.open:
        for batch_id in to_write_anew(home, clearinghouse):
            decisions.abandon(home.ledger, batch_id, as_of.isoformat(), f"{clearinghouse} has other ids now")
    if not batches.release_partner(home.ledger, clearinghouse, as_of.isoformat(), why):
        raise StepError("BAT-03", choice.because)
    return choice


def abandon(home: Home, as_of: date, batch_id: int, why: str) -> int:
    """Gives a batch up, or takes a resend of it back; how many claims are ready again.

    Raises StepError BAT-01 and BAT-04, and StateConflict where it changed meanwhile.
    """
    open_choice(home, batch_id, "abandon")
    again = decisions.abandon(home.ledger, batch_id, as_of.isoformat(), why)
    batch = batches.get(home.ledger, batch_id)
    if batch.clearinghouse == MAIL:
        page_file(home, batch).unlink(missing_ok=True)
    return again
