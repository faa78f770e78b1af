"""The SSH side: listens on loopback, lets in whoever holds the client key, serves SFTP."""

import contextlib
import errno
import socket
import threading
import time
from collections.abc import Callable

import paramiko
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)

from mock_clearinghouse.faults import Fault, Faults
from mock_clearinghouse.sftp import Folders, SftpHandler, SftpInterface


class Login(paramiko.ServerInterface):
    """Key login of one user, SFTP and nothing else."""

    def __init__(self, user: str, key: paramiko.PKey, session: "Session") -> None:
        self._user = user
        self._key = key.asbytes()
        self.session = session

    def get_allowed_auths(self, username: str) -> str:
        return "publickey"

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        struck = self.session.strike("login")
        if any(fault.kind == "refuse_login" for fault in struck):
            return AUTH_FAILED
        fits = username == self._user and key.asbytes() == self._key
        return AUTH_SUCCESSFUL if fits else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return OPEN_SUCCEEDED if kind == "session" else OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED


class Session:
    """One connection, as the faults see it: it can be dropped and stalled."""

    def __init__(self, sock: socket.socket, faults: Faults, stopping: threading.Event) -> None:
        self.sock = sock
        self.faults = faults
        self.stopping = stopping
        self.transport: paramiko.Transport | None = None
        self.dropped = False

    def strike(self, operation: str, file: str = "") -> list[Fault]:
        """The faults that strike now; drops and stalls without a byte are done at once."""
        self.still_here()
        struck = self.faults.strike(operation, file=file)
        for fault in struck:
            if fault.kind in ("drop", "stall") and not fault.after and operation not in ("write", "read"):
                self.suffer(fault)
        return struck

    def still_here(self) -> None:
        """What the client had sent behind the byte at which it was dropped never arrived."""
        if self.dropped:
            raise ConnectionResetError(errno.ECONNRESET, "dropped on purpose")

    def suffer(self, fault: Fault) -> None:
        """Drop the connection, or wait."""
        if fault.kind == "drop":
            self.dropped = True
            self.close()
            self.still_here()
        self.faults.stalls += 1
        until = time.monotonic() + fault.seconds
        while time.monotonic() < until and not self.stopping.is_set():
            if self.transport is not None and not self.transport.is_active():
                return
            time.sleep(0.05)

    def close(self) -> None:
        """End the connection without a word."""
        with contextlib.suppress(OSError):  # it may be gone already
            self.sock.shutdown(socket.SHUT_RDWR)
        if self.transport is not None:
            self.transport.close()
        self.sock.close()


class Server:
    """A listening socket and its connections. `start` returns at once, `stop` ends all of it."""

    def __init__(
        self,
        folders: Folders,
        *,
        host_key: Callable[[bool], paramiko.PKey],
        client_key: paramiko.PKey,
        user: str,
        faults: Faults,
        port: int = 0,
    ) -> None:
        self._folders = folders
        self._host_key = host_key
        self._client_key = client_key
        self._user = user
        self._faults = faults
        self._stopping = threading.Event()
        self._sessions: set[Session] = set()
        self._lock = threading.Lock()
        self._socket = socket.create_server(("127.0.0.1", port), backlog=64)
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, name="accept", daemon=True)

    def start(self) -> None:
        """Begin to accept connections."""
        self._thread.start()

    def stop(self) -> None:
        """End all connections and the listening socket."""
        self._stopping.set()
        with contextlib.suppress(OSError):  # not all systems let a listening socket be shut down
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        with self._lock:
            sessions = list(self._sessions)
        for session in sessions:
            session.close()
        self._thread.join(5)

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                sock, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(sock,), name="session", daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        session = Session(sock, self._faults, self._stopping)
        with self._lock:
            self._sessions.add(session)
        try:
            struck = session.strike("connect")
            other = any(fault.kind == "change_host_key" for fault in struck)
            transport = session.transport = paramiko.Transport(sock, default_window_size=8 << 20)
            transport.daemon = True
            transport.add_server_key(self._host_key(other))
            transport.set_subsystem_handler("sftp", SftpHandler, SftpInterface, self._folders, session)
            transport.start_server(server=Login(self._user, self._client_key, session))
            while transport.is_active() and not self._stopping.is_set():
                transport.join(0.5)
        except (paramiko.SSHException, OSError, EOFError):
            pass  # the other side went away, or a fault ended it
        finally:
            session.close()
            with self._lock:
                self._sessions.discard(session)
