"""Acts about money through the commands: a preview, the act, who signed, and what is refused."""

import json

import pytest
from typer.testing import CliRunner

from console.command import app
from tests.tasks.payment_scenarios import Played, play
from tests.tasks.test_payment_cases import CASES


@pytest.fixture
def played(home) -> Played:
    """A claim of 135.00 whose payment went to another practice's claim number: it is in suspense."""
    return play(home, CASES / "s29b_legacy_same_pcn_same_charge")


def ask(played, *words):
    return CliRunner().invoke(app, [*map(str, words), "--home", str(played.home.path), "--json"])


def did(played, *words):
    done = ask(played, *words)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_payment_is_previewed_matched_unposted_and_returned(played):
    [row] = played.suspense["suspense"]
    preview = did(played, "suspense", "match", row["id"], "T-1", "--dry-run")
    assert preview["dry_run"]
    assert sum(p["cents"] for p in preview["postings"]) == 0
    assert played.suspense["suspense"] == [row]
    done = did(played, "suspense", "match", row["id"], "T-1", "--why", "the payer says so", "--as", "Pat")
    assert done["postings"] == preview["postings"]
    assert played.suspense["suspense"] == []
    assert played.claim()["paid_cents"] == row["cents"]
    assert ("Pat", "the payer says so") in [(s["who"], s["evidence"]) for s in played.claim()["steps"]]
    did(played, "payments", "unpost", row["id"], "--why", "it was another claim after all")
    assert played.claim()["paid_cents"] == 0
    did(played, "suspense", "return", row["id"], "--why", "the payer asked for it", "--as", "Pat")
    assert played.suspense["suspense"] == []


def test_a_patient_pays_in_dollars_and_too_much_for_one_person_is_refused(played):
    assert did(played, "claims", "pay", "T-1", "--dollars", "25.00", "--why", "check 17")["what"]
    assert played.claim()["credit_cents"] == 25_00
    did(played, "claims", "refund", "T-1", "--patient", "--cents", 25_00, "--why", "check 17 bounced")
    for words, code in (
        (("pay", "T-1", "--dollars", "500.01", "--why", "a large check"), "LED-15"),
        (("pay", "T-1", "--cents", 100), "LED-14"),
        (("pay", "T-1", "--dollars", "1.5", "--why", "a check"), "ACT-02"),
        (("pay", "T-1", "--dollars", "12,50", "--why", "a check"), "ACT-02"),
        (("refund", "T-1", "--why", "nobody is named"), "ACT-03"),
        (("write-off", "T-9", "--patient", "--why", "no such claim"), "CLM-01"),
        (("write-off", "T-1", "--patient", "--why", "nothing is owed"), "LED-14"),
    ):
        assert ask(played, "claims", *words).exception.code == code, words
