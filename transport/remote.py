"""Files on the other side: write, read, list, rename, each in as few round trips as can be.

Requests travel in flights of up to 64 without waiting for each answer, which is what makes it fast
over a long line; no answer goes unread, which is what makes it safe.
"""

import struct
from collections import deque
from collections.abc import Callable, Iterator

from transport import packets
from transport.errors import FileChanging, NoSuchFile, RemoteRefused, TooLarge, WriteFailed
from transport.packets import Attributes, Entry, text
from transport.wire import Wire

FLIGHT = 64  # requests under way at once, as OpenSSH's own client
BLOCK = 32_768  # bytes a read or write asks for; some servers choke on more
_REFILL = 8  # a flight is filled up again when this many have landed


class RemoteFiles:
    """The operations that we use of one SFTP session. Paths are the server's."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self._partner = wire.partner
        self._block = BLOCK

    def stat(self, path: str) -> Attributes:
        """Attributes of what the path leads to. Raises NoSuchFile."""
        return self.wire.attributes(self.wire.ask(packets.STAT, text(path)), "stat")

    def exists(self, path: str) -> bool:
        """Whether the path leads to anything."""
        return self.is_there(self.ask_whether(path))

    def ask_whether(self, path: str) -> int:
        """The same in two steps, so that it travels with other requests: ask, then `is_there`."""
        return self.wire.ask(packets.STAT, text(path))

    def is_there(self, asked: int) -> bool:
        """The answer to `ask_whether`."""
        try:
            self.wire.attributes(asked, "stat")
        except NoSuchFile:
            return False
        return True

    def remove(self, path: str) -> None:
        """Delete a file. Raises NoSuchFile."""
        self.wire.done(self.wire.ask(packets.REMOVE, text(path)), "remove")

    def rename(self, old: str, new: str) -> None:
        """SSH_FXP_RENAME. By the protocol it does not replace a file of the new name."""
        self.wire.done(self.wire.ask(packets.RENAME, text(old) + text(new)), "rename")

    def list(self, folder: str) -> Iterator[Entry]:
        """Every entry of a folder but . and .., in the server's order, as it comes."""
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
        """Write a whole file; the answer to every write and to the close is checked.

        `exclusive` refuses an existing file, else it is emptied first. Raises RemoteRefused when
        the file cannot be opened (then nothing was written), WriteFailed for all that follows.
        """
        wire = self.wire
        flags = packets.FOR_WRITING | packets.CREATE | (packets.EXCLUSIVE if exclusive else packets.TRUNCATE)
        opened = wire.ask(packets.OPEN, text(path) + struct.pack(">II", flags, 0))
        handle = wire.handle(opened, "open for writing")
        under_way: deque[int] = deque()
        problems: list[str] = []
        view = memoryview(data)
        for offset in range(0, len(data), BLOCK):
            if len(under_way) >= FLIGHT:
                for _ in range(_REFILL):
                    problems.append(wire.problem(under_way.popleft()))
            block = view[offset : offset + BLOCK]
            place = handle + struct.pack(">QI", offset, len(block))
            under_way.append(wire.ask(packets.WRITE, place, block))
        under_way.append(wire.ask(packets.CLOSE, handle))
        problems += [wire.problem(request) for request in under_way]
        failed = [problem for problem in problems[:-1] if problem]
        if failed:
            raise WriteFailed(self._partner, f"{len(failed)} writes failed, the first with: {failed[0]}")
        if problems[-1]:
            raise WriteFailed(self._partner, f"the close after writing failed with: {problems[-1]}")

    def read(self, path: str, cap: int, on_size: Callable[[int], None]) -> Iterator[bytes]:
        """The blocks of a file in order, never more than `cap` bytes. `on_size` hears the size first.

        The size is asked before and after; the file must have had that size both times and end
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
        """The size of a file that may be read."""
        if not before.plain:
            raise RemoteRefused(self._partner, "it is no plain file")
        if before.size is None:
            raise RemoteRefused(self._partner, "the server does not say how large the file is")
        if before.size > cap:
            raise TooLarge(self._partner, f"the file has {before.size} bytes, at most {cap} are read")
        return before.size

    def _blocks(self, handle: bytes, size: int) -> Iterator[bytes]:
        """The first `size` bytes, with up to FLIGHT reads under way."""
        under_way: deque[tuple[int, int, int]] = deque()  # request, offset, length
        wanted = 0
        try:
            while wanted < size or under_way:
                if len(under_way) <= FLIGHT - _REFILL:
                    while wanted < size and len(under_way) < FLIGHT:
                        length = min(self._block, size - wanted)
                        under_way.append((self._ask_block(handle, wanted, length), wanted, length))
                        wanted += length
                yield from self._landed(handle, *under_way.popleft())
        finally:
            for request, _, _ in under_way:
                self.wire.forget(request)

    def _landed(self, handle: bytes, request: int, offset: int, length: int) -> Iterator[bytes]:
        """The data of one read. A server may give less than asked; then the rest is asked for."""
        wire = self.wire
        while True:
            kind, body = wire.answer(request)
            if kind == packets.STATUS and wire.status(body) == packets.EOF:
                raise FileChanging(self._partner, "the file ended before the size that the server told")
            if kind != packets.DATA:
                raise wire.refusal(kind, body, "read")
            data = wire.decode(packets.string, body)[0]
            if not data or len(data) > length:
                raise wire.fault("a read brought nothing, or more than was asked")
            yield data
            if len(data) == length:
                return
            self._block = max(len(data), 512)  # from here on ask for what this server gives
            offset, length = offset + len(data), length - len(data)
            request = self._ask_block(handle, offset, length)

    def _ask_block(self, handle: bytes, offset: int, length: int) -> int:
        return self.wire.ask(packets.READ, handle + struct.pack(">QI", offset, length))

    def _close(self, handle: bytes) -> None:
        """Close what was read. What a server says to that changes nothing for us."""
        if not self.wire.broken:
            self.wire.forget(self.wire.ask(packets.CLOSE, handle))
