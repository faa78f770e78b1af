"""The journal: the partner's own record of what it received."""

import json

from mock_clearinghouse.journal import Journal, Received

ONE = Received("a.837", "000000001", "ab" * 32, 10)
TWO = Received("b.837", "000000002", "cd" * 32, 20)


def test_a_line_is_json_with_name_isa13_sha256_and_bytes(tmp_path):
    Journal(tmp_path / "journal.jsonl").append(ONE)
    (line,) = (tmp_path / "journal.jsonl").read_text().splitlines()
    assert json.loads(line) == {"name": "a.837", "isa13": "000000001", "sha256": "ab" * 32, "bytes": 10}


def test_lines_are_there_again_at_the_next_start(tmp_path):
    first = Journal(tmp_path / "journal.jsonl")
    first.append(ONE)
    first.append(TWO)
    assert Journal(tmp_path / "journal.jsonl").lines == [ONE, TWO]


def test_a_line_cut_short_by_a_crash_is_dropped_and_the_next_one_stands_alone(tmp_path):
    Journal(tmp_path / "journal.jsonl").append(ONE)
    with (tmp_path / "journal.jsonl").open("a") as file:
        file.write('{"name": "b.8')
    again = Journal(tmp_path / "journal.jsonl")
    again.append(TWO)
    assert Journal(tmp_path / "journal.jsonl").lines == [ONE, TWO]
