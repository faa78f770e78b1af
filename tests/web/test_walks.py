"""A person's morning in a real browser, counted in presses; a page asks for three files at most."""

from collections.abc import Iterator

import pytest

from ledger.queries import claim_story
from tasks import nightly_run
from tasks.runs.lease import lease
from tests.conftest import WorkingHome
from tests.tasks.answering import Adjustment, Partner, ServicePayment, date, paid, remitted
from tests.web.browsing import IN_A_BROWSER, back, browsing, sign_in
from tests.web.conftest import MONDAY, TUESDAY, Office, listening

pytestmark = IN_A_BROWSER
NEXT = date(2026, 11, 18)


def play(home: WorkingHome, day: date) -> None:
    with lease(str(home.path), "", day) as taken:
        assert taken.home is not None
        nightly_run.walk(taken.home, day)
        taken.close([])


def denied_and_held(home: WorkingHome) -> None:
    """Two nights, after which a claim is denied and an encounter held."""
    partner = Partner(home)
    home.drop("lakeside/1.json", home.encounter("T-1"))
    home.drop("lakeside/3.json", home.encounter("T-3", diagnoses=["X99"], service_date="2026-11-03"))
    play(home, MONDAY)
    with home.opened() as opened:
        [row] = claim_story.page(opened.ledger)
    line = ServicePayment(
        procedure="99213", charge=13500, paid=0, control_number="1", service_from=date(2026, 11, 2),
        adjustments=(Adjustment(group="CO", reason="197", amount=13500),),
    )  # fmt: skip
    partner.pay("r1.835", remitted(paid(row.patient_control_number, cents=0, status="4", lines=(line,))))
    play(home, TUESDAY)


@pytest.fixture
def served(home) -> Iterator[tuple[Office, str]]:
    """A denial and a hold, on a console that listens."""
    denied_and_held(home)
    office = Office(home)
    office.hire({"maria": (["manager"], ["*"]), "carl": (["coder"], ["*"])})
    with listening(office) as address:
        yield office, address


def test_the_morning_of_a_manager(served):
    office, base = served
    asked: list[str] = []
    with browsing() as page:
        page.on("request", lambda request: asked.append(request.url))
        page.goto(base)
        sign_in(page, "maria")

        # the morning check: a verdict, and the flow leads to the denial
        assert "Last night" in page.text_content("h1")
        assert len({url for url in asked if "icon" not in url and "/static/" in url}) <= 3, asked

        # the top denial to its next act: three presses
        page.click("table a[href^='/work/']:has-text('denial')")  # 1
        page.click("summary:has-text('Appeal')")  # 2
        page.click("details[open] button:has-text('Preview')")  # 3
        assert "Nothing is done yet" in page.text_content(".preview")

        # why is it unpaid: one search, by the key
        page.keyboard.press("Escape")
        page.click("h1")
        page.keyboard.press("/")
        page.keyboard.type("T-1")
        page.keyboard.press("Enter")
        page.wait_for_url("**/claims/*")
        assert "denial by harbor" in page.text_content("h1")
        assert "T-1" not in page.url + page.title()

        # the hold: found by the keys of the list, corrected after a preview, sent with the next run
        page.goto(f"{base}/work?kind=hold")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url("**/work/*")
        page.click("summary:has-text('Put the encounter right')")
        page.fill("details[open] textarea", "diagnoses[1]=J02.9")
        page.fill("details[open] input[name=why]", "the note says so")
        page.click("details[open] button:has-text('Preview')")
        assert "X99 to J02.9" in page.text_content(".preview")
        page.click("button:has-text('Do it')")
        page.wait_for_selector("text=drafted")
        play(office.home, NEXT)
        page.goto(base)
        page.click("svg a:has-text('Sent')")
        assert "T-3" in page.text_content("table")

        for width in (820, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            for path in ("/", "/work", "/claims", "/claims/1", "/batches", "/batches/1"):
                page.goto(base + path)
                wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
                assert wide <= 0, (path, width)
        page.click("text=Sign out")
        page.wait_for_url("**/sign-in")
        back(page)
        assert "T-3" not in (page.text_content("body") or "")


@pytest.mark.long
def test_a_coder_looks_up_the_right_code_from_a_hold_and_is_kept_out_of_what_is_not_a_coders(served):
    _, base = served
    with browsing(refused=True) as page:
        page.goto(base)
        sign_in(page, "carl")

        # the hold, and its code in the encoder for the day of service
        page.goto(f"{base}/work?kind=hold")
        page.click("table a[href^='/work/']")
        page.click("dd a:has-text('X99')")
        assert "A category" in (page.text_content("p.move") or "")
        assert "3 Nov 2026" in (page.text_content("aside.of-work") or "")

        # one question, and the way back
        page.click("text=Choose by questions")
        page.click(".option >> nth=0")
        assert "back to this question" in (page.text_content("main") or "")
        page.click("text=back to this question")
        assert page.query_selector("text=back to this question") is None

        # what the record says is searched; its words stand in no address, and going back works
        page.fill("input[name=words]", "sore throat of Zephyrine Quill")
        page.click("main button:has-text('Search')")
        assert page.text_content("mark")
        assert "throat" not in page.url + page.title()
        page.click("td.code a >> nth=0")
        page.wait_for_url("**/codes/*")
        back(page)
        assert page.text_content("mark")
        page.fill("input[name=words]", "J02.9")
        page.click("main button:has-text('Search')")
        page.click("text=Use it")

        # chosen, previewed, done
        assert page.input_value("textarea[name=changes]") == "diagnoses[1]=J02.9"
        page.fill("details[open] input[name=why]", "the note says so")
        page.click("details[open] button:has-text('Preview')")
        assert "X99 to J02.9" in (page.text_content(".preview") or "")
        page.click("button:has-text('Do it')")
        page.wait_for_selector("text=drafted")

        # what is not a coder's: not in the navigation, and refused by its address
        shown = page.text_content("header.top nav") or ""
        for name, path in (("Batches", "/batches"), ("Audit", "/audit"), ("Settings", "/settings")):
            assert name not in shown
            page.goto(base + path)
            assert page.text_content("h1") == "WEB-03"

        for width in (820, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            for path in ("/codes", "/codes/E11.22", "/codes/99213", "/codes/guide/S62"):
                page.goto(base + path)
                wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
                assert wide <= 0, (path, width)
