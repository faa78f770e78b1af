"""Sends what is written, so that no file is lost and none arrives twice, wherever the process dies.

Temporary name, read back, compare: `uploaded`. The intent is stored: `committing`. Rename: `sent`.
In `committing` the temporary file is the witness: still there, it was not submitted; gone, it was,
and it is never sent again. A partner that takes no temporary names gets one attempt; whatever
fails after the final name was opened waits for a person.

A resend goes the same way from the start. It is not needed where the first file still lies there
under its final name, or where the partner has answered a claim of it meanwhile.
"""

import logging
from collections.abc import Sequence
from datetime import date
from typing import Literal

import transport
from ledger import batches, documents
from ledger.batches import BatchRow
from tasks.batches import partner_evidence
from tasks.home.home import Home, keep_copy
from transport.errors import (
    RefusedBeforehand,
    RemoteRefused,
    SubmissionUncertain,
    TargetExists,
    WriteFailed,
)

log = logging.getLogger("cleanclaim.send")

UPLOADS = 3  # attempts at a file whose read-back differs

Outcome = Literal["sent", "held", "not_needed"]  # not_needed: a resend that there is no use for


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The clearinghouses that batches wait for."""
    waiting = {batch.clearinghouse for batch in batches.to_send(home.ledger)}
    return sorted(waiting & home.partners.clearinghouses.keys())


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Sends every waiting batch of one clearinghouse over one connection.

    Raises a TransportError where the partner cannot be reached; what was sent until then is sent.
    `LedgerInDoubt`: nothing is sent. Before anything is, the head outside knows of its number.
    """
    home.refuse_in_doubt()
    house = home.reached(home.partners.clearinghouses[piece])
    waiting = [batch for batch in batches.to_send(home.ledger) if batch.clearinghouse == piece]
    counts = {"sent": 0, "held": 0}
    for batch in waiting:
        transport.check_usage(_usage(home, batch), house, demo=home.settings.demo)
    if not waiting:
        return counts
    home.write_head()
    try:
        with transport.open(house, loopback_only=home.settings.demo) as site:
            told = partner_evidence.of_another_ledger(home, site, house)
            if told:
                batches.stop_for(home.ledger, piece, as_of.isoformat(), told)
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


def send_one(home: Home, site: transport.Transport, night: str, batch: BatchRow) -> Outcome:
    """One batch from where it stopped to `sent`, or to where it waits for a person."""
    data = documents.read(home.ledger, batch.sha256)
    if batch.resending and batch.state != "committing":
        why = _not_needed(home, site, batch)
        if why:
            if site.two_step:
                site.remove_temporary(batch.name)
            batches.resend_not_needed(home.ledger, batch.id, night, why)
            return "not_needed"
    if not site.two_step:
        return _send_at_once(home, site, night, batch, data)
    state = batch.state
    if state == "uploaded" and not site.temporary_exists(batch.name):
        # swept by the partner or by hand before the intent: nothing was submitted
        batches.move(home.ledger, batch.id, "uploaded", "built", night, "the temporary file is gone")
        state = "built"
    if state == "built":
        if not _upload(home, site, night, batch, data):
            return "held"
        batches.move(home.ledger, batch.id, "built", "uploaded", night, "read back, hash agrees")
        state = "uploaded"
    if state == "uploaded":
        batches.move(home.ledger, batch.id, "uploaded", "committing", night)
        return _rename(home, site, night, batch, data)
    return _recover(home, site, night, batch, data)


def _not_needed(home: Home, site: transport.Transport, batch: BatchRow) -> str:
    """Why a resend is of no use; "" where it is."""
    answered = batches.answered(home.ledger, batch.id)
    if answered:
        return f"{answered} of its {batch.claims} claims are answered"
    if _lies_there(site, batch):
        return "the same file still lies there under its final name: the partner did not take it yet"
    return ""


def _lies_there(site: transport.Transport, batch: BatchRow) -> bool:
    """Whether these very bytes have the final name. False also where the partner does not let us read."""
    try:
        return site.read_back_final(batch.name) == batch.sha256
    except RemoteRefused:
        return False


def _upload(home: Home, site: transport.Transport, night: str, batch: BatchRow, data: bytes) -> bool:
    for attempt in range(1, UPLOADS + 1):
        try:
            site.put_temporary(batch.name, data)
            if site.read_back(batch.name) == batch.sha256:
                return True
            fault = "the file read back differs from what was sent"
        except WriteFailed as error:
            fault = error.what
        batches.note(home.ledger, batch.id, night, "upload differs", f"attempt {attempt}: {fault}")
    batches.hold(home.ledger, batch.id, night, f"after {UPLOADS} uploads: {fault}; ask the partner for space")
    return False


def _rename(home: Home, site: transport.Transport, night: str, batch: BatchRow, data: bytes) -> Outcome:
    try:
        site.commit(batch.name)
    except TargetExists:
        return _final_name_taken(home, site, night, batch, data, "uploaded")
    return _sent(home, night, batch, data, "renamed")


def _recover(home: Home, site: transport.Transport, night: str, batch: BatchRow, data: bytes) -> Outcome:
    """A run ended between the intent and `sent`: the temporary file knows which."""
    if site.temporary_exists(batch.name):
        return _rename(home, site, night, batch, data)
    return _sent(home, night, batch, data, "the temporary file is gone: it was submitted")


def _final_name_taken(
    home: Home, site: transport.Transport, night: str, batch: BatchRow, data: bytes, back_to: str
) -> Outcome:
    """Nothing was submitted now, so the intent is taken back: the name is free of it once it is mended."""
    if _lies_there(site, batch):
        if site.two_step:
            site.remove_temporary(batch.name)
        return _sent(home, night, batch, data, "the same file has its final name already")
    taken = "another file has its final name"
    batches.move(home.ledger, batch.id, "committing", back_to, night, taken)
    batches.hold(home.ledger, batch.id, night, f"{taken}; ask the partner before anything goes")
    return "held"


def _send_at_once(home: Home, site: transport.Transport, night: str, batch: BatchRow, data: bytes) -> Outcome:
    """A partner without temporary names: one attempt, and what is uncertain waits for a person."""
    if batch.state == "committing":
        batches.hold(
            home.ledger, batch.id, night, "a run ended while it was sent; ask the partner whether it came"
        )
        return "held"
    batches.move(home.ledger, batch.id, batch.state, "committing", night, "no temporary names here")
    try:
        site.put_final(batch.name, data)
    except TargetExists:
        return _final_name_taken(home, site, night, batch, data, "built")
    except SubmissionUncertain as error:
        batches.hold(home.ledger, batch.id, night, error.what)
        return "held"
    except transport.TransportError:
        batches.move(home.ledger, batch.id, "committing", "built", night, "refused before it was opened")
        raise
    return _look_at_written(home, site, night, batch, data)


def _look_at_written(
    home: Home, site: transport.Transport, night: str, batch: BatchRow, data: bytes
) -> Outcome:
    """It was submitted with every write answered well; what can be seen of it may still say otherwise."""
    try:
        agrees = site.read_back_final(batch.name) == batch.sha256
    except transport.TransportError as error:  # taken away already, not ours to read, or the line broke
        return _sent(home, night, batch, data, f"written; not read back, {error.code}")
    if agrees:
        return _sent(home, night, batch, data, "written, read back, hash agrees")
    batches.hold(
        home.ledger, batch.id, night, "what lies at the partner differs from what was sent; ask the partner"
    )
    return "held"


def _sent(home: Home, night: str, batch: BatchRow, data: bytes, how: str) -> Outcome:
    batches.move(home.ledger, batch.id, "committing", "sent", night, how)
    keep_sent(home, batch, data)
    return "sent"


def keep_sent(home: Home, batch: BatchRow, data: bytes) -> None:
    """The copy of what went out, for people; the ledger has the bytes."""
    keep_copy(home, home.sent / batch.clearinghouse / batch.name, data)


def _usage(home: Home, batch: BatchRow) -> str:
    """ISA15 as it stands in the stored bytes, not as a setting says today."""
    head = documents.read(home.ledger, batch.sha256)[:106].decode("latin-1")
    return head[102:103]
