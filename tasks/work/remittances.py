"""How a payer's remittance is to be expected where no 835 comes."""

from datetime import date

from ledger.agreed import enrolments
from ledger.queries.work_queue import Item
from tasks.claims.enrolled import remittances_by_other_ways
from tasks.home.home import Home

WAITING = "overdue_payer"


def remittance_words(home: Home, item: Item, day: date) -> str:
    """Of work about an answer that is waited for: that it comes by another way, "" nothing says so."""
    practice = home.partners.practices.get(item.practice)
    payer = home.partners.payers.get(item.payer)
    if item.kind != WAITING or practice is None or payer is None:
        return ""
    era = remittances_by_other_ways(enrolments.of(home.ledger), practice, payer, day)
    return f"by paper or portal, no 835 comes: ERA is {era.words()}" if era is not None else ""
