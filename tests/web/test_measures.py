"""Measures and causes: each number leads to its claims, which add up to it, of the practices of who asks."""

import re
from html import unescape

import pytest

from ledger.queries.measures import reading
from ledger.trail import audit
from tasks.measures.formulas import FORMULAS
from tasks.operations.claim_money import pay
from tasks.operations.money_acts import By
from tests.tasks.coding_night import TUESDAY
from tests.tasks.operations.test_make_payer_edit import denied_night
from tests.web.conftest import PEOPLE, Office

PERIOD = "from=2026-11-01&to=2026-11-30"


@pytest.fixture(scope="module")
def desk(make_home):
    made = Office(denied_night(make_home("measured-desk")))
    made.hire({name: PEOPLE[name] for name in ("maria", "lena", "carl", "otto", "ada")})
    made.hire({"sue": (["biller"], ["summit"])})
    return made


def figure(text: str) -> int:
    """A number as it is shown: dollars in cents, or how many."""
    found = unescape(text).split()[0].replace(",", "")
    return round(float(found.removeprefix("$")) * 100) if found.startswith("$") else int(found)


def cells(page: str) -> list[list[str]]:
    body = page.partition("data-rows")[2].partition("</table>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body.partition("<tbody>")[2], re.S)
    of_row = [re.findall(r"<td.*?</td>", row, re.S) for row in rows]
    return [[unescape(re.sub(r"<[^>]+>", "", cell)) for cell in row] for row in of_row]


def test_every_number_of_a_measure_leads_to_its_claims_which_add_up_to_it(desk):
    client = desk.as_("maria")
    page = client.get(f"/measures?{PERIOD}").text
    links = re.findall(r'<a href="(/measures/[^"]+part=(\w+))">([^<]+)</a>', page)
    assert len(links) == 2 * len(FORMULAS)
    assert page.count("<rect") >= 4
    for address, part, said in links:
        listed = client.get(unescape(address)).text
        rows = cells(listed)
        column = 5 if part == "numerator" else 6
        assert sum(figure(row[column]) for row in rows) == figure(said), address
        assert len(re.findall(r'href="/claims/\d+"', listed)) == len(rows)
    trail = [(row.actor, row.subject, row.detail) for row in rows_of_trail(desk)]
    assert ("maria, console", "claims of a measure", "first-pass") in trail


def rows_of_trail(desk):
    with desk.home.opened() as opened:
        return audit.rows(opened.ledger, act="looked at", most=500)


def test_a_cause_leads_to_its_claims_and_says_what_an_edit_would_have_held(desk):
    client = desk.as_("ada")
    page = client.get(f"/causes?{PERIOD}").text
    assert "$420.00 denied or rejected" in page
    [address] = set(re.findall(r'<a class="long" href="(/causes/[^"]+)"', page))
    one = client.get(unescape(address)).text
    assert "CARC 96, procedure 93000: $420.00" in one
    assert len(re.findall(r'href="/claims/\d+"', one)) == 12
    assert "12 claims denied so" in one
    assert "cleanclaim causes edit" in one
    for by, name in (("payer", "harbor"), ("code", "denial 96"), ("edit", "MN-02")):
        assert cells(client.get(f"/causes?{PERIOD}&by={by}").text)[0][0] == name
    assert "Nothing was denied or rejected" in client.get("/causes?from=2026-01-01&to=2026-01-31").text


def test_a_page_shows_what_its_reader_may_see_and_refuses_what_is_no_filter(desk):
    for name in ("/measures", "/measures/first-pass", "/causes"):
        for who in ("carl", "otto"):
            assert desk.as_(who).get(name).status_code == 403, (who, name)
    assert "$420.00" in desk.as_("lena").get(f"/causes?{PERIOD}").text
    sue = desk.as_("sue")
    assert "Nothing was denied" in sue.get(f"/causes?{PERIOD}").text
    [address] = set(re.findall(r'href="(/causes/\w+)', desk.as_("ada").get(f"/causes?{PERIOD}").text))
    assert sue.get(f"{address}?{PERIOD}").status_code == 404
    assert not re.search(r"/claims/\d", sue.get(f"/measures/first-pass?{PERIOD}").text)
    client = desk.as_("maria")
    for wrong in ("payer=nobody", "practice=x", "from=yesterday", "by=moon"):
        assert client.get(f"/causes?{wrong}").status_code == 422, wrong
    assert client.get("/measures?from=2026-12-01&to=2026-11-01").status_code == 409
    assert client.get("/measures/profit").status_code == 404
    assert client.get("/measures/touches?part=middle").status_code == 422
    assert client.get("/causes/0badcafe").status_code == 404


def test_what_is_kept_is_worked_out_again_when_the_ledger_changed(desk):
    client = desk.as_("maria")
    page = client.get(f"/measures?{PERIOD}").text
    with desk.home.opened() as opened:
        before = reading.newest(opened.ledger)
        assert client.get(f"/measures?{PERIOD}").text == page
        assert reading.newest(opened.ledger) == before, "a look changes nothing of it"
        pay(opened, TUESDAY, By("ann", "at the desk"), "T-10", 5_00, dry_run=False)
        assert reading.newest(opened.ledger) != before
    again = client.get(f"/measures?{PERIOD}").text
    assert "0 touches" in page
    assert "1 touch<" in again
