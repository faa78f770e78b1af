"""Ledgers are compared by what they hold, and the verdict names where they differ."""

from bench import ledgers, scale
from ledger.runs import alerts
from tests.conftest import WorkingHome


def content(home: WorkingHome, *keys: str) -> dict[str, str]:
    with home.opened() as opened:
        for key in keys:
            alerts.report(
                opened.ledger, key=key, business_on="2026-11-16", code="T-1", message="m", remedy="r"
            )
        return ledgers.content(opened.ledger)


def test_ledgers_with_the_same_rows_are_equal_whatever_their_clocks_and_keys(tmp_path):
    contents = {name: content(WorkingHome(tmp_path / name), "a", "b") for name in ("one", "two")}
    assert contents["one"]["alert"].startswith("2 ")
    assert ledgers.differences(list(contents.values())) == []
    assert "are equal" in scale.verdict(contents)


def test_a_row_that_is_another_or_missing_is_a_difference_in_its_table(tmp_path):
    one, other, less = (
        content(WorkingHome(tmp_path / name), *keys)
        for name, keys in (("one", "ab"), ("other", "ac"), ("less", "a"))
    )
    assert ledgers.differences([one, other]) == ["alert"]
    assert ledgers.differences([one, less]) == ["alert"]
    assert "DIFFER in alert" in scale.verdict({"one": one, "other": other})


def test_one_ledger_has_nothing_to_be_equal_to():
    assert "nothing to compare" in scale.verdict({"one": {"alert": "1 a"}})
