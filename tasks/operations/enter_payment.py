"""A remittance that came on paper is entered: posted or queued as an 835 would be."""

from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from config.dollars import dollars
from ledger.books import acts
from ledger.books.acts import Done, Signature
from ledger.payments import remittance_border as border
from ledger.payments import remittances
from ledger.sending import responses
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations.money_acts import By, perform
from tasks.payments import paper
from tasks.payments.remittance_facts import facts_of


def enter(home: Home, as_of: date, by: By, file: Path, *, dry_run: bool) -> Done:
    """Posts a paper remittance; one that is known already changes nothing.

    Raises:
        StepError: PAP-01 the file is no remittance, PAP-02 its payer or practice is not known, PAP-03 it
            does not balance, or holds what the ledger does not take.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise StepError("PAP-01", f"{file} can't be read: {error.strerror}") from None
    read = paper.read(home.partners, file.name, data)
    probe = facts_of(home.partners, 0, read)
    if probe.difference:
        raise StepError(
            "PAP-03",
            f"it is out of balance by {dollars(abs(probe.difference))}: the charge less the adjustments is "
            "what was paid, on each line and claim, and the claims less the provider-level adjustments are "
            "the amount; correct the file",
        )
    if fault := border.fault(probe, as_of):
        raise StepError("PAP-03", f"{fault}; correct the file")

    def post(connection: Connection, business_on: str, signature: Signature) -> str:
        stored = responses.store(
            home.ledger, business_on, paper.KIND, file.name, data, size=len(data), mtime=0,
            kinds=paper.KIND, state="archived",
        )  # fmt: skip
        if stored is None:
            return "this file was entered before; nothing is changed"
        posted = remittances.post(home.ledger, business_on, facts_of(home.partners, stored, read))
        if posted.state == "known":
            return f"the payment is known as remittance {posted.remittance_id}; nothing is changed"
        acts.record(
            connection,
            business_on,
            signature,
            "paper_remittance",
            probe.amount,
            remittance_id=posted.remittance_id,
            payer=probe.payer,
            practice=probe.practice,
        )
        found = f"{posted.claims} claims, {posted.suspense} of them in suspense"
        return f"remittance {posted.remittance_id} is {posted.state}: {found}"

    return perform(home, as_of, by, post, dry_run=dry_run)
