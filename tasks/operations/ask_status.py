"""A person asks a payer for the status of a claim (276): it goes with the next run."""

from datetime import date

from sqlalchemy import Connection

from ledger.books import acts, charges
from ledger.books.acts import Done, Signature
from ledger.errors import ActRefused
from ledger.schema import submission
from ledger.sending import claims_at_payers, inquiries
from ledger.sending.claims_at_payers import Out
from tasks.home.home import Home
from tasks.inquiries.asking import answers_within, clearinghouse_for
from tasks.operations.money_acts import By, claim_of, perform


def ask(home: Home, as_of: date, by: By, number: str, *, dry_run: bool) -> Done:
    """Wants an inquiry about the claim, to the payer that has it now.

    Raises StepError CLM-01 and CLM-03; LedgerError LED-14 where no payer has it undecided, the payer takes no
    276, or an inquiry waits for its answer.
    """
    claim_id = claim_of(home, number)

    def act(connection: Connection, business_date: str, signature: Signature) -> str:
        one = at_payer(connection, claim_id)
        clearinghouse = clearinghouse_for(home, one.payer, "276")
        if clearinghouse is None:
            raise ActRefused(
                f"{one.payer} takes no 276: ask it by phone or portal; where it takes them, say so in "
                f'partners/payers/{one.payer}.toml (inquiries = ["276"])'
            )
        hours = answers_within(clearinghouse, "276")
        for asked in claims_at_payers.asked(connection, one.submission_id):
            if claims_at_payers.is_awaited(asked, as_of, hours):
                raise ActRefused(
                    f"its status was asked for on {asked.business_on} ({asked.state}); wait for the answer"
                )
        who, why = acts.named(signature)
        wanted = claims_at_payers.by_person(connection, one, clearinghouse.key, who, why)
        inquiries.want(connection, business_date, [wanted])
        acts.record(
            connection, business_date, signature, "ask_status", 0,
            claim_id=claim_id, payer=one.payer, unlimited=True,
        )  # fmt: skip
        charges.bring_up_to_date(connection, business_date, {claim_id}, wanted.key)
        return f"claim {number}: {one.payer} is asked for its status with the next run"

    return perform(home, as_of, by, act, dry_run=dry_run)


def at_payer(connection: Connection, claim_id: int) -> Out:
    """The submission of a claim that a payer has and has not decided, the last one in order. Raises
    ActRefused where there is none."""
    found = claims_at_payers.out(connection, submission.c.claim_id == claim_id)
    if not found:
        raise ActRefused("no payer has this claim undecided; see `cleanclaim claims show`")
    return found[-1]
