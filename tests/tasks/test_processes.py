"""A run's steps in processes of their own write what one process writes, and no run leaves memory behind."""

import gc
import os
import sys
import traceback
import weakref
from collections.abc import Callable
from datetime import date
from types import ModuleType

import pytest
from sqlalchemy import select

import edi
from ledger import schema
from tasks import nightly_run
from tasks.runs.lease import lease
from tests.conftest import WorkingHome
from tests.tasks.answering import MONDAY, TUESDAY, Partner, paid, remitted

TIMES = {"recorded_at", "digest", "before", "hash", "holder", "expires_at", "token"}
"""Columns that hold the clock, or what is made of it; the lease is taken once a process."""


def documented(home: WorkingHome) -> Partner:
    """Encounters of which two bill the same service, in chunks of one; a claim is paid on Tuesday."""
    settings = home.path / "cleanclaim.toml"
    settings.write_text(settings.read_text("utf-8") + "chunk_size = 1\n", encoding="utf-8")
    partner = Partner(home)
    for number in ("T-1", "T-2", "T-3"):
        other = {"service_date": "2026-11-03"} if number == "T-3" else {}
        home.drop(f"lakeside/{number}.json", home.encounter(number, **other))
    return partner


def in_a_process_of_its_own(act: Callable[[], None]) -> None:
    child = os.fork()
    if child:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        return
    try:
        act()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def in_many(home: WorkingHome, day: date) -> None:
    """Each piece of each step in a process that has done nothing before."""
    for step in nightly_run.NIGHT:
        with home.opened() as opened:
            pieces = list(step.pieces(opened, day))
        for piece in pieces:

            def act(step: nightly_run.Step = step, piece: str = piece) -> None:
                with home.opened() as opened:
                    nightly_run.do_piece(step, opened, day, piece)

            in_a_process_of_its_own(act)


def in_one(home: WorkingHome, day: date) -> None:
    with home.opened() as opened:
        nightly_run.walk(opened, day)


ITS_OWN = ("audit", "audit_head", "lease", "turn", "identity", "inbox_seen", "remote_look", "queue_change")
"""Tables that differ between ledgers alike: clocks, drawn keys, the times and inodes of a folder."""


def rows(home: WorkingHome) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the ledger but for the clock."""
    found = {}
    with home.opened() as opened, opened.ledger.read() as connection:
        for table in schema.metadata.sorted_tables:
            columns = [c for c in table.columns if c.name not in TIMES]
            if table.name not in ITS_OWN:
                found[table.name] = sorted(map(repr, connection.execute(select(*columns))))
    return found


def two_days(home: WorkingHome, run: Callable[[WorkingHome, date], None]) -> dict[str, list[object]]:
    partner = documented(home)
    run(home, MONDAY)
    sent = [claim for file in sorted((partner.site / "inbound").iterdir()) for claim in edi.read_claims(file)]
    assert len(sent) == 2, "one of the two that bill the same service is held"
    partner.pay("a.835", remitted(*(paid(claim.patient_control_number) for claim in sent)))
    run(home, TUESDAY)
    return rows(home)


@pytest.mark.slow
def test_each_piece_in_a_process_of_its_own_writes_the_same_rows_as_one_process(tmp_path):
    one = two_days(WorkingHome(tmp_path / "one" / "home"), in_one)
    many = two_days(WorkingHome(tmp_path / "many" / "home"), in_many)
    assert one["finding"]
    assert one["posting"]
    assert many == one


def held_by_modules() -> dict[str, int]:
    """The sizes of what the modules of `tasks` hold, by name."""
    return {
        f"{module.__name__}.{name}": len(value)
        for module in list(sys.modules.values())
        if isinstance(module, ModuleType) and module.__name__.split(".")[0] == "tasks"
        for name, value in vars(module).items()
        if isinstance(value, dict | list | set) and not name.startswith("__")
    }


@pytest.mark.slow
def test_a_run_that_has_ended_leaves_neither_claims_nor_a_home_in_its_process(tmp_path):
    home = WorkingHome(tmp_path / "home")
    documented(home)
    sizes = []
    for day in (MONDAY, TUESDAY):
        with lease(str(home.path), "", day) as taken:
            for step in nightly_run.NIGHT:
                for piece in nightly_run.pieces(str(home.path), "", day, step.name):
                    nightly_run.do(str(home.path), "", day, step.name, piece)
            taken.close([])
            kept = [weakref.ref(taken.home), weakref.ref(taken.home.claims)]
        del taken
        gc.collect()
        assert [one() for one in kept] == [None, None]
        sizes.append(held_by_modules())
    assert sizes[0] == sizes[1]
