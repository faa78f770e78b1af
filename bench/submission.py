"""The cost of "never lost, never twice": a checked submission beside a bare one, on one and the same server.

Bare is what paramiko offers: put, get back and hash, rename, on default settings. Checked is what
`SftpTransport` does. Both in turns, so that a busy machine is busy for both; the best of each counts.
"""

import getpass
import hashlib
import io
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import paramiko
from rich.console import Console
from rich.table import Table

import transport
from mock_clearinghouse import keys
from transport.connection import private_key
from transport.interface import Transport
from transport.site import SftpSite


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds for `count` files of `size` bytes each, bare and checked."""

    size: int
    count: int
    bare: float
    checked: float

    @property
    def share(self) -> float:
        """How much of the bare speed is reached: 1.0 is the same."""
        return self.bare / self.checked

    @property
    def files_a_second(self) -> float:
        """Checked files a second."""
        return self.count / self.checked

    @property
    def megabytes_a_second(self) -> float:
        """Checked megabytes (10^6) a second, counted once though they travel both ways."""
        return self.size * self.count / self.checked / 1e6


def compare(site: SftpSite, *, size: int, count: int, rounds: int = 3) -> Cost:
    """Submit `count` files of `size` bytes on one connection, bare and checked, `rounds` times each.

    The files stay in the send folder under names that begin with `cost_`.
    """
    data = _content(size)
    bare_seconds, checked_seconds = [], []
    with transport.open(site, loopback_only=True) as partner, _Bare(site) as bare:
        for turn in range(rounds):
            names = [f"cost_{size}_{turn}_{number}" for number in range(count)]
            began = time.perf_counter()
            for name in names:
                bare.submit(f"{name}_bare", data)
            between = time.perf_counter()
            for name in names:
                submit(partner, name, data)
            bare_seconds.append(between - began)
            checked_seconds.append(time.perf_counter() - between)
    return Cost(size, count, min(bare_seconds), min(checked_seconds))


def side_by_side(site: SftpSite, *, size: int, count: int, connections: int) -> float:
    """Checked files a second over several connections, each in a thread of its own."""
    data = _content(size)
    partners = [transport.open(site, loopback_only=True) for _ in range(connections)]

    def work(partner: Transport, part: int) -> None:
        for number in range(count // connections):
            submit(partner, f"cost_{connections}_{part}_{number}", data)

    threads = [threading.Thread(target=work, args=(p, n)) for n, p in enumerate(partners)]
    try:
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return count // connections * connections / (time.perf_counter() - began)
    finally:
        for partner in partners:
            partner.close()


def submit(partner: Transport, name: str, data: bytes) -> None:
    """The whole protocol for one file, without the ledger's commits in between."""
    partner.put_temporary(name, data)
    if partner.read_back(name) != hashlib.sha256(data).hexdigest():
        raise AssertionError("the file came back differently")
    partner.commit(name)


class _Bare:
    """paramiko as it comes."""

    def __init__(self, site: SftpSite) -> None:
        sock = socket.create_connection((site.host, site.port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._folder = site.send_folder
        self._transport = paramiko.Transport(sock)
        self._transport.connect(username=site.user, pkey=private_key(site))
        sftp = paramiko.SFTPClient.from_transport(self._transport)
        if sftp is None:
            raise AssertionError("no SFTP session")
        self._sftp = sftp

    def __enter__(self) -> "_Bare":
        return self

    def __exit__(self, *error: object) -> None:
        self._transport.close()

    def submit(self, name: str, data: bytes) -> None:
        path = f"{self._folder}/{name}"
        self._sftp.putfo(io.BytesIO(data), path + ".part", len(data))
        back = io.BytesIO()
        self._sftp.getfo(path + ".part", back, max_concurrent_prefetch_requests=64)
        if hashlib.sha256(back.getvalue()).digest() != hashlib.sha256(data).digest():
            raise AssertionError("the file came back differently")
        self._sftp.rename(path + ".part", path)


def _content(size: int) -> bytes:
    return hashlib.sha256(b"cost").digest() * (size // 32) + b"x" * (size % 32)


SSHD = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")

CONFIG = """
Port {port}
ListenAddress 127.0.0.1
HostKey {root}/host_key
AuthorizedKeysFile {root}/authorized_keys
PidFile {root}/sshd.pid
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 50
LogLevel ERROR
Subsystem sftp internal-sftp
"""


@contextmanager
def openssh(root: Path) -> Iterator[SftpSite]:
    """An OpenSSH server of our own on loopback, as long as the block lasts."""
    for folder in ("inbound", "outbound"):
        (root / folder).mkdir(parents=True)
    host_key, client_key = keys.key_at(root / "host_key"), keys.key_at(root / "client_key")
    (root / "authorized_keys").write_text(keys.public_line(client_key) + "\n")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (root / "sshd_config").write_text(CONFIG.format(port=port, root=root))
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd wants it for privilege separation
    server = subprocess.Popen(
        [str(SSHD), "-D", "-e", "-f", str(root / "sshd_config")], stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with socket.socket() as door:
                if door.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield SftpSite(
            key="openssh",
            host="127.0.0.1",
            port=port,
            user=getpass.getuser(),
            key_file=root / "client_key",
            host_key=keys.public_line(host_key),
            send_folder=str(root / "inbound"),
            receive_folder=str(root / "outbound"),
        )
    finally:
        server.terminate()
        server.wait(10)


def main() -> None:
    """Prints the cost table; says so where no OpenSSH server is installed."""
    console = Console()
    if SSHD is None:
        console.print("submission: no sshd on this machine (install openssh-server); not measured")
        return
    table = Table(
        "files", "bare", "checked", "share", "asked", title="Submission over SFTP, OpenSSH on loopback"
    )
    with tempfile.TemporaryDirectory() as folder, openssh(Path(folder)) as site:
        for size, count, name, asked in (
            (10_000, 100, "100 of 10 KB, one connection", 0.6),
            (50_000_000, 1, "1 of 50 MB, one connection", 0.8),
        ):
            cost = compare(site, size=size, count=count)
            table.add_row(
                name,
                f"{cost.bare:.2f} s",
                f"{cost.checked:.2f} s",
                f"{cost.share:.0%}",
                f"{asked:.0%} or more",
            )
            for path in Path(site.send_folder).iterdir():
                path.unlink()
        rate = side_by_side(site, size=10_000, count=400, connections=4)
        table.add_row("400 of 10 KB, four connections", "", f"{rate:.0f} files/s", "", "300 files/s or more")
    console.print(table)


if __name__ == "__main__":
    main()
