"""TA1: the interchange is taken, taken with faults, refused, or there already.

A refused interchange goes again by itself under a new number, once every copy of it that went out
is refused: a partner that refuses the second may hold the first.
"""

from edi.explain.words.syntax import describe_note
from edi.records import InterchangeAcknowledgment
from ledger.acknowledge.work import (
    Work,
    contradicts,
    copies,
    decided,
    find,
    later,
    live,
    move,
    refusals,
    reject,
    report_duplicate,
)
from ledger.runs import alerts
from ledger.sending import batches, claims
from ledger.storage.database import Row

PARTNER_FAULTS = {f"{n:03d}" for n in (*range(5, 14), 20)}
DUPLICATE = "025"


def take_interchange(work: Work, ack: InterchangeAcknowledgment) -> None:
    found = find(work, ack.control_number)
    if found is None:
        work.unknown("TA1", ack.control_number)
        return
    work.note("TA1", ack.status, ack.note, found["id"])
    if ack.status in ("A", "E"):
        move(work, found, later(found["state"], "acknowledged"), "TA1", f"{ack.status} {ack.note}")
    elif ack.note == DUPLICATE:
        move(work, found, found["state"], "TA1", "R 025, duplicate: the first one's answer is awaited")
        if found["state"] not in ("accepted", "part_accepted") or copies(work, found["id"]) < 2:
            report_duplicate(work, found)  # of a resend whose first one is answered it is no news
    elif found["state"] != "sent" or decided(work, found["id"]):
        # the partner works on claims of ours: sending them again would bill them twice
        batches.add_event(
            work.connection,
            found["id"],
            work.business_on,
            "TA1",
            f"R {ack.note}, after other answers: ignored",
        )
        if found["state"] != "rejected":
            contradicts(
                work, found, "TA1", f"refuses interchange {found['isa13']} ({describe_note(ack.note)})"
            )
    else:
        _refused(work, found, ack.note)


def _refused(work: Work, found: Row, note: str) -> None:
    out = copies(work, found["id"])
    refused = refusals(work, found["id"], DUPLICATE)
    if note in PARTNER_FAULTS:
        _stop(work, found, note)
    if refused < out:
        move(work, found, "sent", "TA1", f"R {note}: {refused} of {out} copies refused")
        alerts.add(
            work.connection,
            f"copy:{found['id']}:{work.response_id}",
            work.business_on,
            "ACK-COPY",
            f"batch {found['id']} went out {out} times, and the partner refuses one of them "
            f"({describe_note(note)})",
            "nothing is reopened; ask whether it holds another one, and if it holds none "
            f"`cleanclaim batches abandon {found['id']} --why ...`",
            payer=found["payer"],
        )
        return
    move(work, found, "rejected", "TA1", f"R {note}")
    ids = live(work, found["id"])
    reject(work, ids)
    work.taken.again += claims.submit_again(work.connection, ids, work.business_on)


def _stop(work: Work, found: Row, note: str) -> None:
    batches.stop_partner(work.connection, work.clearinghouse, work.business_on, f"TA1 {note}")
    alerts.add(
        work.connection,
        f"stopped:{work.clearinghouse}:{work.response_id}",
        work.business_on,
        "ACK-STOP",
        f"{work.clearinghouse} refused interchange {found['isa13']} ({describe_note(note)}); sending stops",
        f"correct the partner's file, then `cleanclaim batches release {work.clearinghouse} --why ...`",
    )
