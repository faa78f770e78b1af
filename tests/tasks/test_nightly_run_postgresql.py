"""The same three evenings with the ledger on PostgreSQL: one URL is all that differs."""

import tomllib

from console import story
from ledger.queries import proof, standing
from tasks import nightly_run
from tasks.runs.lease import lease
from tests.tasks.test_nightly_run import DAYS, STORY


def test_three_evenings_on_postgresql_end_as_their_story_is_written(home, new_ledger_url, monkeypatch):
    (home.path / "ledger.db").unlink()  # a home that never had one
    monkeypatch.setenv("CLEANCLAIM_DATABASE_URL", new_ledger_url("postgresql"))
    written = tomllib.loads(STORY.read_text("utf-8"))
    for day, evening in zip(DAYS, ("monday", "tuesday", "wednesday"), strict=True):
        home.samples(evening)
        with home.clearinghouse(day), lease(str(home.path), "", day) as taken:
            assert taken
            list(story.correct(written, taken.home, day))
            nightly_run.walk(taken.home, day)
            taken.close([])
    assert not (home.path / "ledger.db").exists()
    with home.opened() as opened:
        assert story.misses(written, opened) == []
        assert proof.of_all(opened.ledger).holds
    with home.clearinghouse(DAYS[-1]), home.opened() as opened:
        nightly_run.walk(opened, DAYS[-1])  # what waited for its void goes
        before = standing.claims(opened.ledger)
    journal = home.journal
    with home.clearinghouse(DAYS[-1]), home.opened() as opened:
        again = nightly_run.walk(opened, DAYS[-1])
        assert standing.claims(opened.ledger) == before
    assert (again["pick_up.new"], home.journal) == (0, journal)
