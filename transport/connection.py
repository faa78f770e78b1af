"""An SSH connection to one partner: pinned host key, key login, no old algorithms, a limit on every wait."""

import base64
import binascii
import contextlib
import hashlib
import hmac
import logging
import os
import socket
import time
from pathlib import Path
from typing import Any

import paramiko

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
from transport.guards import addresses_of
from transport.names import escaped
from transport.site import SftpSite
from transport.watchdog import Watchdog
from transport.wire import Wire

# Not needed by a modern server. A partner's file can permit one in allow_algorithms.
OLD_ALGORITHMS = {
    "ciphers": ("aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc", "blowfish-cbc"),
    "macs": ("hmac-sha1", "hmac-sha1-96", "hmac-md5", "hmac-md5-96"),
    "keys": ("ssh-rsa", "ssh-dss"),
    "pubkeys": ("ssh-rsa", "ssh-dss"),
    "kex": (
        "diffie-hellman-group-exchange-sha1",
        "diffie-hellman-group14-sha1",
        "diffie-hellman-group1-sha1",
    ),
}
_PREFERRED_CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")  # one pass instead of two
_WINDOW = 8 << 20  # bytes that the server may send before we acknowledge them

# paramiko logs each lost connection with a traceback at ERROR, and file names at DEBUG. Our
# exceptions carry what matters.
logging.getLogger("paramiko").setLevel(logging.CRITICAL)


class Connection:
    """An open, authenticated connection with one SFTP session on it."""

    def __init__(self, site: SftpSite, *, loopback_only: bool) -> None:
        self.site = site
        pinned = pinned_keys(site)
        key = private_key(site)
        self._socket = _connected(site, loopback_only=loopback_only)
        self.watchdog = Watchdog(self._cut)
        self._transport: paramiko.Transport | None = None
        limit = site.banner_timeout + 2 * site.login_timeout + site.reply_timeout
        self._began = time.monotonic()
        self.watchdog.deadline = self._began + limit
        try:
            self.wire = self._opened(pinned, key)
        except BaseException:
            self.close()
            raise
        self.watchdog.deadline = float("inf")

    def close(self) -> None:
        """End the connection. May be called again."""
        self.watchdog.stop()
        if self._transport is not None:
            self._transport.close()
        self._socket.close()

    def _cut(self) -> None:
        """Close the connection from the watchdog's thread, so that a call that hangs ends with an error."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        if self._transport is not None:
            self._transport.close()

    def _opened(self, pinned: list[tuple[str, bytes]], key: paramiko.PKey) -> Wire:
        site = self.site
        try:
            transport = self._transport = paramiko.Transport(
                self._socket,
                default_window_size=_WINDOW,
                disabled_algorithms=_disabled(site.allow_algorithms),
            )
            transport.daemon = True
            transport.banner_timeout = site.banner_timeout
            transport.handshake_timeout = site.login_timeout
            transport.auth_timeout = site.login_timeout
            transport.channel_timeout = site.reply_timeout
            transport.clear_to_send_timeout = site.reply_timeout
            _prefer(transport, pinned)
            transport.start_client(timeout=site.banner_timeout + site.login_timeout)
            self._check_host_key(transport.get_remote_server_key(), pinned)
            transport.auth_publickey(site.user, key)
            channel = transport.open_session(timeout=site.reply_timeout)
            channel.settimeout(site.reply_timeout)
            channel.invoke_subsystem("sftp")
            wire = Wire(channel, site.key, site.reply_timeout)
            wire.start()
            return wire
        except paramiko.AuthenticationException as error:
            if "timeout" in str(error).lower():
                raise TimedOut(site.key, "no answer to the login") from None
            if "EOF" in str(error):  # paramiko also reports a connection lost here as a failed login
                raise self._lost(error) from None
            raise LoginRefused(site.key, f"the login of {site.user} with our key was refused") from None
        except paramiko.ssh_exception.IncompatiblePeer as error:
            raise self._nothing_in_common(str(error)) from None
        except paramiko.SSHException as error:
            raise self._ssh_error(error) from None
        except TimeoutError:
            raise TimedOut(site.key, "the SSH connection was not established in time") from None
        except (EOFError, OSError) as error:
            raise self._lost(error) from None

    def _check_host_key(self, offered: paramiko.PKey, pinned: list[tuple[str, bytes]]) -> None:
        """Raises HostKeyChanged unless the key is one of those pinned, bit by bit."""
        blob = offered.asbytes()
        if not any(hmac.compare_digest(blob, known) for _, known in pinned):
            raise HostKeyChanged(
                self.site.key,
                f"the server's host key is {offered.get_name()} {fingerprint(blob)}, "
                f"but {', '.join(fingerprint(known) for _, known in pinned)} is pinned",
            )

    def _ssh_error(self, error: paramiko.SSHException) -> TransportError:
        """The error that paramiko means. It uses one exception for most things, so read its text."""
        text = str(error)
        if self.watchdog.fired or "timed out" in text.lower() or "Timeout" in text:
            return TimedOut(self.site.key, "the SSH connection was not established in time")
        if "no acceptable" in text.lower() or "Incompatible" in text:
            return self._nothing_in_common(text)
        if "Indecipherable protocol" in text:
            return NegotiationFailed(self.site.key, "the server that answers is not an SSH server")
        if "protocol banner" in text:
            if time.monotonic() - self._began >= self.site.banner_timeout:
                return TimedOut(self.site.key, "it did not identify itself as an SSH server in time")
            # an overloaded OpenSSH hangs up like this: worth a retry
            return ConnectionLost(
                self.site.key, "it closed the connection before identifying itself as an SSH server"
            )
        return self._lost(error)

    def _nothing_in_common(self, text: str) -> TransportError:
        if "host key" in text:
            kind = self.site.host_key.split(" ")[0]
            return NegotiationFailed(
                self.site.key,
                f"it has no host key of the pinned kind ({escaped(kind)})",
                "ask the partner whether it changed its key; allow_algorithms permits old kinds",
            )
        return NegotiationFailed(self.site.key, f"no common algorithm ({escaped(text)})")

    def _lost(self, error: BaseException) -> TransportError:
        silent = isinstance(error, EOFError) and time.monotonic() - self._began >= self.site.login_timeout
        if self.watchdog.fired or silent:
            return TimedOut(self.site.key, "the SSH connection was not established in time")
        return ConnectionLost(
            self.site.key,
            f"the connection ended before login ({escaped(str(error) or type(error).__name__)})",
        )


def fingerprint(blob: bytes) -> str:
    """A public key as `ssh-keygen -l` shows it: SHA256:..."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode("ascii").rstrip("=")


def pinned_keys(site: SftpSite) -> list[tuple[str, bytes]]:
    """Type and bytes of each key in the site's `host_key`. Raises SiteUnusable."""
    found = []
    for line in site.host_key.splitlines():
        parts = line.split()
        if not parts or parts[0].startswith("#"):
            continue
        try:
            found.append((parts[0], base64.b64decode(parts[1], validate=True)))
        except (IndexError, binascii.Error):
            raise SiteUnusable(site.key, "host_key is not '<type> <base64>'") from None
    if not found:
        raise SiteUnusable(
            site.key, "no host key is pinned", "ask the partner for it and write it as host_key"
        )
    return found


def private_key(site: SftpSite) -> paramiko.PKey:
    """Our key from its file, with the passphrase from the environment. Raises KeyUnusable."""
    path = Path(site.key_file)
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise KeyUnusable(site.key, f"the key file cannot be read ({error.strerror})") from None
    if os.name == "posix" and mode & 0o077:
        raise KeyUnusable(site.key, "other users can read the key file", "chmod 600 the key file")
    passphrase: Any = _passphrase(site)
    try:
        return paramiko.PKey.from_path(path, passphrase)
    except Exception as error:  # paramiko and cryptography raise many kinds, and none may show the key
        raise KeyUnusable(site.key, f"the key file is not a readable key ({type(error).__name__})") from None


def _passphrase(site: SftpSite) -> bytes | None:
    """The key's passphrase from the environment or its file; None if the key has none."""
    if site.passphrase_env:
        given = os.environ.get(site.passphrase_env)
        if given is None:
            raise KeyUnusable(site.key, f"the environment lacks {site.passphrase_env}")
        return given.encode()
    if site.passphrase_file is not None:
        try:
            return Path(site.passphrase_file).read_bytes().rstrip(b"\r\n")
        except OSError as error:
            raise KeyUnusable(site.key, f"passphrase_file cannot be read ({error.strerror})") from None
    return None


def _connected(site: SftpSite, *, loopback_only: bool) -> socket.socket:
    """A TCP connection to the first address that answers."""
    refused = "no address"
    for family, kind, protocol, _, address in addresses_of(
        site.key, site.host, site.port, loopback_only=loopback_only
    ):
        sock = socket.socket(family, kind, protocol)
        sock.settimeout(site.connect_timeout)
        try:
            sock.connect(address)
        except OSError as error:
            sock.close()
            refused = "no answer in time" if isinstance(error, TimeoutError) else str(error.strerror or error)
            continue
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock
    raise Unreachable(site.key, f"no connection to port {site.port} ({refused})")


def _disabled(allowed: tuple[str, ...]) -> dict[str, list[str]]:
    return {kind: [name for name in names if name not in allowed] for kind, names in OLD_ALGORITHMS.items()}


def _prefer(transport: paramiko.Transport, pinned: list[tuple[str, bytes]]) -> None:
    """Ask for the pinned kinds of host key only, and for the fast ciphers first."""
    options = transport.get_security_options()
    kinds = {"rsa-sha2-512", "rsa-sha2-256"} if any(kind == "ssh-rsa" for kind, _ in pinned) else set()
    kinds |= {kind for kind, _ in pinned}
    wanted = tuple(name for name in options.key_types if name in kinds)
    if wanted:
        options.key_types = wanted
    known = tuple(options.ciphers)
    fast = tuple(name for name in _PREFERRED_CIPHERS if name in known)
    options.ciphers = fast + tuple(name for name in known if name not in fast)
