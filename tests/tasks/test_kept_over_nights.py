"""Over generated nights: what a night keeps, since nothing says otherwise, is what working it out gives."""

from pathlib import Path
from typing import Any

import pytest

from bench.lifelike.answers import Partner
from bench.lifelike.inbox import day_of, write_night
from bench.night import make_home
from ledger.encounters import encounters, judged
from tasks import nightly_run
from tasks.home.home import Home, open_home
from tasks.work.causes import keep_queue
from tests.tasks.coding_night import judge

NIGHTS, ENCOUNTERS = 6, 60


def read(home: Home, query: str) -> list[tuple[Any, ...]]:
    with home.ledger.read() as connection:
        return list(connection.exec_driver_sql(query).all())


def findings(home: Home) -> list[tuple[Any, ...]]:
    return read(
        home,
        "SELECT e.external_id, e.version, e.state, f.edit_id, f.severity, f.line, f.place, f.detail "
        "FROM encounter e LEFT JOIN finding f ON f.encounter_id = e.id "
        "ORDER BY e.id, f.edit_id, f.line, f.place, f.detail",
    )


def open_work(home: Home) -> list[tuple[Any, ...]]:
    what = "reference, claim_id, practice, payer, line, procedure, cents, category, owner, action, due_on"
    return read(home, f"SELECT key, {what} FROM work_item WHERE state = 'open' ORDER BY key")


@pytest.mark.usefixtures("either_database")
def test_findings_and_open_work_are_those_of_working_everything_out_anew(tmp_path: Path) -> None:
    settings = make_home(tmp_path / "home")
    partner = Partner(settings.home / "site")
    looked_at = 0
    for night in range(1, NIGHTS + 1):
        day = day_of(night)
        write_night(settings.inbox, ENCOUNTERS, night=night, before=(night - 1) * ENCOUNTERS)
        partner.answer(day)
        with open_home(settings) as home:
            for step in nightly_run.NIGHT:
                for piece in step.pieces(home, day):
                    counts = step.do(home, day, piece)
                    looked_at += counts["encounters"] if step.name == "validate_coding" else 0
                if step.name == "validate_coding":
                    kept = findings(home)
                    with home.ledger.write() as connection:
                        judged.all_again(connection)
                    judge(home, day)
                    assert findings(home) == kept
            work = open_work(home)
            assert keep_queue(home, day, anew=True) == 0
            assert open_work(home) == work
    with open_home(settings) as home:
        waiting = len(encounters.load(home.ledger, 1, 10**9, ("held",)))
        assert {key.partition("|")[0] for key, *_ in open_work(home)} >= {"hold", "rejection"}
    assert waiting
    assert looked_at < NIGHTS * ENCOUNTERS + NIGHTS * waiting // 2, "most of what is held was left alone"
