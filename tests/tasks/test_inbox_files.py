"""Which files of the inbox are seen, and how they are read."""

from tasks.inbox_files import files_in, read_bytes


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
    assert list(files_in(tmp_path)) == []


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
