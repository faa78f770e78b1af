"""What an operator sees of a batch: what is known, what is not, and what may be pressed."""

from datetime import date

import pytest

from ledger import acknowledge
from ledger.maintenance import epochs
from ledger.sending import batches, decisions, responses
from tasks import nightly_run
from tasks.batches.story import batch_status
from tasks.errors import StepError
from tasks.operations.rerun_batch import rerun
from tests.ledger.sending.test_acknowledge import ca, nine, status_of, ta1

MONDAY, TUESDAY, FRIDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 20)


@pytest.fixture
def written(home):
    """A home with one batch of two claims that is written."""
    home.site = home.use_folder()
    home.drop("lakeside/two.json", [home.encounter("T-1"), home.encounter("T-2", service_date="2026-11-03")])
    with home.opened() as opened:
        nightly_run.walk(
            opened, MONDAY, (*nightly_run.steps_of("take_in"), nightly_run.step_named("write_batches"))
        )
        yield opened


@pytest.fixture
def sent(written):
    """The same, and it is out."""
    nightly_run.walk(written, MONDAY, nightly_run.steps_of("submit"))
    return written


def say(opened, *records):
    number = len(responses.seen(opened.ledger, "northgate")) + 1
    file = responses.store(
        opened.ledger,
        MONDAY.isoformat(),
        "northgate",
        f"answer{number}",
        b"%d" % number,
        size=1,
        mtime=1,
        sender="NORTHGATE",
        isa13=str(number),
        kinds="TA1 999 277CA",
    )
    acknowledge.take(opened.ledger, MONDAY.isoformat(), file, records)


def standing(opened, day):
    return {fact.what: fact.standing for fact in batch_status(opened, day, 1).facts}


def detail(opened, day, what):
    return next(fact.detail for fact in batch_status(opened, day, 1).facts if fact.what == what)


def open_acts(opened):
    return {choice.act: choice.answer for choice in batch_status(opened, MONDAY, 1).choices if choice.open}


def test_of_a_written_batch_only_the_writing_is_known(written):
    assert standing(written, MONDAY) == {
        "stored": "known",
        "uploaded": "not yet",
        "intent stored": "not yet",
        "final name given": "not yet",
        "TA1": "not yet",
        "999": "not yet",
        "277CA": "not yet",
    }
    assert open_acts(written) == {"rerun": "yes", "abandon": "yes"}


def test_between_the_intent_and_the_rename_only_the_temporary_file_knows(written):
    batches.move(written.ledger, 1, "built", "uploaded", str(MONDAY))
    batches.move(written.ledger, 1, "uploaded", "committing", str(MONDAY))
    found = standing(written, MONDAY)
    assert (found["intent stored"], found["final name given"]) == ("known", "not known")
    assert open_acts(written) == {"rerun": "yes"}


def test_an_answer_is_awaited_until_its_deadline_and_overdue_from_the_day_after(sent):
    assert standing(sent, MONDAY)["277CA"] == "awaited"
    assert detail(sent, MONDAY, "277CA") == "until 2026-11-17"
    assert standing(sent, TUESDAY)["TA1"] == "OVERDUE", "four hours are over by the next night"
    assert standing(sent, TUESDAY)["277CA"] == "awaited"
    assert detail(sent, FRIDAY, "277CA") == "it was due on 2026-11-17, 3 days ago"
    assert "ask northgate whether it has interchange 000000001" in batch_status(sent, FRIDAY, 1).next
    assert open_acts(sent) == {"resend": "ask first"}


def test_what_came_is_reported_with_its_codes_and_what_a_277ca_left_out_by_number(sent):
    [first, second] = batch_status(sent, MONDAY, 1).story.unanswered
    say(sent, ta1("A"), nine("A", "A"), ca(status_of(first)))
    found = batch_status(sent, MONDAY, 1)
    assert {f.what: f.standing for f in found.facts}["277CA"] == "known"
    assert detail(sent, MONDAY, "TA1") == "A 000 on 2026-11-16"
    assert detail(sent, MONDAY, "claims answered") == "1 of 2"
    assert "the 277CA came without them" in detail(sent, MONDAY, "claims not answered")
    assert found.story.unanswered == (second,)
    assert found.next == "ask northgate for the claims that are not answered"
    assert open_acts(sent) == {}, "a second file could put the answered claim twice"


def test_a_settled_batch_awaits_nothing(sent):
    say(sent, ca(*(status_of(n) for n in batch_status(sent, MONDAY, 1).story.unanswered)))
    found = standing(sent, FRIDAY)
    assert (found["TA1"], found["277CA"]) == ("no longer awaited", "known")
    assert not batch_status(sent, FRIDAY, 1).overdue
    assert batch_status(sent, FRIDAY, 1).next == "nothing"


def test_of_a_resend_under_way_the_last_copy_is_reported(sent):
    decisions.resend(sent.ledger, 1, str(FRIDAY), "they lost it")
    found = batch_status(sent, FRIDAY, 1)
    known = {f.what: (f.standing, f.detail) for f in found.facts}
    assert known["resend asked"] == ("known", "2026-11-20: they lost it; sent before on 2026-11-16")
    assert known["uploaded"][0] == known["final name given"][0] == "not yet"
    assert found.story.batch.words == "resend, built"
    assert {c.act for c in found.choices if c.open} == {"rerun", "abandon"}


def test_an_abandoned_batch_says_why_and_awaits_nothing(written):
    decisions.abandon(written.ledger, 1, str(MONDAY), "wrong payer")
    assert standing(written, FRIDAY) == {"stored": "known", "given up": "known"}
    assert detail(written, FRIDAY, "given up") == "2026-11-16: wrong payer"
    assert open_acts(written) == {}


def test_at_a_partner_without_temporary_names_a_batch_in_doubt_asks_what_it_has(home):
    home.use_folder()
    file = home.path / "partners" / "clearinghouses" / "northgate.toml"
    file.write_text(file.read_text().replace('temporary_suffix = ".part"', 'temporary_suffix = ""'))
    home.drop("lakeside/one.json", home.encounter())
    with home.opened() as opened:
        nightly_run.walk(
            opened, MONDAY, (*nightly_run.steps_of("take_in"), nightly_run.step_named("write_batches"))
        )
        batches.move(opened.ledger, 1, "built", "committing", str(MONDAY))
        nightly_run.walk(opened, MONDAY, [nightly_run.step_named("send")])
        assert standing(opened, MONDAY)["final name given"] == "not known"
        assert open_acts(opened) == {"resend": "ask first", "release": "ask first"}


def test_every_event_says_when_and_who(sent):
    events = batch_status(sent, MONDAY, 1).story.events
    assert [e.event for e in events] == ["built", "uploaded", "committing", "sent"]
    assert all(e.at and "@" in e.who for e in events)


def test_a_stopped_partner_closes_what_would_reach_it(written):
    with written.ledger.write() as connection:
        batches.stop_partner(connection, "northgate", str(MONDAY), "TA1 006")
    found = {c.act: c for c in batch_status(written, MONDAY, 1).choices}
    assert found["rerun"].answer == "no"
    assert "batches release northgate" in found["rerun"].because
    with pytest.raises(StepError, match="BAT-04 rerun of batch 1: sending to northgate is stopped"):
        rerun(written, MONDAY, 1)


def test_purged_bytes_are_not_sent_again(sent):
    with sent.ledger.write() as connection:
        connection.exec_driver_sql("UPDATE document SET key_id = 'purged' WHERE kind = 'claim_file'")
    found = {c.act: c for c in batch_status(sent, FRIDAY, 1).choices}["resend"]
    assert (found.answer, found.because) == ("no", "its bytes were purged when their time was over")


def test_after_a_restore_a_held_batch_is_given_up_only_once_the_partner_confirms(written):
    word = epochs.Decision(
        business_on=str(MONDAY), why="the disk died", outside=None, heads=(), home="", known=(), stop=(),
        reason="restored from a backup",
    )  # fmt: skip
    with written.ledger.write() as connection:
        epochs.begin(connection, word)
    assert open_acts(written) == {"release": "yes", "abandon": "ask first"}
