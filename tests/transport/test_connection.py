"""How a connection comes about, and all the ways in which it must not."""

import os
import socket
import threading
from collections.abc import Iterator

import paramiko
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mock_clearinghouse import keys
from tests.waiting import port_of_nobody, until
from transport.connection import OLD_ALGORITHMS
from transport.errors import (
    ConnectionLost,
    HostKeyChanged,
    KeyUnusable,
    LoginRefused,
    NegotiationFailed,
    SiteUnusable,
    TimedOut,
    TransportError,
    Unreachable,
)


@pytest.fixture
def strange_server() -> Iterator:
    """A TCP server that sends given bytes and then stays silent."""
    servers: list[socket.socket] = []

    def make(says: bytes, *, hang_up: bool = False) -> int:
        listening = socket.create_server(("127.0.0.1", 0))
        servers.append(listening)

        def serve() -> None:
            while True:
                try:
                    sock, _ = listening.accept()
                except OSError:
                    return
                servers.append(sock)
                sock.sendall(says)
                if hang_up:
                    sock.shutdown(socket.SHUT_RDWR)

        threading.Thread(target=serve, daemon=True).start()
        return int(listening.getsockname()[1])

    yield make
    for server in servers:
        server.close()


def test_another_host_key_is_refused_and_both_fingerprints_are_shown(remote, tmp_path):
    other = keys.public_line(keys.key_at(tmp_path / "other"))
    with pytest.raises(HostKeyChanged) as refused:
        remote.open(host_key=other)
    assert str(refused.value).count("SHA256:") == 2
    assert not refused.value.retryable


def test_a_server_whose_host_key_changed_is_refused(make_mock):
    place = make_mock('[[fault]]\nkind = "change_host_key"\n')
    with pytest.raises(HostKeyChanged):
        place.open()
    with place.open() as partner:  # the fault strikes once
        assert partner.list() == []


def test_while_a_partner_changes_its_key_both_may_be_pinned(remote, tmp_path):
    other = keys.public_line(keys.key_at(tmp_path / "other"))
    with remote.open(host_key=f"# until December\n{other}\n{remote.site.host_key} comment") as partner:
        assert partner.list() == []


@pytest.mark.parametrize("pinned", ["", "# nothing", "ssh-ed25519", "ssh-ed25519 %%%"])
def test_without_a_pinned_host_key_nothing_connects(remote, pinned):
    with pytest.raises(SiteUnusable):
        remote.open(host_key=pinned)


def test_an_unknown_key_is_refused_and_not_retried(remote, tmp_path):
    keys.key_at(tmp_path / "stranger")
    with pytest.raises(LoginRefused) as refused:
        remote.open(key_file=tmp_path / "stranger")
    assert not refused.value.retryable


def test_a_refused_login_with_the_right_key_is_reported(make_mock):
    with pytest.raises(LoginRefused):
        make_mock('[[fault]]\nkind = "refuse_login"\n').open()


def test_a_user_that_the_server_does_not_know_is_refused(remote):
    with pytest.raises(LoginRefused):
        remote.open(user="nobody-of-that-name")


def test_a_key_file_that_others_may_read_is_not_used(remote, tmp_path):
    keys.key_at(tmp_path / "open_key")
    os.chmod(tmp_path / "open_key", 0o644)
    with pytest.raises(KeyUnusable, match="other users"):
        remote.open(key_file=tmp_path / "open_key")


def test_an_invalid_key_file_is_reported_without_its_content(remote, tmp_path):
    bad = tmp_path / "bad_key"
    bad.write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----\n")
    bad.chmod(0o600)
    with pytest.raises(KeyUnusable) as refused:
        remote.open(key_file=bad)
    assert "c2VjcmV0" not in str(refused.value)
    with pytest.raises(KeyUnusable):
        remote.open(key_file=tmp_path / "not there")


def test_a_key_with_a_passphrase_opens_by_environment_or_file(make_mock, tmp_path, monkeypatch):
    root = tmp_path / "mock"
    root.mkdir()
    locked = root / "locked_key"
    key = Ed25519PrivateKey.generate()
    for path, lock in (
        (root / "client_key", serialization.NoEncryption()),
        (locked, serialization.BestAvailableEncryption(b"moonlight")),
    ):
        path.write_bytes(
            key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, lock)
        )
        path.chmod(0o600)
    place = make_mock(root=root)
    with pytest.raises(KeyUnusable):
        place.open(key_file=locked)
    with pytest.raises(KeyUnusable, match="NORTHGATE_PASSPHRASE"):
        place.open(key_file=locked, passphrase_env="NORTHGATE_PASSPHRASE")
    monkeypatch.setenv("NORTHGATE_PASSPHRASE", "wrong")
    with pytest.raises(KeyUnusable) as refused:
        place.open(key_file=locked, passphrase_env="NORTHGATE_PASSPHRASE")
    assert "wrong" not in str(refused.value)
    monkeypatch.setenv("NORTHGATE_PASSPHRASE", "moonlight")
    place.open(key_file=locked, passphrase_env="NORTHGATE_PASSPHRASE").close()
    (root / "passphrase").write_text("moonlight\n")
    place.open(key_file=locked, passphrase_file=root / "passphrase").close()


def test_a_port_where_nothing_listens_is_unreachable_and_retryable(remote):
    with port_of_nobody() as port, pytest.raises(Unreachable) as refused:
        remote.open(port=port)
    assert refused.value.retryable


def test_a_host_name_that_is_not_known_is_unreachable(remote):
    with pytest.raises(Unreachable):
        remote.open(host="no-such-host.invalid")


def test_a_server_that_is_not_ssh_is_reported(make_mock, strange_server):
    port = strange_server(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 50)
    with pytest.raises((NegotiationFailed, TimedOut)):
        make_mock().open(port=port, banner_timeout=1.0)


def test_a_server_that_hangs_up_at_once_is_retryable(make_mock, strange_server):
    """As OpenSSH does with more connections than its MaxStartups."""
    with pytest.raises(ConnectionLost) as lost:
        make_mock().open(port=strange_server(b"", hang_up=True), banner_timeout=1.0)
    assert lost.value.retryable


@pytest.mark.parametrize("says", [b"", b"SSH-2.0-silent\r\n"])
def test_a_silent_server_times_out(make_mock, strange_server, says):
    with pytest.raises(TransportError) as ended:
        make_mock().open(
            port=strange_server(says),
            banner_timeout=0.5,
            login_timeout=0.5,
            reply_timeout=0.5,
            connect_timeout=1,
        )
    assert isinstance(ended.value, TimedOut | NegotiationFailed)


@pytest.mark.parametrize("operation", ["connect", "login"])
def test_a_server_that_stalls_before_the_session_times_out(make_mock, operation):
    place = make_mock(f'[[fault]]\nkind = "stall"\noperation = "{operation}"\n')
    with pytest.raises(TransportError):
        place.open(banner_timeout=0.5, login_timeout=0.5, reply_timeout=0.5)


@pytest.mark.parametrize("operation", ["connect", "login"])
def test_a_server_that_drops_before_the_session_is_a_lost_connection(make_mock, operation):
    place = make_mock(f'[[fault]]\nkind = "drop"\noperation = "{operation}"\n')
    with pytest.raises(TransportError) as ended:
        place.open(banner_timeout=2)
    assert not isinstance(ended.value, HostKeyChanged | LoginRefused)


def test_no_thread_is_left_behind(remote):
    before = set(threading.enumerate())
    for _ in range(3):
        remote.open().close()
    mine = set(threading.enumerate()) - before
    until(lambda: not any(thread.is_alive() for thread in mine), "the end of each thread")


def test_a_server_that_knows_only_old_algorithms_is_refused_unless_its_settings_allow_them(make_sshd):
    place = make_sshd(settings="Ciphers aes256-cbc\nMACs hmac-sha1")
    with pytest.raises(NegotiationFailed, match="allow_algorithms"):
        place.open()
    with place.open(allow_algorithms=("aes256-cbc", "hmac-sha1")) as partner:
        partner.put_temporary("a.837", b"claims")


@pytest.mark.parametrize("make_key", [lambda: paramiko.RSAKey.generate(3072), paramiko.ECDSAKey.generate])
def test_a_host_key_of_another_kind_is_pinned_like_any(make_sshd, make_key):
    place = make_sshd(host_key=make_key())
    with place.open() as partner:
        assert partner.list() == []


def test_old_algorithms_are_not_offered_unless_the_partner_needs_them(remote):
    from transport.connection import _disabled

    assert _disabled(()) == {kind: list(names) for kind, names in OLD_ALGORITHMS.items()}
    assert "hmac-sha1" not in _disabled(("hmac-sha1",))["macs"]
    with remote.open() as partner:
        used = partner._connection._transport
        assert "gcm" in used.local_cipher
        assert used.local_mac not in OLD_ALGORITHMS["macs"]
