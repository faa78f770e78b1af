"""Posts the remittances of one file: each 835 transaction whole and to the cent, or queued with the reason.

Here a transaction is read, balanced, routed to the practice it pays and judged, with no transaction
of the database open; the ledger matches and posts it in one, small ones together.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import edi
from config.problem import Problem
from edi.declare.types import to_cents
from edi.records import Remittance
from ledger.border import of_content
from ledger.payments import remittance_border as border
from ledger.payments import remittances
from ledger.payments.ahead import NOTHING, Ahead, look_ahead
from ledger.payments.remittance_facts import PIECE, RemittanceFacts
from ledger.payments.remittances import Posted
from ledger.sending.responses import ResponseRow
from tasks.answers import received
from tasks.answers.acknowledgments import take
from tasks.answers.contents import Contents, Key, failed, key_of, look, place_of
from tasks.home.home import Home
from tasks.payments.remittance_facts import facts_of, is_drg
from tasks.payments.spool import Spool

AMOUNTS = {
    "BPR": ("2",),
    "CLP": ("3", "4", "5"),
    "SVC": ("2", "3"),
    "CAS": ("3", "6", "9", "12", "15", "18"),
    "PLB": ("4", "6", "8", "10", "12", "14"),
}
"""The elements of an 835 that are money and decide something."""


Group = Sequence[tuple[str, RemittanceFacts]]
"""Remittances that are a piece of payments together, or one large one, each with its place in the file."""


Seen = tuple[Group, Ahead]
"""A group, and what of it was found out before its turn."""


@dataclass(slots=True)
class ReadFile:
    """A file of remittances. Its `groups` are read as they are asked for, once; the other members are whole
    when all are through."""

    row: ResponseRow
    data: bytes
    contents: Contents
    handed: Counter[Key] = field(default_factory=Counter)
    troubles: list[Problem] = field(default_factory=list)
    groups: Iterable[Seen] = ()


def post_file(home: Home, as_of: date, response_id: int) -> dict[str, int]:
    """Posts or queues every remittance of one file.

    A transaction set whose content cannot be posted is quarantined, and the others go on. What else the
    file holds is taken, and the file closed, when all are through.
    """
    return post_read(home, as_of, read_file(home, as_of, response_id))


def read_file(home: Home, as_of: date, response_id: int) -> ReadFile:
    """A file as it is posted while it is read: no more than a group is in memory."""
    row, data = received.get(home.ledger, response_id)
    read = ReadFile(row, data, look(home.partners.clearinghouses.get(row.clearinghouse), data))
    read.groups = ((group, NOTHING) for group in _groups(home, as_of, read))
    return read


def read_whole(home: Home, as_of: date, response_id: int) -> ReadFile:
    """A file that is read to its end before any of it is posted."""
    read = read_file(home, as_of, response_id)
    kept = Kept(home.path)
    for group, _ in read.groups:
        kept.add(group, look_ahead(home.ledger, [facts for _, facts in group]))
    read.groups = kept
    return read


class Kept:
    """Groups in their order, of which the last is in memory and the others lie beside it. A large remittance
    is a group of its own; its payments lie beside the memory already."""

    def __init__(self, folder: Path) -> None:
        self._spool: Spool[Seen] = Spool(folder)
        self._groups: list[Seen | None] = []

    def add(self, group: Group, ahead: Ahead) -> None:
        before = self._groups[-1] if self._groups else None
        if before is not None and before[0][0][1].again is None:
            self._spool.put([before])
            self._groups[-1] = None
        self._groups.append((group, ahead))

    def __iter__(self) -> Iterator[Seen]:
        beside = self._spool.pieces()
        for seen in self._groups:
            yield seen if seen is not None else next(beside)[0]


def _groups(home: Home, as_of: date, read: ReadFile) -> Iterator[Group]:
    group: list[tuple[str, RemittanceFacts]] = []
    claims = 0
    drgs = is_drg(lambda: home.codes)
    for remittance in read.contents.each(edi.read_remittances(read.data), read.troubles):
        read.handed[key_of(remittance)] += 1
        place = place_of(remittance)
        try:
            facts = facts_of(home.partners, read.row.id, remittance, Spool(home.path), drgs=drgs)
            fault = unreadable(remittance) or border.fault(facts, as_of)
        except Exception as error:
            if not of_content(error):
                raise
            read.troubles.append(failed(place, error))
            continue
        if fault:
            read.troubles.append(_not_posted(place, fault))
            continue
        if group and (facts.again is not None or claims + facts.claims > PIECE):
            yield group
            group, claims = [], 0
        if facts.again is not None:
            yield [(place, facts)]
            continue
        group.append((place, facts))
        claims += facts.claims
    if group:
        yield group


def post_read(home: Home, as_of: date, read: ReadFile) -> dict[str, int]:
    """Posts what was read of a file, and closes it."""
    business_on = as_of.isoformat()
    counts = {"remittances": 0, "posted": 0, "queued": 0, "claims": 0, "suspense": 0, "denials": 0}
    for group, ahead in read.groups:
        for posted in _post(home, business_on, group, read.troubles, ahead):
            if posted.state == "posted":
                counts["posted"] += 1
            elif posted.state != "known":
                counts["queued"] += 1
            counts["claims"] += posted.claims
            counts["suspense"] += posted.suspense
            counts["denials"] += posted.denials
    counts["remittances"] = read.handed.total()
    take(home, business_on, read.row, read.data, read.contents, read.handed, read.troubles)
    return counts


def _post(
    home: Home, business_on: str, group: Group, troubles: list[Problem], ahead: Ahead = NOTHING
) -> list[Posted]:
    """All of a group in one transaction, or where something in it can't be posted, each in one of its own, so
    that only that one is left."""
    try:
        return remittances.post_each(home.ledger, business_on, [facts for _, facts in group], ahead)
    except Exception as error:
        if not of_content(error):
            raise
        if len(group) == 1:
            troubles.append(failed(group[0][0], error))
            return []
    return [posted for one in group for posted in _post(home, business_on, [one], troubles)]


def _not_posted(place: str, fault: str) -> Problem:
    return Problem(
        code="RMT-FORM",
        place=place,
        message=f"{fault}; nothing of this transaction set was posted",
        remedy="ask the payer for a corrected remittance",
    )


def unreadable(remittance: Remittance) -> str:
    """The first amount that is no amount, where it stands; "" where all can be read. Its claims are over."""
    for found in remittance.findings:
        if found.element in AMOUNTS.get(found.segment, ()) and found.value and to_cents(found.value) is None:
            return f"{found.place}: the amount cannot be read"
    return ""
