"""A night's row is closed by its run, or by whoever opens the next one."""

from ledger import nights
from ledger.queries.night import nights as rows


def test_a_night_that_was_killed_is_closed_as_failed_by_the_next_opening(ledger):
    nights.open_night(ledger, "2026-11-16")
    nights.open_night(ledger, "2026-11-17")
    found = {row.day: row.outcome for row in rows(ledger, 5)}
    assert found == {"2026-11-16": "failed", "2026-11-17": ""}
    [killed] = [row for row in rows(ledger, 5) if row.day == "2026-11-16"]
    assert killed.note == nights.BROKEN_OFF


def test_a_night_that_was_killed_and_is_run_again_is_one_night_of_two_runs(ledger):
    assert nights.open_night(ledger, "2026-11-16") == 1
    assert nights.open_night(ledger, "2026-11-16") == 2
    nights.close_night(ledger, "2026-11-16", "done")
    [row] = rows(ledger, 5)
    assert (row.outcome, row.runs, row.note) == ("done", 2, "")
