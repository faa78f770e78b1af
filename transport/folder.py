"""The folder transport: a partner's site is a folder on this machine.

For tests, and for air-gapped sites whose files are carried by hand. It makes the same guarantees as
SFTP; data is synced to disk (fsync) before a call returns.
"""

import hashlib
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from transport.errors import (
    FileChanging,
    NoSuchFile,
    PermissionRefused,
    RemoteRefused,
    SiteUnusable,
    SubmissionUncertain,
    TargetExists,
    TooLarge,
    TransportError,
    WriteFailed,
)
from transport.interface import DEFAULT_CAP, Listing, ListingBuilder, RemoteFile, Transport
from transport.names import allowed, checked
from transport.site import FolderSite


class FolderTransport(Transport):
    """Files in `folder/send_folder` and `folder/receive_folder`, which must exist."""

    def __init__(self, site: FolderSite) -> None:
        super().__init__(site)
        self._send = site.folder / site.send_folder
        self._receive = site.folder / site.receive_folder
        for folder in (self._send, self._receive):
            if not folder.is_dir():
                raise SiteUnusable(
                    site.key, f"the folder {folder} does not exist", "create it, or correct the path"
                )

    def put_temporary(self, name: str, data: bytes) -> None:
        path = self._send / self._temporary(name)
        self._write(path, data, os.O_TRUNC)

    def put_final(self, name: str, data: bytes) -> None:
        if self.two_step:
            raise SiteUnusable(
                self.site.key, "this partner accepts temporary names", "submit with put_temporary and commit"
            )
        path = self._send / checked(self.site.key, name)
        if path.exists():
            raise TargetExists(self.site.key, "a file with that name already exists")
        try:
            self._write(path, data, os.O_EXCL)
        except WriteFailed as error:
            raise SubmissionUncertain(self.site.key, f"while writing the final file: {error.what}") from None

    def read_back(self, name: str) -> str:
        return hashlib.sha256(self._read(self._send / self._temporary(name), 1 << 40)).hexdigest()

    def read_back_final(self, name: str) -> str:
        return hashlib.sha256(self._read(self._send / checked(self.site.key, name), 1 << 40)).hexdigest()

    def temporary_exists(self, name: str) -> bool:
        return (self._send / self._temporary(name)).exists()

    def exists(self, name: str) -> bool:
        return (self._send / checked(self.site.key, name)).exists()

    def commit(self, name: str) -> None:
        temporary = self._send / self._temporary(name)
        final = self._send / checked(self.site.key, name)
        # os.rename would replace the target. Only we create files with our names here, so checking
        # first is enough. A hard link would fail if the target exists, but a crash between link and
        # unlink would leave the temporary file, as if nothing had been submitted.
        if final.exists():
            raise TargetExists(self.site.key, "a file with that name already exists")
        try:
            os.rename(temporary, final)
            _sync_folder(self._send)
        except OSError as error:
            raise self._refused(error, "rename") from None

    def remove_temporary(self, name: str) -> None:
        self._unlink(self._send / self._temporary(name))

    def listing(self, skip: Callable[[RemoteFile], bool] | None = None) -> Listing:
        return self._listing(self._receive, skip)

    def submissions(self) -> Listing:
        return self._listing(self._send)

    def _listing(self, folder: Path, skip: Callable[[RemoteFile], bool] | None = None) -> Listing:
        found = ListingBuilder(skip)
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    self._list(found, entry)
        except OSError as error:
            raise self._refused(error, "list") from None
        return found.done()

    def _list(self, found: ListingBuilder, entry: os.DirEntry[str]) -> None:
        if entry.is_dir(follow_symlinks=False):
            return
        if not allowed(entry.name):
            found.refuse(entry.name, "the name is outside the allow-list")
        elif not entry.is_file(follow_symlinks=False):
            found.refuse(entry.name, "it is not a regular file")
        else:
            with suppress(FileNotFoundError):  # it was removed meanwhile
                facts = entry.stat(follow_symlinks=False)
                found.add(RemoteFile(entry.name, facts.st_size, int(facts.st_mtime)))

    def get(self, name: str, cap: int = DEFAULT_CAP) -> bytes:
        return self._read(self._receive / checked(self.site.key, name), cap)

    def get_submission(self, name: str, cap: int = DEFAULT_CAP) -> bytes:
        return self._read(self._send / checked(self.site.key, name), cap)

    def _delete(self, name: str) -> None:
        self._unlink(self._receive / checked(self.site.key, name))

    def close(self) -> None:
        """Nothing is kept open."""

    def _write(self, path: Path, data: bytes, flag: int) -> None:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | flag, 0o600)
        except OSError as error:
            raise self._refused(error, "open for writing") from None
        try:
            with open(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            _sync_folder(path.parent)
        except OSError as error:
            raise WriteFailed(
                self.site.key, f"the file could not be written completely ({error.strerror})"
            ) from None

    def _read(self, path: Path, cap: int) -> bytes:
        """The contents of a regular file. Raises FileChanging if it changed during the read."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            raise self._refused(error, "open for reading") from None
        try:
            with open(descriptor, "rb") as file:
                before = os.fstat(file.fileno())
                if not stat.S_ISREG(before.st_mode):
                    raise RemoteRefused(self.site.key, "it is not a regular file")
                if before.st_size > cap:
                    raise TooLarge(self.site.key, f"the file has {before.st_size} bytes, the limit is {cap}")
                data = file.read(before.st_size + 1)
                after = os.fstat(file.fileno())
        except OSError as error:
            raise self._refused(error, "read") from None
        if len(data) != before.st_size or (after.st_size, after.st_mtime_ns) != (
            before.st_size,
            before.st_mtime_ns,
        ):
            raise FileChanging(self.site.key, "the file changed while it was read")
        return data

    def _unlink(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise self._refused(error, "remove") from None

    def _refused(self, error: OSError, doing: str) -> TransportError:
        kind: type[RemoteRefused] = RemoteRefused
        if isinstance(error, FileNotFoundError):
            kind = NoSuchFile
        elif isinstance(error, PermissionError):
            kind = PermissionRefused
        elif isinstance(error, FileExistsError):
            kind = TargetExists
        return kind(self.site.key, f"'{doing}' failed ({error.strerror})")


def _sync_folder(folder: Path) -> None:
    """Sync a folder's entries to disk, so that a new name survives a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
