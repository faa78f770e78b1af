"""The page of the payer twin, with what a rehearsal that was kept says."""

from dataclasses import replace
from datetime import date
from html import unescape

from tasks.operations.kept_rehearsal import change_words, keep
from tasks.operations.learn_twin import twin_of
from tasks.operations.rehearse_night import OfPayer, rehearse
from tasks.twin.changes import Change
from tests.web.conftest import PEOPLE, TUESDAY, Office


def test_a_payer_that_decides_differently_is_shown_with_what_changed(home):
    office = Office(home)
    office.hire({"maria": PEOPLE["maria"]})
    change = Change(
        reason="CO-197", where=(("procedure", "99213"),), from_on=date(2026, 10, 1),
        earliest_on=date(2026, 9, 20), latest_on=date(2026, 10, 4),
        before=0.02, after=0.31, lines_before=412, lines_after=120,
    )  # fmt: skip
    with home.opened() as opened:
        twin = twin_of(opened, "harbor", TUESDAY)
        twin = replace(twin, model=replace(twin.model, changes=(change,)))
        payer = OfPayer(twin, 3, 300_00, None, "too few answers came")
        keep(opened, replace(rehearse(opened, TUESDAY), payers=(payer,)))
    answer = office.as_("maria").get("/twin")
    assert answer.status_code == 200
    assert change_words(change) in unescape(answer.text)
    assert "2026-10-01" in answer.text


def test_a_night_without_claims_forecasts_no_dollars(home):
    office = Office(home)
    office.hire({"maria": PEOPLE["maria"]})
    with home.opened() as opened:
        keep(opened, rehearse(opened, TUESDAY))
    page = office.as_("maria").get("/twin").text
    assert "nothing to rehearse" in page
    assert "$0.00" not in page
