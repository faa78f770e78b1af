"""999: the transaction set reads, or it does not and its claims wait for a person.

A fault names a segment by its place in the file, and so its claim. That claim's work item says what is
wrong, and those of the file's other claims say which claim it was.
"""

from contextlib import suppress
from dataclasses import replace

from sqlalchemy import select

from edi.acknowledgments.locating import ClaimFile
from edi.explain.words.faults import shorts_of, whole_shorts_of
from edi.records import ImplementationAcknowledgment, SegmentFault
from ledger.acknowledge import inquiries
from ledger.acknowledge.work import Work, contradicts, decided, find, later, live, move, reject
from ledger.errors import DocumentDamaged, DocumentPurged, KeyMissing
from ledger.schema import batch, claim, submission
from ledger.storage import documents

REFUSED = ("R", "M", "W", "X")
MOST = 400  # characters of codes that are kept


def take_implementation(work: Work, ack: ImplementationAcknowledgment) -> None:
    found = find(work, ack.group_control_number)
    if found is None:
        work.unknown("999", ack.group_control_number)
        return
    refused = [t for t in ack.transactions if t.status in REFUSED]
    sets = max(ack.included, len(ack.transactions))
    whole = ack.status in REFUSED or (bool(refused) and len(refused) == sets)
    file = _file(work, found["id"])
    faults = [
        replace(fault, loop=file.loop_at(fault.position, fault.loop)) for t in refused for fault in t.faults
    ]
    codes = _short([short for fault in faults for short in shorts_of(fault)])
    codes = codes or _short(list(whole_shorts_of(ack, refused[0] if refused else None)))
    work.note("999", ack.status, codes, found["id"])
    if not whole:
        becomes = later(found["state"], "acknowledged")
        if becomes == "acknowledged" and inquiries.taken(work, found["id"]):
            becomes = "accepted"
        move(work, found, becomes, "999", ack.status)
        if refused:  # we write one transaction set a batch: which claims these are, only the partner knows
            contradicts(work, found, "999", f"refuses {len(refused)} of {sets} transaction sets, we sent one")
        return
    # one transaction set a batch: a refused set is the whole batch; its claims wait for a person
    ids = live(work, found["id"])
    if decided(work, found["id"]):
        move(work, found, found["state"], "999", f"{ack.status}, after other answers")
        contradicts(work, found, "999", "refuses a file of which other claims are accepted")
    else:
        move(work, found, "rejected", "999", f"{ack.status} {codes[:200]}".strip())
    by_claim = _by_claim(work, found["id"], file, faults)
    at_fault = " ".join(sorted(by_claim))
    numbers = _numbers(work, found["id"])
    for submission_id in ids:
        its = by_claim.get(numbers[submission_id])
        if its is not None or not by_claim:
            work.note("999", "R", _short(its) if its is not None else codes, found["id"], submission_id)
        else:  # nothing is wrong with it
            work.note("999", "R", "", found["id"], submission_id, f"for {at_fault}"[:MOST])
    reject(work, ids)


def _short(codes: list[str]) -> str:
    kept = " ".join(dict.fromkeys(codes))
    return kept if len(kept) <= MOST else kept[:MOST].rpartition(" ")[0]


def _file(work: Work, batch_id: int) -> ClaimFile:
    """What we sent; an empty file where it can't be read any more."""
    sha256 = work.connection.execute(select(batch.c.sha256).where(batch.c.id == batch_id)).scalar_one()
    with suppress(DocumentPurged, DocumentDamaged, KeyMissing):
        return ClaimFile(documents.load(work.connection, sha256))
    return ClaimFile(b"")


def _by_claim(work: Work, batch_id: int, file: ClaimFile, faults: list[SegmentFault]) -> dict[str, list[str]]:
    """The faults by the claims that each stands in; {} where one stands in none, or that cannot be known."""
    found: dict[str, list[str]] = {}
    for fault in faults:
        numbers = file.claims_at(fault.position, fault.loop)
        if not numbers:
            return {}
        for number in numbers:
            found.setdefault(number, []).extend(shorts_of(fault))
    ours = set(_numbers(work, batch_id).values())
    return found if found.keys() <= ours else {}


def _numbers(work: Work, batch_id: int) -> dict[int, str]:
    """The patient control numbers of a batch's claims, by submission."""
    query = (
        select(submission.c.id, claim.c.patient_control_number)
        .join(claim, claim.c.id == submission.c.claim_id)
        .where(submission.c.batch_id == batch_id)
    )
    return {row[0]: row[1] for row in work.connection.execute(query)}
