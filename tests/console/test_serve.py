"""What keeps `serve` from starting, and what `status` and `doctor` say of a schedule that nobody serves."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from config.settings import load
from console.command import app
from console.prefect_environment import unsuitable
from console.prefect_server import Server
from console.serve import _say
from flows.deployments import registry
from ledger.queries.work import alerts
from tasks.runs import schedule
from tasks.runs.schedule import Planned
from tests.flows.served import Served, command

FIT = {"prefect": "3.8.8", "sqlalchemy": "2.0.58", "fastapi": "0.150.1", "apprise": "1.9.5"}


def ask(home, *words):
    return CliRunner().invoke(app, [*words, "--home", str(home.path)])


def test_what_is_installed_here_fits_together():
    assert unsuitable() == ""


@pytest.mark.parametrize(
    "other", [{"sqlalchemy": "2.1.9"}, {"prefect": "3.9.1"}, {"fastapi": "0.151.0"}, {"apprise": "2.0.0"}]
)
def test_versions_that_never_schedule_a_run_are_reported_with_both_names(other):
    installed = FIT | other
    said = unsuitable(installed.__getitem__)
    assert f"prefect {installed['prefect']}" in said
    assert f"SQLAlchemy {installed['sqlalchemy']}" in said
    assert unsuitable(FIT.__getitem__) == ""


def test_the_schedules_are_listed_with_the_practices_name_as_it_is_written(home, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    file = home.path / "partners" / "practices" / "lakeside.toml"
    text = file.read_text("utf-8")
    name = text.split('name = "', 1)[1].split('"', 1)[0]
    text = text.replace(f'name = "{name}"', 'name = "McKay Clinic [/north]"', 1)
    file.write_text('pick_up_cron = "30 12 * * 1-5"\npick_up_zone = "America/Denver"\n' + text, "utf-8")
    scheduled = tuple(one for one in registry(load(home.path)) if one.cron)
    _say(Server("http://127.0.0.1:4200/api"), scheduled, json=False)
    said = capsys.readouterr().out
    assert (
        "pick-up-lakeside: Encounters at the hours of McKay Clinic [/north]; 30 12 * * 1-5 (America/Denver)"
        in said
    )
    assert "nightly: Encounters in, claims out" in said


def test_serve_and_doctor_refuse_a_pair_that_does_not_fit(tmp_path, monkeypatch):
    """Another version's metadata stands first on the path: that is what an installation looks like."""
    found = tmp_path / "site" / "sqlalchemy-2.1.9.dist-info"
    found.mkdir(parents=True)
    (found / "METADATA").write_text("Metadata-Version: 2.1\nName: SQLAlchemy\nVersion: 2.1.9\n", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(found.parent))
    one = Served(tmp_path / "home")
    one.write_settings()
    for words in (("serve",), ("doctor", "--json")):
        ran = command(*words, "--home", str(one.home.path))
        assert ran.returncode == 1
        said = " ".join((ran.stdout + ran.stderr).split())
        assert "SRV-03" in said
        assert "SQLAlchemy 2.1.9" in said


def test_an_impossible_cron_is_reported_by_doctor_with_file_and_key(home):
    file = home.path / "cleanclaim.toml"
    file.write_text('nightly_cron = "61 * * * *"\n', encoding="utf-8")
    result = ask(home, "doctor", "--json")
    assert result.exit_code == 1
    [failed] = [c for c in json.loads(result.stdout)["checks"] if c["outcome"] == "failed"]
    assert failed["what"] == "settings"
    assert str(file) in failed["says"]
    assert "nightly_cron" in failed["says"]


@pytest.mark.usefixtures("either_database")
def test_status_and_doctor_report_a_run_that_did_not_start_while_nobody_serves(home):
    assert ask(home, "status").exit_code == 0
    with home.opened() as opened:
        schedule.keep(
            opened,
            [Planned("nightly", "* * * * *", "America/New_York")],
            datetime.now(UTC) - timedelta(hours=3),
        )
    status = ask(home, "status", "--json")
    assert status.exit_code == 1
    shown = json.loads(status.stdout)["schedule"]
    assert shown["served"] is False
    assert [m["name"] for m in shown["missed"]] == ["nightly"]
    said = ask(home, "status").stdout
    assert "SRV-04" in said
    assert "does not run" in said
    doctor = ask(home, "doctor", "--json")
    assert doctor.exit_code == 1
    [check] = [c for c in json.loads(doctor.stdout)["checks"] if c["what"] == "schedule"]
    assert check["outcome"] == "failed"
    assert "SRV-04" in check["says"]
    with home.opened() as opened:
        schedule.began(opened, "nightly", int(datetime.now(UTC).timestamp()))
        assert alerts(opened.ledger) == []
    assert ask(home, "status").exit_code == 0
