"""Whom an inquiry goes to, and how long its answer may take."""

from typing import Final, Literal

from config.clearinghouse import Clearinghouse
from tasks.home.home import Home

Kind = Literal["276", "275", "270"]
ANSWER: Final[dict[str, Literal["277", "271"]]] = {"276": "277", "270": "271"}
UNPROMISED_HOURS = 7 * 24
"""Where a clearinghouse promises nothing: after so long an inquiry counts as not answered."""


def clearinghouse_for(home: Home, payer: str, kind: Kind) -> Clearinghouse | None:
    """The clearinghouse that takes this inquiry for a payer; None: the payer takes none."""
    known = home.partners.payers.get(payer)
    return home.partners.clearinghouse_of(known) if known is not None and known.takes(kind) else None


def answers_within(clearinghouse: Clearinghouse, kind: Kind) -> int:
    """Hours within which the answer must be here; later a person may ask again."""
    return clearinghouse.expects.get(ANSWER[kind], UNPROMISED_HOURS)
