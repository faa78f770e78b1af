"""`cleanclaim contracts` as it is typed."""

import json

from typer.testing import CliRunner

from console.command import app

WHY = ("--why", "signed in December", "--as", "Ann")
FEES = "rule,procedure,rate\nfee,99213,92.50\nfee,99202-99215,80\npercent_of_charge,,62.5\n"
FROM = ("--payer", "harbor", "--from", "2026-01-01")


def ask(home, *words):
    return CliRunner().invoke(app, ["contracts", *map(str, words), "--home", str(home.path)])


def did(home, *words):
    done = ask(home, *words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def refused(home, *words):
    done = ask(home, *words)
    assert done.exit_code == 1
    return done.exception


def test_a_fee_schedule_is_previewed_imported_shown_replaced_ended_and_withdrawn(home):
    file = home.path.parent / "fees.csv"
    file.write_text(FEES, "utf-8")
    assert "No contract is kept with beacon, evergreen, harbor" in " ".join(ask(home, "list").output.split())
    preview = did(home, "import", file, *FROM, "--dry-run")
    assert did(home, "list")["contracts"] == []
    assert "say why" in str(refused(home, "import", file, *FROM))
    done = did(home, "import", file, *FROM, *WHY)
    assert (
        done["changes"] == preview["changes"] == ["contract 1, harbor, 3 rows: in force from 2026-01-01 on"]
    )
    assert done["effect"].startswith("0 answered claims compared")
    assert did(home, "import", file, *FROM, *WHY)["changes"] == []
    assert "Nothing to change" in ask(home, "import", file, *FROM, *WHY).output
    found = did(home, "show", 1, "--procedure", "99213")
    assert [row["line"] for row in found["rows"]] == [2, 3, 4]
    assert [row["line"] for row in did(home, "show", 1, "--procedure", "87880")["rows"]] == [4]

    file.write_text(FEES.replace("92.50", "95"), "utf-8")
    clash = refused(home, "import", file, "--payer", "harbor", "--from", "2027-01-01", *WHY)
    assert (clash.code, "--replaces 1" in clash.message) == ("CTR-04", True)
    next_year = ("--payer", "harbor", "--from", "2027-01-01", "--to", "2027-12-31", "--replaces", 1)
    assert did(home, "import", file, *next_year, *WHY)["changes"] == [
        "contract 1, harbor, 3 rows: in force from 2026-01-01 to 2026-12-31",
        "contract 2, harbor, 3 rows: in force from 2027-01-01 to 2027-12-31",
    ]
    did(home, "end", 1, "--on", "2026-06-30", *WHY)
    did(home, "withdraw", 2, *WHY)
    assert [one["number"] for one in did(home, "list", "--payer", "HRB01")["contracts"]] == [1]
    assert [one["state"] for one in did(home, "list", "--all")["contracts"]] == ["in_force", "withdrawn"]
    said = did(home, "show", 1)["history"]
    assert [(one["to_on"], one["actor"]) for one in said] == [
        ("", "Ann"), ("2026-12-31", "Ann"), ("2026-06-30", "Ann"),
    ]  # fmt: skip


def test_the_list_of_a_practice_has_its_own_contracts_and_those_of_every_practice(home):
    file = home.path.parent / "fees.csv"
    file.write_text(FEES, "utf-8")
    did(home, "import", file, *FROM, *WHY)
    did(home, "import", file, "--payer", "beacon", "--from", "2026-01-01", "--practice", "summit", *WHY)

    def numbers(*words):
        return [one["number"] for one in did(home, "list", *words)["contracts"]]

    assert numbers() == numbers("--practice", "SUMMIT") == [1, 2]
    assert numbers("--practice", "lakeside") == [1]
    assert numbers("--practice", "summit", "--payer", "beacon") == [2]
    assert ask(home, "list", "--practice", "nowhere").exception.code == "LST-01"


def test_what_is_not_there_is_refused_with_the_place_to_look(home):
    assert "contracts list" in str(refused(home, "show", 7))
    assert refused(home, "withdraw", 7, *WHY).code == "CTR-03"
    assert refused(home, "price", "T-1").code == "CLM-01"
    assert refused(home, "import", "none.csv", *FROM, *WHY).code == "CTR-01"
    assert ask(home, "list", "--payer", "nobody").exit_code != 0
