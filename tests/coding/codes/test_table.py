"""The file format of a code set: every key found, however many, and damage seen when it is opened."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.codes import DamagedTableError
from coding.codes.table import Header, Table, day_number, number_day, pack

HEAD = Header(set="t", release="1", source="a test", licence="none", key=4, fields="<B")


@pytest.mark.slow
@given(st.lists(st.tuples(st.text("ABC019", min_size=1, max_size=4), st.integers(0, 255)), max_size=400))
def test_every_key_gives_its_rows_and_no_other(rows: list[tuple[str, int]]) -> None:
    table = Table.of(HEAD, [key.encode().ljust(4) + bytes([value]) for key, value in rows])
    for key in {key for key, _ in rows} | {"A", "ZZZZ", "000", ""}:
        assert [value for (value,) in table.rows(key)] == sorted(v for k, v in rows if k == key)
    assert len(table) == len(rows)


def test_a_key_that_is_too_long_or_foreign_is_not_found() -> None:
    table = Table.of(HEAD, [b"AB  \x01"])
    assert table.rows("ABCDE") == ()
    assert table.rows("Ä") == ()


@pytest.mark.parametrize("damage", [b"", b"CCT0", b"CCT1\xff\xff\x00\x00{}", None])
def test_damage_is_seen_when_the_file_is_opened(tmp_path: Path, damage: bytes | None) -> None:
    path = tmp_path / "t.codes"
    path.write_bytes(pack(HEAD, [b"AB  \x01", b"AC  \x02"])[:-1] if damage is None else damage)
    with pytest.raises(DamagedTableError):
        Table.open(path)


def test_days_go_there_and_back() -> None:
    assert number_day(day_number(None)) is None
    for number in (0, 1, 10_000, 0xFFFE):
        found = number_day(number)
        assert found is not None
        assert day_number(found) == number
