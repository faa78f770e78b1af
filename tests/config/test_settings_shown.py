"""Each setting says where it comes from, and a secret never what it is."""

from pathlib import Path

from config import settings
from config.settings_shown import shown


def test_each_value_names_its_source_and_no_secret_is_among_them(tmp_path: Path, monkeypatch):
    for name in settings.Settings.model_fields:
        monkeypatch.delenv(f"CLEANCLAIM_{name.upper()}", raising=False)
    (tmp_path / "word").write_text("hush-word", "utf-8")
    (tmp_path / "cleanclaim.toml").write_text(
        'chunk_size = 10\nsmtp_password_file = "word"\nheads_command = "put --key hush-key"\n'
        'prefect_api_url = "https://me:hush-user@prefect.example/api"\nauthority = { maria = 100 }\n',
        "utf-8",
    )
    monkeypatch.setenv("CLEANCLAIM_DATABASE_URL", "postgresql+psycopg://u:hush-base@db.example/c")
    monkeypatch.setenv("CLEANCLAIM_WEBHOOK_SECRET", "hush-hook")
    found = {one.name: one for one in shown(settings.load(tmp_path, inbox=tmp_path / "elsewhere"))}
    assert list(found) == list(settings.Settings.model_fields)
    assert not [one for one in found.values() if "hush" in one.value]
    assert {name: (found[name].value, found[name].source) for name in (
        "chunk_size", "processes", "database_url", "webhook_secret", "webhook_url", "heads_command", "demo",
        "prefect_api_url", "authority", "log_level", "smtp_password",
    )} == {
        "chunk_size": ("10", "file"),
        "processes": ("0", "default"),
        "database_url": ("postgresql, its address is not shown", "environment"),
        "webhook_secret": ("set", "environment"),
        "webhook_url": ("not set", "default"),
        "heads_command": ("set", "file"),
        "demo": ("false", "default"),
        "prefect_api_url": ("https://...@prefect.example/api", "file"),
        "authority": ("maria 100", "file"),
        "log_level": ("INFO", "default"),
        "smtp_password": ("set", "file"),
    }  # fmt: skip
    assert found["inbox"].source == "command line"
    assert all(one.meaning for one in found.values())
