"""`cleanclaim alerts test`, `send` and `sent`, and what `doctor` says of them."""

import json
import threading
from datetime import UTC, datetime, timedelta

from typer.testing import CliRunner

from config.settings import load
from console.command import app
from ledger.runs import alerts
from tasks.runs import schedule
from tasks.runs.schedule import Planned
from tests.tasks.notices.servers import mail_server, web_server
from tests.tasks.notices.test_going_out import ANN, BEN, tells
from tests.waiting import until


def said(home, *words):
    done = CliRunner().invoke(app, [*words, "--home", str(home.path), "--json"])
    return done.exit_code, json.loads(done.stdout)


def checks(home):
    found = said(home, "doctor")[1]["checks"]
    return [(c["what"], c["outcome"]) for c in found if c["what"].startswith("notices")]


def test_people_are_tried_told_and_listed_and_doctor_says_what_waits(home):
    assert said(home, "alerts", "test") == (0, {"recipients": []})
    assert checks(home) == [("notices", "ok")]
    with mail_server(refuses={BEN}) as mail:
        tells(home, mail=mail)
        code, found = said(home, "alerts", "test")
        why = "the mail server refused the recipient (550)"
        assert code == 1
        assert found["recipients"] == [
            {"recipient": f"mail:{ANN}", "fault": ""},
            {"recipient": f"mail:{BEN}", "fault": why},
        ]
        with home.opened() as opened:
            alerts.report(opened.ledger, "k", "2026-11-16", "SRV-04", "the nightly run did not start")
        assert said(home, "alerts", "send") == (1, {"sent": 1, "failed": {f"mail:{BEN}": why}})
        assert checks(home) == [("notices by e-mail", "ok"), ("notices", "warning")]
        mail.refuses.clear()
        assert said(home, "alerts", "send") == (0, {"sent": 1, "failed": {}})
        assert said(home, "alerts", "send") == (0, {"sent": 0, "failed": {}})
    code, found = said(home, "alerts", "sent", "--limit", "1")
    assert code == 0
    assert [(n["recipient"], n["outcome"], n["alerts"]) for n in found["notices"]] == [
        (f"mail:{BEN}", "sent", 1)
    ]
    assert found["next_after"] == found["notices"][0]["id"]
    assert checks(home)[0] == ("notices by e-mail", "failed"), "the mail server is gone"


def test_serve_tells_of_a_missing_run_at_once_and_its_heartbeat_says_so_each_minute(home):
    from flows.serving import Serving
    from flows.watch import Watch

    start = datetime(2026, 11, 16, 12, tzinfo=UTC)
    with mail_server() as mail, web_server() as web:
        tells(home, mail=mail, people=(ANN,), extra=f'serve_heartbeat_url = "http://127.0.0.1:{web.port}/p"')
        with home.opened() as opened:
            schedule.keep(opened, [Planned("nightly", "0 20 * * 1-5", "America/New_York")], start)
        watch = Watch(load(home.path), Serving(()), lambda: None)
        for seconds in (0, 10, 70):
            watch.look(start + timedelta(seconds=seconds))
        assert (web.paths, mail.taken) == (["/p", "/p"], [])
        late = start + timedelta(hours=15)
        for seconds in (0, 10, 70):
            watch.look(late + timedelta(seconds=seconds))
        assert web.paths == ["/p", "/p", "/p/fail", "/p/fail"]
        assert [m["Subject"] for m in mail.to(ANN)] == [
            "[CleanClaim] urgent: A run that was due did not start (SRV-04)"
        ]


def test_serve_looks_from_a_thread_of_its_own_until_it_is_stopped(home, monkeypatch):
    from flows.serving import Serving
    from flows.watch import Watch

    monkeypatch.setattr("flows.watch.EVERY", 0.01)
    with home.opened() as opened:
        schedule.keep(
            opened,
            [Planned("nightly", "0 20 * * *", "America/New_York")],
            datetime.now(UTC) - timedelta(days=3),
        )
    watch = Watch(load(home.path), Serving(()), lambda: None)
    watch.start()
    try:
        until(lambda: watch.failed, "a look at what did not start")
    finally:
        watch.stop()
    assert "watch" not in {thread.name for thread in threading.enumerate()}
