"""A person bills the next payer of a claim: it was forwarded and did not arrive, or a denial stays."""

from datetime import date, timedelta

from sqlalchemy import Connection

from ledger.books import acts, work_items
from ledger.books.acts import Done, Signature
from ledger.sending import later_payers
from tasks.home.home import Home
from tasks.operations.money_acts import By, claim_of, perform


def bill(home: Home, as_of: date, by: By, number: str, *, dry_run: bool) -> Done:
    """Makes the claim to the next payer ready. Raises StepError CLM-01 and CLM-03, LedgerError LED-14."""
    claim_id = claim_of(home, number)
    known = set(home.partners.payers)

    def act(connection: Connection, business_date: str, signature: Signature) -> str:
        payer = later_payers.bill_by_person(connection, business_date, claim_id, known, signature.why)
        until = as_of + timedelta(days=home.partners.payers[payer].answer_days)
        who, why = acts.named(signature)
        work_items.await_answer(
            connection, business_date, claim_id, until.isoformat(), f"{payer} is billed: {why}", who
        )
        acts.record(
            connection, business_date, signature, "bill_next", 0,
            claim_id=claim_id, payer=payer, unlimited=True,
        )  # fmt: skip
        return f"claim {number} goes to {payer} with the next run"

    return perform(home, as_of, by, act, dry_run=dry_run)
