"""Homes to work in: real settings, real partners, a real ledger, the mock clearinghouse over SFTP."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pytest

from tests.databases import ledger_url, new_ledger_url, postgresql

__all__ = ["ledger_url", "new_ledger_url", "postgresql"]

CHECKOUT = Path(__file__).resolve().parent.parent
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)

CLEAN: dict[str, object] = {
    "source": "test-notes",
    "id": "T-1",
    "practice": "lakeside",
    "service_date": "2026-11-02",
    "place_of_service": "11",
    "patient": {
        "last": "Zephyrine",
        "first": "Quill",
        "birth_date": "1980-02-03",
        "sex": "F",
        "address": {"line1": "7 Orchard Way", "city": "Springfield", "state": "IL", "zip": "627040007"},
    },
    "coverages": [{"order": "P", "payer": "harbor", "member_id": "W17770001"}],
    "rendering": {"npi": "1999001013"},
    "diagnoses": ["J02.9"],
    "lines": [{"procedure": "99213", "charge": "135.00", "pointers": [1]}],
}
"""An encounter that no edit holds."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update` writes the golden files again; look at what changed before it is committed."""
    parser.addoption("--update", action="store_true", help="write tests/golden again")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares a text with its golden file."""

    def compare(name: str, text: str) -> None:
        file = CHECKOUT / "tests" / "golden" / name
        if request.config.getoption("--update"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        assert text == file.read_text("utf-8"), f"{name} differs; pytest --update writes it again"

    return compare


class WorkingHome:
    """A demo home under a temporary folder, with ways to drop files and to read the partner's journal."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        (path / "cleanclaim.toml").write_text("demo = true\n", encoding="utf-8")
        shutil.copytree(CHECKOUT / "config" / "demo", path / "partners", dirs_exist_ok=True)
        self.inbox = path / "inbox"
        self.inbox.mkdir(exist_ok=True)

    def drop(self, name: str, content: object) -> Path:
        """A file into the inbox: bytes and text as they are, anything else as JSON."""
        file = self.inbox / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            file.write_bytes(content)
        else:
            file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return file

    def encounter(self, number: str = "T-1", **changes: object) -> dict[str, object]:
        """A clean encounter with another number and other facts."""
        return {**CLEAN, "id": number, **changes}

    def samples(self, evening: str) -> None:
        """An evening of the sample inbox."""
        shutil.copytree(CHECKOUT / "sample_inbox" / evening, self.inbox / evening)

    def use_folder(self) -> Path:
        """The partner becomes a folder on this machine; gives the folder."""
        site = self.path / "site"
        for name in ("inbound", "outbound"):
            (site / name).mkdir(parents=True, exist_ok=True)
        file = self.path / "partners" / "clearinghouses" / "northgate.toml"
        text = file.read_text("utf-8").replace('transport = "sftp"', 'transport = "folder"\nfolder = "site"')
        file.write_text(text, encoding="utf-8")
        return site

    @property
    def journal(self) -> list[dict[str, object]]:
        """What the partner really received."""
        file = self.path / "clearinghouse" / "journal.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def clearinghouse(self, day: date, extra: str = "") -> AbstractContextManager[int]:
        """The mock for a night; `extra` is more of a scenario, such as a fault."""
        from console.clearinghouse_process import clearinghouse

        if not extra:
            return clearinghouse(self.path, day)
        story = CHECKOUT / "mock_clearinghouse" / "scenarios" / "demo.toml"
        scenario = self.path / f"scenario-{day}.toml"
        scenario.write_text(story.read_text("utf-8") + extra, encoding="utf-8")
        return clearinghouse(self.path, day, scenario)

    def opened(self) -> "AbstractContextManager[object]":
        """The home opened for steps and queries."""
        from config.settings import load
        from tasks.home import open_home

        return open_home(load(self.path))


@pytest.fixture
def home(tmp_path: Path) -> WorkingHome:
    """An empty demo home."""
    return WorkingHome(tmp_path / "home")


@pytest.fixture
def either_database(ledger_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The test's homes keep their ledger on SQLite, then the test runs again with PostgreSQL.

    A module says `pytestmark = pytest.mark.usefixtures("either_database")`; programs that it starts
    inherit it.
    """
    monkeypatch.setenv("CLEANCLAIM_DATABASE_URL", ledger_url)
    return ledger_url


@pytest.fixture(scope="session")
def make_home(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], WorkingHome]:
    """Demo homes by name, for tests that share one."""
    return lambda name: WorkingHome(tmp_path_factory.mktemp(name) / "home")


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """One Prefect server with a database of its own for all tests that run flows."""
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield
