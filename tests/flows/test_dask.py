"""Dask's workers share a night: the ledger is the one that a single process writes, whatever is killed."""

import logging
import multiprocessing
import os
import signal
import threading
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from bench.lifelike.inbox import DEFAULT, day_of
from config.settings import load
from flows.dask_scheduler import security
from ledger import Ledger
from ledger.schema import turn
from tests.dask_cluster import Wire, joined, running
from tests.flows import test_shared
from tests.flows.test_shared import ENCOUNTERS, evenings, said
from tests.tasks.notices.servers import certificate
from tests.tasks.test_processes import rows
from tests.waiting import port_of_nobody

pytestmark = [pytest.mark.usefixtures("prefect_server"), pytest.mark.long]
alone = test_shared.alone


def documented(home, **settings):
    test_shared.documented(home)
    with (home.path / "cleanclaim.toml").open("a", encoding="utf-8") as file:
        file.write("".join(f'{name} = "{value}"\n' for name, value in {"runner": "dask", **settings}.items()))


def nights(home):
    from flows.nightly import nightly

    for _ in evenings(home):
        state = nightly(str(home.path), str(home.inbox), day_of(1), return_state=True)
        assert state.is_completed(), state.message
    return rows(home)


@contextmanager
def errors():
    """What the run's log says at ERROR meanwhile."""
    found: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record):
            found.append(record.getMessage())

    kept = Kept(logging.ERROR)
    logging.getLogger("cleanclaim.night").addHandler(kept)
    try:
        yield found
    finally:
        logging.getLogger("cleanclaim.night").removeHandler(kept)


@contextmanager
def killing_once_a_piece_is_written(home, kill, step="validate_coding"):
    """Kills as soon as the first piece of a step is written; gives whom it was."""
    with home.opened():
        pass  # migrated
    ledger, killed, ended, pause = Ledger(load(home.path).database_url), [], [], threading.Event()

    def watch():
        query = select(turn.c.done).where(turn.c.step == step)
        while not (killed or ended) and not pause.wait(0.01):
            with ledger.read() as connection:
                done = connection.execute(query).scalar()
            if done:
                killed.append(kill())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield killed
    finally:
        ended.append(True)
        thread.join()
        ledger.close()


def whole(found, alone):
    """Nothing is lost and nothing twice; a chunk that was recorded already may have been judged once more."""
    assert said(found) == said(alone)
    assert [name for name in found if name != "finding" and found[name] != alone[name]] == []


def shared(home):
    with home.opened() as opened, opened.ledger.read() as connection:
        return dict(connection.execute(select(turn.c.step, turn.c.done)).tuples().all())


def test_a_cluster_of_this_machine_writes_the_ledger_that_one_process_writes(home, alone):
    documented(home)
    with errors() as logged:
        found = nights(home)
    assert logged == []
    assert [name for name in found if found[name] != alone[name]] == []
    assert shared(home)["validate_coding"] == ENCOUNTERS // 4
    assert multiprocessing.active_children() == []


@pytest.mark.usefixtures("either_database")
@pytest.mark.parametrize("step", ["pick_up", "validate_coding"])
def test_a_worker_of_it_that_is_killed_loses_nothing_and_doubles_nothing(home, alone, step):
    documented(home)

    def kill():
        [first, *_] = multiprocessing.active_children()
        os.kill(first.pid, signal.SIGKILL)
        return first.pid

    with killing_once_a_piece_is_written(home, kill, step) as killed:
        found = nights(home)
    assert killed
    whole(found, alone)


def test_a_cluster_by_its_address_writes_the_same_and_is_told_nothing_of_a_patient(home, alone, tmp_path):
    wire = Wire()
    with running(tmp_path, through=wire) as cluster, errors() as logged:
        documented(home, dask_scheduler=cluster.address)
        joined(cluster.address, 2, security(load(home.path)))
        found = nights(home)
        assert all(worker.poll() is None for worker in cluster.workers), "the cluster is another's: it stays"
    wire.close()
    assert logged == []
    assert [name for name in found if found[name] != alone[name]] == []
    assert b"validate-coding" in wire.bytes
    assert str(home.path).encode() in wire.bytes
    encounters = [DEFAULT.encounter(n, day_of(1)) for n in range(ENCOUNTERS)]
    told = {one["coverages"][0]["member_id"] for one in encounters}
    told |= {one["patient"]["last"] for one in encounters}
    assert [text for text in told if len(text) > 4 and text.encode() in wire.bytes] == []


@pytest.mark.usefixtures("either_database")
@pytest.mark.parametrize("whom", ["scheduler", "worker"])
def test_over_tls_one_that_is_killed_costs_the_night_nothing(home, alone, tmp_path, whom):
    file = str(certificate(tmp_path))  # its key and its authority are in it too
    tls = ["--protocol", "tls", "--tls-ca-file", file, "--tls-cert", file, "--tls-key", file]
    with running(tmp_path, tls=tls) as cluster:
        files = {"dask_authorities": file, "dask_certificate": file, "dask_certificate_key": file}
        documented(home, dask_scheduler=cluster.address, **files)
        assert cluster.address.startswith("tls://")
        joined(cluster.address, 2, security(load(home.path)))

        def kill():
            victim = cluster.scheduler if whom == "scheduler" else cluster.workers[0]
            victim.kill()
            return victim.pid

        with killing_once_a_piece_is_written(home, kill) as killed, errors() as logged:
            found = nights(home)
        assert killed
        if whom == "scheduler":
            assert [line[:6] for line in logged if line.startswith("NIT-05")] == ["NIT-05"]
            assert {line[:6] for line in logged} <= {"NIT-05", "NIT-06"}
    whole(found, alone)


def test_a_run_that_reaches_no_cluster_does_its_work_alone(home, alone):
    with port_of_nobody() as port, errors() as logged:
        documented(home, dask_scheduler=f"tcp://127.0.0.1:{port}")
        found = nights(home)
    assert {line[:6] for line in logged} == {"NIT-06"}
    assert all(f"tcp://127.0.0.1:{port}" in line for line in logged)
    assert [name for name in found if found[name] != alone[name]] == []


def test_a_small_night_asks_for_no_cluster(home):
    with port_of_nobody() as port, errors() as logged:
        documented(home, dask_scheduler=f"tcp://127.0.0.1:{port}")
        file = home.path / "cleanclaim.toml"
        file.write_text(file.read_text("utf-8").replace("share_from = 1\n", ""), encoding="utf-8")
        nights(home)
    assert logged == []
