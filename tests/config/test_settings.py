"""Defaults, the file, the environment, the caller: each wins over the one before."""

from pathlib import Path

import pytest

from config import settings
from config.errors import ConfigurationError


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in settings.Settings.model_fields:
        monkeypatch.delenv(f"CLEANCLAIM_{name.upper()}", raising=False)
    return tmp_path


def write(home: Path, text: str) -> Path:
    file = home / "cleanclaim.toml"
    file.write_text(text, "utf-8")
    return file


def refused(home: Path, **overrides: object) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        settings.load(home, **overrides)
    return caught.value


def test_without_a_file_everything_lies_under_the_home(home):
    found = settings.load(home)
    assert found.inbox == home / "inbox"
    assert found.partners == home / "partners"
    assert found.database_url == f"sqlite:///{home}/ledger.db"
    assert found.chunk_size == 2000
    assert not found.demo


def test_the_file_then_the_environment_then_the_caller(home, monkeypatch):
    write(home, 'chunk_size = 10\nlog_level = "DEBUG"\ntime_zone = "UTC"')
    monkeypatch.setenv("CLEANCLAIM_CHUNK_SIZE", "20")
    monkeypatch.setenv("CLEANCLAIM_TIME_ZONE", "America/Chicago")
    found = settings.load(home, chunk_size=30)
    assert (found.log_level, found.time_zone, found.chunk_size) == ("DEBUG", "America/Chicago", 30)


def test_an_option_that_was_not_given_changes_nothing(home):
    assert settings.load(home, inbox=None).inbox == home / "inbox"


def test_a_relative_inbox_counts_from_the_home_and_an_absolute_one_stays(home, tmp_path):
    write(home, 'inbox = "drop"')
    assert settings.load(home).inbox == home / "drop"
    assert settings.load(home, inbox=tmp_path / "x").inbox == tmp_path / "x"


def test_an_inbox_of_the_command_line_counts_from_where_one_stands(home, tmp_path, monkeypatch):
    write(home, 'inbox = "drop"')
    (tmp_path / "desk").mkdir()
    monkeypatch.chdir(tmp_path / "desk")
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    assert settings.load(home, inbox=Path("in")).inbox == tmp_path / "desk" / "in"
    assert settings.load(home, inbox=Path("~/in")).inbox == tmp_path / "user" / "in"
    assert settings.load(Path("../h")).home == tmp_path / "desk" / ".." / "h"
    assert settings.load(Path("~/h")).home == tmp_path / "user" / "h"
    monkeypatch.setenv("CLEANCLAIM_INBOX", "dropped")
    assert settings.load(home).inbox == home / "dropped"


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        ("chunk_size = 0", "CFG-04", "chunk_size"),
        ("chunk_sice = 1", "CFG-02", "chunk_sice"),
        ('time_zone = "Mars/Olympus"', "CFG-04", "time_zone"),
        ('nightly_cron = "at night"', "CFG-04", "nightly_cron"),
        ('prefect_api_url = "localhost"', "CFG-04", "prefect_api_url"),
        ('patient_control_number_prefix = "a-b"', "CFG-04", "patient_control_number_prefix"),
        ("this is no TOML", "CFG-01", ""),
        ('home = "/elsewhere"', "CFG-02", "home"),
        ('password = "hunter2"', "CFG-07", "password"),
        ('database_url = "postgresql+psycopg://me:hunter2@db/ledger"', "CFG-07", "database_url"),
        ('database_url = "mysql://me@db/ledger"', "CFG-04", "database_url"),
        ('database_url = "ledger.db"', "CFG-04", "database_url"),
        ('done_suffix = ".json"', "CFG-04", "done_suffix"),
        ('done_suffix = ".ready.CSV"', "CFG-04", "done_suffix"),
        ('inbox = "."', "CFG-04", "inbox"),
        ('inbox = ".."', "CFG-04", "inbox"),
        ('inbox = "keys/archive"', "CFG-04", "inbox"),
    ],
)
def test_a_wrong_file_says_which_file_key_and_remedy(home, text, code, key):
    file = write(home, text)
    error = refused(home)
    assert (error.code, error.file, error.key) == (code, str(file), key)
    assert error.remedy
    assert "hunter2" not in str(error)


def test_a_wrong_variable_is_named_instead_of_the_file(home, monkeypatch):
    monkeypatch.setenv("CLEANCLAIM_CHUNK_SIZE", "many")
    assert refused(home).file == "environment CLEANCLAIM_CHUNK_SIZE"


def test_a_wrong_option_is_named_instead_of_the_file(home):
    assert refused(home, chunk_size=-1).file == "command line"


def test_a_password_comes_from_the_environment_or_a_file_and_is_not_shown(home, monkeypatch):
    url = "postgresql+psycopg://me:hunter2@db/ledger"
    (home / "url").write_text(url + "\n")
    write(home, 'database_url_file = "url"')
    assert settings.load(home).database_url == url
    (home / "cleanclaim.toml").unlink()
    monkeypatch.setenv("CLEANCLAIM_DATABASE_URL", url)
    found = settings.load(home)
    assert found.database_url == url
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_postgresql_url_of_any_spelling_names_the_driver_that_is_installed(home, scheme):
    write(home, f'database_url = "{scheme}://cleanclaim@db.example/cleanclaim"')
    assert settings.load(home).database_url == "postgresql+psycopg://cleanclaim@db.example/cleanclaim"


def test_an_inbox_of_the_command_line_is_not_the_home_either(home):
    error = refused(home, inbox=home)
    assert (error.code, error.key, error.file) == ("CFG-04", "inbox", "command line")


def test_a_url_file_that_is_not_there_is_named(home):
    write(home, 'database_url_file = "nowhere"')
    assert refused(home).key == "database_url_file"


def test_settings_cannot_be_changed(home):
    with pytest.raises(ValueError):
        settings.load(home).chunk_size = 5
