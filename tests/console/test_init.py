"""`cleanclaim init`: a home by one command, in which a visit in each format goes out and is paid."""

import hashlib
import json
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from config.errors import ConfigurationError
from config.placeholders import unfinished
from config.settings import BY_ENVIRONMENT, Settings, load
from console.clearinghouse_process import clearinghouse
from console.command import app
from tasks import nightly_run
from tasks.home.home import open_home
from tasks.runs.lease import lease

FORMATS = {"JSON-1": "json", "CSV-1": "csv", "HL7-1/T1": "hl7v2", "FHIR-1": "fhir", "CCDA-1": "c-cda"}


def run(*words):
    return CliRunner().invoke(app, [*map(str, words)])


def init(home: Path, *words):
    done = run("init", "--home", home, *words, "--json")
    assert done.exit_code == 0, done.exception
    return json.loads(done.stdout)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.rglob("*")
        if p.is_file()
    }


def walked(home: Path, day: date) -> None:
    """One night as `run` has it, without Prefect."""
    with clearinghouse(home, day), lease(str(home), "", day) as taken:
        nightly_run.walk(taken.home, day)
        taken.close([])


def claims(home: Path) -> dict[str, str]:
    """State of each claim by its encounter."""
    with open_home(load(home)) as opened, opened.ledger.read() as connection:
        rows = connection.execute(
            text(
                "SELECT e.external_id, s.state FROM submission s JOIN claim c ON c.id = s.claim_id "
                "JOIN claim_version v ON v.id = s.version_id JOIN encounter e ON e.id = v.encounter_id"
            )
        )
        return {row[0]: row[1] for row in rows}


def test_a_home_has_what_is_said_and_is_its_owners_only(tmp_path):
    home = tmp_path / "home"
    done = init(home)
    assert {str(Path(p).relative_to(home)) for p in done["made"]} == {
        "cleanclaim.toml",
        "partners/practices/my-practice.toml",
        "partners/payers/my-payer.toml",
        "partners/clearinghouses/my-clearinghouse.toml",
        "inbox/my-practice",
        "partner/inbound",
        "partner/outbound",
        "samples",
    }
    for path in (home, *home.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path
    assert not load(home).demo
    assert run("status", "--home", home).exit_code == 0


def test_the_settings_file_explains_every_key_and_its_commented_lines_are_the_defaults(tmp_path, monkeypatch):
    for own in ("SETTLE", "LOOK_AGAIN"):
        monkeypatch.delenv(f"CLEANCLAIM_{own}_SECONDS", raising=False)
    init(tmp_path / "home")
    file = tmp_path / "home" / "cleanclaim.toml"
    written = file.read_text("utf-8")
    assert tomllib.loads(written) == {}
    shown = {
        line[2:].split(" = ")[0]: line[2:]
        for line in written.splitlines()
        if line.startswith("# ") and " = " in line
    }
    assert set(shown) == set(Settings.model_fields) - {"home"} - set(BY_ENVIRONMENT)
    assert all(f"# CLEANCLAIM_{secret.upper()} in the environment" in written for secret in BY_ENVIRONMENT)
    worked_out = {"inbox", "database_url", "database_url_file", "heads_folder"}
    file.write_text("\n".join(line for key, line in shown.items() if key not in worked_out), "utf-8")
    again = load(tmp_path / "home")
    for name, field in Settings.model_fields.items():
        if name not in {*worked_out, "home"}:
            assert getattr(again, name) == field.default, name


def test_once_more_changes_nothing_and_what_is_missing_comes_back(tmp_path):
    home = tmp_path / "home"
    init(home, "--practice", "lakeside")
    (home / "partners/practices/lakeside.toml").write_text("# mine\n")
    before = digests(home)
    assert init(home)["made"] == []
    assert digests(home) == before
    (home / "samples/visit.csv").unlink()
    (home / "partners/payers/my-payer.toml").unlink()
    assert [Path(p).name for p in init(home)["made"]] == ["my-payer.toml"]
    assert set(digests(home)) == set(before)


@pytest.mark.parametrize(
    "name", ["with blanks", "Überlauf-日本", "quo'te \"d", "per%cent#hash", "new/deep/er"]
)
def test_any_name_of_a_folder_will_do(tmp_path, name, monkeypatch):
    monkeypatch.setenv("CLEANCLAIM_HOME", str(tmp_path / name))
    assert run("init").exit_code == 0
    assert run("status").exit_code == 0
    assert run("doctor").exit_code == 0
    assert (tmp_path / name / "ledger.db").is_file()
    assert [p.name for p in tmp_path.iterdir()] == [name.split("/")[0]]


def test_a_path_that_no_database_url_can_hold_is_refused(tmp_path):
    refused = run("init", "--home", tmp_path / "what?").exception
    assert refused.code == "CFG-04"
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_becomes_a_home_and_one_with_other_content_only_on_request(tmp_path):
    (tmp_path / "empty").mkdir()
    init(tmp_path / "empty")
    full = tmp_path / "full"
    full.mkdir()
    (full / "letter.txt").write_text("mine")
    assert run("init", "--home", full).exception.code == "INI-01"
    assert [p.name for p in full.iterdir()] == ["letter.txt"]
    init(full, "--keep-contents")
    assert (full / "letter.txt").read_text() == "mine"
    assert load(full).home == full


def test_a_home_that_lost_its_settings_file_is_not_made_anew_by_itself(tmp_path):
    init(tmp_path / "home")
    with open_home(load(tmp_path / "home")):
        pass
    (tmp_path / "home/cleanclaim.toml").unlink()
    refused = run("init", "--home", tmp_path / "home").exception
    assert refused.code == "INI-01"
    assert "put that file back" in str(refused)


def test_a_place_where_no_folder_can_be_made_is_reported(tmp_path):
    (tmp_path / "file").write_text("")
    for home in (tmp_path / "file", tmp_path / "file" / "below"):
        refused = run("init", "--home", home).exception
        assert refused.code in ("INI-01", "CFG-01")
        assert str(home) in str(refused)


def test_a_key_that_is_none_and_a_second_one_are_refused(tmp_path):
    for key in ("Lakeside", "a b", "../up", "x" * 41):
        assert run("init", "--home", tmp_path / "home", "--practice", key).exception.code == "INI-02"
        assert not (tmp_path / "home").exists()
    init(tmp_path / "home", "--payer", "harbor")
    assert run("init", "--home", tmp_path / "home", "--payer", "other").exception.code == "INI-02"
    assert init(tmp_path / "home", "--payer", "harbor")["made"] == []


def test_a_trial_and_a_home_for_work_and_the_demo_are_kept_apart(tmp_path):
    init(tmp_path / "work")
    assert run("init", "--home", tmp_path / "work", "--with-mock").exception.code == "INI-03"
    init(tmp_path / "trial", "--with-mock")
    before = digests(tmp_path / "trial")
    assert run("demo", "--home", tmp_path / "trial").exception.code == "DEM-02"
    assert init(tmp_path / "trial", "--with-mock")["made"] == []
    assert digests(tmp_path / "trial") == before


def test_in_a_trial_a_visit_of_each_format_is_accepted_by_999_and_277ca_and_paid_over_sftp(tmp_path):
    home = tmp_path / "trial"
    init(home, "--with-mock")
    day = date.today()
    walked(home, day)
    assert claims(home) == dict.fromkeys(FORMATS, "accepted")
    with open_home(load(home)) as opened, opened.ledger.read() as connection:
        rows = connection.execute(text("SELECT format, count(*) FROM inbox_file GROUP BY format"))
        assert {row[0]: row[1] for row in rows} == dict.fromkeys(FORMATS.values(), 1)
    received = sorted(p.name.split("_")[0] for p in (home / "edi/received").rglob("*") if p.is_file())
    assert {"ta1", "999", "277"} <= set(received)
    walked(home, day + timedelta(days=1))
    assert claims(home) == dict.fromkeys(FORMATS, "paid")


def test_in_a_home_for_work_the_claim_file_lies_in_the_folder_and_is_clean(tmp_path):
    home = tmp_path / "home"
    init(home, "--practice", "lakeside", "--payer", "harbor", "--clearinghouse", "northgate")
    for sample in (home / "samples").iterdir():
        (home / "inbox/lakeside" / sample.name).write_bytes(sample.read_bytes())
    day = date.today()
    with lease(str(home), "", day) as taken:
        nightly_run.walk(taken.home, day)
        taken.close([])
    assert claims(home) == dict.fromkeys(FORMATS, "sent")
    [file] = (home / "partner/inbound").iterdir()
    assert run("edi", "check", file).exit_code == 0


def test_doctor_names_every_invented_value_until_it_is_replaced(tmp_path):
    home = tmp_path / "home"
    init(home)

    def invented():
        checks = json.loads(run("doctor", "--home", home, "--json").stdout)["checks"]
        return [(c["what"], c["outcome"]) for c in checks if c["what"].startswith("invented")]

    kinds = ["invented practice", "invented payer", "invented clearinghouse"]
    assert invented() == [(kind, "warning") for kind in kinds]
    practice, payer, clearinghouse = unfinished(home / "partners")
    assert {"npi", "tax_id", "address.line1", "providers.npi"} <= set(practice.keys)
    assert payer.keys == ("payer_id", "name")
    assert {"sender_id", "submitter.id", "receiver.name"} <= set(clearinghouse.keys)
    payer.file.write_text(
        payer.file.read_text("utf-8")
        .replace("EXAMP", "HRB01")
        .replace("Example Health Plan", "Harbor Health Plan"),
        "utf-8",
    )
    assert invented() == [("invented practice", "warning"), ("invented clearinghouse", "warning")]
    clearinghouse.file.write_text(
        clearinghouse.file.read_text("utf-8").replace('usage = "T"', 'usage = "P"'), "utf-8"
    )
    assert invented() == [("invented practice", "failed"), ("invented clearinghouse", "failed")]
    assert run("doctor", "--home", home).exit_code == 1


def test_the_templates_load_and_each_marks_what_is_invented(tmp_path):
    init(tmp_path / "home")
    assert [len(found.keys) > 1 for found in unfinished(tmp_path / "home" / "partners")] == [True] * 3
    init(tmp_path / "trial", "--with-mock")
    assert [f.file.parent.name for f in unfinished(tmp_path / "trial" / "partners")] == [
        "practices",
        "payers",
    ]
    try:
        with open_home(load(tmp_path / "trial")) as opened:
            assert len(opened.partners.practices) == 1
    except ConfigurationError as error:
        pytest.fail(str(error))
