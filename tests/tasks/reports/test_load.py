"""How many claims a night a home carries, by its own figures."""

from datetime import UTC, date, datetime

import pytest

from config.settings import load
from ledger.queries import volume
from tasks.home.home import open_home
from tasks.reports import load as report
from tasks.runs import step_times

MONDAY = date(2026, 11, 16)
AT_NOON = datetime(2026, 11, 16, 17, tzinfo=UTC)
TOOK = {"pick_up": (30.0, 1), "validate_coding": (60.0, 4), "send": (10.0, 1)}


def settings(home, text):
    (home.path / "cleanclaim.toml").write_text(f"demo = true\n{text}\n")


def of(home):
    with open_home(load(home.path)) as opened:
        return report.load_of(opened, AT_NOON)


def test_before_a_whole_run_wrote_claims_nothing_is_said(home):
    assert of(home) is None
    step_times.keep_busiest(home.path, MONDAY, TOOK, 0)
    assert of(home) is None


def test_the_window_carries_what_its_seconds_hold_at_the_pace_of_the_busiest_run(home):
    step_times.keep_busiest(home.path, MONDAY, TOOK, 1000)
    found = of(home)
    assert (found.claims, found.seconds, found.narrowest, found.share) == (
        1000,
        100.0,
        "validate_coding",
        0.6,
    )
    assert found.window.because == "answers are taken in"
    assert found.window.seconds == 10.5 * 3600
    assert found.most == 378_000
    assert not found.little


@pytest.mark.parametrize(
    ("text", "hours", "because"),
    [
        ('answers_cron = ""', 24, "the next nightly run"),
        ('nightly_cron = "0 22 * * 1-5"', 8.5, "answers are taken in"),
        ('nightly_cron = "0 20 * * 5"\nanswers_cron = ""', 7 * 24, "the next nightly run"),
    ],
)
def test_the_window_ends_when_something_else_is_due(home, text, hours, because):
    settings(home, text)
    with open_home(load(home.path)) as opened:
        window = report.window_of(opened, AT_NOON)
    assert (window.seconds / 3600, window.because) == (hours, because)


def test_a_cut_off_of_a_partner_ends_the_window(home):
    file = home.path / "partners" / "clearinghouses" / "northgate.toml"
    file.write_text(f'{file.read_text()}\n[takes_files]\nopens = "06:00"\ncloses = "23:00"\n')
    with open_home(load(home.path)) as opened:
        window = report.window_of(opened, AT_NOON)
    assert (window.seconds, window.because) == (3 * 3600, "the cut-off of northgate")


@pytest.mark.parametrize(
    ("cron", "nights"), [("0 20 * * 1-5", 261), ("* * * * *", 365), ("0 20 * * 0", 52), ("0 20 1 * *", 12)]
)
def test_nights_of_a_year_are_days_on_which_a_run_is_due(home, cron, nights):
    settings(home, f'nightly_cron = "{cron}"')
    assert abs(report.nights_a_year(load(home.path), AT_NOON) - nights) <= 1


def test_a_smaller_run_takes_the_place_of_the_busiest_one_once_that_is_old(home):
    step_times.keep_busiest(home.path, MONDAY, TOOK, 1000)
    step_times.keep_busiest(home.path, date(2026, 11, 17), TOOK, 10)
    assert step_times.busiest(home.path).claims == 1000
    step_times.keep_busiest(home.path, date(2027, 2, 1), TOOK, 10)
    assert step_times.busiest(home.path).claims == 10


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "[]",
        "{",
        '{"claims": 1}',
        '{"business_on": "x", "claims": 1, "seconds": {}}',
        '{"business_on": "2026-11-16", "claims": 0, "seconds": {"send": 1}}',
    ],
)
def test_a_damaged_file_is_no_run(home, damaged):
    (home.path / "logs").mkdir(exist_ok=True)
    (home.path / "logs" / "busiest.json").write_text(damaged, "utf-8")
    assert step_times.busiest(home.path) is None


@pytest.mark.usefixtures("either_database")
def test_bytes_are_those_of_the_files_and_of_the_database_once(home):
    step_times.keep_busiest(home.path, MONDAY, TOOK, 1000)
    with open_home(load(home.path)) as opened:
        ledger = volume.of(opened.ledger, 30).bytes
        assert ledger > 100_000
        before = report.load_of(opened, AT_NOON).bytes_a_claim
        (home.path / "edi").mkdir(exist_ok=True)
        (home.path / "edi" / "large").write_bytes(bytes(5_000_000))
        after = report.load_of(opened, AT_NOON).bytes_a_claim  # no claim is there yet: divided by one
        assert after - before == 5_000_000
        assert before < 2 * ledger
