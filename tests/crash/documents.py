"""Homes to kill, and what practices documented in them."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

CHECKOUT = Path(__file__).resolve().parents[2]
CLEAN = 8
STORIES = ("W1", "W2", "W3", "W41", "W43", "W63", "W71", "W1")
"""Stories of the demo's scenario that end in money or a denial: paid, deductible, denied, partial."""


class Databases(Protocol):
    """A server that makes empty ledgers and removes them again."""

    def new(self) -> str: ...
    def drop(self, url: str) -> None: ...


class Homes:
    """Homes below a folder, each for one story and then gone. Their ledgers: SQLite, or on a server."""

    def __init__(self, root: Path, databases: Databases | None = None) -> None:
        self.root = root
        self._databases = databases

    @contextmanager
    def filled(self, name: str, settings: str = "demo = true\nsettle_seconds = 0.02\n") -> Iterator[Path]:
        """A home with an inbox to kill nights on."""
        url = self._databases.new() if self._databases else ""
        home = make_home(self.root / name, url, settings)
        fill(home)
        yield home
        shutil.rmtree(home)
        if self._databases:
            self._databases.drop(url)


def make_home(
    path: Path, database_url: str = "", settings: str = "demo = true\nsettle_seconds = 0.02\n"
) -> Path:
    """A home without anything in its inbox; its ledger is SQLite or lies at `database_url`."""
    (path / "inbox" / "lakeside").mkdir(parents=True)
    settings += "chunk_size = 3\n"
    if database_url:
        settings += f'database_url = "{database_url}"\n'
    (path / "cleanclaim.toml").write_text(settings, encoding="utf-8")
    shutil.copytree(CHECKOUT / "config" / "demo", path / "partners")
    return path


def fill(home: Path) -> None:
    """Clean encounters, a held one, a duplicate and a broken file."""
    documented = [
        encounter(n, STORIES[n % 8], lines=1 + (STORIES[n % 8] == "W43")) for n in range(1, CLEAN + 1)
    ]
    drop(home, "a.json", documented[: CLEAN // 2])
    drop(home, "b.json", documented[CLEAN // 2 :])
    drop(home, "b-again.json", documented[CLEAN // 2 :])
    drop(home, "held.json", encounter(99, "W1", clean=False))
    (home / "inbox" / "lakeside" / "cut.json").write_text('{"source": "ehr", "id": ', encoding="utf-8")


def drop(home: Path, name: str, content: object) -> Path:
    """A file into the inbox, whole from the first moment that it can be seen."""
    file = home / "inbox" / "lakeside" / name
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def encounter(
    number: int, story: str, *, version: int = 1, clean: bool = True, cents: int = 13500, lines: int = 2
) -> dict[str, object]:
    """One encounter of one patient. `story` begins its member id; a diagnosis that is none holds it."""
    return {
        "source": "crash",
        "id": f"K-{number}",
        "version": version,
        "practice": "lakeside",
        "service_date": "2026-11-02",
        "place_of_service": "11",
        "patient": {
            "last": f"Crash{chr(64 + number % 26)}",
            "first": "Test",
            "birth_date": f"{1950 + number // 27 % 50}-02-{number % 27 + 1:02d}",
            "sex": "F",
            "address": {"line1": "7 Orchard Way", "city": "Springfield", "state": "IL", "zip": "627040007"},
        },
        "coverages": [{"payer": ("harbor", "evergreen")[number % 2], "member_id": member_id(number, story)}],
        "rendering": {"npi": "1999001013"},
        "diagnoses": ["J02.9" if clean else "X99"],
        "lines": [
            {"procedure": "99213", "charge": f"{cents // 100}.{cents % 100:02d}", "pointers": [1]},
            {"procedure": "87880", "charge": "30.00", "pointers": [1]},
        ][:lines],
    }


def member_id(number: int, story: str) -> str:
    """Nine characters that no other encounter has."""
    return story + f"{number:0{9 - len(story)}d}"
