"""A connection that fails, to the mock and to a real OpenSSH server."""

import hashlib
import os
import signal
import socket
from pathlib import Path

import pytest

from tests.seeds import chance
from tests.waiting import until
from transport.errors import ConnectionLost, FileChanging, TimedOut, TransportError, WriteFailed

DATA = chance("a file").randbytes(1_000_000)
HASH = hashlib.sha256(DATA).hexdigest()
NAME = "T000000001.837"


def upload(partner) -> str:
    partner.put_temporary(NAME, DATA)
    return partner.read_back(NAME)


def arrives(partner) -> bool:
    """Whether an upload is read back, which is then as it was sent. A busy server may still write what a cut
    connection had brought: then the file changes while it is read, which is refused."""
    try:
        read = upload(partner)
    except FileChanging:
        return False
    assert read == HASH
    return True


@pytest.mark.parametrize("direction", ["up", "down"])
@pytest.mark.parametrize("count", [0, 1, 5_000, 300_000])
def test_a_cut_during_the_upload_leaves_nothing_under_the_final_name(remote, make_proxy, direction, count):
    place, proxy = make_proxy(remote)
    with place.open() as partner:
        proxy.cut_after(min(count, 1_000) if direction == "down" else count, direction)
        with pytest.raises(ConnectionLost) as lost:
            upload(partner)
        assert lost.value.retryable
    assert not (remote.inbound / NAME).exists()
    with remote.open() as partner:
        until(lambda: arrives(partner), "a whole upload")


@pytest.mark.parametrize("count", [0, 100_000, 900_000])
def test_a_connection_cut_during_the_download_returns_nothing(remote, make_proxy, count):
    (remote.outbound / "a.835").write_bytes(DATA)
    place, proxy = make_proxy(remote)
    with place.open() as partner:
        proxy.cut_after(count, "down")
        with pytest.raises(ConnectionLost):
            partner.get("a.835")


@pytest.mark.parametrize("direction", ["up", "down"])
def test_a_connection_that_goes_silent_times_out(remote, make_proxy, direction):
    place, proxy = make_proxy(remote)
    with place.open(reply_timeout=0.5, file_timeout=2) as partner:
        proxy.stall_after(1_000, direction)
        with pytest.raises(TimedOut) as ended:
            upload(partner)
        assert ended.value.retryable


def test_a_send_into_a_dead_connection_is_ended_by_the_watchdog(remote, make_proxy):
    """Nothing is read on the other side: the socket buffers fill and the kernel blocks the send."""
    place, proxy = make_proxy(remote)
    with place.open(reply_timeout=60, file_timeout=1.5, slowest_rate=1 << 40) as partner:
        partner._connection._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 32_768)
        proxy.stall_after(200_000, "up")
        with pytest.raises(TimedOut):
            partner.put_temporary(NAME, b"x" * 30_000_000)
        assert partner._connection.watchdog.fired


def test_a_rename_whose_reply_is_lost_is_decided_by_the_temporary_file(remote, make_proxy):
    place, proxy = make_proxy(remote)
    with place.open() as partner:
        partner.put_temporary(NAME, DATA)
        assert not partner.exists(NAME)
        files = partner._files
        request = f"{place.site.send_folder}/{NAME}"
        asked = files.wire.ask(
            18, b"".join(len(p).to_bytes(4, "big") + p.encode() for p in (request + ".part", request))
        )
        proxy.cut_after(0, "down")
        with pytest.raises(ConnectionLost):
            files.wire.done(asked, "rename")
    until((remote.inbound / NAME).exists, "the renamed file")
    with remote.open() as partner:
        assert not partner.temporary_exists(NAME)
        assert partner.exists(NAME)


def test_a_file_removed_at_once_was_submitted_and_its_temporary_file_is_gone(remote):
    with remote.open() as partner:
        partner.put_temporary(NAME, DATA)
        partner.commit(NAME)
        (remote.inbound / NAME).unlink()  # the partner takes it
        assert not partner.temporary_exists(NAME)
        assert not partner.exists(NAME)  # says nothing about whether it was submitted


@pytest.mark.parametrize("use", ["list", "get", "commit", "exists", "put"])
def test_a_cut_at_any_operation_is_a_lost_connection(remote, make_proxy, use):
    (remote.outbound / "a.835").write_bytes(DATA)
    place, proxy = make_proxy(remote)
    with place.open() as partner:
        partner.put_temporary(NAME, DATA)
        proxy.cut_after(0, "down")
        operation = {
            "list": partner.list,
            "get": lambda: partner.get("a.835"),
            "commit": lambda: partner.commit(NAME),
            "exists": lambda: partner.temporary_exists(NAME),
            "put": lambda: partner.put_temporary("b.837", DATA),
        }[use]
        with pytest.raises(ConnectionLost):
            operation()


def test_a_full_disk_at_a_real_server_is_reported(make_sshd):
    place = make_sshd(largest_file=512 * 1024)
    with place.open() as partner:
        with pytest.raises(WriteFailed):
            partner.put_temporary(NAME, DATA)
        partner.put_temporary(NAME, DATA[:100_000])
        assert partner.read_back(NAME) == hashlib.sha256(DATA[:100_000]).hexdigest()


def test_a_file_removed_between_upload_and_rename_is_reported(remote):
    with remote.open() as partner:
        partner.put_temporary(NAME, DATA)
        (remote.inbound / f"{NAME}.part").unlink()
        with pytest.raises(TransportError):
            partner.commit(NAME)


def test_a_read_only_send_folder_is_reported(make_sshd):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    place = make_sshd()
    place.inbound.chmod(0o500)
    with place.open() as partner, pytest.raises(TransportError):
        partner.put_temporary(NAME, DATA)
    place.inbound.chmod(0o700)


def test_a_stopped_server_times_out(make_sshd):
    """SIGSTOP of the whole server: the sockets stay open, nothing answers."""
    place = make_sshd()
    with place.open(reply_timeout=0.5) as partner:
        stopped = [int(pid) for pid in os.listdir("/proc") if pid.isdigit() and _serves(int(pid), place)]
        assert stopped
        try:
            for pid in stopped:
                os.kill(pid, signal.SIGSTOP)
            with pytest.raises(TimedOut):
                partner.list()
        finally:
            for pid in stopped:
                os.kill(pid, signal.SIGCONT)


def _serves(pid: int, place) -> bool:
    """Whether a process is a child of this test's own sshd."""
    main = int((place.inbound.parent / "sshd.pid").read_text())
    while pid > 1:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            return False
        parent = int(status.split("PPid:")[1].split()[0])
        if parent == main:
            return True
        pid = parent
    return False
