"""Alerts, audit and settings: for who keeps the home or looks over it; a settled alert is settled once."""

import re
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from config.settings import load
from ledger.queries import alerts
from ledger.queries.batches import awaited
from ledger.runs import alerts as raised
from ledger.trail import audit
from tasks.batches.story import expected
from tasks.errors import StepError
from tasks.home.home import open_home
from tasks.operations.reach_partner import reach
from tests.web.conftest import MONDAY, Office
from web.audit_pages import _local

KEEPERS = ("maria", "otto", "ada")


@pytest.fixture
def alert(office: Office) -> int:
    with open_home(load(office.home.path)) as opened:
        raised.report(
            opened.ledger, "test cause", "2026-11-17", "SRV-04", "SRV-04 nightly did not start", "see serve"
        )
        raised.report(opened.ledger, "strange", "2026-11-17", "XYZ-99", "something <b>else</b>")
        return next(row.id for row in alerts.page(opened.ledger, ["open"], "SRV-04", 0, 9))


def test_who_keeps_the_home_or_looks_over_it_sees_these_pages_and_nobody_else(office):
    paths = ("/partners", "/partners/northgate", "/alerts", "/settings", "/audit")
    for who in KEEPERS:
        first = office.as_(who).get("/").text
        for path in paths:
            allowed = path != "/audit" or who != "otto"
            answer = office.as_(who).get(path)
            assert answer.status_code == (200 if allowed else 403), (who, path)
            shown = f'href="{path}"' in first
            assert shown == (allowed and path.count("/") == 1), "the navigation shows it"
    for who in ("carl", "bea", "olga"):
        first = office.as_(who).get("/").text
        for path in paths:
            answer = office.as_(who).get(path)
            assert (answer.status_code, "WEB-03" in answer.text) == (403, True), (who, path)
            assert f'href="{path}"' not in first


def test_an_alert_says_what_it_means_and_what_to_press_and_is_settled_once_with_a_reason(office, alert):
    client = office.as_("otto")
    page = client.get("/alerts").text
    assert f'href="/alerts/{alert}"' in page
    assert "Claims of that day are not sent and its answers not taken in." in page
    assert "something &lt;b&gt;else" in page, "one that no words are kept for is shown all the same"
    assert "Settle" not in office.as_("ada").get(f"/alerts/{alert}").text, "who looks over presses nothing"
    refused = office.press(client, f"/alerts/{alert}", why="  ")
    assert (refused.status_code, "ALR-02" in refused.text) == (409, True)
    fields = {"why": "serve runs again", "from": "alert"}
    done = office.press(client, f"/alerts/{alert}", **fields)
    assert (done.status_code, done.headers["location"]) == (303, f"/alerts/{alert}")
    again = office.press(client, f"/alerts/{alert}", **fields)
    assert (again.status_code, "ALR-01" in again.text) == (409, True)
    with open_home(load(office.home.path)) as opened:
        [row] = audit.rows(opened.ledger, subject=f"alert {alert}", act="alert settled")
    assert re.fullmatch(r"otto, console, run \d+", row.actor)
    assert "otto: serve runs again" in client.get(f"/alerts/{alert}").text
    assert f'href="/alerts/{alert}"' not in client.get("/alerts").text
    assert f'href="/alerts/{alert}"' in client.get("/alerts?state=over&code=SRV-04").text
    assert client.get("/alerts?state=odd").status_code == 422
    assert client.get("/alerts/99999999999999999999").status_code == 404


def test_an_alert_leads_to_what_it_is_about_where_the_person_may_see_it(office):
    """The samples have a last day that is near, of records that a payer waits for."""
    with open_home(load(office.home.path)) as opened:
        [near] = alerts.page(opened.ledger, ["open"], "DEN-SOON", 0, 9)
        work = near.key.partition(":")[2]
        raised.report(opened.ledger, "overdue:1:999:2026-11-16", "2026-11-17", "ACK-OVERDUE", "no 999")
        [late] = alerts.page(opened.ledger, ["open"], "ACK-OVERDUE", 0, 9)
    assert near.message.startswith(f"attachment {work} of elmgrove can be acted on until ")
    manager, operator = office.as_("maria"), office.as_("otto")
    assert f'<a href="/work/{work}">work {work}</a>' in manager.get(f"/alerts/{near.id}").text
    assert manager.get(f"/work/{work}").status_code == 200
    assert "It is about" not in operator.get(f"/alerts/{near.id}").text, "an operator sees no claim"
    assert '<a href="/batches/1">batch 1</a>' in operator.get(f"/alerts/{late.id}").text
    assert operator.get("/batches/1").status_code == 200


def test_the_trail_is_filtered_by_the_address_and_looked_over_by_a_press(office):
    client = office.as_("ada")
    client.get("/work")
    page = client.get("/audit?actor=ada,&act=looked+at&subject=list+of+work").text
    rows = re.findall(r'<td class="n">(\d+)</td>', page)
    assert rows == sorted(rows, key=int, reverse=True) != []
    assert {"ada, console"} == set(re.findall(r"<td>(\w+, console[^<]*)</td>", page))
    assert re.search(r"<td class=\"day\">\d{4}-\d\d-\d\d \d\d:\d\d:\d\d E[DS]T</td>", page), (
        "in the home's zone"
    )
    assert "No row fits" in client.get("/audit?subject=work+999999").text
    assert re.search(r'value="looked at"', page), "what may be chosen"
    assert client.get("/audit?from_day=yesterday").status_code == 422
    assert "No row fits" in client.get("/audit?to_day=2020-01-01").text
    older = client.get("/audit?before=5").text
    assert re.findall(r'<td class="n">(\d+)</td>', older) == ["4", "3", "2", "1"]
    assert "found it whole" in page or "as far as it came" in page
    whole = office.press(client, "/audit/verify")
    assert "The trail is whole" in whole.text
    assert office.press(office.as_("otto"), "/audit/verify").status_code == 403


def test_the_hour_that_comes_twice_in_autumn_is_told_apart_in_the_trail():
    zone = ZoneInfo("America/New_York")
    twice = [_local(f"2026-11-01T{hour}:30:00+00:00", zone) for hour in ("05", "06")]
    assert twice == ["2026-11-01 01:30:00 EDT", "2026-11-01 01:30:00 EST"]


def test_settings_say_where_they_come_from_and_nothing_is_pressed_there(office):
    page = unescape(office.as_("otto").get("/settings").text)
    row = next(one for one in page.split("<tr") if "<code>demo</code>" in one)
    assert ("true" in row, "<strong>file</strong>" in row) == (True, True)
    assert "sqlite:///" not in page
    assert page.count("<form") == 1, "only signing out"


def test_a_partner_says_what_is_awaited_of_it_and_its_connection_is_tested_by_an_operator(office):
    page = office.as_("ada").get("/partners").text
    assert 'href="/partners/northgate"' in page
    assert all(payer in page for payer in ("harbor", "meridian"))
    with open_home(load(office.home.path)) as opened:
        late = awaited(opened.ledger, MONDAY, expected(opened))
        assert {one.kind for one in late if one.due < MONDAY} == set()
    one = office.as_("ada").get("/partners/northgate").text
    assert re.search(r"Last sent</dt><dd>\w{3} 17 Nov 2026", one)
    assert "Test the connection" not in one
    client = office.as_("otto")
    assert "none from here" in client.get("/partners/northgate").text
    tested = office.press(client, "/partners/northgate/test")
    assert tested.status_code == 200
    assert re.search(r"It answers|It does not answer as it should", tested.text)
    with open_home(load(office.home.path)) as opened:
        [row, *_] = audit.rows(opened.ledger, subject="partner northgate", act="connection tested")
        assert row.actor.startswith("otto, console")
        with pytest.raises(StepError, match="no clearinghouse") as refused:
            reach(opened, MONDAY, "nobody")
        assert refused.value.code == "PRT-01"
    assert "UTC: " in client.get("/partners/northgate").text
    assert office.press(client, "/partners/nobody/test").status_code == 404
    assert client.get("/partners/nobody").status_code == 404
