"""SFTP requests and answers over one channel of an SSH connection.

paramiko's SFTP client loses errors: it can drop the failure of a pipelined write, and it ignores an
error on CLOSE. So paramiko provides the SSH layer only, and this module sends and reads the packets.
Each request has one answer, and every answer is checked.
"""

import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from transport import packets
from transport.errors import (
    ConnectionLost,
    NoSuchFile,
    PermissionRefused,
    ProtocolFault,
    RemoteRefused,
    TimedOut,
    TransportError,
)
from transport.names import escaped

_BUNDLE = 16  # packets joined into one send

Answer = tuple[int, bytes]  # type, and what follows the request number
T = TypeVar("T")


class Channel(Protocol):
    """The part of `paramiko.Channel` that is used."""

    def settimeout(self, timeout: float, /) -> None: ...
    def sendall(self, s: bytes, /) -> None: ...
    def recv(self, nbytes: int, /) -> bytes: ...


class Wire:
    """One SFTP session. Not thread-safe.

    After ConnectionLost, TimedOut or ProtocolFault the session is `broken`, since answers may still be
    on their way, and every further call raises ConnectionLost. The caller sets `deadline` (monotonic
    clock) for each transfer.
    """

    def __init__(self, channel: Channel, partner: str, reply_timeout: float) -> None:
        self.partner = partner
        self.deadline = float("inf")
        self.broken = False
        self._channel = channel
        self._reply_timeout = reply_timeout
        self._out: list[bytes] = []
        self._in = bytearray()
        self._next = 1
        self._awaited: set[int] = set()
        self._unwanted: set[int] = set()
        self._early: dict[int, Answer] = {}  # answers that arrived before they were awaited

    def start(self) -> None:
        """Exchange versions."""
        self._out.append(packets.request(packets.INIT, 3, b""))
        self._send()
        kind, _ = self._packet()
        if kind != packets.VERSION:
            raise self.fault("the server did not answer with an SFTP version")

    def ask(self, kind: int, body: bytes, data: bytes | memoryview = b"") -> int:
        """Queue a request. It is sent with the next bundle, or when an answer is awaited."""
        if self.broken:
            raise ConnectionLost(self.partner, "the session ended with an earlier error")
        number = self._next
        self._next = (self._next + 1) & 0xFFFFFFFF
        self._out.append(packets.request(kind, number, body, len(data)))
        if data:
            self._out.append(bytes(data))
        self._awaited.add(number)
        if len(self._out) >= _BUNDLE:
            self._send()
        return number

    def answer(self, number: int) -> Answer:
        """Wait for the answer to a request: its type and what follows the request number."""
        if self._out:
            self._send()
        while number not in self._early:
            kind, packet = self._packet()
            of, at = self.decode(packets.number, packet, 0, 4)
            body = packet[at:]
            if of in self._unwanted:
                self._unwanted.discard(of)
                if kind == packets.HANDLE:
                    self.forget(self.ask(packets.CLOSE, body))
            elif of in self._awaited:
                self._awaited.discard(of)
                self._early[of] = (kind, body)
            else:
                raise self.fault("an answer to a request that was never sent")
        return self._early.pop(number)

    def forget(self, number: int) -> None:
        """Ignore the answer to this request. If it brings a handle, the handle is closed."""
        answer = self._early.pop(number, None)
        if number in self._awaited:
            self._awaited.discard(number)
            self._unwanted.add(number)
        elif answer is not None and answer[0] == packets.HANDLE and not self.broken:
            self.forget(self.ask(packets.CLOSE, answer[1]))

    # --- answers of one kind --------------------------------------------------------------------

    def done(self, number: int, doing: str) -> None:
        """The answer must say ok."""
        kind, body = self.answer(number)
        if kind != packets.STATUS or self.status(body) != packets.OK:
            raise self.refusal(kind, body, doing)

    def handle(self, number: int, doing: str) -> bytes:
        """The answer must be a handle; it is returned as a counted string, ready to be sent."""
        kind, body = self.answer(number)
        if kind != packets.HANDLE:
            raise self.refusal(kind, body, doing)
        return packets.counted(self.decode(packets.string, body)[0])

    def attributes(self, number: int, doing: str) -> packets.Attributes:
        """The answer must be the attributes of a file."""
        kind, body = self.answer(number)
        if kind != packets.ATTRS:
            raise self.refusal(kind, body, doing)
        return self.decode(packets.attributes, body)[0]

    def problem(self, number: int) -> str:
        """The status that answers a write or close, in words; "" if it is ok."""
        kind, body = self.answer(number)
        if kind != packets.STATUS:
            raise self.fault("a write was not answered with a status")
        return "" if self.status(body) == packets.OK else self._words(body)

    def status(self, body: bytes) -> int:
        """The code of a status."""
        return self.decode(packets.status, body)

    def refusal(self, kind: int, body: bytes, doing: str) -> TransportError:
        """The exception for an unexpected answer."""
        if kind != packets.STATUS:
            return self.fault(f"an answer of type {kind} to '{doing}'")
        refusals: dict[int, type[RemoteRefused]] = {
            packets.NO_FILE: NoSuchFile,
            packets.DENIED: PermissionRefused,
        }
        refusal = refusals.get(self.status(body), RemoteRefused)
        return refusal(self.partner, f"'{doing}' was answered with {self._words(body)}")

    def fault(self, what: str) -> ProtocolFault:
        """The exception for a violation of the protocol, which ends the session."""
        self.broken = True
        return ProtocolFault(self.partner, what)

    def decode(self, reader: Callable[..., T], *given: object) -> T:
        """Call a reader of `packets`; a malformed packet ends the session."""
        try:
            return reader(*given)
        except packets.MalformedError as malformed:
            raise self.fault(str(malformed)) from None

    def _words(self, body: bytes) -> str:
        """A status in words. The server's text is truncated and escaped."""
        code = self.status(body)
        known = packets.STATUS_WORDS[code] if code < len(packets.STATUS_WORDS) else f"status {code}"
        try:
            message = packets.string(body, 4)[0].decode("utf-8", "replace")
        except packets.MalformedError:
            message = ""  # old servers send no text
        return known if not message or message.lower() == known else f"{known}, {escaped(message)}"

    # --- bytes ----------------------------------------------------------------------------------

    def _send(self) -> None:
        data = b"".join(self._out)
        self._out.clear()
        self._channel.settimeout(self._patience())
        try:
            self._channel.sendall(data)
        except TimeoutError:
            self.broken = True
            raise TimedOut(self.partner, "the partner stopped accepting bytes") from None
        except (OSError, EOFError) as error:
            self.broken = True
            raise ConnectionLost(self.partner, f"the connection ended while sending ({error})") from None

    def _packet(self) -> Answer:
        """The next packet: its type and the rest."""
        self._fill(4)
        end = 4 + self.decode(packets.length, self._in)
        self._fill(end)
        kind, body = self._in[4], bytes(self._in[5:end])
        del self._in[:end]
        return kind, body

    def _fill(self, wanted: int) -> None:
        while len(self._in) < wanted:
            self._channel.settimeout(self._patience())
            try:
                data = self._channel.recv(1 << 18)
            except TimeoutError:
                self.broken = True
                raise TimedOut(self.partner, "no answer in time") from None
            except (OSError, EOFError) as error:
                self.broken = True
                raise ConnectionLost(self.partner, f"the connection ended ({error})") from None
            if not data:
                self.broken = True
                raise ConnectionLost(self.partner, "the partner ended the connection")
            self._in += data

    def _patience(self) -> float:
        """Seconds to wait for the next bytes. Raises TimedOut past the deadline of the transfer."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            self.broken = True
            raise TimedOut(self.partner, "the transfer took longer than its deadline")
        return min(self._reply_timeout, left)
