"""What lies in the inbox: every file below it, by its path relative to it.

Nothing is ever deleted, moved or followed: a link is not the file it points to. Hidden files (their
name or a folder's begins with a dot) and names that mark a copy under way are left for later.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

UNDER_WAY = (".part", ".tmp", ".partial", ".crdownload", ".filepart")


@dataclass(frozen=True, slots=True)
class InboxFile:
    """One file. `name` is its path relative to the inbox, with slashes; `plain` is False for a link."""

    path: Path
    name: str
    size: int
    plain: bool

    @property
    def folders(self) -> tuple[str, ...]:
        return tuple(self.name.split("/")[:-1])


def files_in(inbox: Path) -> Iterator[InboxFile]:
    """Every file below the inbox, sorted by path, so that two runs see them in one order."""
    if not inbox.is_dir():
        return
    found: list[InboxFile] = []
    for folder, folders, names in os.walk(inbox, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            if name.startswith(".") or name.lower().endswith(UNDER_WAY):
                continue
            path = Path(folder, name)
            try:
                facts = path.lstat()
            except OSError:
                continue  # gone since it was listed
            if stat.S_ISDIR(facts.st_mode):
                continue
            relative = path.relative_to(inbox).as_posix()
            found.append(InboxFile(path, relative, facts.st_size, stat.S_ISREG(facts.st_mode)))
    yield from sorted(found, key=lambda file: file.name)


def read_bytes(file: InboxFile, cap: int) -> bytes | None:
    """The file's bytes, or None where it is larger than `cap` or changes while it is read."""
    with file.path.open("rb") as opened:
        before = os.fstat(opened.fileno())
        if before.st_size > cap:
            return None
        data = opened.read(cap + 1)
        after = os.fstat(opened.fileno())
    same = (
        (before.st_size, before.st_mtime_ns)
        == (after.st_size, after.st_mtime_ns)
        == (
            len(data),
            after.st_mtime_ns,
        )
    )
    return data if same else None


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
