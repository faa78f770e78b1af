"""277: what a payer says of a claim that it was asked about is kept once, and says what is to be done."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

import edi
from edi.records import ClaimStatusAnswer, Party, Status
from ledger.errors import LedgerError
from ledger.queries import claim_story
from ledger.queries.night import problems
from ledger.queries.proof import of_all as proof
from ledger.queries.work_queue import EVERYTHING, items
from ledger.schema import status_answer
from tasks.operations import ask_status, resend_claim
from tasks.operations.money_acts import By
from tasks.work.commands import commands_of
from tests.tasks.answering import MONDAY, Partner, envelope
from tests.tasks.inquiring import ASKS, OVERDUE, asked, night, questions, takes_inquiries

ANN = By("Ann", "the payer was called")
NEXT = ASKS + timedelta(days=1)


@pytest.fixture
def asking(home):
    """A home that asked for the status of its one claim; the partner has the question."""
    takes_inquiries(home, "276")
    home.partner = Partner(home)
    home.drop("lakeside/one.json", home.encounter())
    night(home, MONDAY, OVERDUE, ASKS)
    (home.question,) = questions(home.partner.site)
    return home


def said(question, category: str, code: str = "20", **changes) -> ClaimStatusAnswer:
    made = ClaimStatusAnswer(
        trace=question.trace,
        payer=question.payer,
        provider=question.provider,
        patient=question.subscriber,
        statuses=(Status(category=category, code=code, effective=ASKS),),
        patient_control_number=question.patient_control_number,
        charge=135_00,
        paid=0,
    )
    return replace(made, **changes)


def answer(home, *answers: ClaimStatusAnswer, day: date = NEXT, name: str = "a.277") -> bytes:
    data = edi.write_claim_statuses(answers, home.partner.envelope(receiver=Party(last="US", id="CCDEMO01")))
    home.partner.put(name, data)
    home.counts = night(home, day)
    return data


def kept(home):
    with home.opened() as opened, opened.ledger.read() as connection:
        return connection.execute(select(status_answer).order_by(status_answer.c.id)).all()


def overdue_work(home, day=NEXT):
    with home.opened() as opened:
        return [one for one in items(opened.ledger, day, EVERYTHING) if one.kind == "overdue_payer"]


def troubles(home) -> list[str]:
    with home.opened() as opened:
        assert proof(opened.ledger).holds
        return [problem.code for problem in problems(opened.ledger, open_only=True)]


def story(home):
    with home.opened() as opened:
        return claim_story.show(opened.ledger, 1)


def test_a_claim_under_way_is_waited_for_anew_and_asked_about_again_only_when_that_day_is_over(asking):
    answer(asking, said(asking.question, "P1"))
    assert [one.state for one in asked(asking)] == ["answered"]
    assert overdue_work(asking) == []
    (payer,) = story(asking).payers
    assert payer.waiting_until == NEXT + timedelta(days=10)
    night(asking, *(NEXT + timedelta(days=n) for n in range(1, 11)))
    assert len(asked(asking)) == 1
    night(asking, NEXT + timedelta(days=11), NEXT + timedelta(days=12))
    assert [one.state for one in asked(asking)] == ["answered", "sent"]
    assert troubles(asking) == []


def test_a_claim_that_was_paid_elsewhere_asks_for_its_remittance(asking):
    answer(
        asking,
        said(asking.question, "F1", "65", paid=100_00, paid_on=date(2026, 11, 20), check_number="EFT7"),
    )
    (work,) = overdue_work(asking)
    assert "says that it paid $100.00 on 2026-11-20 by EFT7" in work.action
    assert "copy of that remittance" in work.action
    steps = [step.what for step in story(asking).steps]
    assert "harbor says (277): paid (F1:65), $100.00 paid by EFT7" in steps
    assert "harbor asked for the claim's status (276)" in steps


def test_a_claim_that_is_not_on_file_goes_again_by_a_persons_decision_under_its_number_and_once(asking):
    answer(asking, said(asking.question, "A4", "35"))
    (work,) = overdue_work(asking)
    assert "claims resend" in work.action
    number = asking.question.patient_control_number
    assert any(
        command.typed.startswith(f"cleanclaim claims resend {number}") for command in commands_of(work)
    )
    before = len(list((asking.partner.site / "inbound").glob("*.837")))
    with asking.opened() as opened:
        shown = resend_claim.resend(opened, NEXT, ANN, number, dry_run=True)
    assert (shown.dry_run, shown.postings) == (True, ())
    assert story(asking).submissions[-1].state == "sent"
    with asking.opened() as opened:
        resend_claim.resend(opened, NEXT, ANN, number, dry_run=False)
        with pytest.raises(LedgerError, match="no payer has this claim undecided"):
            resend_claim.resend(opened, NEXT, ANN, number, dry_run=False)
    night(asking, NEXT + timedelta(days=1), NEXT + timedelta(days=2))
    first, second = story(asking).submissions
    assert (first.state, second.state, second.frequency) == ("rejected", "sent", "1")
    files = sorted((asking.partner.site / "inbound").glob("*.837"))
    assert len(files) == before + 1
    sent = [claim.patient_control_number for file in files for claim in edi.read_claims(file)]
    assert sent == [number, number]
    assert overdue_work(asking, NEXT + timedelta(days=2)) == []
    assert troubles(asking) == []
    acts = [step for step in story(asking).steps if step.who == "Ann"]
    assert [(step.what, step.evidence) for step in acts] == [("resend", ANN.why)]


@pytest.mark.parametrize(("category", "words"), [("P1", "knows the claim"), ("F1", "knows the claim")])
def test_a_claim_that_the_payer_knows_is_not_sent_again(asking, category, words):
    answer(asking, said(asking.question, category))
    with asking.opened() as opened, pytest.raises(LedgerError, match=words):
        resend_claim.resend(opened, NEXT, ANN, "T-1", dry_run=False)
    assert [one.state for one in story(asking).submissions] == ["sent"]


def test_the_same_answer_again_changes_nothing(asking):
    first = said(asking.question, "A4", "35")
    data = answer(asking, first)
    before = kept(asking)
    asking.partner.put("again.277", data)  # the same bytes
    night(asking, NEXT)
    answer(asking, first, name="reissued.277")  # the same content in another interchange
    assert kept(asking) == before
    assert len(before) == 1
    assert asking.counts["acknowledge.statuses"] == 0
    assert troubles(asking) == []


def test_an_answer_that_nobody_asked_for_is_a_finding_and_the_others_of_its_file_are_taken(asking):
    stranger = said(asking.question, "F1", trace="STRANGE", patient_control_number="NOBODY")
    answer(asking, stranger, said(asking.question, "P1"))
    assert len(kept(asking)) == 1
    assert troubles(asking) == ["STA-UNKNOWN"]
    assert [one.state for one in asked(asking)] == ["answered"]


def test_an_answer_with_another_trace_is_of_the_claim_that_it_names(asking):
    answer(asking, said(asking.question, "A4", trace="OTHER"))
    (row,) = kept(asking)
    assert (row.inquiry_id, row.submission_id) == (1, 1)
    assert [one.state for one in asked(asking)] == ["answered"]


def test_an_answer_of_which_trace_and_number_disagree_is_a_finding(asking):
    asking.drop("lakeside/two.json", asking.encounter("T-2", service_date="2026-11-03"))
    night(asking, NEXT)
    with asking.opened() as opened:
        other = claim_story.show(opened.ledger, 2).patient_control_number
    answer(asking, said(asking.question, "A4", patient_control_number=other), day=NEXT + timedelta(days=1))
    assert kept(asking) == []
    assert "STA-CLAIM" in troubles(asking)


def test_of_several_answers_about_a_claim_in_one_file_what_says_most_counts(asking):
    answer(asking, said(asking.question, "F1", paid=100_00), said(asking.question, "A4"))
    assert len(kept(asking)) == 2
    assert "says that it paid $100.00" in overdue_work(asking)[0].action


def test_an_answer_for_what_nobody_pays_is_not_taken(asking):
    answer(asking, said(asking.question, "F1", paid=10**15))
    assert kept(asking) == []
    assert troubles(asking) == ["ACK-FORM"]


def test_a_person_asks_once_until_the_answer_is_here_or_late(asking):
    with asking.opened() as opened:
        with pytest.raises(LedgerError, match="was asked for on"):
            ask_status.ask(opened, ASKS, ANN, "T-1", dry_run=False)
        late = ASKS + timedelta(days=8)
        shown = ask_status.ask(opened, late, ANN, "T-1", dry_run=True)
        assert "harbor is asked" in shown.what
    assert len(asked(asking)) == 1
    with asking.opened() as opened:
        ask_status.ask(opened, late, ANN, "T-1", dry_run=False)
        with pytest.raises(LedgerError, match="was asked for on"):
            ask_status.ask(opened, late, ANN, "T-1", dry_run=False)
    night(asking, late)
    (_, mine) = asked(asking)
    assert (mine.actor, mine.why, mine.state) == ("Ann", ANN.why, "sent")
    assert len(questions(asking.partner.site)) == 2
    acts = [step for step in story(asking).steps if step.what == "ask status"]
    assert [(step.who, step.evidence) for step in acts] == [("Ann", ANN.why)]


def test_a_payer_that_takes_no_276_and_a_claim_that_is_not_out_are_refused_with_the_remedy(home):
    home.drop("lakeside/one.json", home.encounter())
    home.drop("lakeside/held.json", home.encounter("T-9", diagnoses=["X99"]))
    home.use_folder()
    night(home, MONDAY)
    with home.opened() as opened:
        with pytest.raises(LedgerError, match="harbor takes no 276"):
            ask_status.ask(opened, MONDAY, ANN, "T-1", dry_run=False)
        with pytest.raises(LedgerError, match="is not overdue"):
            resend_claim.resend(opened, MONDAY, ANN, "T-1", dry_run=False)
    assert asked(home) == []


def test_a_refused_file_is_work_for_a_person_until_it_is_asked_again(asking):
    head = asking.partner.envelope()
    isa13 = int(asking.question.trace[:9])
    refused = edi.records.InterchangeAcknowledgment(
        control_number=f"{isa13:09d}", created=NEXT, status="R", note="022"
    )
    asking.partner.put("ta1", edi.write_interchange_acknowledgment(refused, head))
    night(asking, NEXT)
    assert [one.state for one in asked(asking)] == ["refused"]
    with asking.opened() as opened:
        (work,) = [one for one in items(opened.ledger, NEXT, EVERYTHING) if one.kind == "inquiry_refused"]
        assert work.reference == "2"
        assert [one.state for one in story(asking).submissions] == ["sent"]
        assert "was asked for" not in overdue_work(asking)[0].action
        ask_status.ask(opened, NEXT, ANN, "T-1", dry_run=False)
    night(asking, NEXT + timedelta(days=1))
    with asking.opened() as opened:
        kinds = [one.kind for one in items(opened.ledger, NEXT, EVERYTHING)]
    assert "inquiry_refused" not in kinds
    assert [one.state for one in asked(asking)] == ["refused", "sent"]


def refusal(home, *levels: str) -> bytes:
    """A 277 that names no claim: what it says of who asked, or of the provider."""
    whole = edi.write_claim_statuses(
        [said(home.question, "F1")],
        home.partner.envelope(receiver=Party(last="US", id="CCDEMO01")),
        home.question.trace[:9],
    ).decode()
    parts = whole.split("~")
    hl = next(n for n, part in enumerate(parts) if part.strip().startswith("HL*4*"))
    end = next(n for n, part in enumerate(parts) if part.strip().startswith("SE*"))
    kept = [*parts[:hl], *levels]
    parts[end] = f"SE*{len(kept) - 1}*{parts[end].strip().split('*')[2]}"
    return "~".join([*kept, *parts[end:]]).encode()


def test_a_277_that_refuses_the_provider_alone_refuses_the_file_and_is_work_until_it_is_asked_again(asking):
    data = refusal(asking, "TRN*1*0", "STC*E0:562:1P*20261128*1")
    asking.partner.put("level.277", data)
    night(asking, NEXT)
    with asking.opened() as opened:
        assert problems(opened.ledger, open_only=True) == []
        (work,) = [one for one in items(opened.ledger, NEXT, EVERYTHING) if one.kind == "inquiry_refused"]
        typed = [one.typed for one in commands_of(work)]
        assert typed[-1].startswith("cleanclaim claims ask-status")
        assert kept(asking) == []
    assert [one.state for one in asked(asking)] == ["refused"]
    asking.partner.put("again.277", data)
    late = NEXT + timedelta(days=1)
    night(asking, late)
    with asking.opened() as opened:
        ask_status.ask(opened, late, ANN, "T-1", dry_run=False)
    nobodys = refusal(asking, "TRN*1*0", "STC*E0:562:1P*20261128*1")
    asking.partner.put("nobodys.277", nobodys.replace(asking.question.trace[:9].encode(), b"000000999"))
    night(asking, late + timedelta(days=1))
    assert [one.state for one in asked(asking)] == ["refused", "sent"]
    with asking.opened() as opened:
        assert [one.code for one in problems(opened.ledger, open_only=True)] == ["STA-UNKNOWN"]


def test_damaged_answers_never_stop_a_night(asking):
    whole = edi.write_claim_statuses(
        [said(asking.question, "F1")], envelope(900, receiver=Party(id="CCDEMO01"))
    )
    for number, place in enumerate(range(150, len(whole), 97)):
        asking.partner.put(f"d{number}.277", whole[:place] + b"\x00" + whole[place + 1 :])
    night(asking, NEXT)
    with asking.opened() as opened:
        assert proof(opened.ledger).holds
