"""Before anything is sent: whether the partner has answered files that this ledger never sent.

A machine that was restored as a whole, or cloned, is in itself as it was, head and mark included. The partner
knows better: what waits there for us may acknowledge an interchange beyond the last number that was given
out here, or one that is written and not sent yet. Then another ledger sends as we do.
"""

import edi
from config.partners import Clearinghouse
from edi.records import ClaimAcknowledgment, ImplementationAcknowledgment, InterchangeAcknowledgment
from ledger.sending import batches, responses
from tasks.batches.plan import receiver_of
from tasks.home.home import Home
from transport import Transport
from transport.errors import FileChanging, RemoteRefused, TooLarge

SMALL = 4_000_000  # bytes: an acknowledgment is not larger
MOST = 200  # answers that are looked into; the rest is collected as ever


def of_another_ledger(home: Home, site: Transport, clearinghouse: Clearinghouse) -> str:
    """The evidence that another ledger sends to this partner as we do; "": there is none.

    A partner who does not let us list gives none. A connection that breaks ends the sending; the next run
    looks again.
    """
    receiver = receiver_of(clearinghouse)
    last = batches.next_control_number(home.ledger, receiver) - 1
    unsent = batches.never_sent(home.ledger, receiver)
    known = responses.seen(home.ledger, clearinghouse.key)
    try:
        there = site.list()
    except RemoteRefused:
        return ""
    new = [f for f in there if f.size <= SMALL and (f.name not in known or not known[f.name].sha256)]
    for file in new[:MOST]:
        try:
            data = site.get(file.name, SMALL)
        except (RemoteRefused, FileChanging, TooLarge):
            continue  # collecting says what is wrong with it
        for number in _acknowledged(clearinghouse, data):
            if number > last or number in unsent:
                return f"the partner answers interchange {number:09d}, which was not sent from here"
    return ""


def _acknowledged(clearinghouse: Clearinghouse, data: bytes) -> set[int]:
    headers = edi.read_envelopes(data)
    if not headers or any(
        not h.complete or h.usage != clearinghouse.usage or h.receiver_id != clearinghouse.sender_id
        for h in headers
    ):
        return set()
    if not any({"TA1", "999", "277"} & {k[:3] for k in h.kinds} for h in headers):
        return set()
    return {int(n) for n in map(_number, edi.read_acknowledgments(data)) if n.isascii() and n.isdigit()}


def _number(
    answer: InterchangeAcknowledgment | ImplementationAcknowledgment | ClaimAcknowledgment,
) -> str:
    """The interchange that is answered: ISA13, GS06 and BHT03 are the same number with us."""
    if isinstance(answer, InterchangeAcknowledgment):
        return answer.control_number
    if isinstance(answer, ImplementationAcknowledgment):
        return answer.group_control_number
    return answer.batch_reference
