"""The SFTP transport: a partner's site over an SSH connection."""

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
from transport.interface import DEFAULT_CAP, Listing, ListingBuilder, RemoteFile, Transport
from transport.names import allowed, checked
from transport.packets import Entry
from transport.remote import RemoteFiles
from transport.site import SftpSite

_OWN_CAP = 4 << 30  # limit for our own file when it is read back, in case the server sends endlessly
_ENDLESS = 5_000_000  # entries after which a listing is given up as endless


class SftpTransport(Transport):
    """One connection. The constructor connects, and raises if it cannot."""

    def __init__(self, site: SftpSite, *, loopback_only: bool) -> None:
        super().__init__(site)
        self._site = site
        self._connection = Connection(site, loopback_only=loopback_only)
        self._files = RemoteFiles(self._connection.wire)
        self._free: set[str] = set()  # final names that were unused when the upload began

    def put_temporary(self, name: str, data: bytes) -> None:
        path = self._sent(self._temporary(name))
        with self._limit(len(data)):
            asked = self._files.ask_exists(self._sent(name))  # for commit, in the same round trip
            try:
                self._files.write(path, data)
            except TransportError:
                self._files.wire.forget(asked)
                raise
            if not self._files.answer_exists(asked):
                self._free.add(name)

    def put_final(self, name: str, data: bytes) -> None:
        if self.two_step:
            raise SiteUnusable(
                self.site.key, "this partner accepts temporary names", "submit with put_temporary and commit"
            )
        path = self._sent(checked(self.site.key, name))
        with self._limit(len(data)):
            if self._files.exists(path):
                raise TargetExists(self.site.key, "a file with that name already exists")
            try:
                self._files.write(path, data, exclusive=True)
            except RemoteRefused:
                raise  # it could not be opened: nothing was sent
            except TransportError as error:
                raise SubmissionUncertain(
                    self.site.key, f"while writing the final file: {error.what}"
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
            # OpenSSH refuses an existing target, but other servers may not. So we check first, here
            # or during the upload; only we create files with this name.
            free = name in self._free
            self._free.discard(name)
            if not free and self._files.exists(final):
                raise TargetExists(self.site.key, "a file with that name already exists")
            try:
                self._files.rename(temporary, final)
            except (NoSuchFile, PermissionRefused):
                raise
            except RemoteRefused:
                if self._files.exists(temporary) and self._files.exists(final):
                    raise TargetExists(self.site.key, "a file with that name already exists") from None
                raise

    def remove_temporary(self, name: str) -> None:
        self._remove(self._sent(self._temporary(name)))

    def listing(self, skip: Callable[[RemoteFile], bool] | None = None) -> Listing:
        return self._listing(self._site.receive_folder, skip)

    def submissions(self) -> Listing:
        return self._listing(self._site.send_folder)

    def _listing(self, folder: str, skip: Callable[[RemoteFile], bool] | None = None) -> Listing:
        found = ListingBuilder(skip)
        seen = 0
        with self._limit():
            for entry in self._files.list(folder or "."):
                seen += 1
                if seen > _ENDLESS:
                    return found.done(cut=True)
                _list(found, entry)
        return found.done()

    def get(self, name: str, cap: int = DEFAULT_CAP) -> bytes:
        return self._get(self._received(name), cap)

    def get_submission(self, name: str, cap: int = DEFAULT_CAP) -> bytes:
        return self._get(self._sent(checked(self.site.key, name)), cap)

    def _get(self, path: str, cap: int) -> bytes:
        with self._limit() as set_size:
            return b"".join(self._files.read(path, cap, set_size))

    def _delete(self, name: str) -> None:
        self._remove(self._received(name))

    def close(self) -> None:
        self._connection.close()

    def _hash(self, path: str) -> str:
        digest = hashlib.sha256()
        with self._limit() as set_size:
            for block in self._files.read(path, _OWN_CAP, set_size):
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
        """Everything inside must end before the deadline of a transfer of `size` bytes.

        Yields a function that sets the size, for when it is known only later.
        """
        wire, watchdog = self._connection.wire, self._connection.watchdog

        def allow(size: int) -> None:
            deadline = began + self._site.file_timeout + size / self._site.slowest_rate
            wire.deadline = deadline
            watchdog.deadline = deadline + 1  # normally the wire notices first

        began = time.monotonic()
        allow(size)
        try:
            yield allow
        except TransportError as error:
            if watchdog.fired and not isinstance(error, TimedOut | SubmissionUncertain):
                raise TimedOut(self.site.key, "the transfer took longer than its deadline") from None
            raise
        finally:
            wire.deadline = watchdog.deadline = float("inf")


def _list(found: ListingBuilder, entry: Entry) -> None:
    attributes = entry.attributes
    if attributes.folder:
        return
    if not allowed(entry.name):
        found.refuse(entry.name, "the name is outside the allow-list")
    elif not attributes.plain:
        found.refuse(entry.name, "it is not a regular file")
    elif attributes.size is None:
        found.refuse(entry.name, "the server does not report its size")
    else:
        found.add(RemoteFile(entry.name, attributes.size, attributes.mtime or 0))


def _joined(folder: str, name: str) -> str:
    """A path on the server: the folder of the settings and a checked name."""
    return f"{folder.rstrip('/')}/{name}" if folder else name
