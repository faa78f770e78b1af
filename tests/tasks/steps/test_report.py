"""The report of a night proves its books; what nothing explains fails the night and is named."""

import re
from datetime import timedelta

import pytest

from ledger.queries.work import denials
from tasks import nightly_run
from tasks.errors import StepError
from tasks.reports.nightly import markdown
from tasks.steps import queue_denials, report
from tests.tasks.payment_scenarios import FIRST, play
from tests.tasks.test_payment_cases import CASES

NEXT = FIRST + timedelta(days=7)
DEFECTS = {
    "a work item closed with money left": "UPDATE work_item SET state = 'settled' WHERE owed = 1",
    "a wait removed": "DELETE FROM claim_waiting",
}


@pytest.mark.parametrize(
    ("scenario", "defect", "named"),
    [
        ("s17b_downcoded_150", "a work item closed with money left", "claim 1, payer harbor: 5000 cents"),
        ("s45_ma18_status1_no_S", "a wait removed", "claim 1, payer ?: 2000 cents"),
    ],
)
def test_money_that_nothing_explains_fails_the_night_and_is_named(home, scenario, defect, named):
    with play(home, CASES / scenario).opened() as opened:
        report.do(opened, NEXT, "night")
        with opened.ledger.write() as connection:
            connection.exec_driver_sql(DEFECTS[defect])
        with pytest.raises(StepError) as raised:
            report.do(opened, NEXT + timedelta(days=1), "night")
    assert raised.value.code == "NIT-02"
    assert named in raised.value.message
    assert "cleanclaim ledger prove" in raised.value.message


def test_a_wait_that_is_over_is_work_of_the_night_and_no_statement(home):
    played = play(home, CASES / "s45_ma18_status1_no_S")
    with played.opened() as opened:
        late = FIRST + timedelta(days=60)
        assert queue_denials.do(opened, late, "queues")["overdue_payers"] == 1
        [item] = denials(opened.ledger, late)
        assert (item.kind, item.payer, item.cents) == ("overdue_payer", "?", 20_00)
        report.do(opened, late, "night")
    assert played.claim()["patient_receivable_cents"] == 0


@pytest.mark.parametrize(
    ("scenario", "part"),
    [
        ("s30c_reversal_before_original", "reversed by payers, of payments that are not here"),
        ("s32_status23", "owed by payers"),
        ("s44_withhold_104_P12_209", "withheld by payers"),
    ],
)
def test_the_money_of_the_report_adds_up_to_what_was_charged(home, scenario, part):
    with play(home, CASES / scenario).opened() as opened:
        rows = re.findall(r"\| (.+) \| (-?)\$([\d,.]+) \|", markdown(opened, NEXT))
    shown = {words: int(sign + digits.replace(",", "").replace(".", "")) for words, sign, digits in rows}
    of_claims = list(shown)[1 : list(shown).index("received from payers")]
    assert shown["charged"] == sum(shown[words] for words in of_claims)
    assert shown[part]
    assert part in of_claims


def test_the_whole_walk_of_a_quiet_night_proves_the_books(home):
    with play(home, CASES / "s12_sequestration").opened() as opened:
        counts = nightly_run.walk(opened, NEXT)
    assert counts["report.claims_proven"] == 1
