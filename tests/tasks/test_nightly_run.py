"""The whole night as plain functions, against the mock over SFTP: three evenings, and again."""

import shutil
import tomllib
from datetime import date
from pathlib import Path

import pytest

from config.settings import load
from console import story
from ledger.queries import standing
from ledger.queries.claims import holds
from ledger.queries.night import nights
from tasks import nightly_run
from tasks.errors import StepError
from tasks.home.home import make_home, open_home
from tasks.runs.lease import lease

DAYS = (date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18))
STORY = Path(story.__file__).with_name("demo_story.toml")


def play(home, day, evening=None, extra=""):
    if evening:
        home.samples(evening)
    with home.clearinghouse(day, extra), home.opened() as opened:
        return nightly_run.walk(opened, day)


def test_three_evenings_end_as_their_story_is_written_and_a_walk_without_news_changes_nothing(home):
    written = tomllib.loads(STORY.read_text("utf-8"))
    for day, evening in zip(DAYS, ("monday", "tuesday", "wednesday"), strict=True):
        with home.opened() as opened:
            list(story.correct(written, opened, day))
        play(home, day, evening)
    with home.opened() as opened:
        assert story.misses(written, opened) == []
    assert len(home.journal) == 8
    play(home, DAYS[-1])  # what waited for its void goes
    with home.opened() as opened:
        before = standing.claims(opened.ledger)
    journal = home.journal
    assert len({entry["isa13"] for entry in journal}) == len(journal) == 9
    again = play(home, DAYS[-1])
    assert home.journal == journal
    assert again["pick_up.new"] == 0
    with home.opened() as opened:
        assert standing.claims(opened.ledger) == before


def test_each_step_may_be_done_twice_in_a_row(home):
    home.samples("monday")
    with home.clearinghouse(DAYS[0]), home.opened() as opened:
        for step in nightly_run.NIGHT:
            for piece in step.pieces(opened, DAYS[0]):
                step.do(opened, DAYS[0], piece)
                step.do(opened, DAYS[0], piece)
    assert len(home.journal) == 4


def test_a_corrected_encounter_goes_out_by_itself(home):
    home.drop("lakeside/one.json", home.encounter(diagnoses=[]))
    play(home, DAYS[0])
    with home.opened() as opened:
        assert {h.edit_id for h in holds(opened.ledger)} >= {"DX-01"}
        assert standing.claims(opened.ledger) == []
    home.drop("lakeside/two.json", home.encounter(version=2))
    play(home, DAYS[1])
    with home.opened() as opened:
        assert [c.state for c in standing.claims(opened.ledger)] == ["accepted"]


def test_the_same_service_in_two_encounters_of_one_night_goes_out_once(home):
    home.drop("lakeside/one.json", home.encounter("T-1"))
    home.drop("lakeside/two.json", home.encounter("T-2"))
    play(home, DAYS[0])
    with home.opened() as opened:
        assert [(h.external_id, h.edit_id) for h in holds(opened.ledger)] == [("T-2", "DUP-01")]
        assert [c.external_id for c in standing.claims(opened.ledger)] == ["T-1"]


def test_an_unknown_payer_or_practice_holds_the_claim_and_nothing_else(home):
    home.drop(
        "lakeside/payer.json", home.encounter("T-1", coverages=[{"payer": "nobody", "member_id": "X1"}])
    )
    home.drop("elsewhere/practice.json", home.encounter("T-2", practice=""))
    home.drop("lakeside/good.json", home.encounter("T-3", diagnoses=["I10"]))
    play(home, DAYS[0])
    with home.opened() as opened:
        found = {(h.external_id, h.edit_id) for h in holds(opened.ledger)}
        assert {("T-1", "ELIG-02"), ("T-2", "PRA-01")} <= found
        assert [c.external_id for c in standing.claims(opened.ledger)] == ["T-3"]


def test_a_home_without_partners_contacts_nobody(tmp_path):
    make_home(tmp_path / "bare")
    settings = load(tmp_path / "bare")
    (settings.inbox / "some").mkdir(parents=True)
    (settings.inbox / "some" / "one.json").write_text('{"source": "x", "id": "1"}')
    with open_home(settings) as opened:
        nightly_run.walk(opened, DAYS[0])
        assert holds(opened.ledger)
        assert not (tmp_path / "bare" / "edi").exists()


def test_a_night_that_cannot_write_its_last_file_ends_with_a_coded_error(home):
    with lease(str(home.path), "", DAYS[0]) as taken:
        shutil.rmtree(home.path / "audit", ignore_errors=True)
        (home.path / "audit").write_text("a file where the folder belongs")
        with pytest.raises(StepError, match="NIT-08") as raised:
            taken.close([])
    assert raised.value.__context__ is None
    assert str(home.path) not in str(raised.value)


def test_a_night_that_is_not_closed_is_closed_as_failed_with_the_kind_of_the_error_alone(home):
    with (
        pytest.raises(ZeroDivisionError),
        lease(str(home.path), "", DAYS[0]),
    ):
        raise ZeroDivisionError("Zephyrine")
    with lease(str(home.path), "", DAYS[1]):
        pass
    with home.opened() as opened:
        found = {row.business_on: (row.outcome, row.note) for row in nights(opened.ledger, 5)}
    assert {outcome for outcome, _ in found.values()} == {"failed"}
    assert "ZeroDivisionError at test_nightly_run.py" in found["2026-11-16"][1]
    assert "Zephyrine" not in found["2026-11-16"][1]
    assert "before its night was closed" in found["2026-11-17"][1]
