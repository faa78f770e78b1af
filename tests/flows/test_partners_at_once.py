"""Two clearinghouses at the same time: a slow one does not delay the other; the outcome is as in order."""

import threading
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from config.connection import write_connection
from config.settings import load
from ledger.queries import standing
from ledger.queries.batches import all_batches
from mock_clearinghouse import keys
from mock_clearinghouse.program import Clearinghouse
from mock_clearinghouse.scenario import parse
from tasks import nightly_run
from tests.faults.evenings import MONDAY, PLAIN, Evenings, fault
from tests.flows.served import until

SLOW, QUICK = "northgate", "zeta"


def with_two_partners(home) -> Evenings:
    """Harbor's claims go to northgate over SFTP, Meridian's to zeta, a folder; northgate comes first."""
    evenings = Evenings(home)
    site = home.path / "zeta"
    for name in ("inbound", "outbound"):
        (site / name).mkdir(parents=True)
    folder = evenings.partner_file.parent
    text = evenings.partner_file.read_text("utf-8")
    text = text.replace('transport = "sftp"', 'transport = "folder"\nfolder = "zeta"')
    (folder / "zeta.toml").write_text(text.replace('"NORTHGATE"', '"ZETA"'), "utf-8")
    payer = home.path / "partners" / "payers" / "meridian.toml"
    payer.write_text(
        payer.read_text("utf-8").replace('clearinghouse = "northgate"', 'clearinghouse = "zeta"'), "utf-8"
    )
    coverage = {"order": "P", "payer": "meridian", "member_id": "W17770002"}
    home.drop("lakeside/three.json", home.encounter("T-3", service_date="2026-11-04", coverages=[coverage]))
    return evenings


def run(home):
    from flows.nightly import nightly

    return nightly(str(home.path), str(home.inbox), MONDAY, return_state=True)


def outcome(home):
    """What the ledger says in the end, but for who was first."""
    with home.opened() as opened:
        batches = sorted((b.clearinghouse, b.isa13, b.claims, b.state) for b in all_batches(opened.ledger))
        claims = sorted((c.patient_control_number, c.state) for c in standing.claims(opened.ledger))
    return batches, claims


@pytest.mark.usefixtures("prefect_server", "either_database")
def test_a_partner_that_stands_still_does_not_delay_the_other(home):
    evenings = with_two_partners(home)
    seen = {}
    stalled = fault("stall", operation="rename", after=True, seconds=25, times=1)
    with evenings.partner(MONDAY, stalled) as mock:

        def look():
            until("northgate stands still", lambda: mock.faults.stalls, 90)
            until("zeta has its file", lambda: list((home.path / "zeta" / "inbound").glob("*.837")), 90)
            seen.update(
                until(
                    "zeta's batch is sent",
                    lambda: (found := {b[0]: b[3] for b in outcome(home)[0]})[QUICK] == "sent" and found,
                    90,
                )
            )

        looking = threading.Thread(target=look)
        looking.start()
        state = run(home)
        looking.join()
    assert seen == {SLOW: "committing", QUICK: "sent"}, "zeta was done while northgate still stood"
    assert state.is_completed(), state.message
    assert evenings.received() == ["000000001"]
    assert len(list((home.path / "zeta" / "inbound").iterdir())) == 1


@pytest.mark.usefixtures("prefect_server")
def test_the_outcome_is_that_of_one_partner_after_the_other(home, make_home):
    found = []
    for at_once, one in ((4, home), (1, make_home("in-order"))):
        evenings = with_two_partners(one)
        settings = one.path / "cleanclaim.toml"
        settings.write_text(f"demo = true\nsettle_seconds = 0\npartners_at_once = {at_once}\n", "utf-8")
        with evenings.partner(MONDAY):
            assert run(one).is_completed()
        found.append(outcome(one))
    assert found[0] == found[1]
    assert {batch[0] for batch in found[0][0]} == {SLOW, QUICK}


@pytest.mark.usefixtures("prefect_server")
def test_an_outage_of_one_partner_fails_the_run_and_costs_the_other_nothing(home):
    evenings = with_two_partners(home)
    with evenings.partner(MONDAY):
        pass  # its port is known; then it is stopped
    state = run(home)
    assert state.is_failed()
    assert "TRN-CONNECT northgate" in state.message
    assert {b[0]: b[3] for b in outcome(home)[0]} == {SLOW: "built", QUICK: "sent"}


@contextmanager
def three_slow_sites(home):
    """northgate and two more, each a site of its own that leaves every connection waiting for a while."""
    folder = home.path / "partners" / "clearinghouses"
    text = (folder / "northgate.toml").read_text("utf-8")
    slow = parse(PLAIN + fault("stall", operation="connect", seconds=3, times=0))
    with ExitStack() as beside:
        for name in (SLOW, "eastgate", "westgate"):
            mock = Clearinghouse(home.path / name, MONDAY, slow)
            mock.start()
            beside.callback(mock.stop)
            file = folder / f"{name}.toml"
            file.write_text(text.replace('"NORTHGATE"', f'"{name.upper()}"'), "utf-8")
            key = keys.public_line(mock.host_key)
            write_connection(
                file, host="127.0.0.1", port=mock.port, host_key=key, key_file=Path(name, "client_key")
            )
        yield


def collected(flow_run):
    """When each partner's answers were collected: from, to."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

    with get_client(sync_client=True) as client:
        runs = client.read_task_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[flow_run])))
    return [(r.start_time, r.end_time) for r in runs if r.name.startswith("collect-") and r.end_time]


@pytest.mark.usefixtures("prefect_server")
def test_of_three_sites_two_are_reached_at_once_and_never_three(home):
    (home.path / "cleanclaim.toml").write_text(
        "demo = true\nsettle_seconds = 0\npartners_at_once = 2\n", "utf-8"
    )
    with three_slow_sites(home):
        state = run(home)
    assert state.is_completed(), state.message
    flow_run = state.state_details.flow_run_id
    times = until(
        "the server knows of all three", lambda: len(found := collected(flow_run)) == 3 and found, 90
    )
    at_once = [sum(began <= at < ended for began, ended in times) for at, _ in times]
    assert max(at_once) == 2


def test_clearinghouses_of_one_site_share_its_connection(home):
    evenings = with_two_partners(home)
    twin = evenings.partner_file.with_name("alpha.toml")
    twin.write_text(evenings.partner_file.read_text("utf-8").replace('"NORTHGATE"', '"ALPHA"'), "utf-8")
    lanes = nightly_run.lanes(str(home.path), "", MONDAY, "collect")
    assert lanes.pieces == [["alpha", SLOW], [QUICK]]
    assert lanes.at_once == load(home.path).partners_at_once
    assert len(nightly_run.lanes(str(home.path), "", MONDAY, "pick_up").pieces) == 1
