"""A run after a partner's cut-off leaves what is for it to its next opening; a run of its own is due then."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from config.errors import ConfigurationError
from config.partners import load as load_partners
from config.settings import load
from console.command import app
from flows.deployments import registry
from tasks import nightly_run
from tasks.home.home import forget
from tasks.reports.morning import morning
from tasks.runs import schedule
from tasks.runs.lease import lease
from tasks.runs.schedule import Planned
from tests.web.conftest import Office

NEW_YORK = ZoneInfo("America/New_York")
FRIDAY = date(2026, 11, 20)
BEFORE, AFTER = (datetime(2026, 11, 20, hour, 30, tzinfo=NEW_YORK) for hour in (17, 20))
HOURS = """
[takes_files]
opens = "02:00"
closes = "18:00"
time_zone = "America/Chicago"
weekends = false
"""


def keeps_hours(home, hours: str = HOURS) -> None:
    file = home.path / "partners" / "clearinghouses" / "northgate.toml"
    file.write_text(file.read_text("utf-8") + hours, "utf-8")


@pytest.fixture
def ready(home):
    """A home with a claim that is ready for a partner with hours."""
    home.use_folder()
    keeps_hours(home)
    home.drop("lakeside/1.json", home.encounter("T-1"))
    with lease(str(home.path), "", FRIDAY, part=True) as taken:
        nightly_run.walk(taken.home, FRIDAY, nightly_run.steps_of("take_in"))
        taken.close([])
    return home


def pieces(home, step: str, now: datetime | None) -> list[str]:
    found = nightly_run.lanes(str(home.path), "", FRIDAY, step, now).pieces
    return [piece for lane in found for piece in lane]


def test_what_is_ready_after_the_cut_off_waits_for_the_next_opening_with_its_reason(ready):
    assert pieces(ready, "write_batches", AFTER) == []
    assert [piece.partition(":")[0] for piece in pieces(ready, "write_batches", BEFORE)] == ["northgate"]
    with ready.opened() as opened:
        [waits] = morning(opened, AFTER).waits
        assert waits.says == "1 claim for northgate: takes files from Mon 23 Nov 02:00 CST"
        assert morning(opened, BEFORE).waits == ()
        due = {one.name: one.at for one in morning(opened, AFTER).next}
        assert due["send-northgate"] == datetime(2026, 11, 23, 3, 0, tzinfo=NEW_YORK)
        nightly_run.walk(opened, FRIDAY, nightly_run.steps_of("submit")[:2])  # written before the cut-off
    forget(str(ready.path))
    assert pieces(ready, "send", AFTER) == []
    assert pieces(ready, "send", BEFORE) == ["northgate"]
    assert pieces(ready, "collect", AFTER) == ["northgate"], "its answers are taken at any time"
    with ready.opened() as opened:
        assert morning(opened, AFTER).waits[0].what == "1 batch"
    forget(str(ready.path))


def test_status_says_what_waits_and_nothing_where_a_partner_is_open(ready):
    def said() -> dict:
        return json.loads(CliRunner().invoke(app, ["status", "--home", str(ready.path), "--json"]).stdout)

    today = datetime.now(UTC).date()
    listed = ", ".join((today + timedelta(days=n)).isoformat() for n in range(-2, 3))
    file = ready.path / "partners" / "clearinghouses" / "northgate.toml"
    file.write_text(file.read_text("utf-8").replace(HOURS, f"\n[takes_files]\nclosed_on = [{listed}]\n"))
    [waits] = said()["waiting_partners"]
    assert (waits["partner"], waits["claims"], waits["batches"]) == ("northgate", 1, 0)
    file.write_text(file.read_text("utf-8").partition("\n[takes_files]")[0])
    assert said()["waiting_partners"] == []


def test_a_partner_with_hours_has_a_schedule_of_its_own_in_its_zone_that_is_never_missing_for_long(ready):
    settings = load(ready.path)
    [one] = [one for one in registry(settings) if one.name == "send-northgate"]
    assert (one.flow.name, one.cron, one.time_zone) == ("submit", "0 2 * * 1-5", "America/Chicago")
    assert one.parameters["schedule_name"] == "send-northgate"
    one.flow.validate_parameters(one.parameters)
    with ready.opened() as opened:
        planned = schedule.planned(settings, load_partners(settings.partners))
        schedule.keep(opened, planned, AFTER)
        monday = datetime(2026, 11, 23, 3, 0, tzinfo=NEW_YORK)
        late = {m.name: m for m in schedule.missed(opened, monday + timedelta(hours=2))}
        assert late["send-northgate"].due == monday
        assert "in the partner's hours" in late["send-northgate"].remedy
        schedule.began(opened, "send-northgate", int(monday.timestamp()))
        assert "send-northgate" not in {m.name for m in schedule.missed(opened, monday + timedelta(hours=2))}


def test_the_preview_of_going_on_says_that_the_partner_takes_no_files_now(ready):
    with ready.opened() as opened:
        nightly_run.walk(opened, FRIDAY, nightly_run.steps_of("submit")[:2])
    office = Office(ready)
    office.hire({"otto": (["operator"], ["*"])})
    for office.now, says in ((BEFORE, False), (AFTER, True)):
        preview = office.press(office.sign_in("otto"), "/batches/1/rerun", why="").text
        assert "Nothing is done yet" in preview
        assert ("takes files from Mon 23 Nov 02:00 CST: what is pressed before is sent" in preview) == says


def test_hours_that_can_not_be_are_an_error_of_the_partners_file(home):
    keeps_hours(home, '\n[takes_files]\nopens = "9"\n')
    with pytest.raises(ConfigurationError, match=r"northgate.toml.*opens"):
        load_partners(load(home.path).partners)


@pytest.mark.usefixtures("prefect_server")
def test_a_night_that_was_missed_while_nothing_served_is_caught_up_once(home):
    from prefect.client.orchestration import get_client

    from flows.serving import Serving
    from flows.watch import Watch

    settings = load(home.path)
    now = datetime.now(UTC)
    serving = Serving([one for one in registry(settings, "caught-up") if one.name == "nightly"])
    serving.register()
    with home.opened() as opened:
        schedule.keep(opened, [Planned("nightly", "0 20 * * *", "America/New_York")], now - timedelta(days=3))
        [missed] = schedule.missed(opened, now)
    watch = Watch(settings, serving, lambda: None)
    for again in (watch, watch, Watch(settings, serving, lambda: None)):  # and where `serve` starts again
        again.look(now)
    with get_client(sync_client=True) as client:
        runs = [r for r in client.read_flow_runs(limit=200) if r.expected_start_time < now]
        mine = [r for r in runs if r.parameters.get("home") == str(home.path)]
    assert [(r.expected_start_time, r.state.is_scheduled()) for r in mine] == [(missed.due, True)]
    assert "auto-scheduled" in mine[0].tags, "it leaves where another run did its work"
    with home.opened() as opened:
        schedule.keep(opened, [Planned("nightly", "* * * * *", "America/New_York")], now)
        schedule.began(opened, "nightly", int((now + timedelta(hours=1)).timestamp()))
    late = Watch(settings, serving, lambda: None)
    late.look(now + timedelta(hours=3))
    with get_client(sync_client=True) as client:
        found = [r for r in client.read_flow_runs(limit=200) if r.parameters.get("home") == str(home.path)]
    assert len([r for r in found if "catch-up" in (r.idempotency_key or "")]) == 1, (
        "what is due while it serves"
    )
