"""What a list or a night asks is found by an index; no table that grows with history is read whole."""

import re
from datetime import date

import pytest
from sqlalchemy import event

from ledger import Ledger
from ledger.books import charges
from ledger.migrations import upgrade
from ledger.queries import (
    batches,
    claims,
    coding,
    cohort,
    deposits,
    money,
    night,
    patient_balances,
    standing,
    suspense,
    tonight,
    work,
    work_queue,
)
from ledger.queries.listing import Page
from ledger.schema import deposit

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
    return [
        (detail, statement)
        for detail, table, statement in steps(ledger, ask)
        if detail.startswith("SCAN ") and table in GROWING
    ]


def steps(ledger, ask):
    """The steps in SQLite's plans, each with its table and its statement."""
    statements = []

    def keep(connection, cursor, statement, parameters, *rest):
        if statement.startswith(("SELECT", "WITH")):
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
                table = words[1] if words[0] in ("SCAN", "SEARCH") else ""
                aliased = table.rpartition("_")[0] if table.rpartition("_")[2].isdigit() else table
                found.append((step.detail, aliased, statement))
    return found


@pytest.mark.parametrize("name", ASKED)
def test_no_growing_table_is_read_whole(ledger, name):
    assert scans(ledger, ASKED[name]) == []


OF_THE_BANK = {
    "open deposits": lambda ledger: deposits.OPEN.read(ledger, Page(limit=50)),
    "open deposits, counted": deposits.open_total,
    "not in the bank": lambda ledger: deposits.undeposited(ledger, Page(limit=50)),
    "not in the bank, counted": deposits.undeposited_total,
    "not in the bank, near some": lambda ledger: deposits.undeposited_near(
        ledger, [deposits.DepositRow(1, "X1", "", "eft", "T1", NIGHT, 100, 100)]
    ),
}


@pytest.mark.parametrize("name", OF_THE_BANK)
def test_what_the_bank_lacks_is_found_among_what_is_not_explained(ledger, name):
    """And not among all that ever was paid."""
    day = {
        "practice": "X",
        "kind": "eft",
        "deposited_on": NIGHT,
        "cents": 1,
        "file": "",
        "business_on": NIGHT,
    }
    with ledger.write() as connection:
        connection.execute(deposit.insert(), [{**day, "key": str(n), "practice": f"X{n}"} for n in range(40)])
    read = {
        detail.partition(" USING ")[2].partition(" (")[0]
        for detail, table, _ in steps(ledger, OF_THE_BANK[name])
        if table in ("deposit", "remittance")
    }
    assert read <= {
        "COVERING INDEX ix_deposit_practice",
        "INDEX ix_deposit_open",
        "INDEX ix_remittance_not_deposited",
        "COVERING INDEX ix_remittance_not_deposited",
        "COVERING INDEX ix_deposit_open",
    }
    assert read


def test_the_names_of_open_work_are_looked_up_one_behind_the_other(ledger):
    """However much work has them."""
    of_work = {
        detail.partition(" USING ")[2]
        for detail, table, _ in steps(ledger, work_queue.names)
        if table in ("work_item", "here", "behind")
    }
    columns = ("kind", "fix_path", "payer", "practice", "carc", "category", "owner")
    begins = "COVERING INDEX ix_work_item_alike (state=?"
    assert (
        of_work
        == {
            f"{begins})",  # the first one
            *(
                f"{begins} AND {''.join(f'{one}=? AND ' for one in columns[:place])}{columns[place]}>?)"
                for place in range(len(columns))
            ),
            "INTEGER PRIMARY KEY (rowid=?)",
            "COVERING INDEX ix_work_item_assignee",
        }
    )


def test_which_patients_owe_is_asked_with_the_account_and_the_count_written_out(ledger):
    """PostgreSQL plans a statement that comes again for any of its values: it read all postings."""
    with ledger.read() as connection:
        asked = {
            statement
            for _, table, statement in steps(
                ledger, lambda _: patient_balances.open_after(connection, 7, limit=50, practices=["X"])
            )
            if table == "posting"
        }
    assert len(asked) == 4
    for one in asked:
        assert "LIMIT 50" in one
        assert re.search(r"posting\.account = '\w+'", one)


def test_claims_by_state_look_at_the_index_of_states_and_at_what_was_sent_again(ledger):
    assert {detail for detail, _ in scans(ledger, claims.by_state)} == {
        "SCAN submission USING COVERING INDEX ix_submission_state",
        "SCAN submission_2 USING COVERING INDEX ix_submission_again",
    }
