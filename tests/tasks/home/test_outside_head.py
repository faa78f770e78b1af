"""The mark of a home: another file is another mark, though the file system gives out its number again."""

import pytest

from tasks.home import outside_head


def parts(home):
    return set(outside_head.mark(home).split())


def test_a_mark_that_is_made_anew_has_nothing_in_common_with_the_one_before(tmp_path):
    made = set()
    for _ in range(20):
        now = parts(tmp_path)
        if any(part.endswith(".0") for part in now):
            pytest.skip("this file system does not say how often an inode was given out")
        assert not made & now
        made |= now
        (tmp_path / "audit" / "home").unlink()


def test_a_mark_whose_rights_changed_is_the_same_file(tmp_path):
    before = parts(tmp_path)
    (tmp_path / "audit" / "home").chmod(0o640)
    assert before & parts(tmp_path)
