"""The interface of every transport."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from transport.errors import FileChanging, NoSuchFile, SiteUnusable
from transport.names import checked, escaped
from transport.site import Site

DEFAULT_CAP = 256 << 20  # largest file that is read, in bytes
LONGEST_LISTING = 100_000  # files of a listing that are kept
MOST_REFUSED = 100  # refused entries of a listing that are kept


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file in the partner's folder for us. `mtime` is in Unix seconds by their clock, 0 if unknown."""

    name: str
    size: int
    mtime: int


@dataclass(frozen=True, slots=True)
class RefusedName:
    """An entry of the listing that is left alone: its name, escaped, and the reason."""

    escaped_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The files in the partner's folder for us, sorted by name, without folders.

    `cut` means that there are more files: a later listing has them, once these are read. `unnamed`
    counts the refused entries that are not listed.
    """

    files: tuple[RemoteFile, ...] = ()
    refused: tuple[RefusedName, ...] = ()
    cut: bool = False
    unnamed: int = 0


class ListingBuilder:
    """Builds a listing of at most LONGEST_LISTING files; those that `skip` leaves out do not count."""

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
    """Bytes to and from one partner. Not thread-safe; open one per thread.

    On a site that accepts temporary names (`two_step`), a submission is `put_temporary`, `read_back`
    and compare, then `commit`; the caller stores its own state between these. After a crash,
    `temporary_exists` decides: while the temporary file exists, nothing was submitted. Other sites
    have only `put_final`, and any failure in it is SubmissionUncertain.

    Every method may raise a TransportError. Names are plain file names, never paths, and are checked
    against the allow-list.
    """

    def __init__(self, site: Site) -> None:
        self.site = site

    @property
    def two_step(self) -> bool:
        """Whether this site accepts a temporary name and a rename."""
        return self.site.two_step

    @abstractmethod
    def put_temporary(self, name: str, data: bytes) -> None:
        """Write the file under its temporary name, replacing an earlier attempt."""

    @abstractmethod
    def put_final(self, name: str, data: bytes) -> None:
        """Write the file under its final name, which submits it. For sites without `two_step`.

        Raises TargetExists if the name is taken, RemoteRefused if the file could not be opened
        (nothing was sent), and SubmissionUncertain for any later failure.
        """

    @abstractmethod
    def read_back(self, name: str) -> str:
        """SHA-256 (hex) of the temporary file as the partner has it now."""

    @abstractmethod
    def read_back_final(self, name: str) -> str:
        """SHA-256 (hex) of the file with the final name. Raises NoSuchFile if the partner already took it."""

    @abstractmethod
    def temporary_exists(self, name: str) -> bool:
        """Whether the temporary file exists: if so, nothing was submitted."""

    @abstractmethod
    def exists(self, name: str) -> bool:
        """Whether a file with the final name exists. False proves nothing: partners remove files."""

    @abstractmethod
    def commit(self, name: str) -> None:
        """Rename the temporary file to its final name, which submits it. Raises TargetExists."""

    @abstractmethod
    def remove_temporary(self, name: str) -> None:
        """Remove the temporary file, if it exists."""

    @abstractmethod
    def listing(self, skip: Callable[[RemoteFile], bool] | None = None) -> Listing:
        """The files in the partner's folder for us, and the entries that are refused.

        `skip` is called for every file, even beyond the length at which a listing is cut. The files
        that it leaves out make room for others, so later listings reach the whole of a large folder.
        """

    def list(self) -> list[RemoteFile]:
        """The files in the partner's folder for us that have an allowed name, sorted by name."""
        return list(self.listing().files)

    @abstractmethod
    def submissions(self) -> Listing:
        """What lies in the folder that we send to: files that the partner did not take yet."""

    @abstractmethod
    def get_submission(self, name: str, cap: int = DEFAULT_CAP) -> bytes:
        """The contents of a file in the folder that we send to. Raises as `get` does."""

    @abstractmethod
    def get(self, name: str, cap: int = DEFAULT_CAP) -> bytes:
        """The contents of a file. Raises TooLarge beyond `cap` bytes, FileChanging if it is being written."""

    def remove(self, name: str, sha256: str, cap: int = DEFAULT_CAP) -> None:
        """Delete a file with this hash from the partner's folder for us, if it exists.

        It is read first, so that another file that took its name is not deleted unread. In that
        case FileChanging is raised.
        """
        try:
            data = self.get(name, cap)
        except NoSuchFile:
            return
        if hashlib.sha256(data).hexdigest() != sha256:
            raise FileChanging(self.site.key, "another file has this name now; it was not deleted")
        self._delete(name)

    @abstractmethod
    def _delete(self, name: str) -> None:
        """Delete a file from the partner's folder for us, if it exists."""

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
        """The temporary name of a file. Raises SiteUnusable if the partner forbids them."""
        if not self.two_step:
            raise SiteUnusable(
                self.site.key, "this partner accepts no temporary names or renames", "submit with put_final"
            )
        return checked(self.site.key, checked(self.site.key, name) + self.site.temporary_suffix)
