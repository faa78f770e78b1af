"""Homes to work in: real settings, real partners, a real ledger, the mock clearinghouse over SFTP."""

import gc
import json
import os
import shutil
import signal
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from config.connection import write_connection
from tests import compiled_statements, seeds
from tests.databases import ledger_url, new_ledger_url, postgresql, put_ledger
from tests.memory import MEMORY
from tests.prefect_database import begin_with, prefect_database

__all__ = ["ledger_url", "new_ledger_url", "postgresql", "prefect_database"]

TESTS = Path(__file__).resolve().parent
CHECKOUT = TESTS.parent
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("CLEANCLAIM_SETTLE_SECONDS", "0.02")  # a test drops its files whole
os.environ.setdefault("CLEANCLAIM_LOOK_AGAIN_SECONDS", "0.02")  # and its partners answer at once
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    # A shell starts what it runs in the background so, and its children inherit it: no program of a
    # test could be stopped by hand.
    signal.signal(signal.SIGINT, signal.default_int_handler)

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)

CLEAN: dict[str, Any] = {
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


QUICK = ("coding", "config", "docs", "edi", "intake", "ledger", "mock_clearinghouse", "tasks")
"""The folders that `--quick` collects; the others start servers, kill processes or play whole nights."""

LONGEST = (
    "flows/test_serving.py",
    "docs/test_runbook.py",
    "faults/test_answers_that_fail.py",
    "flows/test_serving_at_work.py",
    "faults/test_kills.py",
    "crash/test_machine.py",
    "flows/test_canaries.py",
    "web/test_accessibility.py",
    "tasks/work/test_causes.py",
    "tasks/steps/test_bill_later_payers.py",
    "tasks/test_complaints_of_other_products.py",
    "faults/test_connections.py",
    "flows/test_not_scheduled.py",
    "docs/test_tutorial.py",
    "console/test_demo.py",
    "web/test_pages.py",
    "web/test_security.py",
    "tasks/operations/test_backup.py",
    "install/test_wheel.py",
    "referees/test_order.py",
    "crash/test_on_prefect.py",
    "ledger/payments/test_remittances.py",
    "referees/test_year.py",
    "faults/test_openssh.py",
    "ledger/books/test_refund_or_offset.py",
    "tasks/test_payment_cases.py",
    "flows/test_nightly.py",
    "edi/checks/test_mutations.py",
    "fuzz/test_borders.py",
    "crash/test_restores.py",
    "tasks/operations/test_accept_ledger.py",
    "crash/test_kills.py",
    "flows/test_partners_at_once.py",
    "faults/test_prefect.py",
    "fuzz/test_readers.py",
    "ledger/sending/test_acknowledge.py",
    "ledger/books/test_desk.py",
    "flows/test_walk.py",
    "install/test_prefect_yaml.py",
    "flows/test_refusals.py",
    "tasks/steps/test_claims_to_later_payers.py",
    "web/test_money.py",
    "ledger/trail/test_written.py",
    "tasks/test_restricted_services.py",
    "tasks/operations/test_acts_killed.py",
    "tasks/test_answers.py",
    "crash/test_console_killed.py",
)
"""The files that take longest start first, so that no worker is left alone with one at the end."""

SERVERS = frozenset({"prefect_server", "postgresql"})
"""Fixtures that start a server; of a test on both databases `--quick` keeps the one on SQLite."""

HOMES = frozenset({"home", "make_home"})
"""Fixtures that make a whole home, in which a night is usually played: half a second each."""


NIGHTS = frozenset({"crash", "faults", "flows", "fuzz", "referees", "tasks"})
"""The folders whose tests play whole nights, or start servers."""

ON_EITHER = frozenset({"console", "tasks", "web"})
"""The folders of which all runs on SQLite, and with `--bounded` some of it on PostgreSQL."""

ONE_OF = 3
"""With `--bounded` one in so many of what `_may_wait` names runs, drawn by the seed."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Our own options; CONTRIBUTING.md says when to use which."""
    parser.addoption("--update", action="store_true", help="write tests/golden again; look at what changed")
    parser.addoption("--seed", type=int, help=f"what tests draw comes from it; default ${seeds.NAME}, or 1")
    parser.addoption("--quick", action="store_true", help="only the fast tests; says what it leaves out")
    parser.addoption(
        "--bounded", action="store_true", help=f"of tests that play nights, one in {ONE_OF} of their cases"
    )


@pytest.hookimpl(tryfirst=True)  # before Hypothesis reads its own option
def pytest_configure(config: pytest.Config) -> None:
    """One seed for Hypothesis and our generators, in this process and those that it starts."""
    if config.getoption("--seed") is not None:
        os.environ[seeds.NAME] = str(config.getoption("--seed"))
    if config.getoption("--hypothesis-seed") is None:
        config.option.hypothesis_seed = str(seeds.seed())
    # a machine may be busy: no example has a deadline; no example database: the seed alone decides
    hypothesis.settings.register_profile("seeded", deadline=None, database=None, print_blob=True)
    hypothesis.settings.load_profile("seeded")
    compiled_statements.share()
    if MEMORY is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", MEMORY)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With `--quick` the slow folders are not even imported."""
    if not config.getoption("--quick") or not collection_path.is_relative_to(TESTS):
        return None
    inside = collection_path.relative_to(TESTS).parts
    return True if inside and (TESTS / inside[0]).is_dir() and inside[0] not in QUICK else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest files first; with `--quick` no test that makes a home, starts a server or is slow."""
    if config.getoption("--quick"):
        items[:] = [item for item in items if not _is_slow(item)]
    if config.getoption("--bounded"):
        drawn = _drawn(items)
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in drawn])
        items[:] = [item for item in items if item.nodeid in drawn]
    first = {TESTS / name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: first.get(item.path, len(first)))


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: the collector of cycles need not walk it again.

    With its usual thresholds it walks young objects so often that a twentieth of the time goes there.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _drawn(items: list[pytest.Item]) -> set[str]:
    """The ids of what `--bounded` runs: of each test at least one case, and not what another seed draws.

    Of the tests marked `long` every third in the order of their ids: no seed draws all of the dearest.
    """
    long = sorted(item.nodeid for item in items if item.get_closest_marker("long") is not None)
    waiting = set(long)
    drawn = set(long[seeds.seed() % ONE_OF :: ONE_OF])
    cases = defaultdict(list)
    for item in items:
        if item.nodeid in waiting:
            continue
        if not _may_wait(item) or (zlib.crc32(item.nodeid.encode()) + seeds.seed()) % ONE_OF == 0:
            drawn.add(item.nodeid)
        cases[item.nodeid.partition("[")[0]].append(item.nodeid)
    for ids in cases.values():
        if drawn.isdisjoint(ids):
            drawn.add(ids[seeds.seed() % len(ids)])
    return drawn


def _may_wait(item: pytest.Item) -> bool:
    """Another seed may draw it: it is one of several cases of a test that plays nights.

    Most of those of `ON_EITHER` are regressions, one for each fault that was found: all run on SQLite.
    What is the database's own is tested in `tests/ledger`, all of which runs on both.
    """
    folder = item.path.relative_to(TESTS).parts[0]
    if folder in ON_EITHER:
        return _is_on_postgresql(item)
    return folder in NIGHTS and hasattr(item, "callspec")


def _is_on_postgresql(item: pytest.Item) -> bool:
    given = getattr(item, "callspec", None)
    return given is not None and given.params.get("ledger_url") == "postgresql"


def _is_slow(item: pytest.Item) -> bool:
    if item.get_closest_marker("slow") is not None:
        return True
    return _is_on_postgresql(item) or not (SERVERS | HOMES).isdisjoint(getattr(item, "fixturenames", ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What a person needs to know to run the same again, and what this run did not look at."""
    terminalreporter.write_line(f"seed {seeds.seed()} (the same inputs again: pytest --seed {seeds.seed()})")
    if config.getoption("--bounded"):
        terminalreporter.write_line(
            f"bounded: of tests that play nights one in {ONE_OF} cases ran, by the seed; make crash runs all"
        )
    if config.getoption("--quick"):
        left = sorted(p.name for p in TESTS.iterdir() if p.name not in QUICK and any(p.rglob("test_*.py")))
        terminalreporter.write_line(
            f"quick: left out {', '.join(f'tests/{name}' for name in left)} and every test that makes a "
            "home, starts PostgreSQL or a Prefect server, or is marked slow; make test runs them all"
        )


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
        (path / "cleanclaim.toml").write_text("demo = true\nsettle_seconds = 0\n", encoding="utf-8")
        shutil.copytree(CHECKOUT / "config" / "demo", path / "partners", dirs_exist_ok=True)
        self.inbox = path / "inbox"
        self.inbox.mkdir(exist_ok=True)
        if "CLEANCLAIM_DATABASE_URL" not in os.environ and not (path / "ledger.db").exists():
            put_ledger(path / "ledger.db")

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

    @contextmanager
    def clearinghouse(self, day: date, extra: str = "", *, scenario: str = "") -> Iterator[int]:
        """The mock in this process for a night; `extra` is more of a scenario, such as a fault. `scenario` is
        one of a test's own instead of the demo's."""
        from mock_clearinghouse import keys
        from mock_clearinghouse.program import Clearinghouse
        from mock_clearinghouse.scenario import DEFAULT, parse

        mock = Clearinghouse(
            self.path / "clearinghouse", day, parse((scenario or DEFAULT.read_text("utf-8")) + extra)
        )
        mock.start()
        try:
            for file in sorted((self.path / "partners" / "clearinghouses").glob("*.toml")):
                write_connection(
                    file,
                    host="127.0.0.1",
                    port=mock.port,
                    host_key=keys.public_line(mock.host_key),
                    key_file=Path("clearinghouse/client_key"),
                )
            yield mock.port
        finally:
            mock.stop()

    def opened(self) -> "AbstractContextManager[object]":
        """The home opened for steps and queries."""
        from config.settings import load
        from tasks.home.home import open_home

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
def prefect_server(tmp_path_factory: pytest.TempPathFactory, prefect_database: Path) -> Iterator[None]:
    """One Prefect server with a database of its own for all tests that run flows."""
    from prefect.testing import utilities

    folder = tmp_path_factory.mktemp("prefect")
    begin_with(prefect_database, folder / "prefect-test.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(utilities, "mkdtemp", lambda: str(folder))  # the harness makes its database there
        with utilities.prefect_test_harness(server_startup_timeout=120):
            yield
