"""Plays a scenario of payments through a real home: encounters before night 1, then an 835 a night."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from typer.testing import CliRunner

from config.settings import load
from console.claims import app as claims_app
from console.suspense import app as suspense_app
from ledger.schema import claim
from tasks import nightly_run
from tasks.home.home import Home, open_home
from tests.conftest import WorkingHome

FIRST = date(2026, 11, 16)


class Played:
    """A home in which a scenario was played, asked through the commands that people use."""

    def __init__(self, home: WorkingHome) -> None:
        self.home = home

    def claim(self, encounter: str = "T-1") -> dict[str, Any]:
        """`cleanclaim claims show ENCOUNTER --json`."""
        return self._asked(claims_app, ["show", encounter, "--json"])

    def listed(self, state: str) -> dict[str, Any]:
        """`cleanclaim claims list --state STATE --json`."""
        return self._asked(claims_app, ["list", "--state", state, "--json"])

    @property
    def suspense(self) -> dict[str, Any]:
        """`cleanclaim suspense --json`."""
        return self._asked(suspense_app, ["--json"])

    def _asked(self, app: Any, arguments: list[str]) -> dict[str, Any]:
        done = CliRunner().invoke(app, [*arguments, "--home", str(self.home.path)])
        assert done.exit_code in (0, 3), done.output
        found: dict[str, Any] = json.loads(done.output)
        return found

    @contextmanager
    def opened(self) -> Iterator[Home]:
        with open_home(load(self.home.path)) as home:
            yield home


def play(home: WorkingHome, folder: Path, before: dict[int, Callable[[Home], None]] | None = None) -> Played:
    """Plays the files of a folder; `before` holds acts of a person by the night that they come before."""
    site = home.use_folder()
    for file in sorted(folder.glob("*.json")):
        home.drop(f"{file.name.split('_')[0]}/{file.name}", file.read_text("utf-8"))
    with open_home(load(home.path)) as opened:
        nightly_run.walk(opened, FIRST)
        with opened.ledger.read() as connection:
            query = select(claim.c.external_id, claim.c.patient_control_number)
            numbers = dict(connection.execute(query).tuples().all())
        for night in range(2, 10):
            file = folder / f"night{night}.835"
            if not file.exists():
                continue
            if before and night in before:
                before[night](opened)
            data = file.read_text("utf-8")
            for encounter, number in numbers.items():
                data = data.replace("{" + encounter + "}", number)
            (site / "outbound" / f"night{night}.835").write_text(data, encoding="utf-8")
            nightly_run.walk(opened, FIRST + timedelta(days=night - 1))
    return Played(home)
