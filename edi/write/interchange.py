"""Builds an interchange: segments in order, envelopes with their counts and numbers, bytes at the end."""

from datetime import date
from typing import Any, BinaryIO, Final

from edi.declare.compile import Values
from edi.declare.delimiters import Delimiters
from edi.declare.types import DATE_TEXTS, from_date
from edi.errors import CharacterError, UnwritableError
from edi.records.claim import Envelope
from edi.segments.control import GS

_HELD: Final = 5000  # segments, before a stream gets them


class Output:
    """One interchange in the making. `add` takes finished segment texts.

    With a stream, what is finished goes `to` it now and then (`pass_on`), and nothing is kept.
    """

    def __init__(
        self,
        envelope: Envelope,
        values: Values,
        d: Delimiters,
        to: BinaryIO | None = None,
        *,
        release: str = "00501",
    ) -> None:
        self.envelope = envelope
        self.values = values
        self.d = d
        self.release = release  # ISA12
        self.first_set: Any = None  # the first that was read: the envelope's parties are held against its
        self.segments: list[str] = []
        self.add = self.segments.append
        self._to = to
        self._passed = 0  # segments that the stream has
        self._groups = 0
        self._sets = 0
        self._set_number = 0
        self._set_start = 0
        self._set_control = ""
        self.header = ""  # ST of the set in the making
        self._group_control = ""
        self._first_group: GS | None = None  # of those that were read
        self._isa()

    def _text(self, value: str, size: int) -> str:
        text = self.values[value]
        if len(text) > size:
            raise UnwritableError(f"an envelope value has more than {size} characters", "ISA")
        return text.ljust(size)

    def _isa(self) -> None:
        v, d = self.envelope, self.d
        if not 0 < v.control_number <= 999_999_999:
            raise UnwritableError("an interchange control number has one to nine digits", "ISA13")
        self.control = f"{v.control_number:09d}"
        self.add(
            d.element.join(
                (
                    "ISA", self._text(v.authorization_qualifier, 2), self._text(v.authorization, 10),
                    self._text(v.security_qualifier, 2), self._text(v.security, 10),
                    self._text(v.sender_qualifier, 2), self._text(v.sender_id, 15),
                    self._text(v.receiver_qualifier, 2), self._text(v.receiver_id, 15),
                    from_date(v.created)[2:], self._text(v.time, 4)[:4], d.repetition, self.release,
                    self.control, self._text(v.ack_requested, 1), self._text(v.usage, 1), d.component,
                )
            )
        )  # fmt: skip

    def begin_group(self, code: str, version: str, read_in: GS | None = None) -> None:
        """GS. Its number is the interchange's, counted on for further groups.

        `read_in` is the GS that its sets were read in. Where the envelope names sender and receiver of the
        first of these, further ones keep theirs.
        """
        v = self.envelope
        self._groups += 1
        self._sets = 0
        self._group_control = str(v.control_number + self._groups - 1)
        sender = self.values[v.application_sender or v.sender_id]
        receiver = self.values[v.application_receiver or v.receiver_id]
        if read_in is not None:
            first = self._first_group = self._first_group or read_in
            sender = self._kept(sender, first.sender, read_in.sender)
            receiver = self._kept(receiver, first.receiver, read_in.receiver)
        self.add(
            self.d.element.join(
                (
                    "GS", code, sender, receiver, from_date(v.created), v.time or "0000",
                    self._group_control, "X", version,
                )
            )
        )  # fmt: skip

    def _kept(self, given: str, first: str, read: str) -> str:
        """What was read, unless what is given is not what the first group had."""
        return self.values.segment(read, "GS") if given == first.upper().strip() else given

    def begin_set(self, transaction_set: str, version: str) -> str:
        """ST; `version` is left out where it is empty (the 835 has no ST03). Gives ST02."""
        self._sets += 1
        self._set_control = f"{self._sets:04d}"
        self._set_start = self._passed + len(self.segments)
        parts = ("ST", transaction_set, self._set_control, version)
        self.header = self.d.element.join(parts if version else parts[:3])
        self.add(self.header)
        return self._set_control

    def end_set(self) -> None:
        """SE with its count."""
        count = self._passed + len(self.segments) - self._set_start + 1
        self.add(self.d.element.join(("SE", str(count), self._set_control)))

    def end_group(self) -> None:
        """GE with its count."""
        self.add(self.d.element.join(("GE", str(self._sets), self._group_control)))

    def pass_on(self) -> None:
        """Hand what is finished to the stream, if there is one and it is worth while."""
        if self._to is not None and len(self.segments) > _HELD:
            self._to.write(self._bytes())
            self._passed += len(self.segments)
            self.segments.clear()

    def finish(self) -> bytes:
        """IEA, and the whole as bytes; with a stream that gets the rest and the bytes are none."""
        self.add(self.d.element.join(("IEA", str(self._groups), self.control)))
        if self._to is None:
            return self._bytes()
        self._to.write(self._bytes())
        return b""

    def _bytes(self) -> bytes:
        end = self.d.terminator + self.d.newline
        return (end.join(self.segments) + end).encode("ascii")


def delimiters(envelope: Envelope) -> Delimiters:
    """The envelope's delimiters, refused where they are not four different, usable characters."""
    d = Delimiters(
        envelope.element, envelope.component, envelope.repetition, envelope.segment, envelope.newline
    )
    four = (d.element, d.component, d.repetition, d.terminator)
    if any(len(c) != 1 or c.isalnum() or c == " " or not c.isascii() for c in four) or len(set(four)) < 4:
        raise CharacterError(
            "the four delimiters must be different single characters, no letters", "envelope"
        )
    if d.newline.strip("\r\n"):
        raise CharacterError("the line break may hold only CR and LF", "envelope")
    return d


def day(value: date | None) -> str:
    """CCYYMMDD, "" for none."""
    return "" if value is None else DATE_TEXTS[value]
