"""Learns how a payer decides from what it answered, and makes the scenario file of its twin.

Nothing of the ledger is changed, and nothing is kept but the file that the person asked for.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from config.payer import Payer
from ledger.queries.payer_answers import answered_lines
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.twin import scenario_file
from tasks.twin.foretold import Noise, day_noise
from tasks.twin.from_ledger import claims_of
from tasks.twin.held_back import Calibration, calibrated
from tasks.twin.payer_model import LEAST_CLAIMS, PayerModel, as_known, learn

UNKNOWN, FEW = "TWN-01", "TWN-04"
HISTORY: Final = 550
"""Days of answers that are looked at."""


@dataclass(frozen=True, slots=True)
class Twin:
    """A payer's twin: what was learned, how far its days are apart, and how it did on a month not seen."""

    payer: str
    model: PayerModel
    noise: Noise
    calibration: Calibration | None


def twin_of(home: Home, payer: str, until: date) -> Twin:
    """Learn from what a payer had answered before a day. `twin.model.enough` says whether it promises
    anything."""
    since = until - timedelta(days=HISTORY)
    lines = answered_lines(home.ledger, payer, since.isoformat(), until.isoformat())
    claims = claims_of(lines, until)
    model = learn(claims, until)
    noise = day_noise(model, as_known(claims, until))
    return Twin(payer, model, noise, calibrated(claims, model.last_on) if model.enough else None)


def learned_file(home: Home, payer: str, until: date) -> tuple[Twin, bytes]:
    """A payer's twin and its scenario file.

    Raises StepError TWN-01, the payer is not known; TWN-04, it answered too few claims.
    """
    known = payer_of(home, payer)
    twin = twin_of(home, known.key, until)
    if not twin.model.enough:
        raise StepError(FEW, few(twin) + "; nothing was written")
    ids = (known.payer_id, *known.other_ids)
    return twin, scenario_file.written(twin.model, twin.noise, known.key, ids, twin.calibration)


def few(twin: Twin) -> str:
    """Why a twin promises nothing."""
    return (
        f"too few answers of {twin.payer} to learn from: {twin.model.claims} claims, and {LEAST_CLAIMS} are "
        "needed; nothing is promised"
    )


def payer_of(home: Home, key: str) -> Payer:
    """A payer by its key. Raises StepError TWN-01."""
    found = home.partners.payers.get(key)
    if found is None:
        raise StepError(UNKNOWN, f"no payer has the key {key}; the files in partners/payers name them")
    return found
