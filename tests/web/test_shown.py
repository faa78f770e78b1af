"""The answer to a form has an address of its own: going back never sends a form again."""

import re

import pytest

from tests.web.browsing import IN_A_BROWSER, back, browsing, sign_in
from tests.web.conftest import Office, key_of, listening
from tests.web.test_security import trail, work_by_practice
from tests.web.test_walks import denied_and_held
from web.shown import OF_A_SESSION


def sent(client, address: str, stood_on: str, **fields: object):
    """A form as a browser sends it from a page, not followed."""
    key = key_of(client.get(stood_on).text)
    headers = {"referer": f"http://127.0.0.1:4280{stood_on}"}
    return client.post(address, data={"form_key": key, **fields}, headers=headers)


def test_an_answer_is_shown_to_its_session_alone_and_each_look_is_noted(office: Office):
    bea, maria, stranger = office.sign_in("bea"), office.sign_in("maria"), office.browser()
    number = work_by_practice(office)["lakeside"]
    answer = sent(bea, f"/work/{number}/note", f"/work/{number}", why="called the payer")
    assert answer.status_code == 303
    at = answer.headers["location"]
    assert re.fullmatch(r"/shown/[\w-]{22}", at)
    looks = len([row for row in trail(office, "looked at") if row.subject == f"work {number}"])
    assert "Nothing is done yet" in bea.get(at).text
    assert bea.get(at).text == bea.get(at).text
    again = len([row for row in trail(office, "looked at") if row.subject == f"work {number}"])
    assert again == looks + 2, "the first look was noted when it was made"
    assert (stranger.get(at).status_code, stranger.get(at).headers["location"]) == (303, "/sign-in")
    assert (maria.get(at).status_code, "WEB-04" in maria.get(at).text) == (404, True)
    assert bea.get(at[:-1]).status_code == 404
    office.press(bea, "/sign-out")
    assert office.sign_in("bea").get(at).status_code == 404


def test_a_preview_leads_to_its_page_once_its_act_was_done_and_a_refusal_keeps_its_status(office: Office):
    client = office.sign_in("maria")
    number = work_by_practice(office)["lakeside"]
    page = f"/work/{number}"
    preview = sent(client, f"{page}/note", page, why="asked them again").headers["location"]
    other = sent(client, f"{page}/snooze", page, until="2026-11-20", why="they call back").headers["location"]
    refused = sent(client, f"{page}/note", page, why="", really="1").headers["location"]
    assert (client.get(refused).status_code, "LED-14" in client.get(refused).text) == (409, True)
    again = sent(client, f"{page}/note", preview, why="asked them again", really="1")
    assert (again.status_code, again.headers["location"]) == (303, page)
    for over in (preview, refused):
        assert (client.get(over).status_code, client.get(over).headers["location"]) == (303, page)
    assert "Nothing is done yet" in client.get(other).text
    filtered = "/work?kind=denial"
    marked = {"id": number, "act": "note", "why": "asked them again"}
    many = sent(client, "/work", filtered, **marked).headers["location"]
    sent(client, "/work", many, **marked, really="1")
    assert client.get(many).headers["location"] == filtered


@pytest.mark.parametrize(
    "said", ["http://evil.example/work", "//evil.example/", "http://127.0.0.1:4280//evil.example/x", "no"]
)
def test_an_address_of_elsewhere_is_never_led_to(office: Office, said: str):
    client = office.sign_in("maria")
    number = work_by_practice(office)["lakeside"]
    fields = {"form_key": key_of(client.get("/").text), "why": "asked them again"}
    address = f"/work/{number}/note"
    at = client.post(address, data=fields, headers={"referer": said}).headers["location"]
    assert client.post(address, data={**fields, "really": "1"}).status_code == 303
    assert client.get(at).headers["location"] in ("/", "/evil.example/x")


def test_what_is_refused_leads_back_to_its_page(office: Office):
    client = office.sign_in("maria")
    filtered = "/work?kind=denial"
    refused = client.get(sent(client, "/work", filtered, act="note").headers["location"])
    assert (refused.status_code, f'href="{filtered}"' in refused.text) == (422, True)
    unknown = client.get("/work?kind=x", headers={"referer": f"http://127.0.0.1:4280{filtered}"})
    assert (unknown.status_code, f'href="{filtered}"' in unknown.text) == (422, True)
    for elsewhere in ("http://evil.example/work", "http://127.0.0.1:4280/work?kind=x", "no"):
        assert "page before" not in client.get("/work?kind=x", headers={"referer": elsewhere}).text


def test_a_session_keeps_the_newest_answers(office: Office):
    client = office.sign_in("maria")
    key = key_of(client.get("/").text)
    answers = [
        client.post("/search", data={"form_key": key, "term": f"nobody {n}"}).headers["location"]
        for n in range(OF_A_SESSION + 1)
    ]
    assert [client.get(at).status_code for at in answers] == [404, *[200] * OF_A_SESSION]


@pytest.mark.slow
@IN_A_BROWSER[1]
def test_going_back_after_an_act_and_to_what_was_found_shows_a_page(home):
    denied_and_held(home)
    office = Office(home)
    office.hire({"maria": (["manager"], ["*"])})
    with listening(office) as base, browsing() as page:
        page.goto(base)
        sign_in(page, "maria")
        page.goto(f"{base}/work?kind=denial")
        page.click("table a[href^='/work/']")
        item = page.url
        page.click("summary:has-text('Keep a note')")
        page.fill("details[open] input[name=why]", "called the payer")
        page.click("details[open] button:has-text('Preview')")
        page.wait_for_url("**/shown/*")
        page.click("button:has-text('Do it')")
        page.wait_for_url(f"{item}?list=kind%3Ddenial")
        assert "called the payer" in page.text_content("main")
        back(page)
        assert (page.url, "called the payer" in page.text_content("main")) == (item, True)

        page.fill("#search", "T")
        page.keyboard.press("Enter")
        page.wait_for_url("**/shown/*")
        found = page.text_content("main")
        page.goto(f"{base}/claims")
        back(page)
        assert page.text_content("main") == found
