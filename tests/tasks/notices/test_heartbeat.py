"""A heartbeat reaches an address outside and says no more than it must; one that is not taken is an alert."""

from datetime import UTC, datetime

from config.settings import load
from ledger.queries import work
from tasks.notices import heartbeat
from tasks.notices.trying import reachable
from tests.tasks.notices.servers import web_server
from tests.tasks.notices.test_going_out import tells

NOW = datetime(2026, 11, 17, 9, tzinfo=UTC)


def codes(home):
    with home.opened() as opened:
        return [a.code for a in work.alerts(opened.ledger)]


def test_a_night_says_that_it_begins_ends_or_failed_and_nothing_else(home):
    with web_server() as web:
        tells(home, extra=f'heartbeat_url = "http://127.0.0.1:{web.port}/ping/key/?a=b"')
        for beat in ("start", "", "fail"):
            heartbeat.of_run(str(home.path), "", beat, NOW)
    assert web.paths == ["/ping/key/start?a=b", "/ping/key/?a=b", "/ping/key/fail?a=b"]
    assert [body for *_, body in web.taken] == [b""] * 3
    assert all({"Cookie", "Authorization"}.isdisjoint(headers) for _, _, headers, _ in web.taken)


def test_one_that_is_not_taken_is_an_alert_until_one_is_and_fails_nothing(home):
    with web_server() as web:
        tells(home, extra=f'serve_heartbeat_url = "http://127.0.0.1:{web.port}/ping"')
        for answers, found in ((404, ["NTC-02"]), (500, ["NTC-02"]), (200, [])):
            web.answers = answers
            with home.opened() as opened:
                why = heartbeat.send(opened.settings, heartbeat.SERVE, "fail")
                heartbeat.note(opened, heartbeat.SERVE, why, NOW)
            assert codes(home) == found
    tells(home, extra='heartbeat_url = "https://192.0.2.1/ping"')
    [(what, fault)] = reachable(load(home.path))
    assert what == "heartbeat"
    assert fault.startswith("the host of heartbeat_url is another machine, and a home made for the demo")
    heartbeat.of_run(str(home.path), "", "start", NOW)
    assert codes(home) == ["NTC-02"]


def test_a_home_without_one_and_one_that_is_gone_ask_nobody(home, tmp_path):
    heartbeat.of_run(str(home.path), "", "", NOW)
    heartbeat.of_run(str(tmp_path / "nowhere"), "", "", NOW)
    assert codes(home) == []
    assert list(reachable(load(home.path))) == []


def test_a_night_whose_ledger_is_away_says_so_all_the_same(home, monkeypatch):
    monkeypatch.setenv("CLEANCLAIM_DATABASE_URL", f"sqlite:///{home.path}/no/such/ledger.db")
    with web_server() as web:
        tells(home, extra=f'heartbeat_url = "http://127.0.0.1:{web.port}/ping"')
        heartbeat.of_run(str(home.path), "", "fail", NOW)
    assert web.paths == ["/ping/fail"]
