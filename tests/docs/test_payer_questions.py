"""The table of payer questions names tests, edits and settings that exist, or says why one does not apply."""

import re

import pytest

import coding
from config.partners import Clearinghouse, Payer, Practice
from tests.conftest import CHECKOUT, TESTS

PAGE = (CHECKOUT / "docs" / "payer-questions.md").read_text("utf-8")
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| Requirement")
]
KINDS = {"payers": Payer, "clearinghouses": Clearinghouse, "practices": Practice}
NAMES = {
    name
    for file in TESTS.rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.M)
}


def exists(name: str) -> bool:
    if name.startswith("test_"):
        return name in NAMES
    kind, _, key = name.partition(".")
    return key in KINDS[kind].model_fields if key else name in coding.EDITS


def test_three_guides_are_answered() -> None:
    assert PAGE.count("<https://") + PAGE.count("<http://") >= 3
    assert len(ROWS) > 50


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_each_requirement_is_met_by_something_that_exists_or_does_not_apply(row) -> None:
    _, answer, by = row
    named = re.findall(r"`([^`]+)`", by)
    assert answer in ("met", "by setting", "not applicable")
    assert [name for name in named if not exists(name)] == []
    if answer == "met":
        assert named
    elif answer == "by setting":
        assert any("." in name for name in named)
    else:
        assert len(by) > 20
