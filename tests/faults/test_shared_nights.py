"""A night that several processes share on PostgreSQL, while connections are cut or Prefect's server dies."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, select, text

import edi
from bench.lifelike.inbox import day_of
from config.settings import load
from ledger import Ledger
from ledger.queries import standing
from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from ledger.schema import lease as lease_table
from ledger.schema import turn
from tasks import nightly_run
from tasks.runs.lease import lease
from tests.conftest import CHECKOUT
from tests.faults import test_prefect
from tests.flows import test_shared
from tests.flows.test_shared import documented, evenings, said
from tests.tasks.test_processes import rows
from tests.waiting import PATIENCE, until

pytestmark = [pytest.mark.usefixtures("postgresql_alone"), pytest.mark.long]
alone = test_shared.alone
prefect = test_prefect.prefect


@pytest.fixture
def postgresql_alone(new_ledger_url, monkeypatch):
    monkeypatch.setenv("CLEANCLAIM_DATABASE_URL", new_ledger_url("postgresql"))


def sent(home):
    """What the partner got for first payers, of each claim whom it is for and what it asks; none twice."""
    files = sorted((home.path / "site" / "inbound").iterdir())
    found = [claim for file in files for claim in edi.read_claims(file)]
    each = {(claim.patient_control_number, claim.payer_order) for claim in found}
    assert len(each) == len(found), "a claim was sent twice"
    return sorted(
        (
            claim.subscriber.member_id,
            claim.charge,
            [(line.procedure, str(line.service_from)) for line in claim.lines],
        )
        for claim in found
        if claim.payer_order == "P"
    )


def ends(home):
    """Every encounter's first claim, and what was sent. A partner decides by a claim's number, which another
    order of building changes: of the money it is asked whether all that it paid is posted."""
    answers = sorted((home.path / "site" / "outbound").glob("*.835"))
    paid = sum(remittance.payment for file in answers for remittance in edi.read_remittances(file))
    with home.opened() as opened:
        found = money(opened.ledger)
        assert found.closes
        assert found.cash == paid
        assert proof(opened.ledger).holds
        claims = [
            (c.external_id, c.payer, c.charge) for c in standing.claims(opened.ledger) if c.payer_order == "P"
        ]
    return sorted(claims), sent(home)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """How a night ends that one process plays, on SQLite."""
    from tests.conftest import WorkingHome

    home = WorkingHome(tmp_path_factory.mktemp("undisturbed") / "home")
    documented(home)
    for _ in evenings(home):
        by_itself(home)
    return ends(home)


def by_itself(home):
    """A run in this process, which shares nothing and needs no Prefect."""
    with lease(str(home.path), str(home.inbox), day_of(1)) as taken:
        nightly_run.walk(taken.home, day_of(1))
        taken.close([])


def by_prefect(home):
    from flows.nightly import nightly

    return nightly(str(home.path), str(home.inbox), day_of(1), return_state=True)


CUT = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid NOT IN (pg_backend_pid(), :holder)"
)
WAITS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@contextmanager
def cutting(home, step, row):
    """Cuts every connection of the run and its workers at the first write that needs `row`, once a piece of
    the step is written."""
    engine, ended, cut = create_engine(load(home.path).database_url), threading.Event(), []

    def found(connection, query):
        with connection.begin():
            return connection.execute(query).scalar()

    def watch():
        with engine.connect() as holding, engine.connect() as looking:
            done = select(turn.c.done).where(turn.c.step == step)
            while not ended.wait(0.005) and not found(looking, done):
                pass
            with holding.begin():
                holding.execute(row.with_for_update())
                while not ended.wait(0.005) and not found(looking, WAITS):
                    pass
                holder = holding.execute(text("SELECT pg_backend_pid()")).scalar()
                with looking.begin():
                    cut.extend(looking.execute(CUT, {"holder": holder}).scalars())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield cut
    finally:
        ended.set()
        thread.join()
        engine.dispose()


@pytest.mark.usefixtures("prefect_server")
@pytest.mark.parametrize("step", ["validate_coding", "post"])
def test_connections_that_are_cut_as_a_turn_is_passed_on_cost_the_night_nothing(home, alone, step):
    """The piece is written, so the run has nothing to report: it calls the step off and does the rest."""
    documented(home)
    with home.opened():
        pass  # migrated
    row = select(turn.c.done).where(turn.c.step == step)
    with cutting(home, step, row) as cut:
        for _ in evenings(home):
            state = by_prefect(home)
            assert state.is_completed(), state.message
    assert len(cut) > 1
    found = rows(home)
    assert said(found) == said(alone)
    assert [name for name in found if name != "finding" and found[name] != alone[name]] == []


@pytest.mark.usefixtures("prefect_server")
@pytest.mark.parametrize("step", ["validate_coding", "post"])
def test_connections_that_are_cut_as_a_piece_is_written_lose_nothing_and_send_nothing_twice(
    home, undisturbed, step
):
    """A run that fails says so by its code, and the next one completes."""
    documented(home)
    with home.opened():
        pass  # migrated
    row = select(lease_table.c.token)
    failed = []
    with cutting(home, step, row) as cut:
        for _ in evenings(home):
            state = by_prefect(home)
            if not state.is_completed():
                failed.append(state.message)
                again = by_prefect(home)
                assert again.is_completed(), again.message
    assert len(cut) > 1
    assert all("LED-06" in message for message in failed), failed
    assert ends(home) == undisturbed


def test_a_prefect_server_that_dies_while_a_step_is_shared_costs_the_ledger_nothing(home, alone, prefect):
    api, group = prefect
    documented(home)
    with home.opened():
        pass  # migrated
    settings = home.path / "cleanclaim.toml"
    settings.write_text(f'{settings.read_text("utf-8")}prefect_api_url = "{api}"\n', encoding="utf-8")
    running = subprocess.Popen(
        [sys.executable, "-c", test_prefect.FLOW, str(home.path), day_of(1).isoformat()],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    ledger = Ledger(load(home.path).database_url)
    query = select(turn.c.done).where(turn.c.step == "validate_coding")

    def one_is_written():
        with ledger.read() as connection:
            return connection.execute(query).scalar() or running.poll() is not None

    try:
        until(one_is_written, "a piece of the shared step")
        assert running.poll() is None, "the night was at work"
        os.killpg(group, signal.SIGKILL)
        try:
            running.communicate(timeout=15)
        except subprocess.TimeoutExpired:  # it waits for the server: the operator ends it
            running.kill()
        running.communicate(timeout=PATIENCE)
    finally:
        running.kill()
        ledger.close()
    assert running.returncode not in (0, 3)
    for _ in evenings(home):
        by_itself(home)
    found = rows(home)
    assert said(found) == said(alone)
    assert sent(home)
    others = {"finding", "night", "alert", "inbox_look"}  # one run more, of which the first was broken off
    assert [name for name in found if name not in others and found[name] != alone[name]] == []
