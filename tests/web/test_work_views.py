"""Views of the queue: kept for a person or for everyone, with the filters that the address has."""

import re

import pytest

from ledger.errors import StateConflict
from ledger.people import work_views
from tasks.operations import users
from tasks.operations.money_acts import By
from tests.web.conftest import PASSWORD, TUESDAY
from tests.web.test_security import trail


def views(page: str) -> list[tuple[str, str]]:
    found = re.search(r'aria-label="Views">(.*?)</nav>', page, re.DOTALL)
    links = re.findall(r'href="([^"]*)"[^>]*>(.*?)</a>', found[1], re.DOTALL) if found else []
    return [(href.replace("&amp;", "&"), re.sub(r"\s+|<[^>]*>", " ", name).strip()) for href, name in links]


def test_filters_are_kept_under_a_name_shared_replaced_and_removed(office):
    maria, bea, lena = (office.as_(name) for name in ("maria", "bea", "lena"))
    before = len(trail(office, "view of work kept")) + len(trail(office, "view of work shared"))
    kept = office.press(bea, "/work/views", name=" Denials  of harbor", kind="denial", payer="harbor")
    assert (kept.status_code, kept.headers["location"]) == (303, "/work?kind=denial&payer=harbor")
    page = bea.get(kept.headers["location"]).text
    assert views(page) == [("/work?kind=denial&payer=harbor", "Denials of harbor")]
    assert 'aria-current="page">Denials of harbor' in page
    assert (
        "aria-current" not in re.search(r'aria-label="Views">.*?</nav>', bea.get("/work").text, re.DOTALL)[0]
    )
    assert views(maria.get("/work").text) == [], "it is bea's alone"

    # shared under its name it takes the place of the first; who does not see its practice is not led there
    office.press(bea, "/work/views", name="Denials of harbor", kind="denial", practice="bayview", shared="1")
    address = "/work?kind=denial&practice=bayview"
    assert views(maria.get("/work").text) == [(address, "Denials of harbor  of bea")]
    assert maria.get(address).status_code == 200
    assert views(lena.get("/work").text) == []
    assert views(bea.get("/work").text) == [(address, "Denials of harbor  shared")]

    # nobody removes another's, and a second time is said
    assert office.press(maria, "/work/views", act="remove", name="Denials of harbor").status_code == 409
    assert office.press(bea, "/work/views", act="remove", name="Denials of harbor").status_code == 303
    again = office.press(bea, "/work/views", act="remove", name="Denials of harbor")
    assert (again.status_code, "WEB-08" in again.text) == (409, True)
    assert views(bea.get("/work").text) == views(maria.get("/work").text) == []
    after = len(trail(office, "view of work kept")) + len(trail(office, "view of work shared"))
    assert after == before + 2


def test_what_is_no_filter_or_no_name_is_refused_and_a_name_is_shown_as_text(office):
    bea = office.as_("bea")
    for name, filters in (
        ("", {}),
        ("<b>bold</b>", {}),
        ("a" * 41, {}),
        ("right", {"kind": "nonsense"}),
        ("right", {"practice": "nowhere"}),
    ):
        refused = office.press(bea, "/work/views", name=name, **filters)
        assert (refused.status_code, "WEB-08" in refused.text) == (422, True), (name, filters)
    other = office.press(office.as_("lena"), "/work/views", name="Mine", practice="bayview")
    assert other.status_code == 422, "a practice that the person does not see"
    assert office.press(office.as_("otto"), "/work/views", name="Mine").status_code == 403
    assert views(bea.get("/work").text) == []


def test_a_person_keeps_forty_views(home):
    with home.opened() as opened:
        users.add(
            opened, TUESDAY, By("root", "works here"), "bea", ["biller"], ["*"], PASSWORD, dry_run=False
        )
        one = [work_views.WorkView("bea", f"view {n:02}", {"kind": "hold"}, False) for n in range(41)]
        for view in one[:40]:
            work_views.keep(opened.ledger, "2026-11-17", view)
        work_views.keep(opened.ledger, "2026-11-17", one[7])
        with pytest.raises(StateConflict, match="40 views are kept"):
            work_views.keep(opened.ledger, "2026-11-17", one[40])
        assert [view.name for view in work_views.seen_by(opened.ledger, "bea")] == [v.name for v in one[:40]]
