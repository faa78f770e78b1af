"""A night's row is closed by its run, or by whoever opens the next one."""

from ledger.queries import work
from ledger.queries.night import nights as rows
from ledger.runs import nights


def test_a_night_that_was_killed_is_closed_as_failed_by_the_next_opening(ledger):
    nights.open_night(ledger, "2026-11-16")
    nights.open_night(ledger, "2026-11-17")
    found = {row.business_on: row.outcome for row in rows(ledger, 5)}
    assert found == {"2026-11-16": "failed", "2026-11-17": ""}
    [killed] = [row for row in rows(ledger, 5) if row.business_on == "2026-11-16"]
    assert killed.note == nights.BROKEN_OFF


def test_a_night_that_was_killed_and_is_run_again_is_one_night_of_two_runs(ledger):
    assert nights.open_night(ledger, "2026-11-16") == 1
    assert nights.open_night(ledger, "2026-11-16") == 2
    nights.close_night(ledger, "2026-11-16", "done")
    [row] = rows(ledger, 5)
    assert (row.outcome, row.runs, row.note) == ("done", 2, "")


def test_a_failed_night_is_an_alert_until_a_night_ends_well_and_again_when_one_fails_again(ledger):
    def codes():
        return [a.code for a in work.alerts(ledger)]

    for outcome, expected in (("failed", ["NGT-FAILED"]), ("failed", ["NGT-FAILED"]), ("holds", [])) * 2:
        nights.open_night(ledger, "2026-11-16")
        nights.close_night(ledger, "2026-11-16", outcome, "TRN-CONNECT northgate")
        assert codes() == expected
    nights.open_night(ledger, "2026-11-17")
    nights.open_night(ledger, "2026-11-18")  # the one before was killed
    assert codes() == ["NGT-FAILED"]


def test_a_part_that_failed_is_reported_and_opens_no_night(ledger):
    nights.fail_part(ledger, "2026-11-17", "TRN-CONNECT northgate")
    assert rows(ledger, 5) == []
    assert [(a.code, a.business_on) for a in work.alerts(ledger)] == [("NGT-FAILED", "2026-11-17")]


def test_a_part_that_failed_leaves_a_night_of_its_day_as_it_ended(ledger):
    nights.open_night(ledger, "2026-11-17")
    nights.close_night(ledger, "2026-11-17", "done")
    nights.fail_part(ledger, "2026-11-17", "TRN-CONNECT northgate")
    [row] = rows(ledger, 5)
    assert (row.outcome, row.runs, row.note) == ("done", 1, "")
