"""Lets corrected encounters go on whose earlier claim the payer took back: a void, then the new claim."""

from collections.abc import Sequence
from datetime import date

from ledger.sending import corrections
from tasks.home.home import Home


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The corrected encounters that may go on, each as `claim:encounter`."""
    with home.ledger.read() as connection:
        return [f"{claim}:{encounter}" for claim, encounter in corrections.voids_done(connection)]


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """One of them takes the place of what its claim was made from; it is validated and built like any."""
    claim, encounter = map(int, piece.split(":"))
    with home.ledger.write() as connection:
        released = (claim, encounter) in corrections.voids_done(connection)
        if released:
            corrections.let_go_on(connection, claim, encounter)
    return {"encounters": int(released)}
