"""Makes a claim to the next payer ready where those before it answered and left something to pay.

What a claim comes to names the payer that is due (`ledger.adjudication.coordination`): the answer of one
business date is billed by the next one's run. A claim that was forwarded waits; a person decides when
nothing came.
"""

from collections.abc import Sequence
from datetime import date

from ledger.runs import alerts
from ledger.sending import later_payers
from tasks.home.home import Home

UNKNOWN = "PAY-NEXT"


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The claims that are due, in chunks: their ids."""
    found = later_payers.due(home.ledger)
    size = home.settings.chunk_size
    return [" ".join(map(str, found[i : i + size])) for i in range(0, len(found), size)]


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Makes the submissions of one chunk ready."""
    ids = [int(number) for number in piece.split()]
    known = {key: payer.answer_days for key, payer in home.partners.payers.items()}
    done = later_payers.bill(home.ledger, as_of.isoformat(), ids, known)
    for payer in done.unknown:
        alerts.report(
            home.ledger,
            key=f"later payer without a file:{payer}",
            business_on=as_of.isoformat(),
            code=UNKNOWN,
            message=f"claims wait to be billed to {payer}, which no file under partners/payers names",
            remedy=f"add partners/payers/{payer}.toml; the next run bills them",
            lasting=True,
            payer=payer,
        )
    return {"claims": done.claims, "unknown_payers": len(done.unknown)}
