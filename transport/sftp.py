"""The SFTP transport: a partner's site on the other end of an SSH connection."""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from transport.connection import Connection
from transport.errors import (
    NoSuchFile,
    PermissionRefused,
    RemoteRefused,
    SiteUnusable,
    SubmissionUncertain,
    TargetExists,
    TimedOut,
    TransportError,
)
from transport.interface import DEFAULT_CAP, Gathering, Listing, RemoteFile, Transport
from transport.names import allowed, checked
from transport.packets import Entry
from transport.remote import RemoteFiles
from transport.site import SftpSite

_OWN_CAP = 4 << 30  # our own file, read back: only a bound against an endless one
_ENDLESS = 5_000_000  # entries of a listing that are looked at


class SftpTransport(Transport):
    """One connection. It is made by the constructor, which raises when it does not come about."""

    def __init__(self, site: SftpSite, *, loopback_only: bool) -> None:
        super().__init__(site)
        self._site = site
        self._connection = Connection(site, loopback_only=loopback_only)
        self._files = RemoteFiles(self._connection.wire)
        self._free: set[str] = set()  # final names that were not taken when the upload began

    def put_temporary(self, name: str, data: bytes) -> None:
        path = self._sent(self._temporary(name))
        with self._limit(len(data)):
            asked = self._files.ask_whether(self._sent(name))  # commit's question, on the same way
            try:
                self._files.write(path, data)
            except TransportError:
                self._files.wire.forget(asked)
                raise
            if not self._files.is_there(asked):
                self._free.add(name)

    def put_final(self, name: str, data: bytes) -> None:
        if self.two_step:
            raise SiteUnusable(
                self.site.key, "this partner takes temporary names", "submit with put_temporary and commit"
            )
        path = self._sent(checked(self.site.key, name))
        with self._limit(len(data)):
            if self._files.exists(path):
                raise TargetExists(self.site.key, "a file of that name is there already")
            try:
                self._files.write(path, data, exclusive=True)
            except RemoteRefused:
                raise  # it could not be opened: nothing was sent
            except TransportError as error:
                raise SubmissionUncertain(
                    self.site.key, f"while the final file was written: {error.what}"
                ) from None

    def read_back(self, name: str) -> str:
        return self._hash(self._sent(self._temporary(name)))

    def read_back_final(self, name: str) -> str:
        return self._hash(self._sent(checked(self.site.key, name)))

    def temporary_exists(self, name: str) -> bool:
        path = self._sent(self._temporary(name))
        with self._limit():
            return self._files.exists(path)

    def exists(self, name: str) -> bool:
        path = self._sent(checked(self.site.key, name))
        with self._limit():
            return self._files.exists(path)

    def commit(self, name: str) -> None:
        temporary, final = self._sent(self._temporary(name)), self._sent(checked(self.site.key, name))
        with self._limit():
            # OpenSSH refuses an existing target; other servers may not, so it is asked first, or
            # was when the file was uploaded: only we make files of this name.
            free = name in self._free
            self._free.discard(name)
            if not free and self._files.exists(final):
                raise TargetExists(self.site.key, "a file of that name is there already")
            try:
                self._files.rename(temporary, final)
            except (NoSuchFile, PermissionRefused):
                raise
            except RemoteRefused:
                if self._files.exists(temporary) and self._files.exists(final):
                    raise TargetExists(self.site.key, "a file of that name is there already") from None
                raise

    def remove_temporary(self, name: str) -> None:
        self._remove(self._sent(self._temporary(name)))

    def listing(self, skip: Callable[[RemoteFile], bool] | None = None) -> Listing:
        found = Gathering(skip)
        seen = 0
        with self._limit():
            for entry in self._files.list(self._site.receive_folder or "."):
                seen += 1
                if seen > _ENDLESS:
                    return found.done(cut=True)
                _list(found, entry)
        return found.done()

    def get(self, name: str, cap: int = DEFAULT_CAP) -> bytes:
        path = self._received(name)
        with self._limit() as more_time_for:
            return b"".join(self._files.read(path, cap, more_time_for))

    def _delete(self, name: str) -> None:
        self._remove(self._received(name))

    def close(self) -> None:
        self._connection.close()

    def _hash(self, path: str) -> str:
        digest = hashlib.sha256()
        with self._limit() as more_time_for:
            for block in self._files.read(path, _OWN_CAP, more_time_for):
                digest.update(block)
        return digest.hexdigest()

    def _remove(self, path: str) -> None:
        with self._limit(), suppress(NoSuchFile):
            self._files.remove(path)

    def _sent(self, name: str) -> str:
        return _joined(self._site.send_folder, name)

    def _received(self, name: str) -> str:
        return _joined(self._site.receive_folder, checked(self.site.key, name))

    @contextmanager
    def _limit(self, size: int = 0) -> Iterator[Callable[[int], None]]:
        """All that runs inside ends before the deadline of a transfer of `size` bytes.

        What it gives is called with the size where that is known only later.
        """
        wire, watchdog = self._connection.wire, self._connection.watchdog

        def allow(size: int) -> None:
            deadline = began + self._site.file_timeout + size / self._site.slowest_rate
            wire.deadline = deadline
            watchdog.deadline = deadline + 1  # the wire notices first where it can

        began = time.monotonic()
        allow(size)
        try:
            yield allow
        except TransportError as error:
            if watchdog.bitten and not isinstance(error, TimedOut | SubmissionUncertain):
                raise TimedOut(self.site.key, "the transfer takes longer than its deadline") from None
            raise
        finally:
            wire.deadline = watchdog.deadline = float("inf")


def _list(found: Gathering, entry: Entry) -> None:
    attributes = entry.attributes
    if attributes.folder:
        return
    if not allowed(entry.name):
        found.refuse(entry.name, "the name is outside the allow-list")
    elif not attributes.plain:
        found.refuse(entry.name, "it is no plain file")
    elif attributes.size is None:
        found.refuse(entry.name, "the server does not say how large it is")
    else:
        found.add(RemoteFile(entry.name, attributes.size, attributes.mtime or 0))


def _joined(folder: str, name: str) -> str:
    """A path on the server: the folder of the settings and a checked name."""
    return f"{folder.rstrip('/')}/{name}" if folder else name
