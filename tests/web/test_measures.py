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


def test_a_cause_becomes_an_edit_by_a_button_once_after_a_preview_by_who_manages_all(make_home):
    desk = Office(denied_night(make_home("edit-desk")))
    desk.hire({"maria": PEOPLE["maria"], "bea": PEOPLE["bea"], "sol": (["manager"], ["lakeside"])})
    file = desk.home.path / "partners" / "payers" / "harbor.toml"
    before, client = file.read_text(), desk.as_("maria")
    [address] = set(re.findall(r'href="(/causes/\w+)', client.get(f"/causes?{PERIOD}").text))
    form, to = {"until": "2027-06-30"}, f"{address}/edit?{PERIOD}"
    shown = desk.press(client, to, **form)
    assert shown.status_code == 200
    assert "of 12 claims denied so it would have held 12 (100.0 %), $420.00" in unescape(shown.text)
    assert "of 0 clean claims it would have held 0 (-)" in unescape(shown.text)
    unlike = {"sol": "only who sees all", "bea": "your role does not allow this"}
    for who, said in unlike.items():
        refused = desk.press(desk.as_(who), to, **form, why="harbor denies tracings", really="1")
        assert (refused.status_code, said in unescape(refused.text)) == (403, True), who
        assert f"{address}/edit" not in desk.as_(who).get(f"{address}?{PERIOD}").text
    for wrong, said in (
        ({**form, "really": "1"}, "LED-14"),
        ({"until": "soon"}, "WEB-08"),
        ({"until": "2026-11-01", "why": "too late", "really": "1"}, "CSE-04"),
    ):
        refused = desk.press(client, to, **wrong)
        assert (refused.status_code, said in refused.text) == (409, True), wrong
    assert desk.press(client, f"{address}/edit?{PERIOD}&practice=lakeside", **form).status_code == 404
    assert file.read_text() == before
    done = desk.press(client, to, **form, why="harbor denies tracings", really="1")
    assert done.status_code == 303
    page = unescape(client.get(done.headers["location"]).text)
    assert "The rule stands in harbor" in page
    assert f"{address}/edit" not in page
    made = file.read_text()
    assert made.count("[[denied_lines]]") == before.count("[[denied_lines]]") + 1
    assert 'reason = "harbor denies tracings (maria)"' in made
    again = desk.press(client, to, **form, why="harbor denies tracings", really="1")
    assert (again.status_code, "CSE-04" in again.text, file.read_text() == made) == (409, True, True)
    with desk.home.opened() as opened:
        trail = [(row.actor, row.act) for row in audit.rows(opened.ledger, act="edit made", most=9)]
        assert trail == [("maria, console, run 3", "edit made")]
    waits_while_it_is_worked_out(desk)


def waits_while_it_is_worked_out(desk):
    """Of a large ledger a process works it out; the page waits, then shows what was before with its time."""
    kept, client = desk.app.state.figures, desk.as_("maria")
    before = cells(client.get(f"/measures?{PERIOD}").text)
    kept.large = 1
    page = client.get(f"/measures?{PERIOD}&payer=harbor")
    assert (page.status_code, "being worked out" in page.text) == (202, True)
    assert page.headers["refresh"] == "3"
    assert client.get(f"/measures?{PERIOD}&payer=harbor").status_code == 202
    kept.wait()
    shown = client.get(f"/measures?{PERIOD}&payer=harbor").text
    assert cells(shown) == before
    assert "As of" not in shown
    with desk.home.opened() as opened:
        pay(opened, TUESDAY, By("ann", "at the desk"), "T-10", 5_00, dry_run=False)
    older = client.get(f"/measures?{PERIOD}").text
    assert re.search(r"As of Wed 18 Nov 2026, \d\d:00\. The ledger has changed", older)
    kept.wait()
    after = client.get(f"/measures?{PERIOD}").text
    assert "As of" not in after
    assert "1 touch<" in after
    assert client.get("/measures?from=2026-12-01&to=2026-11-01").status_code == 409


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
