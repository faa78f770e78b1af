"""What every transport can do, whatever carries the bytes."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from transport.errors import SiteUnusable
from transport.names import checked
from transport.site import Site

DEFAULT_CAP = 256 << 20  # bytes of a file that we are willing to read


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file in the partner's folder for us. `mtime` in Unix seconds by the partner's clock."""

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
    """What lies in the partner's folder for us, by name; folders are left out."""

    files: tuple[RemoteFile, ...] = ()
    refused: tuple[RefusedName, ...] = ()


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
    def listing(self) -> Listing:
        """What lies in the partner's folder for us, by name, and what of it is refused."""

    def list(self) -> list[RemoteFile]:
        """The files in the partner's folder for us whose names may be used, by name."""
        return list(self.listing().files)

    @abstractmethod
    def get(self, name: str, cap: int = DEFAULT_CAP) -> bytes:
        """A whole file. Raises TooLarge beyond `cap` bytes and FileChanging when it is still written."""

    @abstractmethod
    def remove(self, name: str) -> None:
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
