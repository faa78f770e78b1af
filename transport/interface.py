"""What every transport can do, whatever carries the bytes."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from transport.errors import FileChanging, NoSuchFile, SiteUnusable
from transport.names import checked, escaped
from transport.site import Site

DEFAULT_CAP = 256 << 20  # bytes of a file that we are willing to read
LONGEST_LISTING = 100_000  # files of a listing that are kept
MOST_REFUSED = 100  # refused entries of a listing that are named


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file in the partner's folder for us. `mtime` in Unix seconds by the partner's clock, 0 unknown."""

    name: str
    size: int
    mtime: int


@dataclass(frozen=True, slots=True)
class RefusedName:
    """An entry of the listing that is not touched: its name, escaped, and why."""

    escaped_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies in the partner's folder for us, by name; folders are left out.

    `cut` says that there is more than is listed: the rest comes with a later listing, once these are
    read. `unnamed` counts the refused entries that are not listed.
    """

    files: tuple[RemoteFile, ...] = ()
    refused: tuple[RefusedName, ...] = ()
    cut: bool = False
    unnamed: int = 0


class Gathering:
    """A listing that is being made: as many files as memory is given for, those left out not counted."""

    def __init__(self, skip: Callable[[RemoteFile], bool] | None = None) -> None:
        self._skip = skip
        self._files: list[RemoteFile] = []
        self._refused: list[RefusedName] = []
        self._cut = False
        self._unnamed = 0

    def add(self, file: RemoteFile) -> None:
        if self._skip is not None and self._skip(file):
            return
        if len(self._files) < LONGEST_LISTING:
            self._files.append(file)
        else:
            self._cut = True

    def refuse(self, name: str, reason: str) -> None:
        if len(self._refused) < MOST_REFUSED:
            self._refused.append(RefusedName(escaped(name), reason))
        else:
            self._unnamed += 1

    def done(self, *, cut: bool = False) -> Listing:
        return Listing(
            tuple(sorted(self._files, key=lambda file: file.name)),
            tuple(sorted(self._refused, key=lambda entry: entry.escaped_name)),
            self._cut or cut,
            self._unnamed,
        )


class Transport(ABC):
    """Bytes to and from one partner. One thread at a time; open one for each thread.

    Submitting on a site that takes temporary names (`two_step`) is, with a commit of the caller's
    own between each: `put_temporary`, `read_back` and compare, `commit`. After a crash in between,
    `temporary_exists` is the witness: while the temporary file is there, nothing was submitted.
    On other sites there is only `put_final`, and whatever fails in it is SubmissionUncertain.

    Every method may raise a TransportError. Names are plain file names, checked against the
    allow-list, never paths.
    """

    def __init__(self, site: Site) -> None:
        self.site = site

    @property
    def two_step(self) -> bool:
        """Whether this site takes a temporary name and a rename."""
        return self.site.two_step

    @abstractmethod
    def put_temporary(self, name: str, data: bytes) -> None:
        """Write the whole file under its temporary name, replacing an earlier attempt."""

    @abstractmethod
    def put_final(self, name: str, data: bytes) -> None:
        """Write the whole file under its final name: a submission. For sites without `two_step`.

        Raises TargetExists when the name is taken, a RemoteRefused when the file could not be
        opened (nothing was sent), SubmissionUncertain for anything after that.
        """

    @abstractmethod
    def read_back(self, name: str) -> str:
        """SHA-256 (hex) of the temporary file as it lies there now."""

    @abstractmethod
    def read_back_final(self, name: str) -> str:
        """SHA-256 (hex) of the file of the final name. NoSuchFile when the partner took it already."""

    @abstractmethod
    def temporary_exists(self, name: str) -> bool:
        """Whether the temporary file is there: the witness that nothing was submitted."""

    @abstractmethod
    def exists(self, name: str) -> bool:
        """Whether a file of the final name is there. False says nothing: partners take files away."""

    @abstractmethod
    def commit(self, name: str) -> None:
        """Rename the temporary file to its final name: this submits it. Raises TargetExists."""

    @abstractmethod
    def remove_temporary(self, name: str) -> None:
        """Remove the temporary file; nothing happens when there is none."""

    @abstractmethod
    def listing(self, skip: Callable[[RemoteFile], bool] | None = None) -> Listing:
        """What lies in the partner's folder for us, by name, and what of it is refused.

        `skip` is asked of every file, also past the length at which a listing is cut: what it
        leaves out makes room, so that a folder of any size is seen in the course of time.
        """

    def list(self) -> list[RemoteFile]:
        """The files in the partner's folder for us whose names may be used, by name."""
        return list(self.listing().files)

    @abstractmethod
    def get(self, name: str, cap: int = DEFAULT_CAP) -> bytes:
        """A whole file. Raises TooLarge beyond `cap` bytes and FileChanging when it is still written."""

    def remove(self, name: str, sha256: str, cap: int = DEFAULT_CAP) -> None:
        """Delete a file of these bytes from the partner's folder for us; nothing when it is gone.

        It is read first, so that a file that took its name meanwhile is not deleted unread: then
        FileChanging is raised.
        """
        try:
            data = self.get(name, cap)
        except NoSuchFile:
            return
        if hashlib.sha256(data).hexdigest() != sha256:
            raise FileChanging(self.site.key, "another file has its name now; it was not deleted")
        self._delete(name)

    @abstractmethod
    def _delete(self, name: str) -> None:
        """Delete a file from the partner's folder for us; nothing happens when it is gone."""

    @abstractmethod
    def close(self) -> None:
        """End the connection. May be called again."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _temporary(self, name: str) -> str:
        """The temporary name of a file. Raises SiteUnusable where the partner takes none."""
        if not self.two_step:
            raise SiteUnusable(
                self.site.key, "this partner takes no temporary names or renames", "submit with put_final"
            )
        return checked(self.site.key, checked(self.site.key, name) + self.site.temporary_suffix)
