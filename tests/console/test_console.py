"""`cleanclaim console`, alone and beside `serve`: it answers, comes back, and ends with what began it."""

import os
import re
import signal
import socket
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request

import pytest
from typer.testing import CliRunner

from config.settings import load
from console import beside
from console.command import app
from console.web import configured
from tests.conftest import CHECKOUT
from tests.flows.served import free_port, until


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=5) as page:
            return page.status == 200
    except (urllib.error.URLError, OSError):
        return False


@pytest.mark.slow
def test_beside_serve_it_answers_comes_back_after_its_end_and_is_gone_in_the_end(home, monkeypatch):
    port = free_port()
    file = home.path / "cleanclaim.toml"
    file.write_text(f"{file.read_text()}console_port = {port}\n")
    monkeypatch.setattr(beside, "AGAIN", 0.1)
    with beside.console_beside(load(home.path)) as running:
        until("it answers", lambda: answers(port))
        first = running[0]
        first.send_signal(signal.SIGKILL)
        until("it is started again", lambda: running[0] is not first and answers(port))
        second = running[0]
    assert [one.poll() is not None for one in (first, second)] == [True, True]
    assert not answers(port)


@pytest.mark.parametrize("command", ["console", "serve"])
def test_it_does_not_start_where_it_would_listen_in_the_clear_for_others(home, command):
    file = home.path / "cleanclaim.toml"
    file.write_text(f'{file.read_text()}console_host = "0.0.0.0"\n')
    done = CliRunner().invoke(app, [command, "--home", str(home.path)])
    assert done.exception.code == "WEB-10"
    assert re.search(r"console_certificate", str(done.exception))


@pytest.mark.parametrize("command", ["console", "serve"])
def test_a_port_that_another_program_holds_is_reported_at_once(home, command):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        file = home.path / "cleanclaim.toml"
        file.write_text(f"{file.read_text()}console_port = {taken.getsockname()[1]}\n")
        done = CliRunner().invoke(app, [command, "--home", str(home.path)])
    assert done.exception.code == "SRV-09"
    assert "console_port" in str(done.exception)


@pytest.mark.slow
@pytest.mark.parametrize("terminal", [True, False], ids=["terminal", "supervisor"])
def test_the_code_for_the_first_user_is_shown_to_a_person_alone(home, terminal):
    port, (ours, theirs) = free_port(), os.openpty() if terminal else os.pipe()
    words = ["console", "--home", str(home.path), "--port", str(port)]
    program = subprocess.Popen(
        [sys.executable, "-c", "from console.command import main; main()", *words],
        stdout=theirs,
        stderr=theirs,
        cwd=CHECKOUT,
    )
    os.close(theirs)
    try:
        until("it answers", lambda: answers(port))
        said = os.read(ours, 10_000).decode()
    finally:
        program.terminate()
        program.wait(20)
        os.close(ours)
    file = home.path / "first-user"
    code = tomllib.loads(file.read_text())["code"]
    assert (code in said, str(file) in said) == (terminal, not terminal)
    assert code not in (home.path / "logs" / "cleanclaim.log").read_text()


def test_no_address_is_logged_and_the_program_does_not_name_itself(home):
    config = configured(load(home.path), 0)
    assert (config.host, config.port) == ("127.0.0.1", 4280)
    assert (config.access_log, config.server_header, config.proxy_headers) == (False, False, False)
