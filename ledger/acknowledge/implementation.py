"""999: the transaction set reads, or it does not and its claims wait for a person."""

from edi.records import ImplementationAcknowledgment
from ledger.acknowledge.work import Work, contradicts, decided, find, later, live, move, reject

REFUSED = ("R", "M", "W", "X")


def take_implementation(work: Work, ack: ImplementationAcknowledgment) -> None:
    found = find(work, ack.group_control_number)
    if found is None:
        work.unknown("999", ack.group_control_number)
        return
    refused = [t for t in ack.transactions if t.status in REFUSED]
    sets = max(ack.included, len(ack.transactions))
    whole = ack.status in REFUSED or (bool(refused) and len(refused) == sets)
    codes = " ".join(
        dict.fromkeys(
            f"{f.segment}:{f.code or e[1]}"
            for t in refused
            for f in t.faults
            for e in (f.elements or (("", "", ""),))
        )
    )
    work.note("999", ack.status, codes[:400], found["id"])
    if not whole:
        move(work, found, later(found["state"], "acknowledged"), "999", ack.status)
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
    for submission_id in ids:
        work.note("999", "R", codes[:400], found["id"], submission_id)
    reject(work, ids)
