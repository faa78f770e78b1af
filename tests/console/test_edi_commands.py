"""`cleanclaim edi` as a person and a program meet it: output, JSON, exit codes, what never shows."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import edi
from console.command import app
from tests.edi.samples import ENVELOPE, claim, claim_acknowledgment, full_claim, remittance

KEYS = ["code", "severity", "snip", "loop", "segment", "position", "element", "message", "fix", "answer"]
PRIVATE = ("RIVER", "ANNA", "M00012345", "PCN0001", "PCN0002", "19800229", "1980-02-29", "ELM ST", "MR5")
GOOD = edi.write_claims([claim(), full_claim()], ENVELOPE)
BAD = GOOD.replace(b"SV1*HC:99213", b"SV1*XX:99213").replace(b"DMG*D8*19800229", b"DMG*D8*19800230")


@pytest.fixture
def folder(tmp_path):
    """Files of every kind to look at."""
    files = {
        "good.837": GOOD,
        "bad.837": BAD,
        "paid.835": edi.write_remittances([remittance()], ENVELOPE),
        "unbalanced.835": edi.write_remittances([remittance(payment=2600)], ENVELOPE),
        "answer.277": edi.write_acknowledgments([claim_acknowledgment()], ENVELOPE),
        "words.txt": b"Dear biller, here is no claim.",
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def ask(*arguments, stdin=None):
    return CliRunner().invoke(app, ["edi", *map(str, arguments)], input=stdin)


EXITS = {"good.837": 0, "bad.837": 1, "paid.835": 0, "unbalanced.835": 1, "words.txt": 2}


@pytest.mark.parametrize(("name", "exit_code"), EXITS.items())
def test_check_answers_with_an_exit_code_and_nothing_but_findings(folder, name, exit_code):
    result = ask("check", folder / name, "--json")
    assert result.exit_code == exit_code
    found = json.loads(result.stdout)
    assert list(found) == ["findings"]
    assert all(list(f) == KEYS for f in found["findings"])
    assert any(f["severity"] == "error" for f in found["findings"]) is (exit_code > 0)


def test_what_is_no_x12_is_one_finding(folder):
    [finding] = json.loads(ask("check", folder / "words.txt", "--json").stdout)["findings"]
    assert (finding["code"], finding["answer"]["report"]) == ("ENV-01", "TA1")


def test_an_answer_names_its_report_and_its_codes(folder):
    findings = json.loads(ask("check", folder / "bad.837", "--json").stdout)["findings"]
    answers = [f["answer"] for f in findings if f["code"] == "ELM-07"]
    assert answers[0] == {"report": "999", "IK304": "8", "IK403": "7", "text": "999 IK304 8 IK403 7"}
    [balance] = [
        f["answer"]
        for f in json.loads(ask("check", folder / "unbalanced.835", "--json").stdout)["findings"]
        if f["severity"] == "error"
    ]
    assert (balance["report"], balance["category"]) == ("277CA", "A7")


def test_check_shows_place_fault_remedy_and_answer_by_transaction(folder):
    result = ask("check", folder / "bad.837")
    text = " ".join(result.stdout.split())
    for said in (
        "ST 0001 (837 005010X222A1)", "2010BA DMG02", "segment 18", "Give a real date", "IK403 8",
        "and 1 more", "3 errors",
    ):  # fmt: skip
        assert said in text, said


def test_check_takes_several_files_and_standard_input(folder):
    result = ask("check", folder / "good.837", folder / "bad.837", "--json")
    assert result.exit_code == 1
    assert {Path(f["file"]).name for f in json.loads(result.stdout)["findings"]} == {"good.837", "bad.837"}
    assert ask("check", "-", stdin=GOOD).exit_code == 0
    assert ask("check", "-", stdin=b"").exit_code == 2


def test_a_diagnosis_that_was_not_yet_in_force_is_found(folder):
    file = folder / "old.837"
    file.write_bytes(edi.write_claims([claim(diagnoses=("J0299",))], ENVELOPE))
    result = ask("check", file, "--json")
    assert result.exit_code == 1
    [error] = [f for f in json.loads(result.stdout)["findings"] if f["severity"] == "error"]
    assert (error["loop"], error["segment"], error["snip"]) == ("2300", "HI", 5)


@pytest.mark.parametrize("name", ["good.837", "bad.837", "paid.835", "unbalanced.835", "answer.277"])
@pytest.mark.parametrize("command", ["check", "explain", "ack"])
@pytest.mark.parametrize("extra", [(), ("--json",)])
def test_no_command_shows_a_patient_unasked(folder, command, name, extra):
    result = ask(command, folder / name, *extra)
    assert result.exit_code in (0, 1)
    assert [value for value in PRIVATE if value in result.output] == []


def test_diff_shows_no_patient_unasked(folder):
    result = ask("diff", folder / "good.837", folder / "bad.837")
    assert result.exit_code == 1
    assert [value for value in PRIVATE if value in result.output] == []
    shown = ask("diff", folder / "good.837", folder / "bad.837", "--show-phi")
    assert "1980-02-29" in shown.output


def test_explain_describes_a_remittance_with_our_words_for_its_codes(folder):
    result = ask("explain", folder / "paid.835")
    assert result.exit_code == 0
    text = " ".join(result.stdout.split())
    assert "ACME HEALTH pays CLEAR FAMILY PRACTICE $25.00 by check EFT0001" in text
    assert "charge above fee schedule" in text
    assert "it balances" in text


def test_explain_gives_a_program_stories_and_findings(folder):
    found = json.loads(ask("explain", folder / "bad.837", "--json").stdout)
    assert [s["kind"] for s in found["explanations"]] == ["claim", "claim"]
    assert {f["code"] for f in found["findings"]} >= {"ELM-07", "ELM-08"}


def test_explain_points_at_the_check_where_it_found_errors(folder):
    result = ask("explain", folder / "bad.837")
    assert result.exit_code == 1
    assert "cleanclaim edi check" in result.stdout
    assert ask("explain", folder / "words.txt").exit_code == 2


def test_ack_writes_a_ta1_and_a_999_that_read_back(folder):
    result = ask("ack", folder / "bad.837", "--out", folder / "answer.999")
    assert result.exit_code == 1
    ta1, ack = edi.read_acknowledgments(folder / "answer.999")
    assert (ta1.status, ack.status) == ("A", "R")
    assert edi.check(folder / "answer.999") == []
    plain = ask("ack", folder / "good.837")
    assert plain.exit_code == 0
    assert [a.status for a in edi.read_acknowledgments(plain.stdout_bytes)] == ["A", "A"]


def test_ack_copies_bad_values_only_when_it_is_asked_to(folder):
    assert "19800230" not in ask("ack", folder / "bad.837").output
    assert "IK4*2**8*19800230" in ask("ack", folder / "bad.837", "--show-phi").output


def test_ack_gives_a_program_what_it_wrote(folder):
    found = json.loads(ask("ack", folder / "bad.837", "--json").stdout)
    assert found["accepted"] is False
    assert found["groups"][0]["transactions"][0]["faults"][0]["segment"] == "DMG"
    assert found["x12"].startswith("ISA")


def test_ack_of_what_is_no_x12_says_so(folder):
    result = ask("ack", folder / "words.txt")
    assert getattr(result.exception, "code", "") == "ENV-01"
    assert getattr(result.exception, "exit_code", 0) == 2


def test_diff_of_two_writings_of_the_same_claims_is_clean(folder):
    other = folder / "other.837"
    other.write_bytes(edi.write_claims([full_claim(), claim()], ENVELOPE).replace(b"~\n", b"~\r\n"))
    result = ask("diff", folder / "good.837", other, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"same": True, "differences": []}


def test_diff_of_what_is_no_x12_exits_2(folder):
    assert ask("diff", folder / "good.837", folder / "words.txt").exit_code == 2
    assert (
        json.loads(ask("diff", folder / "words.txt", folder / "good.837", "--json").stdout)["same"] is False
    )


def test_a_file_that_is_not_there_is_named_with_exit_code_2(folder):
    for arguments in (("check", "none"), ("explain", "none"), ("ack", "none"), ("diff", "none", "none")):
        result = ask(*arguments)
        assert getattr(result.exception, "code", "") == "EDI-04"
        assert getattr(result.exception, "exit_code", 0) == 2


def test_the_edi_commands_do_not_wait_for_the_rest_of_the_product(folder):
    script = (
        "import sys\nfrom console.command import main\n"
        "sys.argv = ['cleanclaim', 'edi', 'check', sys.argv[1]]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'prefect', 'sqlalchemy', 'paramiko', 'fastapi', 'lxml', 'tasks', 'ledger'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(folder / "good.837")],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert ran.stdout.splitlines()[-1] == "[]"
