"""Batches of payers that take paper alone: printed into a folder, mailed by a person.

Such a batch is written like any other, so that the ledger has what it said, under numbers of its own; no
partner ever receives those bytes. Printed it is `uploaded` and held; it is `sent` when a person says when
it was mailed.
"""

from datetime import date
from pathlib import Path

import edi
from config.partners import Clearinghouse
from ledger.sending import batches
from ledger.sending.batches import BatchRow
from ledger.storage import documents
from tasks.home.home import Home, write_private
from tasks.paper import printed

MAIL = "paper mail"  # no partner's key: it has a blank
PRINTED = "printed"


def by_mail(clearinghouse: Clearinghouse) -> Clearinghouse:
    """The sender of a clearinghouse to nobody: its batches have their own numbers, no answer is awaited."""
    changes = {
        "key": MAIL,
        "receiver_id": "PAPER",
        "receiver_qualifier": "ZZ",
        "application_receiver": "PAPER",
        "name_template": "{payer}_{isa13}.837",
        "expects": {},
    }
    return clearinghouse.model_copy(update=changes)


def page_file(home: Home, batch: BatchRow) -> Path:
    """Where the pages of a batch lie until they are mailed."""
    return home.paper / Path(batch.name).with_suffix(".pdf")


def print_waiting(home: Home, business_on: str) -> int:
    """Prints every batch that waits for it; how many. A batch that was released is printed again."""
    waiting = [batch for batch in batches.to_send(home.ledger) if batch.clearinghouse == MAIL]
    for batch in waiting:
        data = documents.read(home.ledger, batch.sha256)
        file = page_file(home, batch)
        write_private(file, printed(edi.read_claims(data), date.fromisoformat(batch.business_on)))
        if batch.state == "built":
            batches.move(home.ledger, batch.id, "built", "uploaded", business_on, PRINTED)
        else:
            batches.note(home.ledger, batch.id, business_on, "printed again")
        name = file.relative_to(home.path)
        batches.hold(
            home.ledger,
            batch.id,
            business_on,
            f"printed to {name}; mail it, then `cleanclaim batches mailed {batch.id} --on DATE --why ...`",
        )
    return len(waiting)
