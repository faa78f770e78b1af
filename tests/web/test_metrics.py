"""`/metrics`: figures for a monitor, to this machine or by a token, with nothing of a patient."""

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from config.errors import ConfigurationError
from config.settings import load
from ledger.runs import alerts, nights, schedules
from tasks import nightly_run
from tasks.runs import step_times
from tests.conftest import CLEAN, MONDAY
from tests.tasks.notices.test_digest import night
from web.app import make_app

TOKEN = "a token of 16 letters"
NOW = datetime(2026, 11, 18, 13, tzinfo=UTC)


class Monitor:
    """Asks the console of a home from an address, at a time that a test may turn."""

    def __init__(self, home, settings, address="127.0.0.1"):
        (home.path / "cleanclaim.toml").write_text(f"demo = true\nsettle_seconds = 0\n{settings}", "utf-8")
        self.now = NOW
        app = make_app(load(home.path), lambda: self.now)
        self.client = TestClient(app, base_url="http://127.0.0.1:4280", client=(address, 1))

    def asks(self, token=""):
        given = {"authorization": f"Bearer {token}".encode("latin-1")} if token else {}
        return self.client.get("/metrics", headers=given)

    def figures(self, token=""):
        answer = self.asks(token)
        assert answer.status_code == 200, answer.text
        return {
            (sample.name.removeprefix("cleanclaim_"), *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        }


@pytest.mark.usefixtures("either_database")
def test_the_figures_are_those_of_the_ledger_and_name_nobody(home):
    night(home)
    with home.opened() as opened:
        alerts.report(opened.ledger, "k", "2026-11-16", "RSP-LEFT", "northgate keeps its files")
        alerts.report(opened.ledger, "l", "2026-11-16", "NEW-1", "Zephyrine")
        schedules.keep(opened.ledger, "nightly", "0 20 * * 1-5", "America/New_York", 1_790_000_000)
    step_times.keep(home.path, MONDAY, {"send": (1.5, 1), "post": (0.25, 3)})
    monitor = Monitor(home, 'metrics = "loopback"')
    found = monitor.figures()
    text = monitor.asks().text
    expected = {
        ("night_outcome", "failed"): 1,
        ("night_outcome", "done"): 0,
        ("night_age_days",): 2,
        ("schedule_missed", "nightly"): 1,
        ("claims", "sent"): 1,
        ("work_waiting", "quarantined"): 1,
        ("alerts_open", "urgent"): 1,
        ("alerts_open", "warning"): 1,
        ("alerts_open", "note"): 1,
        ("step_seconds", "send"): 1.5,
        ("notices_waiting",): 0,
        ("ledger_in_doubt",): 0,
    }
    assert {name: found[name] for name in expected} == expected
    secret = ("Zephyrine", "Quill", "W17770001", "J02.9", "lakeside", CLEAN["id"], "135")
    assert [word for word in secret if word in text] == []
    with home.opened() as opened:
        nights.close_night(opened.ledger, "2026-11-16", "done")
    assert monitor.figures() == found, "the same for a quarter of a minute"
    monitor.now += timedelta(seconds=15)
    assert monitor.figures()["night_outcome", "done"] == 1


def test_only_this_machine_or_who_has_the_token_is_told_and_by_default_nobody(home):
    here = 'metrics = "loopback"'
    assert Monitor(home, "").asks().status_code == 404
    assert "WEB-11" in Monitor(home, here, "192.0.2.7").asks().text
    assert Monitor(home, here, "not an address").asks().status_code == 403
    assert Monitor(home, f"{here}\nconsole_behind_proxy = true").asks().status_code == 403
    (home.path / "token").write_text(f"{TOKEN}\n", "utf-8")
    by_token = 'metrics = "token"\nmetrics_token_file = "token"'
    monitor = Monitor(home, by_token, "192.0.2.7")
    assert monitor.asks(TOKEN).status_code == 200
    for wrong in ("", "x", TOKEN[:-1], f"{TOKEN}é"):
        assert monitor.asks(wrong).status_code == 401, wrong
    for short in ("", "short\n"):
        (home.path / "token").write_text(short, "utf-8")
        assert Monitor(home, by_token).asks(short.strip()).status_code == 503
    (home.path / "token").unlink()
    assert Monitor(home, by_token).asks(TOKEN).status_code == 503
    with pytest.raises(ConfigurationError, match="CFG-07"):
        Monitor(home, f'metrics_token = "{TOKEN}"')


def test_what_steps_took_is_kept_of_each_and_a_damaged_file_is_none(home):
    assert step_times.kept(home.path) == {}
    step_times.keep(home.path, MONDAY, {"send": (1.5, 1)})
    step_times.keep(home.path, MONDAY, {"post": (2, 1)})
    assert {name: time.seconds for name, time in step_times.kept(home.path).items()} == {
        "send": 1.5,
        "post": 2,
    }
    assert set(step_times.kept(home.path)) <= {step.name for step in nightly_run.NIGHT}
    for damaged in ("", "[]", "{", '{"send": 1}', '{"send": {"business_on": "x"}}'):
        (home.path / "logs" / "steps.json").write_text(damaged, "utf-8")
        assert step_times.kept(home.path) == {}
    step_times.keep(home.path, MONDAY, {"send": (1, 1)})
    assert set(step_times.kept(home.path)) == {"send"}
