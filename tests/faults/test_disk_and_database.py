"""The machine under the ledger: no room, a lock that stays, a stop without warning, a clock that jumps."""

import contextlib
import errno
import subprocess
import tempfile
from datetime import date
from pathlib import Path

import pytest

from ledger import Ledger, schema
from ledger.migrations import upgrade
from ledger.queries import standing
from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from ledger.storage import dialects, lease
from tasks import nightly_run
from tasks.errors import StepError
from tasks.runs.lease import lease as run_lease
from tests.conftest import WorkingHome
from tests.faults.evenings import MONDAY, TUESDAY, Evenings
from tests.seeds import chance

DISK_MB = 24


@pytest.fixture
def small_disk():
    """A disk of a few megabytes of its own; skipped where none may be mounted."""
    folder = Path(tempfile.mkdtemp(prefix="cleanclaim-disk-"))  # PostgreSQL's own user has to enter
    folder.chmod(0o755)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=755", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        folder.rmdir()
        pytest.skip("no disk may be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
    folder.rmdir()


def fill(disk: Path) -> Path:
    """Writes the disk full to the last byte."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        for size in (1 << 20, 4096, 1):
            with contextlib.suppress(OSError):
                while file.write(b"x" * size):
                    pass
    with pytest.raises(OSError) as full, (disk / "one_more").open("wb", buffering=0) as file:
        file.write(b"x" * 8192)
    assert full.value.errno == errno.ENOSPC
    (disk / "one_more").unlink(missing_ok=True)
    return filler


@pytest.fixture(params=["sqlite", "postgresql"])
def on_small_disk(request, small_disk, tmp_path, monkeypatch):
    """A home whose ledger lies on the small disk."""
    server = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    url = server.new_on(small_disk) if server else f"sqlite:///{small_disk}/ledger.db"
    monkeypatch.setenv("CLEANCLAIM_DATABASE_URL", url)
    yield Evenings(WorkingHome(tmp_path / "home"))
    if server:
        server.drop_on(url)


def test_a_full_disk_while_a_batch_is_built_rolls_back_and_is_reported(on_small_disk, small_disk):
    evenings = on_small_disk
    with evenings.partner(MONDAY):
        assert evenings.run(MONDAY, last="build_claims") == []
        assert evenings.states() == ["ready", "ready"]
        opened = evenings.home.opened()
        with opened as home:
            filler = fill(small_disk)
            for _ in range(2):
                with pytest.raises(Exception) as raised:  # noqa: PT012
                    for piece in nightly_run.step_named("write_batches").pieces(home, MONDAY):
                        nightly_run.step_named("write_batches").do(home, MONDAY, piece)
                assert getattr(raised.value, "code", "") == "LED-11"
                assert "disk" in str(raised.value)
            filler.unlink()
        assert (evenings.states(), evenings.batches()) == (["ready", "ready"], [])
        assert evenings.run(MONDAY) == []
    assert evenings.night(TUESDAY) == []
    evenings.ends_well()


@contextlib.contextmanager
def locked(url: str):
    """Another program holds the database and does not let go."""
    holder = Ledger(url)
    with holder.engine.connect() as connection:
        if url.startswith("sqlite"):
            connection.exec_driver_sql("SELECT 1")  # its transaction begins IMMEDIATE
        else:
            tables = ", ".join(sorted(t for t in schema.metadata.tables))
            connection.exec_driver_sql(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()
    holder.close()


def test_a_locked_database_is_awaited_for_a_time_and_then_reported(evenings, either_database, monkeypatch):
    assert evenings.run(MONDAY, last="write_batches") == []
    monkeypatch.setattr(dialects, "BUSY_SECONDS", 1)
    with evenings.partner(MONDAY):
        with locked(either_database), pytest.raises(StepError) as raised:
            evenings.run(MONDAY)
        assert (raised.value.code, raised.value.retryable) == ("LED-04", True)
        assert evenings.home.journal == []
        assert evenings.run(MONDAY) == []
    assert evenings.night(TUESDAY) == []
    evenings.ends_well()


def test_a_lock_in_the_middle_of_a_night_fails_the_step_and_the_next_run_does_it(
    evenings, either_database, monkeypatch
):
    monkeypatch.setattr(dialects, "BUSY_SECONDS", 1)
    home = str(evenings.home.path)
    with evenings.partner(MONDAY):
        with run_lease(home, "", MONDAY) as taken:
            assert taken
            with locked(either_database):
                with pytest.raises(StepError) as raised:
                    nightly_run.do(home, "", MONDAY, "pick_up", "inbox")
                assert raised.value.code == "LED-04"
            taken.close(["LED-04"])
        assert evenings.run(MONDAY) == []
    assert evenings.night(TUESDAY) == []
    evenings.ends_well()


def test_after_a_loss_of_power_the_ledger_is_as_it_was_after_one_of_its_commits(tmp_path, monkeypatch):
    """The journal is cut at many places, and ends in noise, as a disk may leave it."""
    file = tmp_path / "ledger.db"
    monkeypatch.setenv("CLEANCLAIM_DATABASE_URL", f"sqlite:///{file}")
    evenings = Evenings(WorkingHome(tmp_path / "home"))
    kept_open = Ledger(f"sqlite:///{file}")
    with kept_open.engine.connect() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {p}").scalar() for p in ("journal_mode", "synchronous")
        ]
        assert pragmas == ["wal", 2]
        connection.rollback()
        assert evenings.night(MONDAY) == []
        assert evenings.night(TUESDAY) == []
        journal = Path(f"{file}-wal").read_bytes()
        main = file.read_bytes()
    kept_open.close()
    assert len(journal) > 200_000
    seen = set()
    for number, end in enumerate(range(0, len(journal), len(journal) // 60)):
        copy = tmp_path / f"after{number}.db"
        copy.write_bytes(main)
        Path(f"{copy}-wal").write_bytes(
            journal[:end] + chance("after the end", number).randbytes(1000 * (number % 5))
        )
        found = Ledger(f"sqlite:///{copy}")
        with found.read() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
        if tables:
            upgrade(found)
            books = money(found)
            assert books.closes
            assert proof(found).holds
            seen.add((books.cash, tuple(c.state for c in standing.claims(found))))
        found.close()
    assert {cash for cash, _ in seen} == {0, 2 * 10_800}
    assert len(seen) >= 4


def test_a_postgresql_ledger_leaves_the_servers_own_durability_as_it_is(new_ledger_url):
    opened = Ledger(new_ledger_url("postgresql"))
    with opened.write() as connection:
        rows = connection.exec_driver_sql(
            "SELECT name, source FROM pg_settings WHERE name IN "
            "('fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method')"
        ).all()
    opened.close()
    assert len(rows) == 4
    assert not [name for name, source in rows if source in ("session", "client", "user", "database")]


def test_nights_out_of_order_give_numbers_in_order_and_change_no_state(evenings):
    """The clock jumped forward a year, then back; a night falls on the hour that comes twice."""
    days = [date(2027, 11, 7), date(2026, 11, 1), MONDAY, date(2027, 3, 14), MONDAY]
    for number, day in enumerate(days):
        evenings.home.drop(
            f"lakeside/more{number}.json",
            evenings.home.encounter(f"M-{number}", service_date=f"2026-10-{number + 10}"),
        )
        with evenings.partner(day):
            assert evenings.run(day) == []
    numbers = [b.isa13 for b in evenings.batches()]
    assert numbers == sorted(set(numbers))
    assert sorted(evenings.received()) == [f"{n:09d}" for n in numbers]
    assert set(evenings.states()) <= {"accepted", "paid"}
    assert evenings.cash() % 10_800 == 0


def test_a_lease_of_a_run_that_is_gone_is_taken_whatever_the_clock_says(evenings, tmp_path):
    with evenings.home.opened() as opened:
        for now in (2_000_000_000, 1_000_000_000, 1_700_000_000):
            with lease.hold(opened.ledger, tmp_path / "run.lock", "here:1", now):
                pass
