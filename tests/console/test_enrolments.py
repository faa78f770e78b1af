"""`cleanclaim enrolments` as it is typed."""

import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from console.command import app
from tasks import nightly_run
from tests.conftest import CLEAN, MONDAY
from tests.tasks.payment_scenarios import play

WHY = ("--why", "the payer's letter of June", "--as", "Ann")
LAKESIDE, SUMMIT = "1999000015", "1999000122"


def ask(home, *words):
    return CliRunner().invoke(app, ["enrolments", *map(str, words), "--home", str(home.path)])


def did(home, *words):
    done = ask(home, *words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_one_is_previewed_asked_for_approved_renewed_and_ended(home):
    words = ("set", "edi", "harbor", LAKESIDE, "--asked")
    preview = did(home, *words, "--dry-run")
    assert any(one.startswith("claims of lakeside to harbor are held: ") for one in preview["effects"])
    assert did(home, "list")["enrolments"] == []
    assert did(home, *words, *WHY)["changes"] == preview["changes"]
    assert did(home, *words, *WHY)["changes"] == []
    approved = did(home, "set", "edi", "HRB01", LAKESIDE, "--from", MONDAY, *WHY)
    assert "claims of lakeside to harbor go again" in approved["effects"]
    did(home, "renew", 1, "--to", "2026-12-31", *WHY)
    [row] = did(home, "list", "--expiring", 60, "--payer", "harbor")["enrolments"]
    assert (row["number"], row["clearinghouse"], row["to_on"], row["actor"]) == (
        1, "northgate", "2026-12-31", "Ann"
    )  # fmt: skip
    did(home, "end", 1, "--on", "2026-12-01", *WHY)
    assert [one["state"] for one in did(home, "show", 1)["history"]] == [
        "asked",
        "approved",
        "approved",
        "ended",
    ]
    assert did(home, "list", "--kind", "era")["enrolments"] == []


def test_the_list_says_of_which_payers_nothing_is_kept_and_where_no_835_comes_from(home):
    did(home, "set", "era", "harbor", LAKESIDE, "--asked", *WHY)
    shown = " ".join(ask(home, "list").output.split())
    assert "No table is kept of edi with beacon, evergreen, harbor, meridian, senior" in shown
    assert "Remittances of harbor for lakeside come by paper or portal" in shown
    did(home, "set", "era", "harbor", LAKESIDE, "--from", "2026-01-01", *WHY)
    assert "come by paper" not in ask(home, "list").output


def test_the_list_of_a_practice_has_its_number_and_those_of_its_providers(home):
    of_a_provider = "1999001013"
    did(home, "set", "era", "harbor", LAKESIDE, "--asked", *WHY)
    did(home, "set", "credential", "harbor", of_a_provider, "--from", "2026-01-01", *WHY)
    did(home, "set", "era", "harbor", SUMMIT, "--asked", *WHY)

    def npis(*words):
        return [one["npi"] for one in did(home, "list", *words)["enrolments"]]

    assert sorted(npis("--practice", "lakeside")) == sorted([LAKESIDE, of_a_provider])
    assert npis("--practice", "Summit") == npis("--npi", SUMMIT) == [SUMMIT]
    assert ask(home, "list", "--practice", "nowhere").exception.code == "LST-01"


def test_the_work_of_a_late_answer_says_that_no_835_comes(home, tmp_path):
    folder = tmp_path / "late"
    folder.mkdir()
    (folder / "lakeside_e0.json").write_text(json.dumps(CLEAN), "utf-8")
    with play(home, folder).opened() as opened:
        nightly_run.walk(opened, MONDAY + timedelta(days=60))
    did(home, "set", "era", "harbor", LAKESIDE, "--asked", *WHY)
    runner = CliRunner()
    listed = runner.invoke(
        app, ["work", "list", "--kind", "overdue_payer", "--home", str(home.path), "--json"]
    )
    [work] = json.loads(listed.stdout)["work"]
    shown = runner.invoke(app, ["work", "show", str(work["id"]), "--home", str(home.path)])
    assert "by paper or portal, no 835 comes" in " ".join(shown.output.split())


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("list", "--kind", "fax"), "LST-01"),
        (("list", "--payer", "nobody"), "LST-01"),
        (("show", 9), "ENL-01"),
        (("set", "edi", "harbor", LAKESIDE, *WHY), "ENL-01"),  # neither asked nor a first day
        (("set", "edi", "harbor", LAKESIDE, "--asked"), "LED-14"),  # no reason
        (("end", 9, "--on", "2026-12-01", *WHY), "ENL-01"),
        (("import", "none.csv", *WHY), "ENL-03"),
    ],
)
def test_what_makes_no_sense_is_refused(home, words, code):
    assert ask(home, *words).exception.code == code
    assert did(home, "list")["enrolments"] == []


def test_days_beyond_any_calendar_are_wrong_use_and_no_failure(home):
    done = ask(home, "list", "--expiring", 2**31)
    assert done.exit_code == 2
    assert "--expiring" in done.output
