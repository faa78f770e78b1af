"""A Prefect server that answers and schedules nothing: what an unsuitable pair of versions looks like."""

import pytest

from tests.flows.served import PrefectServer, Served, command, stopped_at_last, until
from tests.prefect_database import begin_with


@pytest.mark.long
def test_a_server_that_schedules_nothing_is_reported_and_serve_ends_with_a_failure(
    tmp_path, prefect_database
):
    server = PrefectServer(
        tmp_path / "prefect", prefect_database, PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED="false"
    )
    one = Served(tmp_path / "home", late_after_minutes=1, prefect_api_url=server.address)
    with stopped_at_last(one, server):
        server.start_server()
        begin_with(prefect_database, one.own_prefect)  # for the night by hand
        one.start()
        until("it serves", one.serving)
        [missed] = until("the night that did not start", lambda: one.alerts("SRV-04"), 300)
        assert one.ended(400) == 1, one.said[-2000:]
        assert {a.code for a in one.alerts("SRV-06")} == {"SRV-06"}
        assert "SRV-06" in one.log
        assert "SRV-04" in one.log
        assert one.night_runs() == 0
        assert command("status", "--home", str(one.home.path)).returncode == 1
        # a night by hand makes up for it
        one.write_settings(prefect_api_url="")
        assert command("run", "--home", str(one.home.path)).returncode in (0, 3)
        assert missed.id not in {a.id for a in one.alerts("SRV-04")}
