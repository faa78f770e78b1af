"""What happens in a ledger is what `ledger.sending.transitions` says."""

from pathlib import Path

import pytest
from sqlalchemy import select

from ledger.schema import submission_event
from ledger.sending import decisions
from ledger.sending.transitions import SUBMISSION, TRANSITIONS
from ledger.storage.database import Ledger
from tests.conftest import WorkingHome
from tests.tasks.payment_scenarios import play

CASES = Path(__file__).parents[2] / "tasks" / "payment_cases"


def undeclared(ledger: Ledger) -> list[tuple[str, str]]:
    last: dict[int, str] = {}
    found = []
    e = submission_event.c
    with ledger.read() as connection:
        rows = connection.execute(select(e.submission_id, e.state).order_by(e.id)).all()
    assert rows
    for number, state in rows:
        if state not in SUBMISSION[last.get(number, "")]:
            found.append((last.get(number, ""), state))
        last[number] = state
    return found


@pytest.mark.parametrize("name", TRANSITIONS)
def test_every_state_that_is_reached_says_what_follows_or_ends(name):
    states = TRANSITIONS[name]
    reached = {becomes for following in states.values() for becomes in following}
    ends = {"encounter": {"replaced", "settled"}, "submission": {"replaced", "voided", "closed"}}.get(
        name, set()
    )
    assert reached - set(states) == ends
    assert set(states) - reached == {""}


def test_claims_that_are_corrected_sent_and_abandoned_change_as_declared(office):
    office.sent("1")
    office.take("2")
    office.build()
    office.take("2", version=2)
    office.build()
    decisions.abandon(office.ledger, office.batch(), "2026-11-17", "wrong partner")
    assert undeclared(office.ledger) == []


@pytest.mark.slow
@pytest.mark.parametrize("case", ["s30_negative_status1", "s34_split_claim_supersede"])
def test_claims_that_are_paid_taken_back_and_denied_change_as_declared(tmp_path, case):
    with play(WorkingHome(tmp_path / "home"), CASES / case).opened() as home:
        assert undeclared(home.ledger) == []
