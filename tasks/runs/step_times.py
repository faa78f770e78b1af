"""How long each step took when it was last run, for a monitor: HOME/logs/steps.json. Nothing rests on it."""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from tasks.home.home import write_private

log = logging.getLogger("cleanclaim.night")


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
