"""Posts the remittances of one file: each 835 transaction whole and to the cent, or queued with the reason.

Here a transaction is read, balanced, routed to the practice it pays and judged, with no transaction
of the database open; the ledger matches and posts it in one, small ones together.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date

import edi
from config.problem import Problem
from edi.declare.types import to_cents
from edi.records import Remittance
from ledger.border import of_content
from ledger.payments import remittance_border as border
from ledger.payments import remittances
from ledger.payments.remittance_facts import PIECE, RemittanceFacts
from ledger.payments.remittances import Posted
from ledger.sending import responses
from tasks.answers.acknowledgments import take
from tasks.answers.contents import Key, failed, key_of, look, place_of
from tasks.home.home import Home
from tasks.payments.remittance_facts import facts_of
from tasks.payments.spool import Spool

AMOUNTS = {
    "BPR": ("2",),
    "CLP": ("3", "4", "5"),
    "SVC": ("2", "3"),
    "CAS": ("3", "6", "9", "12", "15", "18"),
    "PLB": ("4", "6", "8", "10", "12", "14"),
}
"""The elements of an 835 that are money and decide something."""


def post_file(home: Home, as_of: date, response_id: int) -> dict[str, int]:
    """Posts or queues every remittance of one file.

    A transaction set whose content cannot be posted is quarantined, and the others go on. What else the
    file holds is taken, and the file closed, when all are through.
    """
    night = as_of.isoformat()
    row, data = responses.get(home.ledger, response_id)
    counts = {"remittances": 0, "posted": 0, "queued": 0, "claims": 0, "suspense": 0, "denials": 0}
    contents = look(home.partners.clearinghouses.get(row.clearinghouse), data)
    handed: Counter[Key] = Counter()
    troubles: list[Problem] = []
    spool = Spool(home.path)
    together = _Together(home, night, counts, troubles)
    for remittance in contents.each(edi.read_remittances(data), troubles):
        spool.clear()
        handed[key_of(remittance)] += 1
        counts["remittances"] += 1
        place = place_of(remittance)
        try:
            facts = facts_of(home.partners, row.id, remittance, spool)
            fault = unreadable(remittance) or border.fault(facts, as_of)
        except Exception as error:
            if not of_content(error):
                raise
            troubles.append(failed(place, error))
            continue
        if fault:
            troubles.append(_not_posted(place, fault))
        else:
            together.add(place, facts)
    together.post()
    spool.clear()
    take(home, night, row, data, contents, handed, troubles)
    return counts


class _Together:
    """Remittances that were read and not posted yet: small ones are posted together."""

    def __init__(self, home: Home, night: str, counts: dict[str, int], troubles: list[Problem]) -> None:
        self._home = home
        self._night = night
        self._counts = counts
        self._troubles = troubles
        self._waiting: list[tuple[str, RemittanceFacts]] = []
        self._claims = 0

    def add(self, place: str, facts: RemittanceFacts) -> None:
        """Takes one, and posts those before it where they are a piece with it."""
        if self._claims + facts.claims > PIECE:
            self.post()
        self._waiting.append((place, facts))
        self._claims += facts.claims
        if facts.again is not None:  # its payments are taken from their place for the next one
            self.post()

    def post(self) -> None:
        """Posts what waits: all of it in one transaction, or where something in it can't be posted, each in
        one of its own, so that only that one is left."""
        waiting, self._waiting, self._claims = self._waiting, [], 0
        if not waiting:
            return
        try:
            self._count(
                remittances.post_each(self._home.ledger, self._night, [facts for _, facts in waiting])
            )
        except Exception as error:
            if not of_content(error):
                raise
            if len(waiting) == 1:
                self._troubles.append(failed(waiting[0][0], error))
                return
            for one in waiting:
                self._waiting = [one]
                self.post()

    def _count(self, several: Iterable[Posted]) -> None:
        for posted in several:
            if posted.state == "posted":
                self._counts["posted"] += 1
            elif posted.state != "known":
                self._counts["queued"] += 1
            self._counts["claims"] += posted.claims
            self._counts["suspense"] += posted.suspense
            self._counts["denials"] += posted.denials


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
