"""What a list or a night asks is found by an index; no table that grows with history is read whole."""

from datetime import date

import pytest
from sqlalchemy import event

from ledger import Ledger
from ledger.books import charges
from ledger.migrations import upgrade
from ledger.queries import batches, claims, coding, cohort, money, night, standing, suspense, tonight, work
from ledger.queries.listing import Page

DAY = date(2026, 11, 17)
NIGHT = DAY.isoformat()

GROWING = {
    *("answer", "claim", "claim_line", "claim_payment", "claim_version", "coverage", "encounter", "entry"),
    *("finding", "line_adjustment", "payment_line", "posting", "submission", "submission_event"),
    *("work_event", "work_item"),
}
"""Tables with a row or more for each claim that ever was."""

LISTS = {
    "holds": claims.HELD,
    "late": claims.LATE,
    "rejections": claims.REJECTED,
    "unanswered": batches.UNNAMED,
    "batches": batches.BATCHES,
    "remittances": money.REMITTANCES,
    "unposted": money.UNPOSTED,
    "quarantine": night.OPEN_PROBLEMS,
    "suspense": suspense.SUSPENSE,
    "alerts": work.ALERTS,
    "uncoded": coding.waiting("X"),
}


def a_page(listing):
    """A page of a list with every name that it can be asked for."""
    asked = {"payers": listing.payer, "practices": listing.practice, "codes": listing.code}
    return Page(after=1, limit=50, **{name: {"X"} for name, of in asked.items() if of is not None})


ASKED = {
    "batches overdue": lambda ledger: batches.overdue(ledger, DAY, {}),
    "claims unnamed": batches.unnamed,
    "holds": claims.holds,
    "late": claims.late,
    "rejections": claims.rejections,
    "ready": claims.ready_numbers,
    "uncoded": lambda ledger: coding.uncoded(ledger, "X"),
    "unchecked": lambda ledger: coding.unchecked(ledger, NIGHT, "X"),
    "cohort": lambda ledger: cohort.cohort(ledger, NIGHT, "sent"),
    "money": money.money,
    "remittances of a night": lambda ledger: money.remittances(ledger, business_on=NIGHT),
    "problems": lambda ledger: night.problems(ledger, open_only=True),
    "inbox": standing.inbox,
    "suspense": lambda ledger: suspense.suspense(ledger, DAY),
    "tonight": lambda ledger: tonight.tonight(ledger, NIGHT),
    "open work": work.at_stake,
    "deadlines": lambda ledger: work.near(ledger, DAY, 7),
    "denials": lambda ledger: work.denials(ledger, DAY),
    "denials, a page": lambda ledger: work.denials(ledger, DAY, after=1, limit=50),
    "a denial": lambda ledger: work.denial(ledger, DAY, 1),
    **{
        f"{name}, a page": lambda ledger, listing=listing: listing.read(ledger, a_page(listing))
        for name, listing in LISTS.items()
    },
    "queues": work.waiting,
    "waits that are over": lambda ledger: charges.expire(ledger, NIGHT),
}


@pytest.fixture
def ledger(tmp_path):
    made = Ledger(f"sqlite:///{tmp_path}/ledger.db")
    upgrade(made)
    yield made
    made.close()


def scans(ledger, ask):
    """The steps in SQLite's plans that read a growing table whole, each with its statement."""
    statements = []

    def keep(connection, cursor, statement, parameters, *rest):
        if statement.startswith("SELECT"):
            statements.append((statement, parameters))

    event.listen(ledger.engine, "before_cursor_execute", keep)
    ask(ledger)
    event.remove(ledger.engine, "before_cursor_execute", keep)
    assert statements
    found = []
    with ledger.read() as connection:
        for statement, parameters in statements:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            for step in plan:
                words = step.detail.split()
                table = words[1] if words[0] == "SCAN" else ""
                aliased = table.rpartition("_")[0] if table.rpartition("_")[2].isdigit() else table
                if aliased in GROWING:
                    found.append((step.detail, statement))
    return found


@pytest.mark.parametrize("name", ASKED)
def test_no_growing_table_is_read_whole(ledger, name):
    assert scans(ledger, ASKED[name]) == []


def test_claims_by_state_look_at_the_index_of_states_and_at_what_was_sent_again(ledger):
    assert {detail for detail, _ in scans(ledger, claims.by_state)} == {
        "SCAN submission USING COVERING INDEX ix_submission_state",
        "SCAN submission_2 USING COVERING INDEX ix_submission_again",
    }
