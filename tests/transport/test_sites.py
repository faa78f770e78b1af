"""What every kind of site promises: a folder, the mock clearinghouse, a real OpenSSH server."""

import hashlib
import os
from dataclasses import replace

import pytest

import transport
from transport.errors import (
    FileChanging,
    NameRefused,
    NoSuchFile,
    RemoteRefused,
    SiteUnusable,
    TargetExists,
    TooLarge,
)

BLOCK = 32_768
SHA = hashlib.sha256(b"x").hexdigest()


def content(size: int) -> bytes:
    """Bytes that differ everywhere, so that a block out of place is seen."""
    return b"".join(number.to_bytes(4, "big") for number in range(size // 4 + 1))[:size]


def test_a_file_is_submitted_by_temporary_name_read_back_and_rename(place):
    data = content(100_000)
    with place.open() as partner:
        partner.put_temporary("T000000001.837", data)
        assert os.listdir(place.inbound) == ["T000000001.837.part"]
        assert partner.read_back("T000000001.837") == hashlib.sha256(data).hexdigest()
        partner.commit("T000000001.837")
    assert os.listdir(place.inbound) == ["T000000001.837"]
    assert (place.inbound / "T000000001.837").read_bytes() == data


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 64 * BLOCK, 64 * BLOCK + 17])
def test_files_of_every_size_arrive_and_come_back_complete(place, size):
    data = content(size)
    with place.open() as partner:
        partner.put_temporary("size.837", data)
        assert partner.read_back("size.837") == hashlib.sha256(data).hexdigest()
        (place.outbound / "size.835").write_bytes(data)
        assert partner.get("size.835") == data


def test_a_file_larger_than_all_windows_arrives_complete(remote):
    data = content(10_000_000)
    with remote.open() as partner:
        partner.put_temporary("large.837", data)
        assert partner.read_back("large.837") == hashlib.sha256(data).hexdigest()


def test_the_temporary_file_shows_that_nothing_was_submitted(place):
    with place.open() as partner:
        assert not partner.temporary_exists("a.837")
        partner.put_temporary("a.837", b"claims")
        assert partner.temporary_exists("a.837")
        assert not partner.exists("a.837")
        partner.commit("a.837")
        assert not partner.temporary_exists("a.837")
        assert partner.exists("a.837")
        assert partner.read_back_final("a.837") == hashlib.sha256(b"claims").hexdigest()


def test_what_lies_where_we_send_to_is_listed_and_read(place):
    (place.inbound / "earlier.837").write_bytes(b"of another evening")
    (place.outbound / "answer.999").write_bytes(b"an answer")
    with place.open() as partner:
        partner.put_temporary("a.837", b"claims")
        assert [file.name for file in partner.submissions().files] == ["a.837.part", "earlier.837"]
        assert partner.get_submission("earlier.837") == b"of another evening"
        with pytest.raises(TooLarge):
            partner.get_submission("earlier.837", 5)
        with pytest.raises(NoSuchFile):
            partner.get_submission("answer.999")


def test_a_second_upload_replaces_a_longer_first_one(place):
    with place.open() as partner:
        partner.put_temporary("a.837", content(90_000))
        partner.put_temporary("a.837", b"short")
        assert partner.read_back("a.837") == hashlib.sha256(b"short").hexdigest()


def test_a_rename_never_replaces_a_file(place):
    (place.inbound / "a.837").write_bytes(b"the first one")
    with place.open() as partner:
        partner.put_temporary("a.837", b"the second one")
        with pytest.raises(TargetExists):
            partner.commit("a.837")
        assert partner.temporary_exists("a.837")
    assert (place.inbound / "a.837").read_bytes() == b"the first one"


def test_a_rename_without_its_temporary_file_is_reported(place):
    with place.open() as partner, pytest.raises(NoSuchFile):
        partner.commit("never.837")


def test_the_session_continues_after_a_refusal(place):
    with place.open() as partner:
        with pytest.raises(NoSuchFile):
            partner.get("nothing.835")
        with pytest.raises(NoSuchFile):
            partner.read_back("nothing.837")
        (place.outbound / "b.835").write_bytes(content(200_000))
        with pytest.raises(TooLarge):
            partner.get("b.835", cap=1000)
        assert partner.get("b.835") == content(200_000)


def test_the_listing_is_by_name_and_leaves_folders_out(place):
    for name, size in (("b.835", 20), ("a.999", 10)):
        (place.outbound / name).write_bytes(b"x" * size)
    (place.outbound / "archive").mkdir()
    with place.open() as partner:
        assert [(file.name, file.size) for file in partner.list()] == [("a.999", 10), ("b.835", 20)]
        assert partner.list()[0].mtime == int((place.outbound / "a.999").stat().st_mtime)
        assert partner.listing().refused == ()


def test_long_listings_are_complete(place):
    for number in range(500):
        (place.outbound / f"{number:04d}.835").touch()
    with place.open() as partner:
        assert len(partner.list()) == 500


def test_hostile_names_and_links_are_refused_and_shown_escaped(place):
    hostile = ["a\nb.835", "\x1b[2Jx.835", "-rf", ".hidden", "é.835", "a|b.835"]
    for name in hostile:
        (place.outbound / name).write_bytes(b"x")
    (place.outbound / "link.835").symlink_to("/etc/passwd")
    os.mkfifo(place.outbound / "pipe.835")
    with place.open() as partner:
        listing = partner.listing()
        assert {"'link.835'", "'pipe.835'"} <= {entry.escaped_name for entry in listing.refused}
        assert listing.files == ()
        shown = "".join(entry.escaped_name for entry in listing.refused)
        assert len(listing.refused) == len(hostile) + 2
        assert shown.isascii()
        assert shown.isprintable()


@pytest.mark.parametrize(
    "name",
    [
        "../a.837",
        "/etc/passwd",
        "..",
        ".",
        "",
        "a/b",
        "a\\b",
        "a\x00b",
        "a\n",
        ".a",
        "-a",
        "a ",
        "x" * 201,
        "é",
    ],
)
def test_names_that_are_not_plain_file_names_are_refused_before_any_request(place, name):
    with place.open() as partner:
        for use in (
            lambda: partner.put_temporary(name, b""),
            lambda: partner.commit(name),
            lambda: partner.get(name),
            lambda: partner.remove(name, SHA),
            lambda: partner.exists(name),
            lambda: partner.read_back(name),
        ):
            with pytest.raises(NameRefused) as refused:
                use()
            assert str(refused.value).isprintable()
    assert os.listdir(place.inbound) == []


def test_a_removed_file_can_be_removed_again(place):
    (place.outbound / "a.835").write_bytes(b"x")
    with place.open() as partner:
        partner.remove("a.835", SHA)
        partner.remove("a.835", SHA)
        partner.remove_temporary("never.837")
    assert os.listdir(place.outbound) == []


def test_a_file_with_other_contents_is_not_removed(place):
    (place.outbound / "a.835").write_bytes(b"y")
    with place.open() as partner, pytest.raises(FileChanging):
        partner.remove("a.835", SHA)
    assert os.listdir(place.outbound) == ["a.835"]


def test_a_folder_in_place_of_a_file_is_not_read(place):
    (place.outbound / "folder.835").mkdir()
    with place.open() as partner, pytest.raises(RemoteRefused):
        partner.get("folder.835")


def test_a_site_without_temporary_names_is_written_directly_and_never_twice(place):
    with place.open(temporary_suffix="") as partner:
        assert not partner.two_step
        partner.put_final("a.837", b"claims")
        assert partner.read_back_final("a.837") == hashlib.sha256(b"claims").hexdigest()
        with pytest.raises(TargetExists):
            partner.put_final("a.837", b"others")
        with pytest.raises(SiteUnusable):
            partner.put_temporary("b.837", b"")
    assert (place.inbound / "a.837").read_bytes() == b"claims"


def test_a_site_with_temporary_names_is_not_written_directly(place):
    with place.open() as partner, pytest.raises(SiteUnusable):
        partner.put_final("a.837", b"claims")


def test_a_missing_send_folder_is_reported(place):
    changed = replace(place.site, send_folder="nowhere")
    with pytest.raises((SiteUnusable, NoSuchFile)):  # noqa: SIM117
        with transport.open(changed, loopback_only=True) as partner:
            partner.put_temporary("a.837", b"claims")
