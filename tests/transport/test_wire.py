"""The packets: whatever a server sends, we end with a result or a TransportError, and soon."""

import struct
from collections import deque
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transport import packets
from transport.errors import ConnectionLost, NoSuchFile, ProtocolFault, TransportError
from transport.packets import counted
from transport.remote import RemoteFiles
from transport.wire import Wire


class Recording:
    """A channel whose other side plays back bytes, whatever it is asked."""

    def __init__(self, answers: bytes, piece: int = 1 << 18) -> None:
        self.asked = b""
        self._answers = answers
        self._piece = piece

    def settimeout(self, timeout: float) -> None:
        assert timeout > 0

    def sendall(self, s: bytes) -> None:
        self.asked += s

    def recv(self, nbytes: int) -> bytes:
        taken, self._answers = self._answers[: self._piece], self._answers[self._piece :]
        return taken


def files(*answers: bytes, piece: int = 1 << 18) -> RemoteFiles:
    return RemoteFiles(Wire(Recording(b"".join(answers), piece), "northgate", 1.0))


def answer(kind: int, number: int, body: bytes) -> bytes:
    return packets.request(kind, number, body)


def status(number: int, code: int, text: bytes = b"") -> bytes:
    return answer(packets.STATUS, number, struct.pack(">I", code) + counted(text) + counted(b""))


def attributes(number: int, size: int) -> bytes:
    return answer(packets.ATTRS, number, struct.pack(">IQ", 1, size))


def outcome(use: Callable[[RemoteFiles], object], remote: RemoteFiles) -> str:
    """The message of the TransportError that a use ends with, "" for none. Nothing else may come."""
    try:
        use(remote)
    except TransportError as error:
        return str(error)
    return ""


@given(st.binary(max_size=400), st.integers(1, 50))
@settings(max_examples=200)
def test_any_bytes_from_a_server_end_in_a_transport_error_or_a_result(noise, piece):
    for use in (
        lambda remote: remote.list("outbound"),
        lambda remote: b"".join(remote.read("a", 1000, lambda size: None)),
        lambda remote: remote.write("a", b"x" * 100_000),
        lambda remote: remote.rename("a", "b"),
        lambda remote: remote.exists("a"),
        lambda remote: remote.wire.start(),
    ):
        assert outcome(use, files(noise, piece=piece)).isprintable()


@given(
    st.lists(
        st.tuples(
            st.sampled_from([101, 102, 103, 104, 105, 2, 200]), st.integers(1, 12), st.binary(max_size=60)
        ),
        max_size=12,
    )
)
@settings(max_examples=200)
def test_well_framed_nonsense_ends_in_a_transport_error_or_a_result(given_answers):
    stream = [answer(kind, number, body) for kind, number, body in given_answers]
    for use in (
        lambda remote: remote.list("outbound"),
        lambda remote: b"".join(remote.read("a", 1000, lambda size: None)),
        lambda remote: remote.write("a", b"x" * 100_000),
        lambda remote: remote.stat("a"),
    ):
        assert outcome(use, files(*stream)).isprintable()


def test_answers_may_overtake_each_other():
    remote = files(
        answer(packets.HANDLE, 2, counted(b"h")),
        attributes(1, 40_000),
        answer(packets.DATA, 4, counted(b"b" * 7_232)),
        answer(packets.DATA, 3, counted(b"a" * 32_768)),
        attributes(6, 40_000),
        status(5, packets.EOF),
    )
    assert b"".join(remote.read("f", 1 << 20, lambda size: None)) == b"a" * 32_768 + b"b" * 7_232


def test_a_read_that_returns_more_than_requested_is_a_fault():
    remote = files(
        attributes(1, 10),
        answer(packets.HANDLE, 2, counted(b"h")),
        answer(packets.DATA, 3, counted(b"x" * 11)),
    )
    with pytest.raises(ProtocolFault):
        b"".join(remote.read("f", 1 << 20, lambda size: None))


def test_an_unrequested_answer_is_a_fault_and_ends_the_session():
    remote = files(status(99, packets.OK))
    with pytest.raises(ProtocolFault):
        remote.rename("a", "b")
    with pytest.raises(ConnectionLost):
        remote.rename("a", "b")


def test_a_packet_of_four_gigabytes_is_not_awaited():
    with pytest.raises(ProtocolFault):
        files(b"\xff\xff\xff\xff\x65").rename("a", "b")


def test_a_servers_text_is_escaped_and_truncated():
    remote = files(status(1, 4, b"\x1b[2J\nfull\x00" + b"x" * 1000))
    with pytest.raises(TransportError) as refused:
        remote.rename("a", "b")
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 400


def test_an_unwanted_handle_is_closed_when_it_comes_late():
    remote = files(
        status(1, packets.NO_FILE), answer(packets.HANDLE, 2, counted(b"h7")), status(4, 0), status(3, 0)
    )
    with pytest.raises(NoSuchFile):
        b"".join(remote.read("f", 1 << 20, lambda size: None))
    remote.rename("a", "b")  # also reads the late handle
    asked: deque[bytes] = deque()
    sent = remote.wire._channel.asked
    while sent:
        length = int.from_bytes(sent[:4], "big")
        asked.append(sent[4 : 4 + length])
        sent = sent[4 + length :]
    assert [packet[0] for packet in asked] == [packets.STAT, packets.OPEN, packets.RENAME]
    remote.wire._send()
    assert remote.wire._channel.asked.endswith(counted(b"h7"))
