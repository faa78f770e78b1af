"""Sites to test against: a folder, the mock clearinghouse, a real OpenSSH server, and a faulty proxy."""

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import paramiko
import pytest

import transport
from mock_clearinghouse import keys
from mock_clearinghouse.program import USER, Clearinghouse
from mock_clearinghouse.scenario import parse
from tests.waiting import PATIENCE
from transport import FolderSite, SftpSite, Site, Transport

SSHD = shutil.which("sshd") or next(
    (path for path in ("/usr/sbin/sshd", "/usr/local/sbin/sshd") if Path(path).exists()), None
)
SFTP_SERVER = next(
    (
        path
        for path in (
            "/usr/lib/openssh/sftp-server",
            "/usr/libexec/openssh/sftp-server",
            "/usr/libexec/sftp-server",
            "/usr/lib/ssh/sftp-server",
        )
        if Path(path).exists()
    ),
    None,
)


@dataclass(frozen=True)
class Place:
    """A site, and the folders behind it as this machine sees them."""

    site: Site
    inbound: Path
    outbound: Path
    clearinghouse: Clearinghouse | None = None

    def open(self, **changes: Any) -> Transport:
        """A transport to the site, with some of its settings changed."""
        return transport.open(replace(self.site, **changes), loopback_only=True)


@pytest.fixture
def make_mock(tmp_path: Path) -> Iterator[Callable[..., Place]]:
    """Starts a mock clearinghouse with a scenario's text."""
    running: list[Clearinghouse] = []

    def make(scenario: str = "", day: date = date(2026, 11, 16), root: Path | None = None) -> Place:
        root = root or tmp_path / f"mock{len(running)}"
        clearinghouse = Clearinghouse(root, day, parse(scenario))
        clearinghouse.start()
        running.append(clearinghouse)
        site = SftpSite(
            key="northgate",
            host="127.0.0.1",
            port=clearinghouse.port,
            user=USER,
            key_file=root / "client_key",
            host_key=keys.public_line(clearinghouse.host_key),
            reply_timeout=30,
        )
        return Place(site, root / "sftp/inbound", root / "sftp/outbound", clearinghouse)

    yield make
    for clearinghouse in running:
        clearinghouse.stop()


@pytest.fixture
def make_sshd(tmp_path: Path) -> Iterator[Callable[..., Place]]:
    """Starts a real OpenSSH server on loopback; skips where there is none."""
    if SSHD is None:
        pytest.skip("no sshd on this machine: install openssh-server to run this against a real server")
    running: list[subprocess.Popen[bytes]] = []

    def make(
        largest_file: int = 0,
        settings: str = "",
        host_key: paramiko.PKey | None = None,
        subsystem: str = "internal-sftp",
    ) -> Place:
        root = tmp_path / "openssh"
        for folder in ("inbound", "outbound"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        client_key = keys.key_at(root / "client_key")
        if host_key is None:
            host_key = keys.key_at(root / "host_key")
        else:
            host_key.write_private_key_file(str(root / "host_key"))
        (root / "authorized_keys").write_text(keys.public_line(client_key) + "\n")
        port = _free_port()
        config = root / "sshd_config"
        config.write_text(
            f"""
Port {port}
ListenAddress 127.0.0.1
HostKey {root / "host_key"}
AuthorizedKeysFile {root / "authorized_keys"}
PidFile {root / "sshd.pid"}
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 50
LogLevel ERROR
{settings}
Subsystem sftp {_limited(root, largest_file) if largest_file else subsystem}
"""
        )
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd wants it for privilege separation
        server = subprocess.Popen([SSHD, "-D", "-e", "-f", str(config)], stderr=subprocess.PIPE)
        running.append(server)
        _wait_for(port, server)
        site = SftpSite(
            key="openssh",
            host="127.0.0.1",
            port=port,
            user=getpass.getuser(),
            key_file=root / "client_key",
            host_key=keys.public_line(host_key),
            send_folder=str(root / "inbound"),
            receive_folder=str(root / "outbound"),
            reply_timeout=30,
        )
        return Place(site, root / "inbound", root / "outbound")

    yield make
    for server in running:
        server.terminate()
        server.wait(10)
        if server.stderr is not None:
            server.stderr.close()


@pytest.fixture(params=["folder", "mock", "openssh"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Every kind of site, one after the other."""
    if request.param == "folder":
        for name in ("inbound", "outbound"):
            (tmp_path / name).mkdir()
        return Place(FolderSite(key="folder", folder=tmp_path), tmp_path / "inbound", tmp_path / "outbound")
    return request.getfixturevalue("make_mock" if request.param == "mock" else "make_sshd")()


@pytest.fixture(params=["mock", "openssh"])
def remote(request: pytest.FixtureRequest) -> Place:
    """Every kind of SFTP site."""
    return request.getfixturevalue("make_mock" if request.param == "mock" else "make_sshd")()


class Proxy:
    """A TCP proxy that cuts or stalls the connection after some number of bytes, in either direction."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        self.port: int = self._listening.getsockname()[1]
        self._left: dict[str, float] = {"up": float("inf"), "down": float("inf")}
        self._stall = False
        self._ends: list[socket.socket] = []
        self._over = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_after(self, count: int, direction: str) -> None:
        """Cut the connection after `count` more bytes up (to the server) or down."""
        self._stall = False
        self._left[direction] = count

    def stall_after(self, count: int, direction: str) -> None:
        """From then on pass nothing, but keep the connection open."""
        self._stall = True
        self._left[direction] = count

    def close(self) -> None:
        self._over.set()
        self._listening.close()
        for end in self._ends:
            end.close()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                client, _ = self._listening.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                return
            self._ends += [client, server]
            for source, sink, direction in ((client, server, "up"), (server, client, "down")):
                threading.Thread(target=self._carry, args=(source, sink, direction), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, direction: str) -> None:
        try:
            while data := source.recv(16384):
                part = data[: int(min(self._left[direction], len(data)))]
                self._left[direction] -= len(part)
                sink.sendall(part)
                if len(part) < len(data):
                    if self._stall:
                        self._over.wait()
                    break
        except OSError:
            pass
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def make_proxy() -> Iterator[Callable[[Place], tuple[Place, Proxy]]]:
    """Puts a proxy in front of a site."""
    proxies: list[Proxy] = []

    def make(place: Place) -> tuple[Place, Proxy]:
        assert isinstance(place.site, SftpSite)
        proxy = Proxy(place.site.port)
        proxies.append(proxy)
        return replace(place, site=replace(place.site, port=proxy.port)), proxy

    yield make
    for proxy in proxies:
        proxy.close()


def _limited(root: Path, largest_file: int) -> str:
    """An SFTP server whose files may not grow past a size, as on a full disk or beyond a quota."""
    if SFTP_SERVER is None:
        pytest.skip("no sftp-server program of OpenSSH on this machine")
    script = root / "limited-sftp-server"
    script.write_text(f"#!/bin/sh\ntrap '' XFSZ\nulimit -f {largest_file // 512}\nexec {SFTP_SERVER}\n")
    script.chmod(0o755)
    return str(script)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if server.poll() is not None:
            said = server.stderr.read().decode("utf-8", "replace") if server.stderr else ""
            pytest.skip(f"sshd does not start here: {said.strip()[-200:]}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    pytest.skip("sshd does not listen")
