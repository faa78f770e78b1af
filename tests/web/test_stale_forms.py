"""Two tabs, a colleague, a run: a form previewed before something changed does nothing but say so."""

import re
from html import unescape

import pytest

from ledger.books import work_items
from ledger.queries.work_queue import Asked, items
from tests.conftest import WorkingHome
from tests.web.conftest import TUESDAY, Office
from tests.web.test_money import desk as desk  # a fixture
from tests.web.test_walks import denied_and_held

PLAN = {"instalments": "2", "first": "2026-12-01", "why": "as agreed"}


def read_of(page: str) -> str:
    """What the form sends back with *Do it*."""
    return re.findall(r'name="read" value="([0-9a-f]{64})"', page)[0]


@pytest.fixture
def office_of_two(home: WorkingHome) -> Office:
    """A denial and a hold, for a manager and a biller."""
    denied_and_held(home)
    office = Office(home)
    office.hire({"maria": (["manager"], ["*"]), "bea": (["biller"], ["*"])})
    return office


def waiting(office: Office) -> dict[str, int]:
    with office.home.opened() as opened:
        found = items(opened.ledger, TUESDAY, Asked(state=None, snoozed=True))
    return {item.kind: item.id for item in found if item.state == work_items.OPEN}


def test_an_act_whose_amounts_changed_since_its_preview_is_shown_anew_and_not_done(desk):
    bea, maria, address = desk.as_("bea"), desk.as_("maria"), "/patients/1"
    preview = desk.press(bea, f"{address}/plan", **PLAN)
    assert "2 instalments of $10.00" in unescape(preview.text)
    paid = {"amount": "15.00", "method": "check", "reference": "881", "why": "came by mail"}
    assert desk.press(maria, f"{address}/pay", **paid, really="1").status_code == 303

    late = desk.press(bea, f"{address}/plan", **PLAN, read=read_of(preview.text), really="1")
    assert (late.status_code, "WEB-15" in late.text) == (409, True)
    assert "2 instalments of $2.50" in unescape(late.text), "what it would come to now"
    assert "Payment plans" not in bea.get(address).text
    done = desk.press(bea, f"{address}/plan", **PLAN, read=read_of(late.text), really="1")
    assert done.status_code == 303
    assert "Payment plans" in bea.get(address).text


def test_an_amount_that_is_typed_over_after_the_preview_is_previewed_first(desk):
    bea, address = desk.as_("bea"), "/patients/1/pay"
    paid = {"amount": "15.00", "method": "check", "reference": "881", "why": "came by mail"}
    read = read_of(desk.press(bea, address, **paid).text)
    other = desk.press(bea, address, **{**paid, "amount": "20.00"}, read=read, really="1")
    assert (other.status_code, "WEB-15" in other.text) == (409, True)
    assert (
        desk.press(bea, address, **{**paid, "why": "by mail, today"}, read=read, really="1").status_code
        == 303
    )


def test_many_pieces_of_which_one_was_ended_meanwhile_are_shown_anew(office_of_two):
    office, ids = office_of_two, waiting(office_of_two)
    bea, maria = office.as_("bea"), office.as_("maria")
    many = {"id": list(ids.values()), "act": "snooze", "until": "2026-11-25", "why": "asked the payer"}
    preview = office.press(bea, "/work", **many)
    assert preview.text.count("snoozed until") == len(ids) == 2
    ended = office.press(maria, f"/work/{ids['denial']}/write-off", why="too little", really="1")
    assert ended.status_code == 303

    late = office.press(bea, "/work", **many, read=read_of(preview.text), really="1")
    assert (late.status_code, "WEB-15" in late.text) == (409, True)
    assert late.text.count("snoozed until") == 1
    assert office.press(bea, "/work", **many, read=read_of(late.text), really="1").status_code == 303
    assert "snoozed until" in bea.get(f"/work/{ids['hold']}").text
    assert "snoozed until" not in bea.get(f"/work/{ids['denial']}").text


def test_a_piece_that_a_colleague_ended_says_so_first_and_offers_what_still_makes_sense(office_of_two):
    office, ids = office_of_two, waiting(office_of_two)
    bea, number = office.as_("bea"), ids["denial"]
    why = {"why": "too little to appeal"}
    preview = office.press(bea, f"/work/{number}/write-off", **why)
    office.press(office.as_("maria"), f"/work/{number}/write-off", why="it is too old", really="1")

    late = office.press(bea, f"/work/{number}/write-off", **why, read=read_of(preview.text), really="1")
    assert (late.status_code, "WEB-15" in late.text) == (409, True)
    page = bea.get(f"/work/{number}").text
    assert re.search(r"<h1>[^<]*, over</h1>\s*<p class=\"move\"><em>This is over: ", page)
    assert "maria" in page
    assert [key for key in ("assign", "snooze", "write-off") if f"/work/{number}/{key}" in page] == []
    assert f"/work/{number}/note" in page
