"""What people do whom nobody showed the console: two windows, two clicks, no script, a zoom of 400 %."""

import pytest

from ledger.queries.work_queue import Asked, events, items
from tests.web.browsing import IN_A_BROWSER, browsing, sign_in
from tests.web.conftest import TUESDAY, Office, listening
from tests.web.test_pages import opened
from tests.web.test_walks import denied_and_held

pytestmark = [*IN_A_BROWSER, pytest.mark.long]
ZOOMED = 320  # CSS pixels: a window of 1280 at 400 %, as WCAG 1.4.10 has it
ODD = ("%", "_", "' OR 1=1 --", "<b>", "\u202e\u00d6", "\U0001f600", "a" * 5000, "{{7*7}}", "\\")


@pytest.fixture
def served(home):
    denied_and_held(home)
    office = Office(home)
    office.hire({"maria": (["manager"], ["*"])})
    with listening(office) as address:
        yield office, address


def noted(office: Office, words: str) -> int:
    with opened(office) as home:
        [denial] = items(home.ledger, TUESDAY, Asked(kinds=["denial"]))
        return len([e for e in events(home.ledger, denial.id) if words in e.detail])


def preview(page, words: str) -> None:
    page.click("summary:has-text('Keep a note')")
    page.fill("details[open] input[name=why]", words)
    page.click("details[open] button:has-text('Preview')")
    page.wait_for_selector(".preview")


def test_two_windows_and_two_clicks_do_an_act_of_money_once(served):
    office, base = served
    with browsing(refused=True) as page:
        page.goto(base)
        sign_in(page, "maria")
        page.goto(f"{base}/work?kind=denial")
        page.click("table a[href^='/work/']")
        other = page.context.new_page()
        other.goto(page.url)
        for one in (page, other):
            one.click("summary:has-text('Write it off')")
            one.fill("details[open] input[name=why]", "too little to ask for")
            one.click("details[open] button:has-text('Preview')")
            one.wait_for_selector(".preview")
        page.dblclick("details[open] button:has-text('Do it')")
        page.wait_for_url("**/work/*")
        other.click("details[open] button:has-text('Do it')")
        other.wait_for_load_state()
        other.goto(f"{base}/claims/1")
        assert (other.text_content("main") or "").count("too little to ask for") == 1
    with opened(office) as home:
        assert not items(home.ledger, TUESDAY, Asked(kinds=["denial"]))


def test_without_scripts_by_keys_alone_and_after_a_time_out_a_person_gets_on(served):
    office, base = served
    with browsing(java_script_enabled=False) as page:
        page.goto(base)
        sign_in(page, "maria")
        page.goto(f"{base}/work?kind=denial")
        page.click("table a[href^='/work/']")
        item = page.url
        preview(page, "called without a script")
        page.click("button:has-text('Do it')")
        page.wait_for_url(f"{item}?list=kind%3Ddenial")
        page.go_back()
        page.wait_for_url(item)
        assert noted(office, "called without a script") == 1
    with browsing(refused=True) as page:
        page.goto(base)
        page.keyboard.type("maria")
        page.keyboard.press("Tab")
        page.keyboard.type("correct horse battery")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{base}/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        for text in ODD:
            page.fill("#search", text)
            page.keyboard.press("Enter")
            page.wait_for_url("**/shown/*")
            assert "Found: 0" in page.text_content("h1")
            page.goto(base)
        page.set_viewport_size({"width": ZOOMED, "height": 256})
        for path in ("/", "/work", "/claims", "/claims/1", "/money", "/patients", "/batches", "/settings"):
            page.goto(base + path)
            over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert over <= 0, (path, over)
        page.goto(item)
        preview(page, "long after")
        office.wait(hours=1)
        page.click("button:has-text('Do it')")
        page.wait_for_selector("h1:has-text('WEB-01')")
        page.click("main a:has-text('Sign in')")
        page.wait_for_url("**/sign-in")
    assert noted(office, "long after") == 0
