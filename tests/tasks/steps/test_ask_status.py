"""An answer that is overdue is asked for by itself: once, of a payer that takes it, as the claim was sent."""

import logging
from datetime import timedelta

import pytest

import edi
from config.settings import load
from edi.records import ClaimStatusAnswer, Status
from ledger.queries import standing
from ledger.queries.batches import all_batches
from ledger.sending import batches
from ledger.storage import documents
from ledger.trail import audit
from tasks import nightly_run
from tasks.operations import backup, claims_out
from tasks.operations.money_acts import By
from tasks.steps import ask_status, write_inquiries
from tests.tasks.answering import MONDAY, Partner, paid, remitted
from tests.tasks.inquiring import ASKS, OVERDUE, asked, night, questions, takes_inquiries


@pytest.fixture
def waiting(home):
    """A home with one claim out to a payer that takes 276, on the business date that makes work of it."""
    takes_inquiries(home, "276")
    home.partner = Partner(home)
    home.site = home.partner.site
    home.drop("lakeside/one.json", home.encounter())
    night(home, MONDAY, OVERDUE - timedelta(days=1))
    assert asked(home) == []
    night(home, OVERDUE)
    return home


def test_an_overdue_answer_is_asked_for_once_over_many_nights_and_restarts(waiting):
    counts = night(waiting, ASKS)
    assert (counts["ask_status.asked"], counts["write_inquiries.inquiries"]) == (1, 1)
    for _ in range(2):
        night(waiting, *(ASKS + timedelta(days=n) for n in range(0, 40, 7)))
    (one,) = asked(waiting)
    assert (one.state, one.sent_on, one.actor) == ("sent", ASKS.isoformat(), "")
    assert one.key == f"276|submission 1|overdue {OVERDUE - timedelta(days=1)}"
    assert len(questions(waiting.site)) == 1


def test_it_is_asked_as_the_claim_was_sent_in_a_file_that_is_sound(waiting):
    night(waiting, ASKS)
    (file,) = (waiting.site / "inbound").glob("*.276")
    assert [f for f in edi.check(file.read_bytes()) if f.severity == "error"] == []
    (question,) = questions(waiting.site)
    with waiting.opened() as opened:
        claims, inquiry = all_batches(opened.ledger)
        (claim,) = edi.read_claims(documents.read(opened.ledger, claims.sha256))
    assert (inquiry.kind, inquiry.isa13, inquiry.state) == ("276", claims.isa13 + 1, "sent")
    assert question.trace == f"{inquiry.isa13:09d}00001"
    assert question.patient_control_number == claim.patient_control_number
    assert (question.charge, question.payer.id, question.provider.npi) == (135_00, "HRB01", claim.billing.npi)
    assert (question.subscriber.member_id, question.service_from) == (
        claim.subscriber.member_id,
        claim.lines[0].service_from,
    )
    assert question.receiver.id == "CCDEMO01"


def test_a_payer_that_takes_none_is_never_asked(home):
    Partner(home)
    home.drop("lakeside/one.json", home.encounter())
    night(home, MONDAY, MONDAY + timedelta(days=46), MONDAY + timedelta(days=47))
    assert asked(home) == []


def test_nothing_is_asked_of_a_claim_that_was_answered_before_the_file_is_written(waiting):
    with waiting.opened() as opened:
        assert ask_status.do(opened, ASKS, "overdue") == {"asked": 1}
        claim = number_of_claim(opened)
    waiting.partner.pay("a.835", remitted(paid(claim)))
    with waiting.opened() as opened:
        nightly_run.walk(opened, ASKS, nightly_run.steps_of("take_answers"))
        assert write_inquiries.do(opened, ASKS, "northgate:276")["dropped"] == 1
        assert write_inquiries.pieces(opened, ASKS) == []
    (one,) = asked(waiting)
    assert (one.state, one.dropped) == ("dropped", "the payer answered, or the claim was sent in another way")
    assert questions(waiting.site) == []


def number_of_claim(opened) -> str:
    (claim,) = standing.claims(opened.ledger)
    return claim.patient_control_number


def test_to_a_stopped_partner_nothing_is_written_until_it_is_released(waiting):
    with waiting.opened() as opened:
        batches.stop_for(opened.ledger, "northgate", MONDAY.isoformat(), "TA1 006")
    night(waiting, ASKS)
    assert [one.state for one in asked(waiting)] == ["wanted"]
    with waiting.opened() as opened:
        batches.release_partner(opened.ledger, "northgate", ASKS.isoformat(), "mended")
    night(waiting, ASKS)
    assert [one.state for one in asked(waiting)] == ["sent"]


def test_an_inquiry_that_cant_be_written_is_dropped_with_the_place_and_no_value(waiting):
    file = waiting.path / "partners" / "clearinghouses" / "northgate.toml"
    good = file.read_text("utf-8")
    file.write_text(good.replace('name = "CleanClaim Demo Billing"', 'name = "Clean~Claim"'), "utf-8")
    night(waiting, ASKS)
    (one,) = asked(waiting)
    assert one.state == "dropped"
    assert one.dropped.startswith("it can't be written")
    assert "Clean~" not in one.dropped


def test_after_a_restore_it_is_asked_under_another_trace_once_a_person_lets_sending_go_on(waiting):
    backup_file = waiting.path.parent / "before.zip"
    with waiting.opened() as opened:
        backup.back_up(opened, OVERDUE, By("ann", "the regular backup"), backup_file)
    night(waiting, ASKS)
    for file in waiting.path.glob("ledger.db*"):
        file.unlink()
    backup.restore(
        load(waiting.path),
        backup_file,
        ASKS,
        nothing_since=False,
        archive_keys=waiting.path / "keys" / "archive",
    )
    night(waiting, ASKS)
    assert [one.state for one in asked(waiting)] == ["wanted"]
    with waiting.opened() as opened:
        assert claims_out.from_sent(opened, ASKS, "as the copies say", really=True) == []
        batches.release_partner(opened.ledger, "northgate", ASKS.isoformat(), "asked")
    later = ASKS + timedelta(days=1)
    night(waiting, later)
    first, second = questions(waiting.site)
    assert first.trace != second.trace
    # what was asked before the restore is answered: it is of the claim that it names
    answer = ClaimStatusAnswer(
        trace=first.trace,
        payer=first.payer,
        provider=first.provider,
        patient=first.subscriber,
        statuses=(Status(category="A4", code="35", effective=ASKS),),
        patient_control_number=first.patient_control_number,
    )
    waiting.partner.put("a.277", edi.write_claim_statuses([answer], waiting.partner.envelope()))
    assert night(waiting, later)["acknowledge.statuses"] == 1
    assert [(one.state, one.trace) for one in asked(waiting)] == [("answered", second.trace)]


def test_nothing_of_the_patient_is_in_the_log_the_trail_or_the_names_of_files(waiting, caplog):
    caplog.set_level(logging.INFO)
    for step, piece in (
        ("ask_status", "overdue"),
        ("write_inquiries", "northgate:276"),
        ("send", "northgate"),
    ):
        nightly_run.do(str(waiting.path), str(waiting.inbox), ASKS, step, piece)
    (question,) = questions(waiting.site)
    with waiting.opened() as opened:
        trail = " ".join(f"{row.subject} {row.act} {row.detail}" for row in audit.rows(opened.ledger))
        names = " ".join(batch.name for batch in all_batches(opened.ledger))
    assert "write_inquiries northgate:276: files 1, inquiries 1, dropped 0" in caplog.text
    assert "inquiry wanted" in trail
    person = question.subscriber
    for secret in (person.last, person.first, person.member_id, question.patient_control_number):
        assert secret not in caplog.text + trail + names
