"""Opening receivables tie to the old aging, are taken once, and late remittances post to them."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from ledger.errors import ActRefused, SecondNeeded
from ledger.maintenance import retention
from ledger.queries import claim_story
from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from ledger.schema import claim, claim_version, coverage
from tasks.errors import StepError
from tasks.operations import claim_money, enter_payment
from tasks.operations.import_opening import import_opening
from tasks.operations.money_acts import By

DAY = date(2026, 11, 18)
PAT = By("Pat", "opening receivables")
HEAD = (
    "practice,payer,patient_control_number,payer_claim_control_number,patient_last,patient_first,member_id,"
    "service_from,charge,payer_balance,patient_balance,deadline\n"
)
ROWS = (
    "lakeside,harbor,OLD0001,H1,Zephyrine,Quill,W17770001,2026-09-02,135.00,135.00,0,2026-11-30\n"
    "lakeside,harbor,OLD0002,H2,Zephyrine,Quill,W17770001,2026-09-03,135.00,55.00,20.00,\n"
)
PAID = """
payer = "harbor"
practice = "lakeside"
trace = "77"
date = 2026-11-17
amount = {paid}
[[claims]]
number = "{number}"
charge = 135.00
paid = {paid}
member_id = "W17770001"
adjustments = "{cut}"
"""


@pytest.fixture
def opened(home, tmp_path):
    (tmp_path / "open.csv").write_text(HEAD + ROWS, "utf-8")
    with home.opened() as found:
        yield found


def story(opened, number):
    [claim_id] = claim_story.find(opened.ledger, number)
    found = claim_story.show(opened.ledger, claim_id)
    return found.payers[0].receivable_cents, found.patient_receivable_cents, found.credit_cents


def closes(opened):
    assert money(opened.ledger).closes
    assert proof(opened.ledger).holds


def test_open_items_tie_to_the_total_and_are_taken_once(opened, tmp_path):
    file = tmp_path / "open.csv"
    with pytest.raises(StepError, match="OPN-03"):
        import_opening(opened, DAY, PAT, file, 209_99, dry_run=False)
    done = import_opening(opened, DAY, PAT, file, 210_00, dry_run=False)
    assert done.totals == {("lakeside", "harbor"): (190_00, 20_00)}
    closes(opened)
    assert [story(opened, n) for n in ("OLD0001", "OLD0002")] == [(135_00, 0, 0), (55_00, 20_00, 0)]
    before = money(opened.ledger)
    again = import_opening(opened, DAY, PAT, file, 210_00, dry_run=False)
    assert (again.done.postings, money(opened.ledger)) == ((), before)
    file.write_text(HEAD + ROWS.replace("55.00", "56.00"), "utf-8")
    with pytest.raises(ActRefused, match="row 2"):
        import_opening(opened, DAY, PAT, file, None, dry_run=False)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "OPN-01"),
        ("\0\1\n", "OPN-01"),
        ("date,amount\n", "OPN-02"),
        ((HEAD + ROWS)[:-2], "OPN-01"),
        (HEAD.replace("patient_balance", "patient_ballance") + ROWS, "OPN-02"),
        (HEAD + ROWS + "lakeside,harbor\n", "OPN-02"),
    ],
    ids=["empty", "no text", "other columns", "cut off", "a misspelled column", "a short row"],
)
def test_a_file_that_is_not_whole_is_refused_and_nothing_is_taken_over(opened, tmp_path, text, code):
    (tmp_path / "open.csv").write_text(text, "utf-8")
    with pytest.raises(StepError) as refused:
        import_opening(opened, DAY, PAT, tmp_path / "open.csv", None, dry_run=False)
    assert refused.value.code == code
    assert money(opened.ledger).receivable == 0


def test_open_items_above_the_limit_need_a_second_signature(opened, tmp_path):
    file = tmp_path / "open.csv"
    file.write_text(HEAD + ROWS.replace("135.00,135.00", "900.00,900.00"), "utf-8")
    with pytest.raises(SecondNeeded, match=r"\$975\.00 is above what Pat may decide alone"):
        import_opening(opened, DAY, PAT, file, None, dry_run=False)
    assert money(opened.ledger).receivable == 0
    import_opening(opened, DAY, replace(PAT, second="Sam"), file, None, dry_run=False)
    assert money(opened.ledger).receivable == 975_00
    closes(opened)


def test_a_purge_empties_the_identity_of_open_items_that_nobody_owes_any_more(opened, tmp_path):
    rows = ROWS.replace("55.00,20.00", "0,20.00")  # the second one: the patient alone owes
    (tmp_path / "open.csv").write_text(HEAD + rows, "utf-8")
    import_opening(opened, DAY, PAT, tmp_path / "open.csv", None, dry_run=False)
    claim_money.pay(opened, DAY, PAT, "OLD0002", 20_00, dry_run=False)  # a statement may ask for it before
    retention.purge(opened.ledger, "2027-06-01", "2027-01-01", really=True)
    with opened.ledger.read() as connection:
        v = claim_version.c
        query = select(claim.c.external_id, v.member_id, v.patient_name, coverage.c.member_id)
        query = query.join(claim_version, v.claim_id == claim.c.id)
        query = query.join(coverage, coverage.c.version_id == v.id).order_by(claim.c.id)
        first, second = connection.execute(query).tuples()
    assert all(first), "the payer still owes it"
    assert second == ("OLD0002", "", "", "")
    closes(opened)


@pytest.mark.parametrize(
    ("number", "paid", "cut", "left"),
    [
        ("OLD0001", "80.00", "CO 45 35.00; PR 2 20.00", (0, 20_00, 0)),
        ("OLD0002", "55.00", "OA 23 80.00", (0, 20_00, 0)),
    ],
)
def test_a_late_remittance_posts_to_what_was_taken_over(opened, tmp_path, number, paid, cut, left):
    import_opening(opened, DAY, PAT, tmp_path / "open.csv", None, dry_run=False)
    file = tmp_path / "late.toml"
    file.write_text(PAID.format(number=number, paid=paid, cut=cut), "utf-8")
    enter_payment.enter(opened, DAY, PAT, file, dry_run=False)
    closes(opened)
    assert money(opened.ledger).suspense == 0
    assert story(opened, number) == left


def test_a_balance_waits_no_longer_than_the_deadline_that_the_older_system_knew(opened, tmp_path):
    import_opening(opened, DAY, PAT, tmp_path / "open.csv", None, dry_run=False)
    waits = []
    for number in ("OLD0001", "OLD0002"):
        [claim_id] = claim_story.find(opened.ledger, number)
        waits.append(claim_story.show(opened.ledger, claim_id).payers[0].waiting_until)
    assert waits[0] == date(2026, 11, 30)
    assert waits[1] > DAY
