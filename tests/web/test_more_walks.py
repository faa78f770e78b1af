"""More of a day in a real browser: a failed batch goes on, an appeal is sent, a session times out."""

from datetime import UTC, datetime

import pytest

from ledger.queries import claim_story
from ledger.sending.batches import to_send
from ledger.trail import audit
from tasks import nightly_run
from tasks.runs.lease import lease
from tests.conftest import WorkingHome
from tests.tasks.answering import Adjustment, Partner, ServicePayment, date, paid, remitted
from tests.web.conftest import MONDAY, PASSWORD, TUESDAY, Office, listening
from tests.web.test_walks import BROWSER, NEXT, play

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not BROWSER.exists(), reason="no Chromium of this machine's at /usr/bin/chromium"),
]


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
    partner = Partner(home)
    home.drop("lakeside/1.json", home.encounter("T-1"))
    home.drop("lakeside/3.json", home.encounter("T-3", diagnoses=["X99"], service_date="2026-11-03"))
    play(home, MONDAY)
    line = ServicePayment(
        procedure="99213", charge=13500, paid=0, control_number="1", service_from=date(2026, 11, 2),
        adjustments=(Adjustment(group="CO", reason="197", amount=13500),),
    )  # fmt: skip
    with home.opened() as opened:
        [row] = claim_story.page(opened.ledger)
    partner.pay("r1.835", remitted(paid(row.patient_control_number, cents=0, status="4", lines=(line,))))
    play(home, TUESDAY)
    home.drop("lakeside/4.json", home.encounter("T-4", service_date="2026-11-04"))
    broken(home, NEXT)
    office = Office(home)
    office.now = datetime(2026, 11, 19, 13, 0, tzinfo=UTC)
    office.hire({"maria": (["manager"], ["*"])})
    with listening(office) as address:
        yield office, address


def test_a_failed_batch_goes_on_an_appeal_is_sent_and_a_session_times_out(served):
    from playwright.sync_api import sync_playwright

    office, base = served
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(BROWSER))
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        said: list[str] = []
        page.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
        page.goto(base)
        page.fill("input[name=name]", "maria")
        page.fill("input[name=password]", PASSWORD)
        page.click("main button")

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
        page.fill("input[name=name]", "maria")
        page.fill("input[name=password]", PASSWORD)
        page.click("main button")
        page.goto(address)
        assert "appeal" in (page.text_content("main") or "")
        assert said == [], "the page policy refused nothing, and no script broke"
        browser.close()
    with office.home.opened() as opened:
        assert to_send(opened.ledger) == []
        assert len(list(office.home.path.glob("letters/*"))) >= 1
        assert {row.actor for row in audit.rows(opened.ledger, act="signed in")} == {"console"}
