"""Two stories of money in a real browser: suspense is matched, a patient's payment is taken."""

import pytest

from ledger.queries.money import money
from tests.web import test_money
from tests.web.browsing import IN_A_BROWSER, browsing, sign_in
from tests.web.conftest import listening

desk = test_money.desk
pytestmark = [*IN_A_BROWSER, pytest.mark.long]
PAGES = (
    *("/money", "/money/remittances", "/money/remittances/1", "/money/suspense", "/money/suspense/2"),
    *("/money/deposits", "/money/deposits/1", "/money/undeposited", "/money/aging", "/money/aging/claims"),
    *("/money/days/lakeside", "/money/months/2026-10", "/patients", "/patients/1"),
)


def test_a_biller_matches_suspense_and_takes_a_patients_payment(desk):
    with listening(desk) as base, browsing() as page:
        page.goto(base)
        sign_in(page, "maria")

        # suspense is seen on the first page of money, placed beside its candidate: three presses and a reason
        page.click("nav a:has-text('Money')")
        page.click("a:has-text('Payments in suspense')")  # 1
        page.click("button:has-text('Place on') >> nth=0")  # 2
        assert "Nothing is done yet" in page.text_content(".preview")
        page.fill(".preview input[name=why]", "the name and the day say so")
        page.click("button:has-text('Do it')")  # 3
        assert "on a claim" in page.text_content("h1")
        page.click("a:has-text('this claim')")
        assert "$90.00" in page.text_content("main")

        # a patient is found by name, and pays a part: nothing of the name is in the address
        page.click("nav a:has-text('Patients')")
        page.fill("main input[name=term]", "Zephyrine, Quill 1")
        page.keyboard.press("Enter")
        page.wait_for_url("**/patients/*")
        assert "Zephyrine" not in page.url + page.title()
        page.fill("details[open] input[name=amount]", "12.50")
        page.select_option("details[open] select[name=method]", "card")
        page.fill("details[open] input[name=why]", "paid at the desk")
        page.click("details[open] button:has-text('Preview')")
        assert "$12.50 to claim" in page.text_content(".preview")
        page.click("button:has-text('Do it')")
        assert "$7.50" in page.text_content(".move")

        for width in (820, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            for path in PAGES:
                answer = page.goto(base + path)
                assert answer is not None
                assert answer.status == 200, path
                wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
                assert wide <= 0, (path, width)
    with desk.home.opened() as opened:
        now = money(opened.ledger)
        assert (now.closes, now.suspense, now.from_patients) == (True, 0, 1250)
