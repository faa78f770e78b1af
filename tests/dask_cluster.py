"""Dask clusters for tests: a scheduler and workers as programs of their own, and what goes between them."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from distributed import Client, Security

from tests.conftest import CHECKOUT
from tests.waiting import PATIENCE, until

QUIET = {
    "DASK_LOGGING__DISTRIBUTED": "critical",
    "PYTHONPATH": str(CHECKOUT),
    "DASK_DISTRIBUTED__COMM__COMPRESSION": "null",
}


@dataclass
class Cluster:
    """Where the scheduler is, and the programs."""

    address: str
    scheduler: "subprocess.Popen[bytes]"
    workers: "list[subprocess.Popen[bytes]]" = field(default_factory=list)


@contextmanager
def running(
    folder: Path,
    *,
    workers: int = 2,
    threads: int = 1,
    tls: Sequence[str] = (),
    through: "Wire | None" = None,
) -> Iterator[Cluster]:
    """A scheduler with so many workers that have joined it; `tls` are the options for its certificates.
    With `through` the workers reach it over that wire."""
    place = folder / "scheduler.json"
    common = [*tls, "--no-dashboard", "--host", "127.0.0.1"]
    environment = os.environ | QUIET
    scheduler = subprocess.Popen(
        [*_dask("scheduler"), *common, "--port", "0", "--scheduler-file", str(place)],
        cwd=folder,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    cluster = Cluster("", scheduler)
    try:
        until(lambda: scheduler.poll() is not None or (place.exists() and place.read_text("utf-8")), "Dask")
        cluster.address = json.loads(place.read_text("utf-8"))["address"]
        if through is not None:
            cluster.address = through.to(cluster.address)
        for _ in range(workers):
            command = [*_dask("worker"), cluster.address, *common, "--nthreads", str(threads), "--no-nanny"]
            one = subprocess.Popen(
                [*command, "--memory-limit", "0", "--local-directory", str(folder)],
                cwd=folder,
                env=environment,
                stderr=subprocess.DEVNULL,
            )
            cluster.workers.append(one)
        yield cluster
    finally:
        for process in (*cluster.workers, scheduler):
            process.kill()
            process.wait()


def _dask(program: str) -> list[str]:
    return [sys.executable, "-m", "dask", program]


def joined(address: str, workers: int, security: Security | None = None) -> None:
    """Waits until so many workers have joined the scheduler."""
    with Client(address, security=security, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=PATIENCE)


class Wire:
    """A port of this machine that passes on to another one, and keeps all that went over it."""

    def __init__(self) -> None:
        self.bytes = bytearray()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._target = ("", 0)

    def to(self, address: str) -> str:
        """The address that leads to this one."""
        host, _, port = address.rpartition("//")[2].rpartition(":")
        self._target = (host, int(port))
        threading.Thread(target=self._accept, daemon=True).start()
        return f"tcp://127.0.0.1:{self._listening.getsockname()[1]}"

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listening.accept()
                there = socket.create_connection(self._target)
                for ends in ((here, there), (there, here)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                self.bytes += data
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listening.close()
