"""A person asks Medicare to pay conditionally: the insurer of an accident said nothing within 120 days."""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection

from config.payer import Payer
from intake.encounter import Encounter
from ledger.books import acts
from ledger.books.acts import Done, Signature
from ledger.errors import ActRefused
from ledger.sending import later_payers
from ledger.sending.later_payers import Silent
from tasks.home.home import Home
from tasks.operations.money_acts import By, claim_of, perform

PROMPT_DAYS: Final = 120
"""Within so many days an insurer pays promptly (42 CFR 411.21)."""
ACCIDENTS: Final = {"14": "no-fault", "15": "workers' compensation", "41": "black lung", "47": "liability"}
"""Medicare-secondary types (SBR05) whose payer's silence is ground for a conditional payment."""
LIABILITY: Final = "47"


def bill(home: Home, as_of: date, by: By, number: str, *, dry_run: bool) -> Done:
    """Makes the claim to Medicare ready, as the one after a payer that is silent.

    Raises StepError CLM-01 and CLM-03; LedgerError LED-14 where Medicare is not the second payer, the first
    one answered, is a group health plan or has not had 120 days, or Medicare was billed.
    """
    claim_id = claim_of(home, number)

    def act(connection: Connection, business_date: str, signature: Signature) -> str:
        silent = later_payers.silent(connection, claim_id)
        payer = _medicare(home, silent)
        over = _over_on(silent, as_of)
        _, why = acts.named(signature)
        later_payers.bill_conditionally(connection, business_date, claim_id, silent, over.isoformat(), why)
        acts.record(
            connection, business_date, signature, "bill_conditional", 0,
            claim_id=claim_id, payer=payer.key, unlimited=True,
        )  # fmt: skip
        return (
            f"claim {number} goes to {payer.key} with the next run, for a conditional payment: "
            f"{silent.before} said nothing by {over}"
        )

    return perform(home, as_of, by, act, dry_run=dry_run)


def _medicare(home: Home, silent: Silent) -> Payer:
    """The payer that is asked. Raises ActRefused."""
    payer = home.partners.payers.get(silent.payer)
    if payer is None or not payer.medicare:
        raise ActRefused(f"{silent.payer} is not Medicare: only Medicare pays conditionally")
    return payer


def _over_on(silent: Silent, as_of: date) -> date:
    """The day on which the silent payer's time was over. Raises ActRefused where it is not over."""
    coverages = Encounter.model_validate_json(silent.payload).coverages
    type_ = next((one.insurance_type for one in coverages if one.order == silent.order), "")
    if type_ not in ACCIDENTS:
        raise ActRefused(
            f"the Medicare-secondary type is {type_ or 'not given'}: only an accident's insurer's silence "
            f"({', '.join(ACCIDENTS)}) is a ground. Of a group health plan its denial is: get that, then "
            "`claims bill-next`"
        )
    since = date.fromisoformat(silent.sent_on)
    if type_ == LIABILITY and silent.service_to is not None:
        since = min(since, silent.service_to)  # from the service or discharge, where that is earlier
    over = since + timedelta(days=PROMPT_DAYS)
    if as_of <= over:
        raise ActRefused(f"{silent.before} has until {over} ({PROMPT_DAYS} days from {since})")
    return over
