"""What lies in the inbox: every file below it, by its path relative to it.

Nothing is moved or followed, nor deleted here: a link is not the file it points to. Hidden files (their
name or a folder's begins with a dot) and names that mark a copy under way are left for later. What
cannot be read for what it is (a link, a name that is no text, a folder that cannot be listed) is seen
all the same, with the reason, so that it costs nothing but itself.

A copy under way may also bear its final name. A file is whole when the marker that the home's settings
name lies beside it; without a marker, when neither its size nor any of its times moved for some seconds
between two looks of one run. No clock is asked how old a file is: a server's clock may differ from ours,
and a copy may keep the times of what it copies.
"""

import hashlib
import os
import stat
import time
import unicodedata
from collections.abc import Iterator, Sequence
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

UNDER_WAY = (".part", ".tmp", ".partial", ".crdownload", ".filepart")
OF_THE_DISK = ("lost+found",)  # a file system's own folder, which only root may list
LINK, NAME, FOLDER, PART = "INB-LINK", "INB-NAME", "INB-FOLDER", "INB-PART"
# Control characters, marks that turn or hide text, halves of characters, line and paragraph separators.
_NO_NAME = {"Cc", "Cf", "Cs", "Zl", "Zp"}


class InboxFile(NamedTuple):
    """One file, or a folder that cannot be listed.

    `name` is its path relative to the inbox, with slashes, and fit to be shown and stored; `refused` is
    "" or why it is not read: LINK (a link or special file), NAME (what stands in `name` is escaped), FOLDER
    (`path` is a folder) or PART (its name marks a copy under way). `facts` are its size, times and inode
    when it was listed. `at` is its path as text: an inbox may hold every file ever.
    """

    at: str
    name: str
    size: int
    refused: str = ""
    facts: tuple[int, ...] = ()

    @property
    def path(self) -> Path:
        return Path(self.at)

    @property
    def plain(self) -> bool:
        return not self.refused

    @property
    def folders(self) -> tuple[str, ...]:
        return tuple(self.name.split("/")[:-1])


def files_in(inbox: Path) -> Iterator[InboxFile]:
    """Every file below the inbox, sorted by path, so that two runs see them in one order.

    Raises OSError where the inbox itself cannot be listed.
    """
    if not inbox.is_dir():
        return
    found: list[InboxFile] = []

    def not_listed(error: OSError) -> None:
        path = Path(os.fsdecode(error.filename or ""))
        if path == inbox:
            raise error
        if not isinstance(error, FileNotFoundError | NotADirectoryError):  # gone since it was listed
            found.append(InboxFile(str(path), shown(path.relative_to(inbox).as_posix()), 0, FOLDER))

    for folder, folders, names in os.walk(inbox, onerror=not_listed, followlinks=False):
        listed = [name for name in folders if not name.startswith(".") and name not in OF_THE_DISK]
        folders[:] = [name for name in listed if not os.path.islink(os.path.join(folder, name))]
        within = "" if Path(folder) == inbox else f"{Path(folder).relative_to(inbox).as_posix()}/"
        for name in (*names, *(name for name in listed if name not in folders)):
            if name.startswith("."):
                continue
            path = os.path.join(folder, name)
            try:
                facts = os.lstat(path)
            except (FileNotFoundError, NotADirectoryError):
                continue  # gone since it was listed
            relative = within + name
            name_shown = shown(relative)
            refused = NAME if name_shown != relative else "" if stat.S_ISREG(facts.st_mode) else LINK
            if name.lower().endswith(UNDER_WAY):
                refused = PART
            found.append(InboxFile(path, name_shown, facts.st_size, refused, _facts(facts)))
    yield from sorted(found, key=attrgetter("name", "at"))


def shown(name: str) -> str:
    """A name as it may be stored and shown: what is no text, moves a cursor or turns the line is escaped."""
    if name.isascii() and name.isprintable():
        return name
    return "".join(_escaped(c) if unicodedata.category(c) in _NO_NAME else c for c in name)


def _escaped(character: str) -> str:
    point = ord(character)
    if 0xDC80 <= point <= 0xDCFF:  # a byte that is no UTF-8, as Python holds it
        point -= 0xDC00
    return f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}"


def read_bytes(file: InboxFile, cap: int) -> bytes | None:
    """The file's bytes, or None where it is larger than `cap` or changes while it is read.

    Raises OSError; what became a link, a pipe or a device since it was listed is not opened, or waits
    for nobody.
    """
    opened = os.open(file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(opened, "rb") as handle:
        before = os.fstat(opened)
        if before.st_size > cap or not stat.S_ISREG(before.st_mode):
            return None
        data = handle.read(cap + 1)
        after = os.fstat(opened)
    same = (
        (before.st_size, before.st_mtime_ns)
        == (after.st_size, after.st_mtime_ns)
        == (
            len(data),
            after.st_mtime_ns,
        )
    )
    return data if same else None


def facts_at(path: Path) -> str:
    """The facts of a file as they are kept; "" where none is there."""
    try:
        return shown_facts(_facts(path.lstat()))
    except OSError:
        return ""


def shown_facts(facts: tuple[int, ...]) -> str:
    return " ".join(map(str, facts))


def facts_from(kept: str) -> tuple[int, ...]:
    """The facts that were kept as this text."""
    return tuple(map(int, kept.split()))


def stands(file: InboxFile) -> bool:
    """Whether the file is as it was listed."""
    try:
        return _facts(file.path.lstat()) == file.facts
    except OSError:
        return False


def _facts(found: os.stat_result) -> tuple[int, ...]:
    return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


class Settling:
    """Which files of one look at the inbox are whole: see the top of this file.

    The first file that must stand still waits `seconds` from the listing; the others of the run have then
    stood as long. With a marker nothing waits.
    """

    def __init__(self, files: Sequence[InboxFile], seconds: float, done_suffix: str) -> None:
        self._names = {file.name for file in files}
        self._until = time.monotonic() + seconds
        self._suffix = done_suffix

    def is_marker(self, file: InboxFile) -> bool:
        return bool(self._suffix) and file.name.endswith(self._suffix)

    def marked(self, file: InboxFile) -> bool:
        """Whether nothing says that the file is not to be read yet."""
        return not self._suffix or f"{file.name}{self._suffix}" in self._names

    def ready(self, file: InboxFile) -> bool:
        """Whether the file is to be read, as far as names say it."""
        return not self.is_marker(file) and self.marked(file)

    def whole(self, file: InboxFile) -> bool:
        """Whether the file stood still from the listing until now, and long enough."""
        self.wait()
        return stands(file)

    def wait(self) -> None:
        """Waits until what stands as it was listed has stood long enough."""
        if not self._suffix and (left := self._until - time.monotonic()) > 0:
            time.sleep(left)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
