"""`cleanclaim console` and `serve --console`: it answers, comes back, and ends with what began it."""

import re
import signal
import urllib.error
import urllib.request

import pytest
from typer.testing import CliRunner

from config.settings import load
from console import beside
from console.command import app
from console.web import configured
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
    words = [command, "--home", str(home.path), *(["--console"] if command == "serve" else [])]
    done = CliRunner().invoke(app, words)
    assert done.exception.code == "WEB-10"
    assert re.search(r"console_certificate", str(done.exception))


def test_no_address_is_logged_and_the_program_does_not_name_itself(home):
    config = configured(load(home.path), 0)
    assert (config.host, config.port) == ("127.0.0.1", 4280)
    assert (config.access_log, config.server_header, config.proxy_headers) == (False, False, False)
