"""The page of the payer twin, with what a rehearsal that was kept says."""

from dataclasses import replace
from datetime import date
from html import unescape

from tasks.operations.kept_rehearsal import change_words, keep
from tasks.operations.learn_twin import twin_of
from tasks.operations.rehearse_night import OfOthers, OfPayer, rehearse
from tasks.twin.changes import Change
from tasks.twin.foretold import Expected
from tests.web.conftest import PEOPLE, TUESDAY, Office
from web.bars import RIGHT, WIDTH, Value, lying


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
    assert "nothing can be promised yet" in answer.text
    assert "$0.00 expected" not in answer.text, "no dollars of payers that nothing is known of"


def test_a_night_without_claims_forecasts_no_dollars(home):
    office = Office(home)
    office.hire({"maria": PEOPLE["maria"]})
    with home.opened() as opened:
        keep(opened, rehearse(opened, TUESDAY))
    page = office.as_("maria").get("/twin").text
    assert "nothing to rehearse" in page
    assert "$0.00" not in page


def test_what_hangs_on_an_earlier_answer_stands_apart_with_its_own_interval(home):
    office = Office(home)
    office.hire({"maria": PEOPLE["maria"]})
    other = OfOthers("harbor", "replacement", 7, 512_00, Expected(101_00.0, -55_00, 260_00), 38)
    with home.opened() as opened:
        keep(opened, replace(rehearse(opened, TUESDAY), others=(other,)))
    page = unescape(office.as_("maria").get("/twin").text)
    assert "Claims that hang on an earlier answer" in page
    assert "no claim to a first payer" in page
    for part in ("replacement", "$512.00", "<strong>$101.00</strong>", "-$55.00", "$260.00", "38 claims"):
        assert part in page, part


def test_what_is_said_of_the_longest_bar_has_room_behind_it():
    short = lying([Value("a", "5.0", 5)], 5)
    assert short.bars[0].x + short.bars[0].width == WIDTH - RIGHT
    said = "1,215.4 (1,102 to 1,319)"
    [bar] = lying([Value("a", said, 5)], 5).bars
    assert bar.said_x + 9 * len(said) <= WIDTH
