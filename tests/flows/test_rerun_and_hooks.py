"""A batch that is run again as a flow; a run that fails or crashes is reported, also from outside."""

from datetime import date

import pytest
from prefect.client.schemas.objects import FlowRun
from prefect.states import Completed, Crashed, Failed

from ledger.queries.batches import all_batches
from ledger.queries.work import alerts
from tests.faults.evenings import MONDAY, Evenings, fault
from tests.tasks.notices.servers import mail_server, web_server
from tests.tasks.notices.test_going_out import ANN, tells

pytestmark = pytest.mark.usefixtures("prefect_server")


def stored(home):
    with home.opened() as opened:
        return [(a.code, a.business_on) for a in alerts(opened.ledger)]


def run_of(home, **changes):
    """A flow run as Prefect hands it to a hook."""
    parameters = {"home": str(home.path), "inbox": "", "as_of": None, **changes}
    return FlowRun(flow_id="00000000-0000-0000-0000-000000000001", name="night", parameters=parameters)


def test_a_batch_whose_sending_broke_off_goes_on_as_a_flow_and_a_sent_one_is_left_alone(home):
    from flows.nightly import nightly
    from flows.rerun import rerun_batch

    evenings = Evenings(home)
    with evenings.partner(MONDAY, fault("refuse_login", times=0)):
        assert nightly(str(home.path), "", MONDAY, return_state=True).is_failed()
    with evenings.partner(MONDAY):
        state = rerun_batch(str(home.path), 1, return_state=True)
        assert state.is_completed(), state.message
        assert state.message == "batch 1, interchange 000000001: sent"
        assert evenings.received() == ["000000001"]
        assert rerun_batch(str(home.path), 1, return_state=True).is_completed()
        assert evenings.received() == ["000000001"]
        refused = rerun_batch(str(home.path), 99, return_state=True)
    assert refused.is_failed()
    assert "BAT-01" in refused.message
    with home.opened() as opened:
        assert [b.state for b in all_batches(opened.ledger)] == ["sent"]


def test_a_run_that_could_not_open_its_home_fails_and_the_alert_follows_where_it_can_be_stored(home):
    from flows.hooks import report_failed
    from flows.nightly import nightly

    with home.opened():
        pass
    file = home.path / "partners" / "payers" / "harbor.toml"
    good = file.read_text("utf-8")
    file.write_text(good + "\nnot toml", "utf-8")
    state = nightly(str(home.path), "", MONDAY, return_state=True)
    assert state.is_failed()
    file.write_text(good, "utf-8")
    assert stored(home) == [], "the ledger could not be opened"
    report_failed(nightly, run_of(home, as_of="2026-11-16"), state)
    report_failed(nightly, run_of(home, as_of="2026-11-16"), state)
    assert stored(home) == [("NGT-FAILED", "2026-11-16")], "once, however often it is called"


@pytest.fixture
def nightly(prefect_server):
    """The flow. Importing Prefect sets up logging anew and takes away the handlers that are there."""
    from flows.nightly import nightly

    return nightly


def test_a_run_that_was_killed_is_reported_by_whoever_started_it(home, nightly, caplog):
    with home.opened():
        pass
    for hook in nightly.on_crashed_hooks:
        hook(nightly, run_of(home), Crashed(message="Zephyrine"))
    [(code, night)] = stored(home)
    assert code == "NGT-FAILED"
    assert date.fromisoformat(night)
    assert "is Crashed" in caplog.text
    assert "Zephyrine" not in caplog.text, "a state's message may quote anything"


def test_a_run_that_left_for_another_one_is_not_reported_as_a_failure(home):
    from flows.hooks import report_failed
    from flows.nightly import nightly

    with home.opened():
        pass
    report_failed(nightly, run_of(home), Failed(name="AlreadyRunning"))
    assert stored(home) == []


def test_every_deployed_flow_reports_that_it_failed_or_crashed(home):
    from config.settings import load
    from flows.deployments import registry
    from flows.hooks import report_failed

    for one in registry(load(home.path)):
        assert report_failed in one.flow.on_failure_hooks, one.name
        assert report_failed in one.flow.on_crashed_hooks, one.name


def test_people_are_told_when_a_run_ended_however_it_did_once_and_not_by_one_that_left(home):
    from flows.nightly import nightly

    with mail_server() as mail, web_server() as web:
        tells(home, mail=mail, people=(ANN,), extra=f'heartbeat_url = "http://127.0.0.1:{web.port}/p"')
        with home.opened():
            pass
        for hook in nightly.on_failure_hooks:
            hook(nightly, run_of(home), Failed(name="AlreadyRunning"))
        assert (mail.taken, web.taken) == ([], [])
        for hook in (*nightly.on_crashed_hooks, *nightly.on_failure_hooks, *nightly.on_completion_hooks):
            hook(nightly, run_of(home), Crashed(message="Zephyrine"))
        assert [m["Subject"] for m in mail.to(ANN)] == [
            "[CleanClaim] urgent: A nightly run failed, or a part of it (NGT-FAILED)"
        ]
        assert "Zephyrine" not in mail.bytes
        for hook in (*nightly.on_running_hooks, *nightly.on_completion_hooks):
            hook(nightly, run_of(home), Completed())
        assert web.paths == ["/p/fail"] * 3 + ["/p/start", "/p"]
