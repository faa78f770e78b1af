"""SFTP version 3 packets: numbers, strings, attributes, names.

The bytes come from another computer, so every length is checked. `MalformedError` is caught by
`wire.py`, which ends the session. Source: draft-ietf-secsh-filexfer-02.
"""

import struct
from dataclasses import dataclass

INIT, VERSION, OPEN, CLOSE, READ, WRITE = 1, 2, 3, 4, 5, 6
FSTAT, OPENDIR, READDIR, REMOVE, STAT, RENAME = 8, 11, 12, 13, 17, 18
STATUS, HANDLE, DATA, NAME, ATTRS = 101, 102, 103, 104, 105

OK, EOF, NO_FILE, DENIED = 0, 1, 2, 3
STATUS_WORDS = ("ok", "end of file", "no such file", "permission denied", "failure", "bad message")

FOR_READING, FOR_WRITING, CREATE, TRUNCATE, EXCLUSIVE = 1, 2, 8, 16, 32

_LARGEST = 1 << 20  # largest packet accepted, in bytes
_MOST_EXTENSIONS = 1000


class MalformedError(ValueError):
    """A packet that is not laid out as the protocol requires."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """A file's attributes, if sent. `size` in bytes, `mode` as st_mode, `mtime` in Unix seconds."""

    size: int | None = None
    mode: int | None = None
    mtime: int | None = None

    @property
    def plain(self) -> bool:
        """Whether it is a regular file. If the server sends no mode, we assume so."""
        return self.mode is None or self.mode & 0o170000 in (0, 0o100000)

    @property
    def folder(self) -> bool:
        """Whether it is a folder."""
        return self.mode is not None and self.mode & 0o170000 == 0o040000


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a listing. Undecodable bytes of its name become surrogates."""

    name: str
    attributes: Attributes


def request(kind: int, number: int, body: bytes, data: int = 0) -> bytes:
    """A request that `data` more bytes will follow."""
    return struct.pack(">IBI", 5 + len(body) + data, kind, number) + body


def text(value: str) -> bytes:
    """A counted string of a path."""
    return counted(value.encode("utf-8", "surrogateescape"))


def counted(value: bytes) -> bytes:
    """A counted string."""
    return struct.pack(">I", len(value)) + value


def length(head: bytes | bytearray) -> int:
    """The length of a packet, from its first four bytes."""
    size = int.from_bytes(head[:4], "big")
    if not 1 <= size <= _LARGEST:
        raise MalformedError(f"a packet of {size} bytes")
    return size


def string(body: bytes, at: int = 0) -> tuple[bytes, int]:
    """A counted string and the position after it."""
    size, start = number(body, at, 4)
    end = start + size
    if end > len(body):
        raise MalformedError("a packet ends too early")
    return body[start:end], end


def number(body: bytes, at: int, size: int) -> tuple[int, int]:
    """A number of `size` bytes and the position after it."""
    if at + size > len(body):
        raise MalformedError("a packet ends too early")
    return int.from_bytes(body[at : at + size], "big"), at + size


def status(body: bytes) -> int:
    """The code of a status."""
    return number(body, 0, 4)[0]


def attributes(body: bytes, at: int = 0) -> tuple[Attributes, int]:
    """Attributes and the position after them."""
    size = mode = mtime = None
    flags, at = number(body, at, 4)
    if flags & 1:
        size, at = number(body, at, 8)
    if flags & 2:
        at = number(body, at, 8)[1]  # owner and group
    if flags & 4:
        mode, at = number(body, at, 4)
    if flags & 8:
        at = number(body, at, 4)[1]  # last access
        mtime, at = number(body, at, 4)
    if flags & 0x80000000:
        count, at = number(body, at, 4)
        if count > _MOST_EXTENSIONS:
            raise MalformedError(f"{count} extended attributes")
        for _ in range(2 * count):
            at = string(body, at)[1]
    return Attributes(size, mode, mtime), at


def names(body: bytes) -> list[Entry]:
    """The entries of one part of a listing."""
    count, at = number(body, 0, 4)
    entries = []
    for _ in range(count):
        name, at = string(body, at)
        at = string(body, at)[1]  # the form of `ls -l`, for people
        found, at = attributes(body, at)
        entries.append(Entry(name.decode("utf-8", "surrogateescape"), found))
    return entries
