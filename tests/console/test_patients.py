"""What patients owe, through the commands as a clerk types them."""

import json
from datetime import date, timedelta

import pytest
from typer.testing import CliRunner

from console.command import app
from tests.tasks.patients.answered import Answer as Says
from tests.tasks.patients.answered import Desk, person, visit

WHY = ("--why", "as the guarantor said")
IN_TWO_WEEKS = (date.today() + timedelta(days=14)).isoformat()  # a command's day is that of the clock


@pytest.fixture(scope="module")
def desk(make_home):
    made = Desk(make_home("typed"))
    made.see(visit(1), visit(2, patient=person(1), service_date="2026-11-03"), visit(3), visit(4))
    made.answer({"V-1": Says(), "V-2": Says(shares=(("2", 5_00),)), "V-3": Says()})
    return made


def typed(desk, *words):
    done = CliRunner().invoke(app, [*map(str, words), "--home", str(desk.home.path)])
    assert done.exit_code in (0, 3), (words, done.output, done.exception)
    return done.stdout


def did(desk, *words):
    return json.loads(typed(desk, *words, "--json"))


def test_a_months_work_is_typed(desk, tmp_path):
    assert [a["owed_cents"] for a in did(desk, "patients", "list")["accounts"]] == [25_00, 20_00]
    assert "Wren Mosswoodaab" in typed(desk, "patients")
    assert [s["cents"] for s in did(desk, "statements", "preview")["statements"]] == [25_00, 20_00]
    held = did(desk, "statements", "hold", "V-3", "--kind", "returned_mail", *WHY)
    assert (held["account"], held["whole"], held["id"]) == (3, True, 1)
    assert "mail came back" in typed(desk, "statements", "preview")
    assert did(desk, "statements", "make", "--dry-run")["batch"] == 0
    made = did(desk, "statements", "make", *WHY)
    assert (made["batch"], made["statements"], made["cents"]) == (1, 1, 25_00)
    assert made["left_out"] == {"hold_returned_mail": {"claims": 1, "cents": 20_00}}
    did(desk, "statements", "page", 1, "--out", tmp_path / "one.pdf")
    assert (tmp_path / "one.pdf").read_bytes().startswith(b"%PDF")
    out = tmp_path / "batch.csv"
    did(desk, "statements", "file", 1, "--out", out)
    assert did(desk, "statements", "check", out)["cents"] == 25_00
    out.write_bytes(out.read_bytes()[:-30])
    refused = CliRunner().invoke(app, ["statements", "check", str(out), "--home", str(desk.home.path)])
    assert refused.exception.code == "STM-03"
    assert "line 4" in str(refused.exception)
    did(desk, "statements", "release", 1, *WHY)
    paid = did(
        desk, "patients", "pay", "V-1", "--method", "check", "--reference", 17, "--dollars", "22.00", *WHY
    )
    assert sum(p["cents"] for p in paid["postings"]) == 0
    shown = did(desk, "patients", "show", "V-2")
    assert [c["owed"] for c in shown["claims"]] == [0, 3_00]
    assert [p["how"] for p in shown["payments"]] == ["check 17", "check 17"]
    assert "documents" not in shown["claims"][0] or isinstance(shown["claims"][0]["documents"], int)
    for word in ("check 17", "11", "25.00"):
        assert word in typed(desk, "patients", "show", "V-1")
    did(desk, "patients", "unpay", shown["payments"][1]["act"], *WHY)
    assert (
        did(desk, "patients", "plan", "V-1", "--instalments", 2, "--first", IN_TWO_WEEKS, *WHY)["cents"]
        == 5_00
    )
    assert did(desk, "patients", "show", "V-1")["plans"][0]["owed"] == 5_00
    did(desk, "patients", "plan-end", 1, *WHY)
    did(desk, "statements", "void", "--batch", 1, *WHY)
    assert did(desk, "statements", "list")["batches"][0]["void"] == 1
    for words, code in (
        (("patients", "to-collections", "V-1", *WHY), "COL-01"),
        (("patients", "write-off-small", *WHY), "SML-01"),
        (("patients", "recall", "V-1", *WHY), "COL-03"),
        (("patients", "use-credit", "V-1", *WHY), "PAT-05"),
        (("patients", "collections-file", 1, "--out", out), "COL-03"),
        (("patients", "show", "V-4"), "PAT-01"),
        (("statements", "void", *WHY), "STM-02"),
        (("statements", "page", 9, "--out", out), "STM-02"),
        (("patients", "pay", "V-1", "--method", "cash", *WHY), "ACT-02"),
    ):
        done = CliRunner().invoke(app, [*map(str, words), "--home", str(desk.home.path)])
        assert done.exception.code == code, (words, done.output)
    settings = desk.home.path / "cleanclaim.toml"
    rules = "small_balance_cents = 2500\nsmall_credit_cents = 2500\n"
    settings.write_text(f"{rules}{settings.read_text('utf-8')}", encoding="utf-8")
    did(desk, "patients", "pay", "V-3", "--method", "cash", "--dollars", "25.00", *WHY)
    rest = " ".join(typed(desk, "patients", "write-off-small", "--dry-run", *WHY).split())
    assert "account owes written off why not" in rest
    assert "1 $5.00 no a claim of it was on fewer than 2 statements" in rest
    used = " ".join(typed(desk, "patients", "use-small-credits", "--dry-run", *WHY).split())
    assert "account credit used why not" in used
    assert "3 $5.00 no nothing else may be asked for" in used


def test_pages_of_accounts_are_together_those_of_which_something_is_open(desk):
    whole = did(desk, "patients", "list")
    assert whole["next_after"] is None
    for name, known in (
        ("patients", whole["accounts"]),
        ("statements", did(desk, "statements", "list")["statements"]),
    ):
        key, seen, after = "accounts" if name == "patients" else name, [], 0
        while after is not None:
            page = did(desk, name, "list", "--limit", 1, "--after", after)
            seen, after = seen + page[key], page["next_after"]
        assert seen == known, name
        practice = {one["practice"] for one in known}.pop()
        assert did(desk, name, "list", "--practice", practice.upper())[key] == known
        typed_wrong = CliRunner().invoke(
            app, [name, "list", "--practice", "x", "--home", str(desk.home.path)]
        )
        assert typed_wrong.exception.code == "LST-01"
    every = did(desk, "patients", "list", "--all")["accounts"]
    assert [one for one in every if one in whole["accounts"]] == whole["accounts"]
