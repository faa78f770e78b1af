"""Asks about the coverage of encounters whose payer's file says so, before their claims go.

A later payer's is asked about once, when the encounter is first seen; nothing waits for that answer, since
its claim comes later. A first payer's is asked about once a day, while it waits for the answer; another
encounter of the same person, payer and day of service waits for the same one. One whose inquiry was refused
is not asked about again by itself: a person does that (`coverage verify`), or a new version comes.
"""

from collections.abc import Sequence
from datetime import date

from ledger.agreed import coverages
from ledger.encounters import encounters
from ledger.errors import KeyRefused
from ledger.sending import claims, inquiries
from ledger.sending.inquiries import Wanted
from tasks.claims.covered import verifications
from tasks.claims.encounter_claims import EncounterClaim
from tasks.home.home import Home
from tasks.inquiries.coverage import later_of, wanted, whose

WHY = "before the first claim"


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The open encounters in chunks, as `first-last`, where a payer is asked at all."""
    payers = home.partners.payers.values()
    if not any(payer.verify_coverage and payer.takes("270") for payer in payers):
        return []
    return [f"{first}-{last}" for first, last in encounters.chunks(home.ledger, home.settings.chunk_size)]


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Wants an inquiry for each encounter of a chunk that waits."""
    first, last = map(int, piece.split("-"))
    rows = encounters.load(home.ledger, first, last)
    found = list(home.claims.of(rows, claims.numbers(home.ledger, [row.id for row in rows])))
    waiting = verifications(home.ledger, found, as_of)
    refused = coverages.refused(home.ledger, [one.whose for one in waiting.values() if one.waits])
    needs = [
        need
        for one in found
        if one.id in waiting
        and waiting[one.id].waits
        and waiting[one.id].whose not in refused
        and (need := wanted(home, one, as_of, WHY)) is not None
    ]
    needs += _later(home, as_of, found)
    with home.ledger.write() as connection:
        try:
            return {"asked": len(inquiries.want(connection, as_of.isoformat(), needs))}
        except KeyRefused:  # another process asks at this moment
            return {"asked": 0}


def _later(home: Home, as_of: date, found: Sequence[EncounterClaim]) -> list[Wanted]:
    """The needs to ask later payers whose file says so, of coverages that nobody asked about yet."""
    askers = {key for key, payer in home.partners.payers.items() if payer.verify_coverage}
    each = [
        (order, later)
        for one in found
        if len(one.encounter.coverages) > 1
        for order, later in later_of(home, one).items()
        if later.payer is not None and later.payer.key in askers
    ]
    known = coverages.known(home.ledger, [whose(later) for _, later in each])
    return [
        need
        for order, later in each
        if whose(later) not in known and (need := wanted(home, later, as_of, WHY, order=order)) is not None
    ]
