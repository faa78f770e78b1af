"""The mock clearinghouse as a program of its own, for the length of a demo home's run.

It is another company's computer: it is started like any program, and all that is learnt from it is
the line it prints when it is ready (port and host key), which goes into the partner's file.
"""

import fcntl
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from config.connection import write_connection
from console.answer import CommandError

READY_WITHIN = 60  # seconds


@contextmanager
def clearinghouse(home: Path, day: date, scenario: Path | None = None) -> Iterator[int]:
    """Runs the mock on HOME/clearinghouse for the business date `day`; gives its port.

    `scenario` is a file that says who gets what; None: the demo's. Raises CommandError DEM-01 where
    the mock does not get ready, NIT-01 where another run of this home has it.
    """
    more = ["--scenario", str(scenario)] if scenario is not None else []
    root = home / "clearinghouse"
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(root), (root / "program.log").open("ab") as log:
        process = subprocess.Popen(
            [
                sys.executable, "-P", "-m", "mock_clearinghouse",
                "--port", "0", "--root", str(root), "--date", day.isoformat(), "--until-stdin-closes", *more,
            ],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip
        try:
            ready = _ready(process, root)
            for file in sorted((home / "partners" / "clearinghouses").glob("*.toml")):
                write_connection(
                    file,
                    host="127.0.0.1",
                    port=int(ready["port"]),
                    host_key=ready["host_key"],
                    key_file=Path("clearinghouse/client_key"),
                )
            yield int(ready["port"])
        finally:
            _end(process)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """The mock's folder for one run. The kernel lets go of it however that run ends."""
    handle = os.open(root / "run.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CommandError(
                "NIT-01", "another run works on this home; this one leaves, nothing is lost"
            ) from None
        yield
    finally:
        os.close(handle)


def _ready(process: "subprocess.Popen[bytes]", root: Path) -> dict[str, str]:
    """The line that the program prints when it listens."""
    assert process.stdout is not None
    timer = threading.Timer(READY_WITHIN, process.kill)
    timer.start()
    try:
        line = process.stdout.readline()
    finally:
        timer.cancel()
    try:
        found = json.loads(line)
        return {"port": str(found["port"]), "host_key": str(found["host_key"])}
    except (ValueError, KeyError, TypeError):
        raise CommandError(
            "DEM-01", f"the mock clearinghouse did not start; its log is {root / 'program.log'}"
        ) from None


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdout is not None:
        process.stdout.close()
