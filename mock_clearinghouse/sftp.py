"""The SFTP side: two folders, inbound (the client puts) and outbound (the client gets), by any names.

Like OpenSSH it refuses to rename onto an existing name and answers every request. A file is
received when it gets its final name: by a rename, or by the close of an upload to a final name.
"""

import errno
import os
import posixpath
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import paramiko
from paramiko import SFTPAttributes
from paramiko.sftp import SFTP_FAILURE, SFTP_NO_SUCH_FILE, SFTP_OK, SFTP_PERMISSION_DENIED

from mock_clearinghouse.faults import HOSTILE_NAMES, Fault, Faults

TEMPORARY = (".part", ".tmp", ".filepart", ".uploading")
ENDLESS_NAME = "endless.835"
_ENDLESS_SIZE = 1000  # what a listing says of it


class Session(Protocol):
    """What is needed of a connection."""

    faults: Faults

    def strike(self, operation: str, file: str = "") -> list[Fault]: ...
    def suffer(self, fault: Fault) -> None: ...
    def still_here(self) -> None: ...


class Folders:
    """The files of the site. `on_received` is called with the path of each file that got its final name."""

    def __init__(
        self,
        root: Path,
        on_received: Callable[[Path], None],
        *,
        inbound: str = "inbound",
        outbound: str = "outbound",
    ) -> None:
        self.root = root
        self.inbound = self.path(inbound)
        self.outbound = self.path(outbound)
        self.swept = root.parent / "swept"
        for folder in (self.inbound, self.outbound, self.swept):
            folder.mkdir(parents=True, exist_ok=True)
        self._on_received = on_received
        self.lock = threading.Lock()
        self.growing: dict[Path, int] = {}  # bytes of it that are to be seen now

    def path(self, client_path: str) -> Path:
        """The place of a client's path; it cannot lead out of the root."""
        inside = posixpath.normpath("/" + client_path).lstrip("/")
        return self.root / inside

    def received(self, path: Path, faults: Faults) -> None:
        """A file has its final name."""
        if path.parent != self.inbound or path.name.endswith(TEMPORARY):
            return
        self._on_received(path)
        if any(fault.kind == "sweep" for fault in faults.strike("commit", file=path.name)):
            path.replace(self.swept / path.name)

    def visible(self, path: Path, size: int) -> int:
        """How many bytes of a file are to be seen; a growing one grows with each look."""
        with self.lock:
            if path not in self.growing:
                return size
            seen = self.growing[path]
            self.growing[path] = seen + max(size // 8, 1)
            if self.growing[path] >= size:
                del self.growing[path]
            return min(seen, size)


class SftpHandler(paramiko.SFTPServer):
    """paramiko's SFTP server as it is; the faults sit in the handles."""


class Upload(paramiko.SFTPHandle):
    """A file that is written."""

    def __init__(self, path: Path, descriptor: int, interface: "SftpInterface", faults: list[Fault]) -> None:
        super().__init__(os.O_WRONLY)
        self._path = path
        self._descriptor = descriptor
        self._interface = interface
        self._faults = faults

    def write(self, offset: int, data: Any) -> int:
        self._interface.session.still_here()
        for fault in self._faults:
            end = offset + len(data)
            here = offset <= fault.at_byte < end
            if fault.kind in ("drop", "stall") and end > fault.at_byte:
                os.pwrite(self._descriptor, data[: max(fault.at_byte - offset, 0)], offset)
                self._interface.session.suffer(fault)
                return SFTP_FAILURE
            if fault.kind == "full_disk" and end > fault.at_byte:
                return SFTP_FAILURE
            if fault.kind == "lost_write" and here:
                return SFTP_FAILURE
            if fault.kind == "false_success" and here:
                return SFTP_OK
        os.pwrite(self._descriptor, data, offset)
        return SFTP_OK

    def stat(self) -> SFTPAttributes:
        return SFTPAttributes.from_stat(os.fstat(self._descriptor))

    def chattr(self, attr: SFTPAttributes) -> int:
        return SFTP_OK

    def close(self) -> None:
        if self._descriptor < 0:
            return
        descriptor, self._descriptor = self._descriptor, -1
        os.close(descriptor)
        if self._interface.ended:
            return  # cut off before it was whole: not received
        self._interface.session.still_here()
        if any(fault.kind == "close_error" for fault in self._faults):
            raise OSError(errno.EIO, "close failed on purpose")  # paramiko answers with a failure
        self._interface.folders.received(self._path, self._interface.session.faults)


class Download(paramiko.SFTPHandle):
    """A file that is read."""

    def __init__(self, path: Path, descriptor: int, interface: "SftpInterface", faults: list[Fault]) -> None:
        super().__init__(os.O_RDONLY)
        self._path = path
        self._descriptor = descriptor
        self._interface = interface
        self._faults = faults

    def read(self, offset: int, length: int) -> bytes | int:
        for fault in self._faults:
            if fault.kind in ("drop", "stall") and offset + length > fault.at_byte:
                self._interface.session.suffer(fault)
            if fault.kind == "short_reads":
                length = min(length, fault.at_byte)
        size = os.fstat(self._descriptor).st_size
        if self._path in self._interface.folders.growing:
            size = self._interface.folders.visible(self._path, size)
        return os.pread(self._descriptor, min(length, max(size - offset, 0)), offset)

    def stat(self) -> SFTPAttributes:
        return self._interface.attributes(self._path, os.fstat(self._descriptor))

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class Endless(paramiko.SFTPHandle):
    """A file whose content never ends."""

    def read(self, offset: int, length: int) -> bytes | int:
        return b"0" * length

    def stat(self) -> SFTPAttributes:
        return _endless()


class SftpInterface(paramiko.SFTPServerInterface):
    """What a client may do."""

    def __init__(self, server: paramiko.ServerInterface, folders: Folders, session: Session) -> None:
        super().__init__(server)
        self.folders = folders
        self.session = session
        self.ended = False

    def session_ended(self) -> None:
        self.ended = True  # an upload cut off now is not received

    def attributes(self, path: Path, facts: os.stat_result) -> SFTPAttributes:
        """Attributes of a file, as far as it is to be seen."""
        found = SFTPAttributes.from_stat(facts, path.name)
        found.st_size = self.folders.visible(path, facts.st_size)
        return found

    def list_folder(self, path: str) -> list[SFTPAttributes] | int:
        folder = self.folders.path(path)
        self.session.strike("list", folder.name)
        try:
            entries = [
                self.attributes(folder / entry.name, entry.stat(follow_symlinks=False))
                for entry in sorted(os.scandir(folder), key=lambda entry: entry.name)
            ]
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        if folder == self.folders.outbound:
            entries += self._strange_entries()
        return entries

    def _strange_entries(self) -> list[SFTPAttributes]:
        entries = []
        if self.session.faults.standing("hostile_names"):
            for name in HOSTILE_NAMES:
                entry = SFTPAttributes()
                entry.filename, entry.st_size, entry.st_mode, entry.st_mtime = name, 10, 0o100644, 0
                entry.st_atime = 0
                entries.append(entry)
        if self.session.faults.standing("endless"):
            entries.append(_endless())
        return entries

    def stat(self, path: str) -> SFTPAttributes | int:
        place = self.folders.path(path)
        if place.name == ENDLESS_NAME and self.session.faults.standing("endless"):
            return _endless()
        try:
            return self.attributes(place, place.stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    lstat = stat

    def open(self, path: str, flags: int, attr: SFTPAttributes) -> paramiko.SFTPHandle | int:
        place = self.folders.path(path)
        writes = bool(flags & (os.O_WRONLY | os.O_RDWR))
        if place.name == ENDLESS_NAME and self.session.faults.standing("endless"):
            return Endless()
        if writes and place.parent != self.folders.inbound:
            return SFTP_PERMISSION_DENIED if place.parent.is_dir() else SFTP_NO_SUCH_FILE
        self.session.strike("open", place.name)
        faults = self.session.strike("write" if writes else "read", place.name)
        if any(fault.kind == "denied" for fault in faults):
            return SFTP_PERMISSION_DENIED
        try:
            descriptor = os.open(place, flags | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        kind = Upload if writes else Download
        return kind(place, descriptor, self, faults)

    def rename(self, oldpath: str, newpath: str) -> int:
        old, new = self.folders.path(oldpath), self.folders.path(newpath)
        struck = self.session.strike("rename", new.name)
        if {old.parent, new.parent} != {self.folders.inbound}:
            return SFTP_PERMISSION_DENIED
        with self.folders.lock:
            if new.exists():
                return SFTP_FAILURE
            try:
                old.rename(new)
            except OSError as error:
                return paramiko.SFTPServer.convert_errno(error.errno or 0)
        self.folders.received(new, self.session.faults)
        for fault in struck:
            if fault.after:
                self.session.suffer(fault)
        return SFTP_OK

    def remove(self, path: str) -> int:
        place = self.folders.path(path)
        struck = self.session.strike("remove", place.name)
        try:
            place.unlink()
        except FileNotFoundError:
            return SFTP_NO_SUCH_FILE
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        for fault in struck:
            if fault.after:
                self.session.suffer(fault)
        return SFTP_OK

    def chattr(self, path: str, attr: SFTPAttributes) -> int:
        return SFTP_OK

    def canonicalize(self, path: str) -> str:
        return posixpath.normpath("/" + path)


def _endless() -> SFTPAttributes:
    found = SFTPAttributes()
    found.filename, found.st_size, found.st_mode = ENDLESS_NAME, _ENDLESS_SIZE, 0o100644
    found.st_atime = found.st_mtime = 0
    return found
