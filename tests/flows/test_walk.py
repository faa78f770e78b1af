"""A step that cannot list its work, an artifact refused, an interrupt: the night goes on or is closed."""

import signal
import threading
from contextlib import contextmanager
from datetime import date

import pytest

from config.settings import load
from ledger import Ledger
from ledger.queries import night as nights
from ledger.queries import standing

MONDAY = date(2026, 11, 16)
pytestmark = pytest.mark.usefixtures("prefect_server")


def run(home, day=MONDAY):
    from flows.nightly import nightly

    return nightly(str(home.path), str(home.inbox), day, return_state=True)


@contextmanager
def without_table(home, name):
    """The ledger lacks a table: what reads it breaks, be it a step's listing or its work."""
    with home.opened():
        pass  # migrated
    ledger = Ledger(load(home.path).database_url)
    with ledger.write() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {name} RENAME TO {name}_away")
    try:
        yield
    finally:
        with ledger.write() as connection:
            connection.exec_driver_sql(f"ALTER TABLE {name}_away RENAME TO {name}")
        ledger.close()


def last_night(home):
    with home.opened() as opened:
        [row] = nights.nights(opened.ledger, 1)
        return row


def states(home):
    with home.opened() as opened:
        return [c.state for c in standing.claims(opened.ledger)]


@pytest.mark.usefixtures("either_database")
def test_a_step_that_cannot_list_its_work_fails_alone_and_the_next_run_goes_on(home):
    home.drop("lakeside/one.json", home.encounter())
    with home.clearinghouse(MONDAY):
        # it is read where batches to be written are listed, two steps before answers are collected
        with without_table(home, "partner_stop"):
            state = run(home)
            assert state.is_failed()
            assert "LED-17" in state.message
            assert "NIT-09" not in state.message
            assert (last_night(home).outcome, last_night(home).runs) == ("failed", 1)
            with home.opened() as opened:
                looked = opened.ledger
                with looked.read() as connection:
                    seen = connection.exec_driver_sql("SELECT COUNT(*) FROM inbox_look").scalar()
            assert seen == 1
            assert states(home) == ["ready"]
        assert run(home).is_completed()
    assert (last_night(home).outcome, last_night(home).runs) == ("done", 2)
    assert states(home) == ["accepted"]


def test_a_run_whose_close_fails_is_closed_as_failed(home):
    home.drop("lakeside/one.json", home.encounter())
    with home.opened():
        pass
    in_the_way = home.path / "audit" / f"head-{MONDAY}"
    in_the_way.mkdir(parents=True)
    with home.clearinghouse(MONDAY):
        state = run(home)
        assert state.is_failed()
        assert "NIT-08" in state.message
        assert last_night(home).outcome == "failed"
        assert states(home) == ["accepted"], "what was done stays done"
        in_the_way.rmdir()
        assert run(home).is_completed()
    assert last_night(home).outcome == "done"


def test_an_artifact_that_prefect_refuses_costs_nothing_but_itself(home, monkeypatch, caplog):
    import httpx

    # Prefect's own client, as a server answers that has no route for artifacts
    sent = httpx.AsyncClient.send

    async def refuse(self, request, **options):
        if "/artifacts" in request.url.path:
            request.url = request.url.copy_with(path="/api/nowhere")
        return await sent(self, request, **options)

    monkeypatch.setattr(httpx.AsyncClient, "send", refuse)
    sent_now = httpx.Client.send

    def refuse_now(self, request, **options):
        if "/artifacts" in request.url.path:
            request.url = request.url.copy_with(path="/api/nowhere")
        return sent_now(self, request, **options)

    monkeypatch.setattr(httpx.Client, "send", refuse_now)
    (home.path / "cleanclaim.toml").write_text("demo = true\nchunk_size = 1\n")
    for number in range(5):  # five chunks: the step shows its progress
        home.drop(
            f"lakeside/{number}.json", home.encounter(f"T-{number}", service_date=f"2026-11-0{number + 1}")
        )
    with home.clearinghouse(MONDAY):
        assert run(home).is_completed()
    logged = {record.getMessage() for record in caplog.records if "NIT-04" in record.getMessage()}
    assert {message.split(" of ")[1].split(" was ")[0] for message in logged} >= {
        "validate_coding",
        "the night",
    }
    assert last_night(home).outcome == "done"
    assert states(home) == ["accepted"] * 5


def test_an_interrupt_closes_the_run_as_failed_and_the_next_one_continues(home):
    from tests.faults.evenings import fault

    home.drop("lakeside/one.json", home.encounter())
    stalled = fault("stall", operation="rename", after=True, seconds=3, times=1)
    with home.clearinghouse(MONDAY, stalled):
        main = threading.main_thread().ident
        interrupt = threading.Timer(0, lambda: None)

        def watch():
            for _ in range(600):
                if home.journal:  # the partner has the file, its reply is held back
                    signal.pthread_kill(main, signal.SIGINT)
                    return
                interrupt.finished.wait(0.05)

        watching = threading.Thread(target=watch)
        watching.start()
        with pytest.raises(KeyboardInterrupt):
            run(home)
        watching.join()
        row = last_night(home)
        assert (row.outcome, row.note) == (
            "failed",
            "NIT-03 broken off; run it again to finish: KeyboardInterrupt",
        )
        assert run(home).is_completed()
    assert states(home) == ["accepted"]
    assert len(home.journal) == 1
