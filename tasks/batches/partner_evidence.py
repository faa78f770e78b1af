"""Before anything is sent: whether the partner has files, or answers to files, that this ledger never sent.

A machine that was restored as a whole, or cloned, is in itself as it was, head and mark included. The partner
knows better: a file that lies where we send to, or an answer that waits for us, may have the number of an
interchange beyond the last one that was given out here, or of one that is written and not sent yet. Then
another ledger sends as we do, and what this one does not know of may lie with every partner: all are stopped
until a person accepts one of the ledgers.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeGuard

import edi
from config.partners import Clearinghouse
from edi.records import ClaimAcknowledgment, ImplementationAcknowledgment, InterchangeAcknowledgment
from ledger.sending import batches, responses
from ledger.sending.batches import ForeignFile
from tasks.batches.plan import receiver_of
from tasks.home.home import Home
from tasks.inbox.files import sha256
from transport import Transport
from transport.errors import FileChanging, RemoteRefused, TooLarge

SMALL = 4_000_000  # bytes: an acknowledgment is not larger
LARGE = 100_000_000  # bytes: nor a file of ours
_NOT_OURS = "which was not sent from here"
MOST = 200  # files that are looked into; the rest is collected as ever


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file of another ledger, and what is said of it."""

    file: ForeignFile
    said: str


def of_another_ledger(home: Home, site: Transport, clearinghouse: Clearinghouse) -> Evidence | None:
    """The evidence that another ledger sends to this partner as we do, or None.

    A partner who does not let us list gives none. A connection that breaks ends the sending; the next run
    looks again.
    """
    receiver = receiver_of(clearinghouse)
    last = batches.next_control_number(home.ledger, receiver) - 1
    unsent = batches.never_sent(home.ledger, receiver)
    known = responses.seen(home.ledger, clearinghouse.key)
    return _submitted(site, clearinghouse, last, unsent) or _answered(
        site, clearinghouse, last, unsent, {name for name, seen in known.items() if seen.sha256}
    )


def stop_all(home: Home, as_of: date, evidence: Evidence) -> None:
    """Stops every partner for what one of them has."""
    where = evidence.file.clearinghouse
    for key in home.partners.clearinghouses:
        reason = evidence.said if key == where else f"{where}: {evidence.said}"
        batches.stop_for(home.ledger, key, as_of.isoformat(), reason, evidence.file)


def standing(home: Home) -> str:
    """The evidence for which partners are stopped, with who has it; "": there is none."""
    stops = batches.stopped_for_foreign_files(home.ledger)
    found = (f"{key}: {why}" if key == file.clearinghouse else why for key, (file, why) in stops.items())
    return next(found, "")


def stopped_for(home: Home) -> list[str]:
    """The partners that are stopped for evidence, their own or another's."""
    return list(batches.stopped_for_foreign_files(home.ledger))


def numbers(home: Home) -> dict[str, int]:
    """The interchange that there is evidence of, by the receiver it went to."""
    known = home.partners.clearinghouses
    found = [file for file, _ in batches.stopped_for_foreign_files(home.ledger).values()]
    return {receiver_of(known[f.clearinghouse]): f.isa13 for f in found if f.clearinghouse in known}


def _submitted(
    site: Transport, clearinghouse: Clearinghouse, last: int, unsent: Mapping[int, str]
) -> Evidence | None:
    """A file where we send to, named as we name them. Its content decides: a name alone is no evidence."""
    try:
        there = site.submissions().files
    except RemoteRefused:
        return None
    foreign = [f.name for f in there if _never_sent(clearinghouse.number_in(f.name), last, unsent)]
    for name in foreign[:MOST]:
        try:
            data = site.get_submission(name, LARGE)
        except (RemoteRefused, FileChanging, TooLarge):
            continue
        if sha256(data) in unsent.values():
            continue  # it is the very file: sending finds it there
        for header in edi.read_envelopes(data):
            number = int(header.control_number) if header.control_number.isdecimal() else None
            ours = header.usage == clearinghouse.usage and header.sender_id == clearinghouse.sender_id
            if ours and header.receiver_id == clearinghouse.receiver_id and _never_sent(number, last, unsent):
                said = f"interchange {number:09d} lies there, {_NOT_OURS}"
                return Evidence(ForeignFile(clearinghouse.key, number), said)
    return None


def _answered(
    site: Transport, clearinghouse: Clearinghouse, last: int, unsent: Mapping[int, str], read: Container[str]
) -> Evidence | None:
    """An answer that waits for us and was not read yet."""
    try:
        there = site.list()
    except RemoteRefused:
        return None
    new = [f for f in there if f.size <= SMALL and f.name not in read]
    for file in new[:MOST]:
        try:
            data = site.get(file.name, SMALL)
        except (RemoteRefused, FileChanging, TooLarge):
            continue  # collecting says what is wrong with it
        for number in _acknowledged(clearinghouse, data):
            if _never_sent(number, last, unsent):
                said = f"the partner answers interchange {number:09d}, {_NOT_OURS}"
                return Evidence(ForeignFile(clearinghouse.key, number), said)
    return None


def _never_sent(number: int | None, last: int, unsent: Mapping[int, str]) -> TypeGuard[int]:
    return number is not None and (number > last or number in unsent)


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
