"""Each fault of an upload, a rename or a download, provoked for real in the mock clearinghouse."""

import hashlib
import os

import pytest

from transport.errors import (
    ConnectionLost,
    FileChanging,
    NameRefused,
    SubmissionUncertain,
    TimedOut,
    TooLarge,
    TransportError,
    WriteFailed,
)

DATA = b"".join(number.to_bytes(4, "big") for number in range(100_000))  # 400 kB: thirteen blocks
HASH = hashlib.sha256(DATA).hexdigest()
NAME = "T000000001.837"


def fault(kind: str, **settings: object) -> str:
    """A scenario with one fault."""
    lines = [
        f"{key} = {str(value).lower() if isinstance(value, bool) else repr(value)}"
        for key, value in settings.items()
    ]
    return "\n".join(["[[fault]]", f'kind = "{kind}"', *lines])


def submit(place, **changes):
    """Upload, read back, commit; True when the hashes agreed."""
    with place.open(**changes) as partner:
        partner.put_temporary(NAME, DATA)
        if partner.read_back(NAME) != HASH:
            return False
        partner.commit(NAME)
    return True


def received(place) -> list[str]:
    return [line.sha256 for line in place.clearinghouse.journal]


@pytest.mark.parametrize("byte", [0, 1, 32_768, 200_000, 399_999])
def test_a_connection_lost_during_the_upload_submits_nothing_and_a_retry_succeeds(make_mock, byte):
    place = make_mock(fault("drop", at_byte=byte))
    with pytest.raises(ConnectionLost) as lost:
        submit(place)
    assert lost.value.retryable
    assert received(place) == []
    assert submit(place)
    assert received(place) == [HASH]


def test_a_server_that_stalls_during_the_upload_times_out(make_mock):
    place = make_mock(fault("stall", at_byte=100_000))
    with pytest.raises(TimedOut):
        submit(place, reply_timeout=0.5)
    assert received(place) == []
    assert submit(place)


def test_a_server_that_trickles_is_cut_off_at_the_deadline_of_the_file(make_mock):
    stalls = "\n".join(fault("stall", at_byte=byte, seconds=0.4) for byte in range(10_000, 400_000, 40_000))
    place = make_mock(stalls)
    with pytest.raises(TimedOut):
        submit(place, reply_timeout=5, file_timeout=1.0, slowest_rate=10_000_000)


@pytest.mark.parametrize("byte", [0, 200_000, 399_999])
def test_a_full_disk_is_reported_and_nothing_is_submitted(make_mock, byte):
    place = make_mock(fault("full_disk", at_byte=byte))
    with pytest.raises(WriteFailed) as failed:
        submit(place)
    assert failed.value.retryable
    assert received(place) == []
    assert submit(place)


def test_a_lost_middle_write_is_reported(make_mock):
    place = make_mock(fault("lost_write", at_byte=200_000))
    with pytest.raises(WriteFailed, match="1 writes failed"):
        submit(place)
    assert received(place) == []


def test_a_write_that_falsely_succeeds_is_found_by_reading_back(make_mock):
    place = make_mock(fault("false_success", at_byte=200_000))
    assert submit(place) is False
    assert received(place) == []
    assert submit(place)
    assert received(place) == [HASH]


def test_an_error_on_close_is_reported(make_mock):
    place = make_mock(fault("close_error"))
    with pytest.raises(WriteFailed, match="close"):
        submit(place)
    assert submit(place)


def test_the_session_continues_after_a_failed_write(make_mock):
    place = make_mock(fault("lost_write", at_byte=0))
    with place.open() as partner:
        with pytest.raises(WriteFailed):
            partner.put_temporary(NAME, DATA)
        partner.put_temporary(NAME, DATA)
        assert partner.read_back(NAME) == HASH


def test_a_file_removed_at_once_was_submitted_and_its_temporary_file_is_gone(make_mock):
    place = make_mock(fault("sweep", times=0))
    assert submit(place)
    with place.open() as partner:
        assert not partner.temporary_exists(NAME)
        assert not partner.exists(NAME)  # says nothing about whether it was submitted
    assert received(place) == [HASH]


def test_a_lost_reply_to_the_rename_is_decided_by_the_temporary_file(make_mock):
    place = make_mock(fault("drop", operation="rename", after=True) + "\n" + fault("sweep", times=0))
    with pytest.raises(ConnectionLost):
        submit(place)
    with place.open() as partner:
        assert not partner.temporary_exists(NAME)  # gone: it was submitted and is not sent again
    assert received(place) == [HASH]


def test_a_connection_lost_before_the_rename_is_decided_by_the_temporary_file(make_mock):
    place = make_mock(fault("drop", operation="rename"))
    with pytest.raises(ConnectionLost):
        submit(place)
    with place.open() as partner:
        assert partner.temporary_exists(NAME)  # there: nothing was submitted, rename again
        partner.commit(NAME)
    assert received(place) == [HASH]


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("drop", {"at_byte": 100_000}),
        ("lost_write", {"at_byte": 100_000}),
        ("close_error", {}),
        ("full_disk", {}),
    ],
)
def test_where_no_temporary_name_is_allowed_a_failure_leaves_the_submission_uncertain(
    make_mock, kind, settings
):
    place = make_mock(fault(kind, **settings))
    with place.open(temporary_suffix="") as partner, pytest.raises(SubmissionUncertain) as uncertain:
        partner.put_final(NAME, DATA)
    assert not uncertain.value.retryable


def test_an_interrupted_direct_upload_is_not_received_by_the_mock(make_mock):
    place = make_mock(fault("drop", at_byte=100_000))
    with place.open(temporary_suffix="") as partner, pytest.raises(SubmissionUncertain):
        partner.put_final(NAME, DATA)
    assert received(place) == []


# --- what comes back ------------------------------------------------------------------------------


@pytest.mark.parametrize("byte", [0, 100_000, 399_999])
def test_a_connection_lost_during_the_download_returns_nothing(make_mock, byte):
    place = make_mock(fault("drop", operation="read", at_byte=byte))
    (place.outbound / "a.835").write_bytes(DATA)
    with place.open() as partner, pytest.raises(ConnectionLost):
        partner.get("a.835")
    with place.open() as partner:
        assert partner.get("a.835") == DATA


def test_a_server_that_stalls_during_the_download_times_out(make_mock):
    place = make_mock(fault("stall", operation="read", at_byte=100_000))
    (place.outbound / "a.835").write_bytes(DATA)
    with place.open(reply_timeout=0.5) as partner, pytest.raises(TimedOut):
        partner.get("a.835")


@pytest.mark.parametrize("most", [1_000, 8_192, 32_767])
def test_a_short_read_is_followed_by_another_read(make_mock, most):
    place = make_mock(fault("short_reads", at_byte=most, times=0))
    (place.outbound / "a.835").write_bytes(DATA)
    with place.open() as partner:
        assert partner.get("a.835") == DATA
        assert submit(place)


def test_a_growing_answer_is_not_taken_before_it_is_complete(make_mock):
    place = make_mock(fault("growing", answer="835"))
    place.clearinghouse._outbox.place("835", DATA, 1, place.clearinghouse.day)
    (name,) = os.listdir(place.outbound)
    sizes = set()
    tries = 0
    while tries < 30:
        tries += 1
        with place.open() as partner:
            sizes.add(partner.list()[0].size)
            try:
                data = partner.get(name)
            except FileChanging:
                continue
        assert data == DATA
        break
    assert 1 < tries < 30
    assert FileChanging.retryable
    assert len(sizes) > 1


def test_a_file_that_shrinks_while_it_is_read_is_not_taken(remote):
    path = remote.outbound / "a.835"
    path.write_bytes(DATA)
    with remote.open() as partner:
        blocks = partner._files.read(str(remote.site.receive_folder) + "/a.835", 1 << 30, lambda size: None)
        next(blocks)
        os.truncate(path, 150_000)
        with pytest.raises(FileChanging):
            b"".join(blocks)
        path.write_bytes(DATA)
        assert partner.get("a.835") == DATA


def test_a_file_that_grows_while_it_is_read_is_not_taken(remote):
    path = remote.outbound / "a.835"
    path.write_bytes(DATA)
    with remote.open() as partner:
        blocks = partner._files.read(str(remote.site.receive_folder) + "/a.835", 1 << 30, lambda size: None)
        next(blocks)
        with path.open("ab") as file:
            file.write(b"more")
        with pytest.raises(FileChanging):
            b"".join(blocks)


@pytest.mark.parametrize("operation", ["list", "open"])
@pytest.mark.parametrize(("kind", "error"), [("drop", ConnectionLost), ("stall", TimedOut)])
def test_a_server_that_fails_while_it_lists_or_opens_is_reported(make_mock, operation, kind, error):
    place = make_mock(fault(kind, operation=operation))
    (place.outbound / "a.835").write_bytes(DATA)
    with place.open(reply_timeout=0.5) as partner, pytest.raises(error):
        [partner.get(file.name) for file in partner.list()]


def test_an_endless_file_ends_at_the_size_that_the_server_reported(make_mock):
    place = make_mock(fault("endless"))
    with place.open() as partner:
        (listed,) = partner.list()
        with pytest.raises(FileChanging):
            partner.get(listed.name)
        with pytest.raises(TooLarge):
            partner.get(listed.name, cap=listed.size - 1)


def test_a_file_of_ten_gigabytes_is_refused_before_it_is_read(remote):
    with (remote.outbound / "huge.835").open("wb") as file:
        file.truncate(10 << 30)  # sparse
    with remote.open() as partner, pytest.raises(TooLarge):
        partner.get("huge.835")
    (remote.outbound / "huge.835").unlink()


def test_hostile_names_are_listed_as_refused_and_never_used(make_mock):
    place = make_mock(fault("hostile_names"))
    (place.outbound / "good.835").write_bytes(b"x")
    with place.open() as partner:
        listing = partner.listing()
        assert [file.name for file in listing.files] == ["good.835"]
        shown = "".join(entry.escaped_name for entry in listing.refused)
        assert len(listing.refused) == 10  # eleven names, of which ".." is never shown
        assert shown.isascii()
        assert shown.isprintable()
        for name in ("../../etc/cron.d/evil", "a\nb.835"):
            with pytest.raises(NameRefused):
                partner.get(name)


def test_after_a_lost_connection_the_transport_refuses_further_work(make_mock):
    place = make_mock(fault("drop", at_byte=0))
    with place.open() as partner:
        with pytest.raises(ConnectionLost):
            partner.put_temporary(NAME, DATA)
        with pytest.raises(TransportError):
            partner.list()
