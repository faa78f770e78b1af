"""Sends every batch that waits, one connection a clearinghouse; prints those that go by mail."""

import logging
from collections.abc import Sequence
from datetime import date

import transport
from ledger.sending import batches
from ledger.sending.batches import BatchRow
from ledger.storage import documents
from tasks.batches import partner_evidence
from tasks.batches.mail import MAIL, print_waiting
from tasks.batches.send_batch import send_one
from tasks.home.home import Home
from transport.errors import (
    RefusedBeforehand,
)

log = logging.getLogger("cleanclaim.send")


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The clearinghouses that batches wait for, and the mail where some go on paper."""
    waiting = {batch.clearinghouse for batch in batches.to_send(home.ledger)}
    return sorted(waiting & {MAIL, *home.partners.clearinghouses})


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Sends every waiting batch of one clearinghouse over one connection, or prints those for the mail.

    Raises a TransportError where the partner cannot be reached; what was sent until then is sent.
    `LedgerInDoubt`: nothing is sent. Before anything is, the head outside knows of its number.
    """
    home.refuse_in_doubt()
    if piece == MAIL:
        return {"printed": print_waiting(home, as_of.isoformat())}
    clearinghouse = home.reached(home.partners.clearinghouses[piece])
    waiting = [batch for batch in batches.to_send(home.ledger) if batch.clearinghouse == piece]
    counts = {"sent": 0, "held": 0}
    for batch in waiting:
        transport.check_usage(_usage(home, batch), clearinghouse, demo=home.settings.demo)
    if not waiting:
        return counts
    home.write_head()
    try:
        with transport.open(clearinghouse, loopback_only=home.settings.demo) as site:
            evidence = partner_evidence.of_another_ledger(home, site, clearinghouse)
            if evidence:
                partner_evidence.stop_all(home, as_of, evidence)
                return counts
            for batch in waiting:
                outcome = send_one(home, site, as_of.isoformat(), batch)
                counts[outcome] = counts.get(outcome, 0) + 1
    except transport.TransportError as error:
        if not isinstance(error, RefusedBeforehand):
            for batch in waiting:
                if batches.get(home.ledger, batch.id).state in batches.UNSENT:
                    batches.note(home.ledger, batch.id, as_of.isoformat(), "attempt failed", error.code)
        raise
    return counts


def _usage(home: Home, batch: BatchRow) -> str:
    """ISA15 as it stands in the stored bytes, not as a setting says today."""
    head = documents.read(home.ledger, batch.sha256)[:106].decode("latin-1")
    return head[102:103]
