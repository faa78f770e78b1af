"""What the checked submission costs beside a bare one, on one and the same server.

Bare is what paramiko offers: put, get back and hash, rename, on default settings. Checked is what
`SftpTransport` does. Both in turns, so that a busy machine is busy for both; the best of each counts.
"""

import hashlib
import io
import socket
import threading
import time
from dataclasses import dataclass

import paramiko

import transport
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
