"""A generated quarter in the ledger, against a recomputation from the raw files that imports nothing."""

import ast
import copy
import sys

import pytest

from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from tests.referees.quarter.comparing import REFEREES, differences, of_the_ledger, recomputed
from tests.referees.quarter.playing import play


@pytest.mark.parametrize(
    ("referee", "imports"),
    [
        ("raw_files.py", "collections dataclasses datetime decimal json"),
        ("recompute.py", "collections dataclasses datetime json pathlib raw_files sys"),
        (
            "recompute_months.py",
            "calendar collections csv decimal json pathlib raw_files recompute sys",
        ),
        ("recompute_measures.py", "collections dataclasses datetime json pathlib raw_files recompute sys"),
    ],
)
def test_a_recomputation_imports_the_standard_library_and_what_lies_beside_it_alone(referee, imports):
    tree = ast.parse((REFEREES / referee).read_text("utf-8"))
    named = {name.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for name in n.names}
    named |= {(n.module or "").split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert sorted(named) == imports.split()


@pytest.mark.parametrize("name", ["quarter/stories.py", "quarter/remittance_files.py", "quarter/parties.py",
                                  "year/stories.py", "year/bank.py"])  # fmt: skip
def test_what_payers_and_the_bank_decide_is_written_apart_from_the_product(name):
    tree = ast.parse((REFEREES / name).read_text("utf-8"))
    named = {n.name for node in ast.walk(tree) if isinstance(node, ast.Import) for n in node.names}
    named |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    ours = {one for one in named if one.split(".")[0] not in sys.stdlib_module_names}
    assert all(one.startswith("tests.referees") for one in ours), ours


@pytest.fixture(scope="module")
def played(make_home):
    home = make_home("quarter")
    _, raw = play(home, 300, seed=1)
    with home.opened() as opened:
        yield opened, raw


def test_a_quarter_is_equal_to_the_cent_and_in_open_work(played):
    opened, raw = played
    ours, theirs = of_the_ledger(opened), recomputed(raw)
    assert differences(ours, theirs) == []
    codes = {code.split()[-1] for one in ours["claims"].values() for _, code, _ in one["work"]}
    assert codes >= {"REV", "WAIT", "alone", "verify", "patient_credit", "payer_credit", "150", "27"}
    assert len(ours["claims"]) == 300
    assert ours["suspense"]
    assert ours["chains"]


def test_the_books_of_the_quarter_close_and_every_claims_money_is_explained(played):
    opened, _ = played
    assert money(opened.ledger).closes
    assert proof(opened.ledger).faults == []


def test_a_cent_of_difference_anywhere_is_seen(played):
    opened, raw = played
    ours, theirs = of_the_ledger(opened), recomputed(raw)
    number = next(n for n, one in ours["claims"].items() if one["work"])
    known = differences(ours, theirs)
    moved = copy.deepcopy(ours)
    moved["claims"][number]["patient"] += 1
    assert len(differences(moved, theirs)) == len(known) + 1
    moved["claims"][number]["patient"] -= 1
    moved["claims"][number]["work"][0][2] += 1
    assert len(differences(moved, theirs)) == len(known) + 1
    moved["suspense"][0][2] += 1
    assert len(differences(moved, theirs)) == len(known) + 2


def test_a_remittance_that_was_lost_is_seen(played):
    opened, raw = played
    lost = min((raw / "received").glob("*.835"))
    text = lost.read_text("ascii")
    lost.unlink()
    try:
        assert differences(of_the_ledger(opened), recomputed(raw)) != []
    finally:
        lost.write_text(text, encoding="ascii")
