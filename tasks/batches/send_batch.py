"""Sends one batch, so that no file is lost and none arrives twice, wherever the process dies.

Temporary name, read back, compare: `uploaded`. The intent is stored: `committing`. Rename: `sent`.
In `committing` the temporary file is the witness: still there, it was not submitted; gone, it was,
and it is never sent again. A partner that takes no temporary names gets one attempt; whatever
fails after the final name was opened waits for a person.

A resend goes the same way from the start. It is not needed where the first file still lies there
under its final name, or where the partner has answered a claim of it meanwhile.
"""

from typing import Literal

import transport
from ledger.sending import batches
from ledger.sending.batches import BatchRow
from ledger.storage import documents
from tasks.home.home import Home, keep_copy
from transport.errors import (
    RemoteRefused,
    SubmissionUncertain,
    TargetExists,
    WriteFailed,
)

UPLOADS = 3  # attempts at a file whose read-back differs


Outcome = Literal["sent", "held", "not_needed"]  # not_needed: a resend that there is no use for


def send_one(home: Home, site: transport.Transport, business_on: str, batch: BatchRow) -> Outcome:
    """One batch from where it stopped to `sent`, or to where it waits for a person."""
    data = documents.read(home.ledger, batch.sha256)
    if batch.resending and batch.state != "committing":
        why = _not_needed(home, site, batch)
        if why:
            if site.two_step:
                site.remove_temporary(batch.name)
            batches.resend_not_needed(home.ledger, batch.id, business_on, why)
            return "not_needed"
    if not site.two_step:
        return _send_at_once(home, site, business_on, batch, data)
    state = batch.state
    if state == "uploaded" and not site.temporary_exists(batch.name):
        # swept by the partner or by hand before the intent: nothing was submitted
        batches.move(home.ledger, batch.id, "uploaded", "built", business_on, "the temporary file is gone")
        state = "built"
    if state == "built":
        if not _upload(home, site, business_on, batch, data):
            return "held"
        batches.move(home.ledger, batch.id, "built", "uploaded", business_on, "read back, hash agrees")
        state = "uploaded"
    if state == "uploaded":
        batches.move(home.ledger, batch.id, "uploaded", "committing", business_on)
        return _rename(home, site, business_on, batch, data)
    return _recover(home, site, business_on, batch, data)


def _not_needed(home: Home, site: transport.Transport, batch: BatchRow) -> str:
    """Why a resend is of no use; "" where it is."""
    answered = batches.answered(home.ledger, batch.id)
    if answered:
        return f"{answered} of its {batch.counted(batch.claims)} are answered"
    if _lies_there(site, batch):
        return "the same file still lies there under its final name: the partner did not take it yet"
    return ""


def _lies_there(site: transport.Transport, batch: BatchRow) -> bool:
    """Whether these very bytes have the final name. False also where the partner does not let us read."""
    try:
        return site.read_back_final(batch.name) == batch.sha256
    except RemoteRefused:
        return False


def _upload(home: Home, site: transport.Transport, business_on: str, batch: BatchRow, data: bytes) -> bool:
    for attempt in range(1, UPLOADS + 1):
        try:
            site.put_temporary(batch.name, data)
            if site.read_back(batch.name) == batch.sha256:
                return True
            fault = "the file read back differs from what was sent"
        except WriteFailed as error:
            fault = error.what
        batches.note(home.ledger, batch.id, business_on, "upload differs", f"attempt {attempt}: {fault}")
    batches.hold(
        home.ledger, batch.id, business_on, f"after {UPLOADS} uploads: {fault}; ask the partner for space"
    )
    return False


def _rename(home: Home, site: transport.Transport, business_on: str, batch: BatchRow, data: bytes) -> Outcome:
    try:
        site.commit(batch.name)
    except TargetExists:
        return _final_name_taken(home, site, business_on, batch, data, "uploaded")
    return _sent(home, business_on, batch, data, "renamed")


def _recover(
    home: Home, site: transport.Transport, business_on: str, batch: BatchRow, data: bytes
) -> Outcome:
    """A run ended between the intent and `sent`: the temporary file knows which."""
    if site.temporary_exists(batch.name):
        return _rename(home, site, business_on, batch, data)
    return _sent(home, business_on, batch, data, "the temporary file is gone: it was submitted")


def _final_name_taken(
    home: Home, site: transport.Transport, business_on: str, batch: BatchRow, data: bytes, back_to: str
) -> Outcome:
    """Nothing was submitted now, so the intent is taken back: it can be sent once the name is free."""
    if _lies_there(site, batch):
        if site.two_step:
            site.remove_temporary(batch.name)
        return _sent(home, business_on, batch, data, "the same file has its final name already")
    taken = "another file has its final name"
    batches.move(home.ledger, batch.id, "committing", back_to, business_on, taken)
    batches.hold(home.ledger, batch.id, business_on, f"{taken}; ask the partner before anything goes")
    return "held"


def _send_at_once(
    home: Home, site: transport.Transport, business_on: str, batch: BatchRow, data: bytes
) -> Outcome:
    """A partner without temporary names: one attempt, and what is uncertain waits for a person."""
    if batch.state == "committing":
        batches.hold(
            home.ledger,
            batch.id,
            business_on,
            "a run ended while it was sent; ask the partner whether it came",
        )
        return "held"
    batches.move(home.ledger, batch.id, batch.state, "committing", business_on, "no temporary names here")
    try:
        site.put_final(batch.name, data)
    except TargetExists:
        return _final_name_taken(home, site, business_on, batch, data, "built")
    except SubmissionUncertain as error:
        batches.hold(home.ledger, batch.id, business_on, error.what)
        return "held"
    except transport.TransportError:
        batches.move(
            home.ledger, batch.id, "committing", "built", business_on, "refused before it was opened"
        )
        raise
    return _look_at_written(home, site, business_on, batch, data)


def _look_at_written(
    home: Home, site: transport.Transport, business_on: str, batch: BatchRow, data: bytes
) -> Outcome:
    """It was submitted with every write answered well; what can be seen of it may still say otherwise."""
    try:
        agrees = site.read_back_final(batch.name) == batch.sha256
    except transport.TransportError as error:  # taken away already, not ours to read, or the line broke
        return _sent(home, business_on, batch, data, f"written; not read back, {error.code}")
    if agrees:
        return _sent(home, business_on, batch, data, "written, read back, hash agrees")
    batches.hold(
        home.ledger,
        batch.id,
        business_on,
        "what lies at the partner differs from what was sent; ask the partner",
    )
    return "held"


def _sent(home: Home, business_on: str, batch: BatchRow, data: bytes, how: str) -> Outcome:
    batches.move(home.ledger, batch.id, "committing", "sent", business_on, how)
    keep_sent(home, batch, data)
    return "sent"


def keep_sent(home: Home, batch: BatchRow, data: bytes) -> None:
    """The copy of what went out, for people; the ledger has the bytes."""
    keep_copy(home, home.sent / batch.clearinghouse / batch.name, data)
