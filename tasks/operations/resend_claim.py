"""One claim goes again as it is, by a person's decision, since its payer does not have it.

It keeps its number (CLM01) and its frequency, and what was charged stays charged. The submission that the
payer does not have is over as a rejected one is; a successor is ready and goes with the next run. Of one
order of payers a claim has one live submission, so one decision never sends it twice.
"""

from datetime import date

from sqlalchemy import Connection, select

from ledger.adjudication.claim_status import NOT_FOUND, RETURNED
from ledger.adjudication.work import OVERDUE_PAYER
from ledger.books import acts, charges, claim_books
from ledger.books.acts import Done, Signature
from ledger.errors import ActRefused
from ledger.schema import submission, work_item
from ledger.sending import claims, submissions
from ledger.sending.claims_at_payers import Out
from tasks.home.home import Home
from tasks.operations.ask_status import at_payer
from tasks.operations.money_acts import By, claim_of, perform

UNDECIDED = ("sent", "accepted", "pended")


def resend(home: Home, as_of: date, by: By, number: str, *, dry_run: bool) -> Done:
    """Makes the claim ready again for the payer that lacks it.

    Raises StepError CLM-01 and CLM-03; LedgerError LED-14 where no payer has it undecided, the payer says
    that it has it, or its answer is not even overdue.
    """
    claim_id = claim_of(home, number)

    def act(connection: Connection, business_date: str, signature: Signature) -> str:
        one = at_payer(connection, claim_id)
        _refuse_where_the_payer_has_it(connection, one)
        acts.record(
            connection, business_date, signature, "resend", 0,
            claim_id=claim_id, payer=one.payer, unlimited=True,
        )  # fmt: skip
        reason = f"{one.payer} does not have it: {acts.named(signature)[1]}"
        which = submission.c.id == one.submission_id, submission.c.state.in_(UNDECIDED)
        if submissions.move(connection, business_date, "rejected", reason, *which) != 1:
            raise ActRefused("its payer has decided a part of it; correct it instead")
        claims.submit_again(connection, [one.submission_id], business_date)
        charges.bring_up_to_date(connection, business_date, {claim_id}, f"resend:{one.submission_id}")
        return f"claim {number} goes to {one.payer} again with the next run"

    return perform(home, as_of, by, act, dry_run=dry_run)


def _refuse_where_the_payer_has_it(connection: Connection, one: Out) -> None:
    """The payer's last answer counts; without one, that its answer is overdue and the person's decision."""
    said = claim_books.facts(connection, [one.claim_id])[one.claim_id].said.get(one.payer)
    if said is not None and said.meaning in (NOT_FOUND, RETURNED):
        return
    if said is not None:
        raise ActRefused(
            f"{one.payer} said on {said.on} that it knows the claim ({said.codes}): a second one is a "
            "duplicate; ask again with `cleanclaim claims ask-status`"
        )
    overdue = select(work_item.c.id).where(
        work_item.c.claim_id == one.claim_id,
        work_item.c.payer == one.payer,
        work_item.c.kind == OVERDUE_PAYER,
        work_item.c.state == "open",
    )
    if connection.execute(overdue).first() is None:
        raise ActRefused(f"the answer of {one.payer} is not overdue; ask with `cleanclaim claims ask-status`")
