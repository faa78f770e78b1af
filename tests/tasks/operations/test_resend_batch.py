"""One decision, at most one more copy: wherever the process dies, and whatever the partner did meanwhile."""

from datetime import date

import pytest

from ledger.queries.batches import all_batches, show
from ledger.sending import batches, decisions
from ledger.trail import audit
from tasks import nightly_run
from tasks.errors import StepError
from tasks.home.home import open_home
from tasks.operations.rerun_batch import rerun
from tasks.operations.resend_batch import resend
from tasks.steps import send
from tests.tasks.operations.killing import killed

MONDAY, FRIDAY = date(2026, 11, 16), date(2026, 11, 20)


def sent(home):
    """A home whose only batch went to a partner that is a folder."""
    home.site = home.use_folder()
    home.drop("lakeside/one.json", home.encounter())
    with home.opened() as opened:
        nightly_run.walk(opened, MONDAY, (*nightly_run.steps_of("take_in"), *nightly_run.steps_of("submit")))
        [home.batch] = all_batches(opened.ledger)
    assert home.batch.state == "sent"
    return home


def final(home):
    return home.site / "inbound" / home.batch.name


def swept(home):
    """The partner takes what lies in its folder, as partners do; how many whole copies that were."""
    taken = 0
    for file in (home.site / "inbound").glob("*.837"):
        file.unlink()
        taken += 1
    return taken


def events(opened):
    return [e.event for e in show(opened.ledger, 1).events]


def test_a_swept_file_is_sent_once_more_with_the_same_name_and_bytes(home):
    sent(home)
    first = final(home).read_bytes()
    swept(home)
    with home.opened() as opened:
        done = resend(opened, FRIDAY, 1, "they lost it")
        assert done.sent
        assert final(home).read_bytes() == first
        assert events(opened)[-4:] == ["resend", "uploaded", "committing", "sent"]
        [asked] = audit.rows(opened.ledger, act="batch resend")
        assert (asked.subject, asked.detail, bool(asked.actor)) == ("batch 1", "they lost it", True)
        assert send.pieces(opened, FRIDAY) == [], "one word, one copy"


def test_a_file_that_still_lies_there_is_not_sent_and_that_is_said(home):
    sent(home)
    stood = final(home).stat()
    with home.opened() as opened:
        done = resend(opened, FRIDAY, 1, "they do not see it")
        assert not done.sent
        assert "still lies there" in done.message
        assert events(opened)[-2:] == ["resend", "resend not needed"]
        row = batches.get(opened.ledger, 1)
        assert (row.state, row.sent_on) == ("sent", MONDAY.isoformat())
    assert final(home).stat().st_mtime_ns == stood.st_mtime_ns
    assert [p.name for p in (home.site / "inbound").iterdir()] == [home.batch.name]


def test_another_file_of_the_final_name_holds_the_resend_and_nothing_is_lost(home):
    sent(home)
    final(home).write_bytes(b"another's")
    with home.opened() as opened:
        assert not resend(opened, FRIDAY, 1, "they lost it").sent
        assert "final name" in batches.get(opened.ledger, 1).hold
        final(home).unlink()
        decisions.release(opened.ledger, 1, FRIDAY.isoformat(), "they removed it")
        assert send.do(opened, FRIDAY, "northgate") == {"sent": 1, "held": 0}


@pytest.mark.parametrize("why", ["", "  "])
def test_without_a_reason_nothing_is_sent(home, why):
    sent(home)
    with home.opened() as opened, pytest.raises(StepError, match="BAT-05"):
        resend(opened, FRIDAY, 1, why)


def test_a_batch_with_an_answered_claim_is_refused_with_the_reason(home):
    sent(home)
    with home.opened() as opened:
        with opened.ledger.write() as connection:
            connection.exec_driver_sql("UPDATE submission SET state = 'accepted'")
            connection.exec_driver_sql("UPDATE batch SET state = 'accepted'")
        with pytest.raises(StepError, match="BAT-04 resend of batch 1: 1 of 1 claims answered already"):
            resend(opened, FRIDAY, 1, "why not")
        assert "resend" not in events(opened)


def test_a_resend_asked_while_one_is_under_way_asks_for_no_second_copy(home):
    sent(home)
    swept(home)
    with home.opened() as opened:
        decisions.resend(opened.ledger, 1, FRIDAY.isoformat(), "they lost it")
        with pytest.raises(StepError, match=r"BAT-04 .* under way"):
            resend(opened, FRIDAY, 1, "and again")
        nightly_run.walk(opened, FRIDAY, nightly_run.steps_of("submit"))
        assert batches.get(opened.ledger, 1).state == "sent"
    assert swept(home) == 1


def test_to_a_stopped_partner_nothing_is_sent_again(home):
    sent(home)
    with home.opened() as opened:
        with opened.ledger.write() as connection:
            batches.stop_partner(connection, "northgate", MONDAY.isoformat(), "TA1 006")
        with pytest.raises(StepError, match="stopped"):
            resend(opened, FRIDAY, 1, "they lost it")


def test_a_claim_that_was_answered_meanwhile_makes_the_resend_unneeded(home):
    sent(home)
    swept(home)
    with home.opened() as opened:
        decisions.resend(opened.ledger, 1, FRIDAY.isoformat(), "they lost it")
        with opened.ledger.write() as connection:  # as a remittance does, which names no batch
            connection.exec_driver_sql("UPDATE submission SET state = 'paid'")
        assert send.do(opened, FRIDAY, "northgate") == {"sent": 0, "held": 0, "not_needed": 1}
        assert batches.get(opened.ledger, 1).state == "sent"
    assert swept(home) == 0


def one_step(home):
    """From now on the partner takes no temporary names."""
    file = home.path / "partners" / "clearinghouses" / "northgate.toml"
    file.write_text(file.read_text().replace('temporary_suffix = ".part"', 'temporary_suffix = ""'))


def test_at_a_partner_without_temporary_names_a_batch_in_doubt_is_sent_again_by_a_persons_decision(home):
    sent(home)
    swept(home)
    one_step(home)
    with open_home(home_settings(home)) as opened:
        with opened.ledger.write() as connection:  # as a run leaves it that died while it wrote
            connection.exec_driver_sql("UPDATE batch SET state = 'committing', sent_on = NULL")
            connection.exec_driver_sql("UPDATE submission SET state = 'batched'")
        assert send.do(opened, FRIDAY, "northgate") == {"sent": 0, "held": 1}
        assert resend(opened, FRIDAY, 1, "they have nothing").sent
    assert swept(home) == 1


def home_settings(home):
    from config.settings import load

    return load(home.path)


@pytest.mark.long
def test_killed_at_any_side_effect_a_resend_is_not_lost_and_sends_one_copy(make_home):
    point = 1
    while True:
        home = sent(make_home(f"kill{point}"))
        swept(home)
        died = killed(home, lambda opened: resend(opened, FRIDAY, 1, "they lost it"), point)
        copies = swept(home)
        with home.opened() as opened:
            asked = "resend" in events(opened)
            rerun(opened, FRIDAY, 1)
            assert batches.get(opened.ledger, 1).state == "sent"
            assert batches.to_send(opened.ledger) == []
        assert copies + swept(home) == (1 if asked else 0), f"killed at {point}"
        assert not list((home.site / "inbound").iterdir())
        if not died:
            break
        point += 1
    assert point > 10
