"""What a nightly run corrects by itself, and what a person's decision does: holds, stops, late answers."""

import json
from datetime import date, timedelta

import pytest
from typer.testing import CliRunner

import edi
from console.command import app
from ledger.queries import claims, money, work
from ledger.queries.batches import all_batches, show
from ledger.sending import batches
from tasks import nightly_run
from tasks.operations import decide_batch
from tasks.operations.resend_batch import resend
from tasks.runs.lease import lease

MONDAY = date(2026, 11, 16)
TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=n) for n in (1, 2, 3))


@pytest.fixture
def office(home, ledger_url, monkeypatch):
    """A home on each database, with one claim that the partner's story accepts and does not pay."""
    monkeypatch.setenv("CLEANCLAIM_DATABASE_URL", ledger_url)
    coverage = {"order": "P", "payer": "harbor", "member_id": "W99990001"}
    home.drop("lakeside/one.json", home.encounter(coverages=[coverage]))
    return home


UNPAID = '\n[[rule]]\nname = "taken, not paid"\nmember_id = "W99*"\nremit = []\n'


def partner(office, day, extra=""):
    """The partner of a night, with more of its scenario where wanted."""
    return office.clearinghouse(day, UNPAID + extra)


def run(office, day, extra=""):
    """A night."""
    with partner(office, day, extra), lease(str(office.path), "", day) as taken:
        nightly_run.walk(taken.home, day)
        taken.close([])


def received(office):
    return [line["isa13"] for line in office.journal]


def status(office):
    return json.loads(CliRunner().invoke(app, ["status", "--json", "--home", str(office.path)]).stdout)


def report(office, day):
    return (office.path / "reports" / f"{day}.md").read_text("utf-8")


def test_a_batch_held_after_failed_uploads_is_given_up_and_its_claims_arrive_under_a_new_number(office):
    run(office, MONDAY, '\n[[fault]]\nkind = "full_disk"\nfile = "*000000001*"\ntimes = 0\n')
    with office.opened() as opened:
        [batch] = all_batches(opened.ledger)
        assert (batch.state, batch.hold[:15]) == ("built", "after 3 uploads")
    assert "batch 1 held" in report(office, MONDAY)
    assert status(office)["work"]["batches_held"] == 1
    run(office, TUESDAY)
    assert office.journal == [], "held, it waits for a person"
    with office.opened() as opened:
        assert decide_batch.abandon(opened, TUESDAY, 1, "they have no space for it") == 1
    run(office, TUESDAY)
    assert received(office) == ["000000002"]
    with office.opened() as opened:
        assert claims.by_state(opened.ledger) == {"accepted": 1}
        assert money.money(opened.ledger).charged == 135_00
        assert work.waiting(opened.ledger).total == 0


def test_a_batch_held_after_failed_uploads_goes_on_under_its_own_number_once_released(office):
    run(office, MONDAY, '\n[[fault]]\nkind = "full_disk"\ntimes = 3\n')
    with office.opened() as opened:
        decide_batch.release(opened, TUESDAY, 1, "they made room")
    run(office, TUESDAY)
    assert received(office) == ["000000001"]


def test_a_fault_of_the_partnership_stops_it_and_its_claims_go_after_the_release(office):
    refuse = '\n[[interchange]]\nisa13 = "000000001"\nta1 = "R"\nnote = "006"\n'
    run(office, MONDAY, refuse)
    assert status(office)["stopped_partners"] == {"northgate": "TA1 006"}
    assert status(office)["work"]["stopped"] == 1
    assert "northgate stopped" in report(office, MONDAY)
    run(office, TUESDAY)
    with office.opened() as opened:
        assert claims.by_state(opened.ledger) == {"ready": 1}, "it is written once the fault is mended"
        decide_batch.release_partner(opened, TUESDAY, "northgate", "they have our ids now")
    run(office, TUESDAY)
    assert received(office) == ["000000001", "000000002"]
    with office.opened() as opened:
        assert claims.by_state(opened.ledger) == {"accepted": 1}
        assert work.waiting(opened.ledger).total == 0, "the release settles the alert"


def test_what_was_written_under_ids_that_were_wrong_is_written_anew_on_release(office):
    site = office.use_folder()
    with office.opened() as opened:
        nightly_run.walk(
            opened, MONDAY, (*nightly_run.steps_of("take_in"), nightly_run.step_named("write_batches"))
        )
        with opened.ledger.write() as connection:
            batches.stop_partner(connection, "northgate", str(MONDAY), "TA1 006")
    file = office.path / "partners" / "clearinghouses" / "northgate.toml"
    file.write_text(file.read_text().replace('\nsender_id = "CLEANCLAIM"', '\nsender_id = "CLEANCLAIM2"'))
    with office.opened() as opened:
        choice = decide_batch.release_partner(opened, TUESDAY, "northgate", "our id was mended")
        assert "batches 1 carry ids" in choice.because
        nightly_run.walk(opened, TUESDAY, nightly_run.steps_of("submit"))
    [sent] = (site / "inbound").iterdir()
    [isa] = edi.read_envelopes(sent.read_bytes())
    assert (isa.sender_id, isa.control_number) == ("CLEANCLAIM2", "000000002")


SWEPT = '\n[[fault]]\nkind = "sweep"\ntimes = 0\n'  # as most partners do: a file is gone once it is whole
LATE = SWEPT + "".join(
    f'\n[[fault]]\nkind = "late"\nanswer = "{kind}"\nnights = 3\n' for kind in ("TA1", "999", "277CA")
)


def test_a_late_answer_is_overdue_a_resend_is_a_duplicate_and_the_first_ones_answer_is_taken(office):
    run(office, MONDAY, LATE)
    assert [a for a in status(office)["alerts"] if a["code"] == "ACK-OVERDUE"] == []
    run(office, TUESDAY)
    assert [a["message"][-25:] for a in status(office)["alerts"]] == ["no TA1, due on 2026-11-16"]
    run(office, WEDNESDAY)
    assert len(status(office)["alerts"]) == 3
    assert "no 277CA, due on 2026-11-17" in report(office, WEDNESDAY)
    assert "cleanclaim batches resend 1" in report(office, WEDNESDAY)
    assert received(office) == ["000000001"], "nothing is sent again by itself"
    with (
        partner(office, WEDNESDAY),
        lease(str(office.path), "", WEDNESDAY, opens_night=False) as taken,
    ):
        assert resend(taken.home, WEDNESDAY, 1, "they do not find it").sent
    run(office, WEDNESDAY)
    assert received(office) == ["000000001", "000000001"]
    with office.opened() as opened:
        assert [a[:3] for a in show(opened.ledger, 1).answers] == [("TA1", "R", "025")]
        assert claims.by_state(opened.ledger) == {"sent": 1}
        assert [a.code for a in work.alerts(opened.ledger)] == ["ACK-025"], "its clock starts again"
    run(office, THURSDAY)
    with office.opened() as opened:
        assert batches.get(opened.ledger, 1).state == "accepted"
        assert claims.by_state(opened.ledger) == {"accepted": 1}
        assert money.money(opened.ledger).charged == 135_00
        assert work.waiting(opened.ledger).total == 0
    assert received(office) == ["000000001", "000000001"]


def test_after_a_resend_a_missing_answer_is_reported_again(office):
    silent = SWEPT + "".join(
        f'\n[[fault]]\nkind = "no_answer"\nanswer = "{kind}"\n' for kind in ("TA1", "999", "277CA")
    )
    run(office, MONDAY, silent)
    run(office, THURSDAY)
    with partner(office, THURSDAY, silent), office.opened() as opened:
        assert resend(opened, THURSDAY, 1, "they do not find it").sent
    run(office, THURSDAY)
    assert status(office)["alerts"] == []
    run(office, THURSDAY + timedelta(days=2))
    assert [a["message"][-10:] for a in status(office)["alerts"] if a["code"] == "ACK-OVERDUE"] == [
        "2026-11-20", "2026-11-20", "2026-11-19"
    ]  # fmt: skip
