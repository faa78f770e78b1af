"""The web console beside `serve`: a program of its own, started again where it ends, stopped with it."""

import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from config.settings import Settings
from console.answer import CommandError
from console.prefect_server import die_with_parent
from web import listening
from web.errors import Refused

log = logging.getLogger("cleanclaim.serve")

AGAIN = 5.0  # seconds until one that ended is started again
PATIENCE = 20.0  # seconds that it has to finish its requests

_PROGRAM = "from console.command import main; main()"


def check_listening(settings: Settings) -> None:
    """Raises CommandError WEB-10 where it would listen in the clear beyond this machine."""
    try:
        listening.check(settings)
    except Refused as refused:
        raise CommandError(refused.code, refused.message) from None


def check_port(settings: Settings, port: int = 0) -> None:
    """Raises CommandError SRV-09 where another program listens on the console's port."""
    port = port or settings.console_port
    try:
        socket.create_server((settings.console_host, port), family=_family(settings.console_host)).close()
    except OSError as error:
        raise CommandError(
            "SRV-09",
            f"the web console can't listen on {settings.console_host}, port {port} ({error.strerror}); end "
            "what listens there, or choose another console_port; `serve --no-console` is the schedule alone",
        ) from None


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


@contextmanager
def console_beside(settings: Settings, *, json: bool = False) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Runs the web console of a home as long as the block does, and yields a list with the program that runs.
    That one ended is in the log, as SRV-08. `json`: what it says goes to standard error."""
    over = threading.Event()
    command = [sys.executable, "-c", _PROGRAM, "console", "--home", str(settings.home)]
    command += ["--inbox", str(settings.inbox)]
    running = [_started(command, json)]

    def keep() -> None:
        while not over.is_set():
            ended = running[0].wait()
            if over.is_set():
                return
            log.error("SRV-08 the web console ended (%s); it is started again", ended)
            if over.wait(AGAIN):
                return
            running[0] = _started(command, json)

    keeper = threading.Thread(target=keep, name="console", daemon=True)
    keeper.start()
    try:
        yield running
    finally:
        over.set()
        _stop(running[0])
        keeper.join(timeout=PATIENCE)
        if running[0].poll() is None:  # it was started while this one stopped
            _stop(running[0])


def _started(command: list[str], json: bool) -> "subprocess.Popen[bytes]":
    # Ctrl-C is for `serve`; one that is killed takes its console along, or the port would stay taken
    return subprocess.Popen(
        command,
        start_new_session=True,
        preexec_fn=die_with_parent,
        stdout=sys.stderr if json else None,
    )


def _stop(program: "subprocess.Popen[bytes]") -> None:
    program.terminate()
    try:
        program.wait(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()
