"""Proves the books of the night and reports how things stand, to people and to programs.

Counts, amounts, control numbers and codes: no patient's data is in any of it.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from ledger.maintenance import packing
from ledger.queries import balances, proof
from ledger.queries import batches as batch_queries
from ledger.queries import money as money_queries
from ledger.runs import alerts
from ledger.storage import documents
from tasks.answers.settle_replaced import settle_replaced
from tasks.batches.send_batch import keep_sent
from tasks.errors import StepError
from tasks.home import audit_trail
from tasks.home.home import Home, copy_at, write_private
from tasks.patients.kept import keep_copies
from tasks.reports.nightly import markdown
from tasks.runs import closing, month_over
from tasks.work.causes import keep_queue
from tasks.work.letters import keep_letters

LISTED = 10  # faults named at most
COPIED_DAYS = 31  # days of sent files whose copies are looked for: each night costs the same
BROKEN_TRAIL = "AUD-01"  # the code of an alert


def pieces(home: Home, as_of: date) -> Sequence[str]:
    return ["night"]


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Writes the night's report; the postings must sum to zero and every remittance must close.

    Raises:
        StepError: NIT-02, the books do not close; NIT-03, the audit trail, or the money it holds, is not
            what was written. Nothing is hidden: the report is written first.
    """
    _keep_sent(home, as_of)
    settle_replaced(home, as_of)
    keep_queue(home, as_of, learn=True)
    month_over.report(home, as_of)
    keep_letters(home)
    keep_copies(home)
    write_private(home.reports / f"{as_of}.md", markdown(home, as_of).encode())
    audit_trail.write_head(home, as_of)
    proven = proof.of_night(home.ledger, as_of.isoformat(), as_of.toordinal())
    faults = proven.faults
    if not money_queries.money(home.ledger).closes:
        faults.append("what is charged is not what is paid, adjusted and owed")
    if faults:
        more = f"; and {len(faults) - LISTED} more" if len(faults) > LISTED else ""
        raise StepError(
            "NIT-02",
            f"the books do not close: {'; '.join(faults[:LISTED])}{more}; `cleanclaim claims show` has the "
            "postings and work of a claim, `cleanclaim ledger prove` every fault; post nothing until then",
        )
    balances.take(home.ledger, as_of.isoformat())
    _verify(home, as_of)
    return {"waiting": closing.waiting(home), "claims_proven": proven.claims}


def _keep_sent(home: Home, as_of: date) -> None:
    """Keeps the copies of what went out lately and has none: the run that sent it died before it did.
    What is purged has none, nor what the archive has."""
    since = (as_of - timedelta(days=COPIED_DAYS)).isoformat()
    lacking = [
        batch
        for batch in batch_queries.sent_since(home.ledger, since)
        if copy_at(home.sent / batch.clearinghouse / batch.name) is None
    ]
    hashes = {batch.sha256 for batch in lacking}
    over = documents.purged(home.ledger) | packing.archived(home.ledger, hashes) if lacking else ()
    for batch in lacking:
        if batch.sha256 not in over:
            keep_sent(home, batch, documents.read(home.ledger, batch.sha256))


def _verify(home: Home, as_of: date) -> None:
    found = audit_trail.verify_night(home, as_of)
    if found.holds:
        alerts.settle_but(home.ledger, BROKEN_TRAIL, ())
        return
    first = found.faults[0]
    message = f"row {first.id} of the audit trail: {first.what}"
    remedy = "`cleanclaim audit verify` names each place; restore a backup, or put the missing key back"
    closing.alert_of_the_day(home, as_of, BROKEN_TRAIL, message, remedy)
    if not all(fault.unchecked for fault in found.faults):
        raise StepError("NIT-03", f"{message}; look with `cleanclaim audit verify`, and stop posting")
