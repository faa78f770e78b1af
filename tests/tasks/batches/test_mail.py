"""A payer that takes paper alone: its claims are printed, and sent on the day a person says."""

import re
from datetime import date

import pytest

from ledger.errors import ActRefused
from ledger.queries import batches as batch_queries
from ledger.queries import claims
from ledger.sending import batches
from ledger.storage import documents
from tasks import nightly_run
from tasks.batches.choices import choices
from tasks.batches.mail import MAIL, page_file
from tasks.batches.story import batch_status
from tasks.errors import StepError
from tasks.operations import decide_batch
from tasks.operations.mail_batch import mailed
from tasks.operations.money_acts import By
from tests.tasks.paper.reading import pages

ANN = By("ann", "certified mail 7019")
MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)


@pytest.fixture
def printed(home):
    """A home in which Harbor takes paper alone, and Monday's run has printed two claims of it."""
    file = home.path / "partners" / "payers" / "harbor.toml"
    text = file.read_text("utf-8")
    file.write_text(re.sub(r"(?m)^(name = .*)$", r"\1\npaper = true", text, count=1), "utf-8")
    home.site = home.use_folder()
    home.drop("lakeside/1.json", home.encounter("T-1"))
    home.drop("lakeside/2.json", home.encounter("T-2", service_date="2026-11-04"))
    other = {"order": "P", "payer": "meridian", "member_id": "W17770002"}
    home.drop("lakeside/3.json", home.encounter("T-3", service_date="2026-11-05", coverages=[other]))
    with home.opened() as opened:
        nightly_run.walk(opened, MONDAY)
    return home


def paper_batch(opened):
    [batch] = [b for b in batch_queries.all_batches(opened.ledger) if b.clearinghouse == MAIL]
    return batches.get(opened.ledger, batch.id)


def test_claims_of_a_paper_payer_are_printed_and_nothing_of_them_reaches_the_clearinghouse(printed):
    with printed.opened() as opened:
        batch = paper_batch(opened)
        assert (batch.state, batch.payer, batch.claims) == ("uploaded", "harbor", 2)
        assert f"batches mailed {batch.id} --on DATE" in batch.hold
        text = [" ".join(run.text for run in page) for page in pages(page_file(opened, batch).read_bytes())]
        assert len(text) == 2
        assert all("ZEPHYRINE, QUILL" in page for page in text)
        assert all("W17770001" in page for page in text)
        data = documents.read(opened.ledger, batch.sha256)
    assert page_file(opened, batch).stat().st_mode & 0o077 == 0
    sent = [f.read_bytes() for f in printed.site.glob("inbound/*.837")]
    assert len(sent) == 1
    assert b"W17770001" not in sent[0]
    assert b"W17770002" in sent[0]
    assert b"W17770001" in data


def test_the_next_run_prints_nothing_again_and_what_is_released_is_printed_again(printed):
    with printed.opened() as opened:
        batch = paper_batch(opened)
        page_file(opened, batch).unlink()
        nightly_run.walk(opened, TUESDAY)
        assert not page_file(opened, batch).exists()
        decide_batch.release(opened, TUESDAY, batch.id, "the pages were lost")
        nightly_run.walk(opened, WEDNESDAY)
        assert page_file(opened, batch).exists()
        assert paper_batch(opened).hold


def test_mailed_makes_its_claims_sent_on_that_day_and_no_acknowledgment_is_ever_overdue(printed):
    with printed.opened() as opened:
        batch = paper_batch(opened)
        said = mailed(opened, WEDNESDAY, ANN, batch.id, TUESDAY)
        assert said == f"batch {batch.id} was mailed on 2026-11-17; 2 claims wait for their remittance"
        now = batches.get(opened.ledger, batch.id)
        assert (now.state, now.hold, now.sent_on) == ("sent", "", "2026-11-17")
        assert not page_file(opened, batch).exists()
        story = batch_status(opened, WEDNESDAY, batch.id)
        assert ("mailed", "known", "mailed on 2026-11-17, by ann: certified mail 7019") in [
            (f.what, f.standing, f.detail) for f in story.facts
        ]
        assert claims.by_state(opened.ledger)["sent"] >= 2
        nightly_run.walk(opened, date(2026, 12, 20))
        late = batch_queries.overdue(
            opened.ledger,
            date(2026, 12, 20),
            {k: h.expects for k, h in opened.partners.clearinghouses.items()},
        )
        assert batch.id not in [one.batch_id for one in late]


@pytest.mark.parametrize(
    ("on", "says"),
    [
        (date(2026, 11, 15), "was printed on 2026-11-16"),
        (date(2026, 11, 19), "mailed from then to 2026-11-18"),
    ],
)
def test_the_day_lies_between_printing_and_today(printed, on, says):
    with printed.opened() as opened:
        batch = paper_batch(opened)
        with pytest.raises(StepError, match=says) as refused:
            mailed(opened, WEDNESDAY, ANN, batch.id, on)
        assert refused.value.code == "BAT-08"
        assert batches.get(opened.ledger, batch.id).state == "uploaded"


@pytest.mark.parametrize("by", [By("ann", ""), By("", "certified mail")])
def test_a_batch_is_not_mailed_where_nobody_says_who_or_why(printed, by):
    with printed.opened() as opened:
        batch = paper_batch(opened)
        with pytest.raises(ActRefused):
            mailed(opened, TUESDAY, by, batch.id, TUESDAY)
        assert batches.get(opened.ledger, batch.id).state == "uploaded"


def test_only_a_printed_batch_is_mailed_and_only_once(printed):
    with printed.opened() as opened:
        batch = paper_batch(opened)
        [electronic] = [b.id for b in batch_queries.all_batches(opened.ledger) if b.clearinghouse != MAIL]
        for number, code in ((electronic, "BAT-08"), (99, "BAT-01")):
            with pytest.raises(StepError) as refused:
                mailed(opened, TUESDAY, ANN, number, TUESDAY)
            assert refused.value.code == code
        mailed(opened, TUESDAY, ANN, batch.id, TUESDAY)
        with pytest.raises(StepError) as again:
            mailed(opened, TUESDAY, ANN, batch.id, TUESDAY)
        assert again.value.code == "BAT-08"


def test_a_printed_batch_that_nobody_mailed_is_given_up_with_its_pages(printed):
    with printed.opened() as opened:
        batch = paper_batch(opened)
        answers = {c.act: c.answer for c in choices(opened, batch.id)}
        assert answers == {"rerun": "nothing to do", "resend": "no", "release": "yes", "abandon": "ask first"}
        assert decide_batch.abandon(opened, TUESDAY, batch.id, "the payer takes files now") == 2
        assert not page_file(opened, batch).exists()
        assert claims.by_state(opened.ledger)["ready"] == 2
