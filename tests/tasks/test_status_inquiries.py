"""From need to effect over SFTP: overdue answers are asked for, the clearinghouse answers, people act."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

import edi
from ledger.queries import claim_story
from ledger.queries.batches import all_batches
from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from ledger.queries.work_queue import EVERYTHING, items
from ledger.schema import status_answer
from ledger.sending import inquiries
from tasks import nightly_run
from tasks.operations import resend_claim
from tasks.operations.money_acts import By
from tests.tasks.answering import MONDAY, TUESDAY
from tests.tasks.inquiring import ASKS, OVERDUE, takes_inquiries

EXTRA = """
[[rule]]
name = "never decided"
member_id = "W91*"
remit = []
[[rule]]
name = "not on file, though it came"
member_id = "W92*"
nth = 1
asked = "not_found"
remit = []
[[rule]]
name = "says nothing"
member_id = "W93*"
asked = "silence"
remit = []
[[rule]]
name = "cannot say"
member_id = "W94*"
asked = "error"
remit = []
"""
LOST = '\n[[fault]]\nkind = "no_answer"\nanswer = "835"\ntimes = 0\n'
"""The remittance of the claim that no rule is about is lost."""
STORIES = ("W91", "W92", "W93", "W94", "W95")
ANN = By("Ann", "the payer has no such claim")


def run(home, *days, more=""):
    for day in days:
        with home.clearinghouse(day, EXTRA + more), home.opened() as opened:
            nightly_run.walk(opened, day)


@pytest.fixture(scope="module")
def asked(make_home):
    """Five claims whose answers are overdue, and the nightly run that asks for them."""
    home = make_home("status")
    takes_inquiries(home, "276")
    for number, story in enumerate(STORIES):
        patient = {**home.encounter()["patient"], "last": f"Status{'abcde'[number]}"}
        coverage = {"order": "P", "payer": "harbor", "member_id": f"{story}000001"}
        home.drop(f"lakeside/{story}.json", home.encounter(story, patient=patient, coverages=[coverage]))
    run(home, MONDAY)
    run(home, TUESDAY, more=LOST)
    run(home, OVERDUE, ASKS)
    return home


def said(home) -> dict[str, str]:
    with home.opened() as opened, opened.ledger.read() as connection:
        rows = connection.execute(select(status_answer)).all()
    return {story_of(home, row.submission_id): row.meaning for row in rows}


def story_of(home, submission_id: int) -> str:
    with home.opened() as opened:
        stories = [claim_story.show(opened.ledger, number) for number in range(1, len(STORIES) + 1)]
    return next(s.encounter for s in stories if submission_id in {one.id for one in s.submissions})


def overdue(home, day) -> dict[str, str]:
    with home.opened() as opened:
        found = [one for one in items(opened.ledger, day, EVERYTHING) if one.kind == "overdue_payer"]
        return {one.external_id: one.action for one in found}


def test_every_overdue_answer_was_asked_for_once_in_one_file_that_the_partner_took(asked):
    with asked.opened() as opened, opened.ledger.read() as connection:
        found = inquiries.listed(connection)
        (file,) = [batch for batch in all_batches(opened.ledger) if batch.kind == "276"]
    assert Counter(one.state for one in found) == {"answered": 4, "sent": 1}
    assert len({one.trace for one in found}) == 5
    assert (file.claims, file.state) == (5, "acknowledged")  # one of them has no answer yet
    assert sum(str(line["name"]).endswith(".276") for line in asked.journal) == 1


def test_the_payer_says_what_is_true_or_what_its_rule_says(asked):
    assert said(asked) == {"W91": "in_hand", "W92": "not_found", "W94": "unclear", "W95": "paid"}


def test_each_answer_becomes_what_there_is_to_do(asked):
    work = overdue(asked, ASKS)
    assert set(work) == {
        "W92",
        "W93",
        "W94",
        "W95",
    }  # the payer works on it: it waits anew
    assert "claims resend" in work["W92"]
    assert f"was asked for on {ASKS}" in work["W93"]
    assert "by phone or portal" in work["W94"]
    assert "says that it paid $108.00" in work["W95"]
    assert "on 2026-11-17 by HRB0100000001" in work["W95"]


def test_a_claim_that_is_not_on_file_goes_again_and_is_paid_once(asked):
    with asked.opened() as opened:
        number = claim_story.show(opened.ledger, 2).patient_control_number
        assert claim_story.show(opened.ledger, 2).encounter == "W92"
        resend_claim.resend(opened, ASKS, ANN, number, dry_run=False)
    run(asked, ASKS + timedelta(days=1), ASKS + timedelta(days=2))
    with asked.opened() as opened:
        story = claim_story.show(opened.ledger, 2)
        assert [one.state for one in story.submissions] == ["rejected", "paid"]
        assert (story.paid_cents, story.patient_control_number) == (108_00, number)
        assert money(opened.ledger).closes
        assert proof(opened.ledger).holds
        assert len([batch for batch in all_batches(opened.ledger) if batch.kind == "276"]) == 1
    folder = asked.path / "clearinghouse" / "received"
    sent = [claim.patient_control_number for file in folder.iterdir() for claim in edi.read_claims(file)]
    assert sent.count(number) == 2
    assert "W92" not in overdue(asked, ASKS + timedelta(days=2))
