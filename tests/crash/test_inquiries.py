"""The nightly run that asks for an overdue answer dies anywhere in it: asked once, answered once."""

import signal

import pytest
from sqlalchemy import select

import edi
from config.settings import load
from ledger import Ledger
from ledger.queries.batches import all_batches
from ledger.schema import status_answer
from ledger.sending import inquiries
from tests.crash.documents import drop, encounter, make_home
from tests.crash.looking import books_wrong
from tests.crash.partner import Partner
from tests.crash.processes import start_run, wait
from tests.tasks.answering import MONDAY
from tests.tasks.inquiring import ASKS, OVERDUE, takes_inquiries

SILENT = '\n[[rule]]\nname = "never decided"\nmember_id = "W9*"\nremit = []\n'
SOME = (0, 9, 10, 17, 21, 22, 23, 24, 47, 65, 66)
"""Side effects of the run that asks at which it dies; 0: it does not."""


def night(home, day, kill_at=0) -> int:
    with Partner(home, day, SILENT):
        return wait(start_run(home, day, kill_at))


def wrong(home) -> list[str]:
    """What is not as it must be: one question with one trace at the partner, one answer here."""
    ledger = Ledger(load(home).database_url)
    try:
        with ledger.read() as connection:
            asked = inquiries.listed(connection)
            answers = connection.execute(select(status_answer)).all()
        faults = books_wrong(ledger)
        if [(one.state, one.trace) for one in asked] != [("answered", "00000000200001")]:
            faults.append(f"asked: {[(one.state, one.trace) for one in asked]}")
        if [row.meaning for row in answers] != ["in_hand"]:
            faults.append(f"answers: {len(answers)}")
        if [batch.state for batch in all_batches(ledger)] != ["accepted", "accepted"]:
            faults.append(f"batches: {[batch.state for batch in all_batches(ledger)]}")
    finally:
        ledger.close()
    received = sorted((home / "clearinghouse" / "received").iterdir())
    traces = [one.trace for file in received for one in edi.read_status_inquiries(file)]
    return faults if traces == ["00000000200001"] else [*faults, f"the partner was asked {traces}"]


@pytest.mark.parametrize("kill_at", SOME)
def test_a_kill_anywhere_in_the_run_that_asks_loses_no_question_and_asks_none_twice(tmp_path, kill_at):
    home = make_home(tmp_path / "home")
    takes_inquiries(home, "276", payer="evergreen")
    drop(home, "one.json", encounter(1, "W9", lines=1))
    assert [night(home, day) for day in (MONDAY, OVERDUE)] == [0, 0]
    with Partner(home, ASKS, SILENT):
        assert wait(start_run(home, ASKS, kill_at)) == (-signal.SIGKILL if kill_at else 0)
        assert wait(start_run(home, ASKS)) == 0
    assert wrong(home) == []
