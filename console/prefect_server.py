"""The Prefect server that `serve` works with: the configured one, or one that it starts beside itself."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from config.settings import Settings
from console.answer import CommandError

START_WITHIN = 300  # seconds; the first start makes Prefect's database, slowly on a busy machine
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


@dataclass(frozen=True, slots=True)
class Server:
    """A Prefect server by the address of its API; `process` where it is our own."""

    address: str
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def ended(self) -> bool:
        """Our own server is gone."""
        return self.process is not None and self.process.poll() is not None

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError, ValueError):
            return False


@contextmanager
def server(settings: Settings, port: int) -> Iterator[Server]:
    """The server of this home.

    Raises:
        CommandError: SRV-01, our own does not come up or its port is taken; SRV-07, the configured one
            does not answer.
    """
    if settings.prefect_api_url:
        found = Server(settings.prefect_api_url)
        if not found.answers():
            raise CommandError("SRV-07", f"the Prefect server at {found.address} does not answer; start it")
        yield found
        return
    address = f"http://127.0.0.1:{port}/api"
    _free(port)
    environment = {
        **os.environ,
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_UI_API_URL": address,  # its pages call 4200 otherwise
        "PREFECT_SERVER_UI_API_URL": address,
        "PREFECT_LOGGING_LEVEL": "WARNING",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for us; we end it after the runs
        preexec_fn=die_with_parent,
    )
    try:
        found = Server(address, process)
        end = time.monotonic() + START_WITHIN
        while not found.answers():
            if found.ended or time.monotonic() > end:
                raise CommandError("SRV-01", f"no Prefect server came up at {address}; try another --port")
            time.sleep(0.3)
        yield found
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free(port: int) -> None:
    """Another program's answer on this port must not pass for our server's."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            raise CommandError(
                "SRV-01", f"port {port} is in use on this machine; try another --port"
            ) from None


def die_with_parent() -> None:
    """A `serve` that is killed takes its server along, or the port would stay taken. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM)
