"""Several processes share a night: the ledger is the one that a single process writes, killed or not."""

import multiprocessing
import os
import signal
import threading

import pytest
from sqlalchemy import select

from bench.lifelike import partners
from bench.lifelike.answers import Partner
from bench.lifelike.inbox import day_of, write_night
from config.settings import load
from ledger import Ledger
from ledger.schema import turn
from tasks import nightly_run
from tasks.runs.lease import lease
from tests.conftest import WorkingHome
from tests.tasks.test_processes import rows

pytestmark = pytest.mark.usefixtures("prefect_server")
ENCOUNTERS = 16
SHARED = "chunk_size = 4\nshare_from = 1\nprocesses = 2\n"


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The rows that one process writes, on SQLite."""
    home = WorkingHome(tmp_path_factory.mktemp("alone") / "home")
    documented(home)
    for _ in evenings(home):
        with lease(str(home.path), str(home.inbox), day_of(1)) as taken:
            nightly_run.walk(taken.home, day_of(1))
            taken.close([])
    return rows(home)


def evenings(home):
    """Two of one business date: claims out, then their answers in."""
    yield
    Partner(home.path / "site").answer(day_of(1))
    yield


def documented(home):
    home.use_folder()
    partners.write(home.path / "partners")
    settings = home.path / "cleanclaim.toml"
    settings.write_text(settings.read_text("utf-8") + SHARED, encoding="utf-8")
    clearinghouse = home.path / "partners" / "clearinghouses" / "northgate.toml"
    clearinghouse.write_text(clearinghouse.read_text("utf-8").replace("= 5000", "= 4"), encoding="utf-8")
    write_night(home.inbox, ENCOUNTERS)


def night(home):
    from flows.nightly import nightly

    documented(home)
    for _ in evenings(home):
        state = nightly(str(home.path), str(home.inbox), day_of(1), return_state=True)
        assert state.is_completed(), state.message
    return rows(home)


def killing(home, step, killed):
    """Kills a worker as soon as the first piece of a step is written."""
    ledger = Ledger(load(home.path).database_url)
    pause = threading.Event()
    while not killed and not pause.wait(0.01):
        with ledger.read() as connection:
            done = connection.execute(select(turn.c.done).where(turn.c.step == step)).scalar()
        workers = [child for child in multiprocessing.active_children() if child.pid and done]
        for worker in workers[:1]:
            os.kill(worker.pid, signal.SIGKILL)
            killed.append(step)
    ledger.close()


def said(found):
    """The findings without their own numbers."""
    return sorted(row.partition(", ")[2] for row in found["finding"])


@pytest.mark.usefixtures("either_database")
@pytest.mark.long
def test_two_processes_write_the_ledger_that_one_process_writes(home, alone):
    found = night(home)
    assert {name: found[name] for name in found if found[name] != alone[name]} == {}
    assert len(found["claim"]) > ENCOUNTERS * 0.8
    with home.opened() as opened, opened.ledger.read() as connection:
        shared = dict(connection.execute(select(turn.c.step, turn.c.done)).tuples().all())
    assert shared["validate_coding"] == ENCOUNTERS // 4
    assert min(shared["pick_up"], shared["build_claims"], shared["write_batches"], shared["post"]) > 2
    assert found["claim_payment"]


@pytest.mark.usefixtures("either_database")
@pytest.mark.long
@pytest.mark.parametrize("step", ["pick_up", "validate_coding"])
def test_a_worker_that_is_killed_loses_nothing_and_doubles_nothing(home, alone, step):
    """Later steps find the pool broken, wherever this one stood."""
    with home.opened():
        pass  # migrated
    killed: list[str] = []
    watch = threading.Thread(target=killing, args=(home, step, killed))
    watch.start()
    try:
        found = night(home)
    finally:
        killed.append("ended")
        watch.join()
    assert killed[0] == step
    assert said(found) == said(alone)  # a chunk that was recorded already was judged once more
    assert [name for name in found if name != "finding" and found[name] != alone[name]] == []
