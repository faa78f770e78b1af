"""Posts the remittances of one file: each 835 transaction whole and to the cent, or queued with the reason.

Here a transaction is read, balanced, routed to the practice it pays and judged, with no transaction
of the database open; the ledger matches and posts it in one.
"""

from collections import Counter
from datetime import date

import edi
from config.problem import Problem
from edi.declare.types import to_cents
from edi.records import Remittance
from ledger.border import of_content
from ledger.payments import remittance_border as border
from ledger.payments import remittances
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
    for remittance in contents.each(edi.read_remittances(data), troubles):
        spool.clear()
        handed[key_of(remittance)] += 1
        counts["remittances"] += 1
        place = place_of(remittance)
        try:
            facts = facts_of(home.partners, row.id, remittance, spool)
            fault = unreadable(remittance) or border.fault(facts, as_of)
            posted = remittances.post(home.ledger, night, facts) if not fault else Posted("aside")
        except Exception as error:
            if not of_content(error):
                raise
            troubles.append(failed(place, error))
            continue
        if fault:
            troubles.append(_not_posted(place, fault))
        elif posted.state == "posted":
            counts["posted"] += 1
        elif posted.state != "known":
            counts["queued"] += 1
        counts["claims"] += posted.claims
        counts["suspense"] += posted.suspense
        counts["denials"] += posted.denials
    spool.clear()
    take(home, night, row, data, contents, handed, troubles)
    return counts


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
