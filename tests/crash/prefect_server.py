"""One Prefect server for all flow runs of the crash test: a home, a database and a port of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.prefect_database import begin_with

START_WITHIN = 120  # seconds


@contextmanager
def running(folder: Path, database: Path | None = None) -> Iterator[str]:
    """The address of its API. It begins with a copy of `database`, or makes its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/api"
    home = folder / "prefect-server"
    home.mkdir()
    if database is not None:
        begin_with(database, home / "prefect.db")
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
            env=environment(home) | {"PREFECT_API_DATABASE_CONNECTION_URL": _database(home)},
            stdout=log,
            stderr=log,
        )
        try:
            _wait(process, address, home / "server.log")
            yield address
        finally:
            process.terminate()
            process.wait(30)


def flow_runs(address: str) -> int:
    """How many flow runs the server knows."""
    asked = urllib.request.Request(
        f"{address}/flow_runs/count", data=b"{}", headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return int(answer.read())


def environment(prefect_home: Path) -> dict[str, str]:
    """What Prefect reads: nothing of the user's own, nothing reported to anyone."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return ours | {
        "PREFECT_HOME": str(prefect_home),
        "PREFECT_PROFILES_PATH": str(prefect_home / "profiles.toml"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "WARNING",
    }


def _database(home: Path) -> str:
    return f"sqlite+aiosqlite:///{home / 'prefect.db'}"


def _wait(process: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    end = time.monotonic() + START_WITHIN
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise RuntimeError(f"no Prefect server came up at {address}: {log.read_text()[-2000:]}")
