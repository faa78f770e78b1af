"""More of a day in a real browser: a failed batch goes on, an appeal is sent, a session times out."""

from datetime import UTC, date, datetime

import pytest

from ledger.sending.batches import to_send
from ledger.trail import audit
from tasks import nightly_run
from tasks.runs.lease import lease
from tests.conftest import WorkingHome
from tests.web.browsing import IN_A_BROWSER, browsing, sign_in
from tests.web.conftest import Office, listening
from tests.web.test_walks import NEXT, denied_and_held

pytestmark = IN_A_BROWSER


def broken(home: WorkingHome, day: date) -> None:
    """A night on which the partner's folder can't be reached as its batch is to be sent."""
    folder = home.path / "site" / "inbound"
    away = folder.rename(folder.with_name("away"))
    failures = []
    with lease(str(home.path), "", day) as taken:
        assert taken.home is not None
        try:
            nightly_run.walk(taken.home, day)
        except Exception as error:  # as the flow does: noted, and the night is closed as failed
            failures.append(str(getattr(error, "code", "") or "TRN"))
        taken.close(failures)
    away.rename(folder)
    assert failures


@pytest.fixture
def served(home):
    """A denial, a hold, and a batch that did not go out on the last night."""
    denied_and_held(home)
    home.drop("lakeside/4.json", home.encounter("T-4", service_date="2026-11-04"))
    broken(home, NEXT)
    office = Office(home)
    office.now = datetime(2026, 11, 19, 13, 0, tzinfo=UTC)
    office.hire({"maria": (["manager"], ["*"])})
    with listening(office) as address:
        yield office, address


@pytest.mark.long
def test_a_failed_batch_goes_on_an_appeal_is_sent_and_a_session_times_out(served):
    office, base = served
    with browsing() as page:
        page.goto(base)
        sign_in(page, "maria")

        # the failed batch, from Last night: two presses and a reason
        assert "Last night failed" in page.text_content("h1")
        page.click("button:has-text('Go on with batch')")  # 1
        assert "Nothing is done yet. It would touch 1 claim, $135.00" in page.text_content(".preview")
        page.fill("details[open] input[name=why]", "their folder is back")
        page.click("details[open] button:has-text('Do it')")  # 2
        page.wait_for_url("**/batches/2")
        assert "sent" in page.text_content("h1")
        assert "maria: their folder is back" in page.text_content("main")

        # the denial is appealed: previewed, sent, and the letter is there
        page.click("nav a:has-text('Work')")
        page.click("table a[href^='/work/']:has-text('denial')")
        page.click("summary:has-text('Appeal')")
        page.fill("details[open] input[name=why]", "it was authorized by telephone")
        page.click("details[open] button:has-text('Preview')")
        assert "Nothing is done yet" in page.text_content(".preview")
        page.click("button:has-text('Do it')")
        page.wait_for_selector("text=appealed")

        # nobody was there for a quarter of an hour: the next press does nothing and leads to signing in
        address = page.url
        office.wait(minutes=16)
        page.goto(address)
        assert page.url.endswith("/sign-in")
        assert "T-1" not in (page.text_content("body") or "")
        sign_in(page, "maria")
        page.goto(address)
        assert "appeal" in (page.text_content("main") or "")
    with office.home.opened() as opened:
        assert to_send(opened.ledger) == []
        assert len(list(office.home.path.glob("letters/*"))) >= 1
        assert {row.actor for row in audit.rows(opened.ledger, act="signed in")} == {"console"}
