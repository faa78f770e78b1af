"""How long each step took, for a monitor and for `doctor --load`. Nothing rests on it.

HOME/logs/steps.json has each step as it was last run, HOME/logs/busiest.json the whole run that wrote most
claims.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

from tasks.home.home import write_private

log = logging.getLogger("cleanclaim.night")

FORGOTTEN = timedelta(days=60)
"""After so many days a busy run says little of today's machine and code."""


@dataclass(frozen=True, slots=True)
class StepTime:
    """How long a step took, in seconds, in the run of a business date, and how many pieces it had."""

    business_on: str
    seconds: float
    pieces: int


def keep(home: Path, day: date, took: Mapping[str, tuple[float, int]]) -> None:
    """Keeps the seconds and pieces of these steps, by name; those of others stay. What can't be written is in
    the log, and fails no run."""
    fresh = {name: StepTime(day.isoformat(), round(s, 3), n) for name, (s, n) in took.items()}
    found = {**kept(home), **fresh}
    try:
        write_private(_file(home), json.dumps({name: asdict(time) for name, time in found.items()}).encode())
    except OSError as error:
        log.warning("how long the steps took was not kept: %s", type(error).__name__)


@dataclass(frozen=True, slots=True)
class Busiest:
    """The whole nightly run that wrote most claims: its business date, and the seconds of each step."""

    business_on: str
    claims: int
    seconds: dict[str, float]


def keep_busiest(home: Path, day: date, took: Mapping[str, tuple[float, int]], claims: int) -> None:
    """Keeps a whole run that wrote claims, unless a busier one of the last `FORGOTTEN` days is known."""
    before = busiest(home)
    if not claims or (
        before is not None
        and before.claims > claims
        and date.fromisoformat(before.business_on) + FORGOTTEN > day
    ):
        return
    found = Busiest(day.isoformat(), claims, {name: round(s, 3) for name, (s, _) in took.items()})
    try:
        write_private(_busiest_file(home), json.dumps(asdict(found)).encode())
    except OSError as error:
        log.warning("how long the steps took was not kept: %s", type(error).__name__)


def busiest(home: Path) -> Busiest | None:
    """What was kept; None where no whole run wrote claims, or the file is damaged."""
    try:
        read = json.loads(_busiest_file(home).read_text("utf-8"))
        day = date.fromisoformat(read["business_on"]).isoformat()
        seconds = {str(name): float(took) for name, took in read["seconds"].items()}
        claims = int(read["claims"])
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return Busiest(day, claims, seconds) if claims > 0 and sum(seconds.values()) > 0 else None


def kept(home: Path) -> dict[str, StepTime]:
    """What was kept, by step; nothing where no run was timed, or the file is damaged."""
    try:
        read = json.loads(_file(home).read_text("utf-8"))
        return {
            str(name): StepTime(str(t["business_on"]), float(t["seconds"]), int(t["pieces"]))
            for name, t in read.items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def _file(home: Path) -> Path:
    return home / "logs" / "steps.json"


def _busiest_file(home: Path) -> Path:
    return home / "logs" / "busiest.json"
