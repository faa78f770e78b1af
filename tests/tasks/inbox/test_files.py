"""Which files of the inbox are seen, and how they are read."""

import os

import pytest

from tasks.inbox.files import FOLDER, LINK, NAME, PART, files_in, read_bytes, shown


def test_every_file_below_the_inbox_is_seen_in_one_order(tmp_path):
    for name in ("b/two.json", "a/deep/one.csv", "zero.xml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [f.name for f in files_in(tmp_path)] == ["a/deep/one.csv", "b/two.json", "zero.xml"]
    assert next(files_in(tmp_path)).folders == ("a", "deep")


def test_hidden_files_and_copies_under_way_are_left_for_later(tmp_path):
    for name in (".DS_Store", "one.json.part", ".hidden/one.json", "TWO.TMP"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [(f.name, f.refused) for f in files_in(tmp_path)] == [("TWO.TMP", PART), ("one.json.part", PART)]


def test_a_link_is_seen_but_is_no_plain_file(tmp_path):
    outside = tmp_path / "outside.json"
    outside.write_text("x")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "link.json").symlink_to(outside)
    assert [f.plain for f in files_in(inbox)] == [False]


def test_an_inbox_that_is_not_there_is_empty(tmp_path):
    assert list(files_in(tmp_path / "absent")) == []


def test_a_file_larger_than_the_cap_is_not_read(tmp_path):
    (tmp_path / "one.json").write_bytes(b"12345")
    [file] = files_in(tmp_path)
    assert read_bytes(file, 4) is None
    assert read_bytes(file, 5) == b"12345"


HOSTILE = (
    b"caf\xe9.json", b"\xff\xfe.json", b"\xed\xa0\x80.json",
    b"two\nlines.json", b"\x1b[2J.json", b"tab\t.json",
    b"\xc2\x9bcsi.json", "left\u202egnp.json".encode(), "zero\u200bwidth.json".encode(),
    "line\u2028.json".encode(),
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_is_no_text_is_refused_alone_and_shown_escaped(tmp_path, name):
    for made in (tmp_path / "good.json", os.fsencode(tmp_path) + b"/" + name):
        with open(made, "wb") as file:
            file.write(b"{}")
    folder = os.fsencode(tmp_path) + b"/" + name.replace(b".json", b"_folder")
    os.mkdir(folder)
    with open(folder + b"/inside.json", "wb") as file:
        file.write(b"{}")
    found = list(files_in(tmp_path))
    assert [f.name for f in found if f.plain] == ["good.json"]
    assert [f.refused for f in found if not f.plain] == [NAME, NAME]
    assert all(f.name.isprintable() and f.name.encode("utf-8") for f in found)


def test_names_in_any_alphabet_and_of_any_length_are_used(tmp_path):
    names = sorted(
        ("Müller.json", "visit\u00a0(1).json", "診療.json", "é" * 125 + ".json", "a" * 250 + ".json")
    )
    for name in names:
        (tmp_path / name).write_bytes(b"{}")
    assert [(f.name, f.plain) for f in files_in(tmp_path)] == [(name, True) for name in names]
    assert shown("a\\b") == "a\\b"


def test_links_loops_pipes_and_folders_with_the_ending_of_a_file_cost_only_themselves(tmp_path):
    (tmp_path / "x.json").mkdir()
    (tmp_path / "x.json" / "good.json").write_bytes(b"{}")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "self.json").symlink_to("self.json")
    os.mkfifo(tmp_path / "pipe.json")
    assert [(f.name, f.refused) for f in files_in(tmp_path)] == [
        ("loop", LINK),
        ("pipe.json", LINK),
        ("self.json", LINK),
        ("x.json/good.json", ""),
    ]


def test_a_folder_that_cannot_be_listed_is_seen_as_one(tmp_path):
    """Too deep for the system: no permission helps, not even the superuser's."""
    (tmp_path / "good.json").write_bytes(b"{}")
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(25):
        os.mkdir("d" * 200, dir_fd=here)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    found = list(files_in(tmp_path))
    assert [f.refused for f in found] == [FOLDER, ""]
    assert found[1].name == "good.json"


def test_what_became_a_pipe_since_it_was_listed_is_not_waited_for(tmp_path):
    (tmp_path / "one.json").write_bytes(b"{}")
    [file] = files_in(tmp_path)
    file.path.unlink()
    os.mkfifo(file.path)
    assert read_bytes(file, 100) is None
    file.path.unlink()
    file.path.symlink_to("/dev/zero")
    with pytest.raises(OSError, match="symbolic links"):
        read_bytes(file, 100)
