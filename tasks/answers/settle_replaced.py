"""What was quarantined leaves its queue by itself once its correct form was taken.

A file of the inbox: its name came again and was taken whole. A partner's file: the same partner
brought the same interchange or the same transaction sets (of a file without an interchange that can be
read: the same name), and they were taken. A remittance that did not balance: the payer sent the number
again and it is posted. The evidence stays in the file's history; where it is wrong, a person opens the
file again.
"""

import re
from contextlib import suppress
from datetime import date

import edi
from ledger.errors import DocumentPurged, KeyMissing
from ledger.runs import settling
from ledger.runs.settling import ITSELF, Quarantined, Replacement, Subject
from ledger.storage import documents
from tasks.home.home import Home

_BODY = re.compile(rb"ST[^A-Za-z0-9].*(?=[^A-Za-z0-9 ]\s*GE[^A-Za-z0-9])", re.DOTALL)


def settle_replaced(home: Home, as_of: date) -> int:
    """Settles what this run's files corrected; how much left the queues."""
    business_on = as_of.isoformat()
    return (
        settling.settle_corrected_files(home.ledger, business_on)
        + settling.settle_paid_anew(home.ledger, business_on)
        + _settle_responses(home, business_on)
    )


def _settle_responses(home: Home, business_on: str) -> int:
    quarantined = settling.responses_quarantined(home.ledger)
    taken = settling.responses_taken(home.ledger, business_on) if quarantined else []
    settled = 0
    for one in quarantined:
        data = b""
        later = [t for t in taken if t.id > one.id and t.clearinghouse == one.clearinghouse]
        if later:
            with suppress(DocumentPurged, KeyMissing):  # then only its name can be compared
                data = documents.read(home.ledger, one.sha256)
        same = next(((t, how) for t in later if (how := _same(home, one, data, t))), None)
        if same is not None:
            why = f"response {same[0].id} with the same {same[1]} was taken"
            settled += settling.say(
                home.ledger, Subject("response", one.id), business_on, ITSELF, why, settled=True
            )
    return settled


def _same(home: Home, one: Quarantined, data: bytes, later: Replacement) -> str:
    """What shows that a later file is the same as a quarantined one; "": nothing does."""
    numbers = {(f"{h.sender_qualifier}:{h.sender_id}", h.control_number) for h in edi.read_envelopes(data)}
    if later.name == one.name and not numbers:  # the last resort: many partners use a name each day
        return "name"
    if later.isa13 and (later.sender, later.isa13) in numbers:
        return "interchange"
    body = _BODY.search(data)
    if body and body.group() in documents.read(home.ledger, later.sha256):
        return "content"
    return ""
