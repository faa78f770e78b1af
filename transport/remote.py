"""File operations over SFTP: write, read, list, rename, in as few round trips as possible.

Up to 64 requests are in flight at once, which makes it fast on connections with high latency. Every
answer is read, which makes it safe.
"""

import struct
from collections import deque
from collections.abc import Callable, Iterator

from transport import packets
from transport.errors import FileChanging, NoSuchFile, RemoteRefused, TooLarge, WriteFailed
from transport.packets import Attributes, Entry, text
from transport.wire import Wire

FLIGHT = 64  # requests in flight at once, as in OpenSSH's client
BLOCK = 32_768  # bytes of one read or write; some servers fail on more
_REFILL = 8  # answers to read before more requests are sent


class RemoteFiles:
    """The file operations of one SFTP session. Paths are on the server."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self._partner = wire.partner
        self._block = BLOCK

    def stat(self, path: str) -> Attributes:
        """Attributes of the file at this path. Raises NoSuchFile."""
        return self.wire.attributes(self.wire.ask(packets.STAT, text(path)), "stat")

    def exists(self, path: str) -> bool:
        """Whether the path exists."""
        return self.answer_exists(self.ask_exists(path))

    def ask_exists(self, path: str) -> int:
        """The first half of `exists`, so that the request is sent together with others."""
        return self.wire.ask(packets.STAT, text(path))

    def answer_exists(self, asked: int) -> bool:
        """The second half of `exists`: the answer to `ask_exists`."""
        try:
            self.wire.attributes(asked, "stat")
        except NoSuchFile:
            return False
        return True

    def remove(self, path: str) -> None:
        """Delete a file. Raises NoSuchFile."""
        self.wire.done(self.wire.ask(packets.REMOVE, text(path)), "remove")

    def rename(self, old: str, new: str) -> None:
        """SSH_FXP_RENAME. By the protocol it does not replace an existing file."""
        self.wire.done(self.wire.ask(packets.RENAME, text(old) + text(new)), "rename")

    def list(self, folder: str) -> Iterator[Entry]:
        """Every entry of a folder except . and .., in the server's order."""
        wire = self.wire
        handle = wire.handle(wire.ask(packets.OPENDIR, text(folder)), "open folder")
        try:
            while True:
                kind, body = wire.answer(wire.ask(packets.READDIR, handle))
                if kind == packets.STATUS and wire.status(body) == packets.EOF:
                    return
                if kind != packets.NAME:
                    raise wire.refusal(kind, body, "list")
                for entry in wire.decode(packets.names, body):
                    if entry.name not in (".", ".."):
                        yield entry
        finally:
            self._close(handle)

    def write(self, path: str, data: bytes, *, exclusive: bool = False) -> None:
        """Write a file, checking the answer to every write and to the close.

        With `exclusive` an existing file is refused, otherwise it is truncated. Raises RemoteRefused
        if the file cannot be opened (nothing was written), and WriteFailed for any later failure.
        """
        wire = self.wire
        flags = packets.FOR_WRITING | packets.CREATE | (packets.EXCLUSIVE if exclusive else packets.TRUNCATE)
        opened = wire.ask(packets.OPEN, text(path) + struct.pack(">II", flags, 0))
        handle = wire.handle(opened, "open for writing")
        in_flight: deque[int] = deque()
        problems: list[str] = []
        view = memoryview(data)
        for offset in range(0, len(data), BLOCK):
            if len(in_flight) >= FLIGHT:
                for _ in range(_REFILL):
                    problems.append(wire.problem(in_flight.popleft()))
            block = view[offset : offset + BLOCK]
            place = handle + struct.pack(">QI", offset, len(block))
            in_flight.append(wire.ask(packets.WRITE, place, block))
        in_flight.append(wire.ask(packets.CLOSE, handle))
        problems += [wire.problem(request) for request in in_flight]
        failed = [problem for problem in problems[:-1] if problem]
        if failed:
            raise WriteFailed(self._partner, f"{len(failed)} writes failed, the first with: {failed[0]}")
        if problems[-1]:
            raise WriteFailed(self._partner, f"the close after writing failed with: {problems[-1]}")

    def read(self, path: str, cap: int, on_size: Callable[[int], None]) -> Iterator[bytes]:
        """The blocks of a file in order, at most `cap` bytes. Calls `on_size` with the size first.

        The size is requested before and after the read; both must be equal, and the file must end
        there. Raises TooLarge, FileChanging, NoSuchFile or another RemoteRefused.
        """
        wire = self.wire
        asked = wire.ask(packets.STAT, text(path))
        opened = wire.ask(packets.OPEN, text(path) + struct.pack(">II", packets.FOR_READING, 0))
        try:
            before = wire.attributes(asked, "stat")
            size = self._readable(before, cap)
            on_size(size)
        except Exception:
            wire.forget(opened)
            raise
        handle = wire.handle(opened, "open for reading")
        try:
            yield from self._blocks(handle, size)
            beyond = wire.ask(packets.READ, handle + struct.pack(">QI", size, BLOCK))
            seen = wire.ask(packets.FSTAT, handle)
            kind, body = wire.answer(beyond)
            after = wire.attributes(seen, "stat")
        finally:
            self._close(handle)
        if kind == packets.DATA or (after.size, after.mtime) != (before.size, before.mtime):
            raise FileChanging(self._partner, "the file changed while it was read")
        if kind != packets.STATUS or wire.status(body) != packets.EOF:
            raise wire.refusal(kind, body, "read")

    def _readable(self, before: Attributes, cap: int) -> int:
        """The size of the file. Raises if it is too large or not a regular file."""
        if not before.plain:
            raise RemoteRefused(self._partner, "it is not a regular file")
        if before.size is None:
            raise RemoteRefused(self._partner, "the server does not report the file's size")
        if before.size > cap:
            raise TooLarge(self._partner, f"the file has {before.size} bytes, the limit is {cap}")
        return before.size

    def _blocks(self, handle: bytes, size: int) -> Iterator[bytes]:
        """The first `size` bytes, with up to FLIGHT reads in flight."""
        in_flight: deque[tuple[int, int, int]] = deque()  # request, offset, length
        wanted = 0
        try:
            while wanted < size or in_flight:
                if len(in_flight) <= FLIGHT - _REFILL:
                    while wanted < size and len(in_flight) < FLIGHT:
                        length = min(self._block, size - wanted)
                        in_flight.append((self._ask_block(handle, wanted, length), wanted, length))
                        wanted += length
                yield from self._block_data(handle, *in_flight.popleft())
        finally:
            for request, _, _ in in_flight:
                self.wire.forget(request)

    def _block_data(self, handle: bytes, request: int, offset: int, length: int) -> Iterator[bytes]:
        """The data of one read. If the server returns less than requested, the rest is requested again."""
        wire = self.wire
        while True:
            kind, body = wire.answer(request)
            if kind == packets.STATUS and wire.status(body) == packets.EOF:
                raise FileChanging(self._partner, "the file ended before the size that the server reported")
            if kind != packets.DATA:
                raise wire.refusal(kind, body, "read")
            data = wire.decode(packets.string, body)[0]
            if not data or len(data) > length:
                raise wire.fault("a read returned nothing, or more than requested")
            yield data
            if len(data) == length:
                return
            self._block = max(len(data), 512)  # from now on request what this server returns
            offset, length = offset + len(data), length - len(data)
            request = self._ask_block(handle, offset, length)

    def _ask_block(self, handle: bytes, offset: int, length: int) -> int:
        return self.wire.ask(packets.READ, handle + struct.pack(">QI", offset, length))

    def _close(self, handle: bytes) -> None:
        """Close a handle that was only read. Its answer does not matter."""
        if not self.wire.broken:
            self.wire.forget(self.wire.ask(packets.CLOSE, handle))
