"""Causes through the command, from the Pareto to an edit of one."""

import json

import pytest
from typer.testing import CliRunner

from console.command import app
from tests.tasks.measures.planted import plant
from tests.tasks.operations.test_make_payer_edit import denied_night

PERIOD = ("--from", "2026-11-01", "--to", "2026-11-30")


@pytest.fixture(scope="module")
def desk(make_home):
    return denied_night(make_home("denied")).path


@pytest.fixture(scope="module")
def planted(make_home):
    home = make_home("planted")
    with home.opened() as opened:
        plant(opened.ledger)
    return home.path


def typed(desk, *words):
    done = CliRunner().invoke(app, ["causes", *map(str, words), *PERIOD, "--home", str(desk)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


def test_a_cause_leads_to_its_claims_and_to_an_edit(desk):
    found = json.loads(typed(desk, "--json"))
    [one] = found["causes"]
    assert (found["count"], found["cents"]) == (one["count"], one["cents"]) == (12, 420_00)
    assert (one["code"], one["facts"], one["answered_lines"]) == ("96", {"procedure": "93000"}, 12)
    assert [month["month"] for month in one["months"]] == ["2026-11"]
    said = typed(desk, "list")
    assert "CARC 96, procedure 93000" in said
    assert "All of the period: 12 lines, $420.00" in said
    assert "more:" not in said
    for by, name in (("payer", "harbor"), ("code", "denial 96"), ("edit", "MN-02"), ("provider", "1999")):
        assert name in typed(desk, "list", "--by", by)
        [group] = json.loads(typed(desk, "list", "--by", by, "--json"))["sums"]
        assert (group["count"], group["cents"], group["cumulative"]) == (12, 420_00, 1.0)
    rows, after = [], 0
    while after is not None:
        page = json.loads(typed(desk, "show", one["id"], "--limit", 5, "--after", after, "--json"))
        rows, after = rows + page["rows"], page["next_after"]
    assert (len(rows), sum(row["cents"] for row in rows)) == (one["claims"], one["cents"])
    assert {tuple(row["lines"]) for row in rows} == {(2,)}
    assert page["spared_by"] == []
    assert "Claims (12, $420.00)" in typed(desk, "show", one["id"])
    said = " ".join(typed(desk, "edit", one["id"], "--dry-run").split())
    assert f"dry run: PAY-01 rule {one['id']}, CARC 96: procedure 93000" in said
    assert "of 12 claims denied so it would have held 12 (100.0 %), $420.00" in said
    why = ("--why", "denied since November", "--as", "Ann")
    made = json.loads(typed(desk, "edit", one["id"], *why, "--json"))
    assert (made["files"], made["tried"]["rightly"]) == (["payers/harbor.toml"], 1.0)
    page = json.loads(typed(desk, "show", one["id"], "--json"))
    assert [(each["edit_id"], each["stopped"]) for each in page["spared_by"]] == [("PAY-01", 12)]


@pytest.mark.parametrize(
    ("words", "code"),
    [(("show", "0badcafe"), "CSE-01"), (("list", "--by", "moon"), "CSE-02"), (("edit", "x1"), "LED-14")],
)
def test_what_there_is_not_is_refused(desk, words, code):
    with pytest.raises(Exception, match=code) as refused:
        typed(desk, *words)
    assert refused.value.code == code


@pytest.mark.parametrize("by", [(), ("--by", "payer")])
def test_a_list_says_what_its_limit_leaves_out(planted, by):
    def said(*words):
        period = ("--from", "2026-01-01", "--to", "2026-12-31", "--home", str(planted))
        done = CliRunner().invoke(app, ["causes", "list", *by, *words, *period])
        assert done.exit_code == 0, done.output
        return done.stdout

    found = json.loads(said("--limit", "1000", "--json"))
    first, *others = found["sums" if by else "causes"]
    lines, cents = (sum(one[name] for one in others) for name in ("count", "cents"))
    assert (lines + first["count"], cents + first["cents"]) == (found["count"], found["cents"])
    shown = " ".join(said("--limit", "1").split())
    assert f"All of the period: {found['count']:,} lines, ${found['cents'] / 100:,.2f}" in shown
    assert f"{len(others):,} more: {lines:,} lines, ${cents / 100:,.2f}; a larger --limit has them" in shown
