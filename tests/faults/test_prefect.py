"""Prefect's server is not there, or goes while a night runs: the ledger decides, and a re-run is safe."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from tests.conftest import CHECKOUT
from tests.faults.evenings import MONDAY, TUESDAY, fault
from tests.prefect_database import begin_with
from tests.waiting import PATIENCE, port_of_nobody, until

FLOW = (
    "import sys; from datetime import date; from pathlib import Path; from config.settings import load;"
    "from console.running import run_night;"
    "ended = run_night(load(Path(sys.argv[1])), date.fromisoformat(sys.argv[2]), title='', quiet=True);"
    "print(ended.message); sys.exit(ended.exit_code)"
)
"""The nightly flow of a home for a business date, in a program of its own."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def answers(api: str) -> bool:
    try:
        urllib.request.urlopen(f"{api}/health", timeout=5).close()
    except OSError:
        return False
    return True


def run_by_prefect(evenings, api: str) -> "subprocess.Popen[str]":
    """The nightly flow on a server of its own, in a program of its own."""
    settings = evenings.home.path / "cleanclaim.toml"
    settings.write_text(f'demo = true\nprefect_api_url = "{api}"\n', encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, "-c", FLOW, str(evenings.home.path), MONDAY.isoformat()],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


@pytest.fixture
def prefect(tmp_path, prefect_database):
    """A Prefect server in a process group of its own; its API's address and its number."""
    port = free_port()
    home = tmp_path / "prefect-server"
    begin_with(prefect_database, home / "prefect.db")
    environment = os.environ | {
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "PREFECT_API_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{home}/prefect.db",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    }
    environment.pop("PREFECT_API_URL", None)
    server = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    api = f"http://127.0.0.1:{port}/api"
    try:
        until(lambda: answers(api), "the Prefect server")
        yield api, server.pid
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
        server.wait(30)


@pytest.mark.long
def test_without_a_prefect_server_nothing_changes_and_the_reason_is_reported(evenings):
    with evenings.partner(MONDAY):
        with port_of_nobody() as port:
            running = run_by_prefect(evenings, f"http://127.0.0.1:{port}/api")
            said, _ = running.communicate(timeout=PATIENCE)
        assert running.returncode not in (0, 3)
        assert "RUN-02" in said
        assert evenings.batches() == []
        assert evenings.run(MONDAY) == []
    assert evenings.night(TUESDAY) == []
    evenings.ends_well()


@pytest.mark.long
def test_a_prefect_server_that_dies_in_the_middle_of_a_night_costs_nothing(evenings, prefect):
    api, group = prefect
    stalled = fault("stall", operation="rename", after=True, seconds=5)
    with evenings.partner(MONDAY, stalled) as mock:
        running = run_by_prefect(evenings, api)
        until(lambda: mock.faults.stalls or running.poll() is not None, "the stall")
        assert mock.faults.stalls, "the night was at work"
        os.killpg(group, signal.SIGKILL)
        try:
            running.communicate(timeout=15)
        except subprocess.TimeoutExpired:  # it waits for the server: the operator ends it
            running.kill()
            running.communicate()
        assert running.returncode not in (0, 3)
        assert evenings.run(MONDAY) == []
    assert evenings.night(TUESDAY) == []
    evenings.ends_well()
