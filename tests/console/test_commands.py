"""What people and schedulers ask of the command: tables, one JSON object, exit codes."""

import json
import os
import subprocess
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from typer.testing import CliRunner

from console.command import app
from console.csv_text import as_csv
from console.denials import COLUMNS
from ledger.queries.batches import all_batches
from ledger.queries.night import nights
from ledger.queries.work import denials
from ledger.runs import alerts
from tasks import nightly_run
from tasks.runs.lease import lease
from tests.steps import steps

MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)


@pytest.fixture(scope="module")
def worked(make_home):
    """A home after two nights, walked without Prefect."""
    home = make_home("worked")
    for day, evening in ((MONDAY, "monday"), (TUESDAY, "tuesday")):
        home.samples(evening)
        with home.clearinghouse(day), lease(str(home.path), "", day) as taken:
            nightly_run.walk(taken.home, day)
            taken.close([])
    return home


def ask(home, *arguments):
    return CliRunner().invoke(app, [*map(str, arguments), "--home", str(home.path)])


@pytest.mark.parametrize(
    ("arguments", "exit_code", "key"),
    [
        (("status",), 3, "money"),
        (("holds",), 3, "held"),
        (("quarantine",), 3, "files"),
        (("quarantine", "list"), 3, "remittances"),
        (("quarantine", "history"), 0, "history"),
        (("suspense",), 3, "suspense"),
        (("rejections",), 3, "rejections"),
        (("batches", "list"), 0, "batches"),
        (("batches", "show", 1), 0, "events"),
        (("batches", "rerun", 1), 0, "message"),
        (("alerts", "list"), 3, "alerts"),
        (("denials", "list"), 0, "denials"),
        (("denials", "show", 1), 0, "adjustments"),
        (("denials", "export"), 0, "csv"),
        (("doctor",), 0, "checks"),
    ],
)
def test_each_command_answers_people_with_tables_and_programs_with_one_object(
    worked, arguments, exit_code, key
):
    shown = ask(worked, *arguments)
    assert shown.exit_code == exit_code, shown.output
    assert shown.stdout.strip()
    answered = ask(worked, *arguments, "--json")
    assert answered.exit_code == exit_code
    assert key in json.loads(answered.stdout)


def test_holds_name_the_edit_the_place_and_the_remedy(worked):
    held = json.loads(ask(worked, "holds", "--json").stdout)["held"]
    [npi] = [h for h in held if h["external_id"] == "S-2007"]
    assert (npi["edit_id"], npi["place"]) == ("NPI-01", "2310B NM109")
    assert npi["fix"]
    assert npi["title"]


def test_what_was_rejected_or_never_answered_stands_beside_the_holds(worked):
    found = json.loads(ask(worked, "holds", "--json").stdout)
    assert {r["external_id"] for r in found["rejected"]} == {"L-1007", "B-3004"}
    assert len(found["unanswered"]) == 1


def test_denials_are_ordered_by_time_left_and_money_and_add_up(worked):
    found = json.loads(ask(worked, "denials", "list", "--json").stdout)
    assert found["cents"] == sum(d["cents"] for d in found["denials"])
    assert found["denials"][0]["cents"] == max(d["cents"] for d in found["denials"])


def test_an_export_is_private_and_no_cell_is_a_formula(worked, tmp_path):
    file = tmp_path / "denials.csv"
    assert ask(worked, "denials", "export", "--out", file).exit_code == 0
    assert file.stat().st_mode & 0o077 == 0
    with worked.opened() as opened:
        [first, *_] = denials(opened.ledger, MONDAY)
    assert "'=cmd()" in as_csv([asdict(replace(first, action="=cmd()"))], COLUMNS)


def test_an_output_that_is_a_pipe_or_a_device_is_written_to_and_never_replaced(worked, tmp_path):
    pipe = tmp_path / "denials.csv"
    os.mkfifo(pipe)
    reading = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE)
    assert ask(worked, "denials", "export", "--out", pipe).exit_code == 0
    written, _ = reading.communicate(timeout=60)
    assert written.startswith(",".join(COLUMNS).encode())
    assert pipe.is_fifo()


def test_a_batch_or_denial_that_is_not_there_is_said_so(worked):
    for arguments in (("batches", "show", 99), ("batches", "rerun", 99), ("denials", "show", 99)):
        result = ask(worked, *arguments)
        assert result.exit_code != 0
        assert getattr(result.exception, "code", "") in ("BAT-01", "DEN-01")


def test_rerun_goes_on_with_a_batch_that_stopped_before_it_was_sent(home):
    home.drop("lakeside/one.json", home.encounter())
    with home.clearinghouse(MONDAY):
        pass
    with home.opened() as opened:
        for step in steps("pick_up", "write_batches"):
            for piece in step.pieces(opened, MONDAY):
                step.do(opened, MONDAY, piece)
        assert [b.state for b in all_batches(opened.ledger)] == ["built"]
    done = ask(home, "batches", "rerun", 1, "--json")
    assert json.loads(done.stdout)["sent"] is True
    assert len(home.journal) == 1
    again = ask(home, "batches", "rerun", 1, "--json")
    assert json.loads(again.stdout)["sent"] is False
    assert len(home.journal) == 1


def test_doctor_reports_a_payers_switches_that_do_nothing_or_ran_out(home):
    file = home.path / "partners" / "payers" / "harbor.toml"
    switch = '\n[[edits_{kind}]]\nid = "{id}"\nreason = "the payer wrote so"\nuntil = {until}\n'
    file.write_text(
        file.read_text()
        + switch.format(kind="off", id="ABC-99", until="2099-01-01")
        + switch.format(kind="raised", id="PX-04", until="2020-01-01")
        + switch.format(kind="off", id="REQ-01", until="2099-01-01")
        + switch.format(kind="off", id="MOD-01", until="2099-01-01")
    )
    result = ask(home, "doctor", "--json")
    assert result.exit_code == 1
    rows = [
        (c["outcome"], c["says"]) for c in json.loads(result.stdout)["checks"] if c["what"] == "payer harbor"
    ]
    assert [outcome for outcome, _ in rows] == ["failed", "warning", "warning"]
    for (_, says), words in zip(rows, ("ABC-99", "REQ-01 is off", "ran out on 2020-01-01"), strict=True):
        assert words in says


def test_a_wrong_partner_file_is_named_with_key_and_remedy(home):
    file = home.path / "partners" / "payers" / "harbor.toml"
    file.write_text(file.read_text().replace('payer_id = "HRB01"', "payer_idd = 1"))
    result = ask(home, "status")
    assert result.exception is not None
    assert result.exception.code.startswith("CFG-")
    assert "harbor.toml" in str(result.exception)
    assert ask(home, "doctor").exit_code == 1


def test_an_alert_is_settled_with_the_reason_in_the_audit_trail(home):
    with home.opened() as opened:
        alerts.report(opened.ledger, "x", "2026-11-16", "ACK-025", "a partner calls batch 1 a duplicate")
    assert ask(home, "alerts", "settle", 1, "--why", " ").exception.code == "ALR-02"
    assert ask(home, "alerts", "settle", 1, "--why", "they hold it once").exit_code == 0
    assert ask(home, "alerts", "list").exit_code == 0
    assert ask(home, "alerts", "settle", 1, "--why", "again").exception.code == "ALR-01"
    with home.opened() as opened:
        assert alerts.report(opened.ledger, "x", "2026-11-17", "ACK-025", "it came again")
    trail = json.loads(ask(home, "audit", "show", "--json").stdout)
    assert ("alert settled", "they hold it once") in [(e["act"], e["detail"]) for e in trail["rows"]]


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2090-01-01", "9999-12-31"])
def test_a_run_for_a_business_date_that_no_interchange_can_carry_does_nothing(home, day):
    refused = ask(home, "run", "--date", day)
    assert refused.exception.code == "RUN-03"
    assert "from 2000-01-01 to 2089-12-31" in str(refused.exception)
    with home.opened() as opened:
        assert nights(opened.ledger, 1) == []


def test_a_home_that_is_no_demo_has_no_run_for_a_date_to_come(home):
    settings = home.path / "cleanclaim.toml"
    settings.write_text(settings.read_text("utf-8").replace("demo = true", "demo = false"), "utf-8")
    after_tomorrow = (datetime.now(UTC) + timedelta(days=3)).date()
    refused = ask(home, "run", "--date", after_tomorrow)
    assert refused.exception.code == "RUN-03"
    assert "has not come yet" in str(refused.exception)
