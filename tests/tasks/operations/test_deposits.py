"""The bank beside the books: a file once, matches without doubt, the rest as work, a month that explains."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from ledger.books.months import after
from ledger.errors import ActRefused, SecondNeeded
from ledger.queries import deposits as queries
from ledger.queries.deposits import (
    DEPOSITS,
    DepositRow,
    Undeposited,
    candidates,
    open_deposits,
    together,
    undeposited,
)
from ledger.queries.listing import WHOLE
from ledger.queries.money import money
from ledger.queries.month.bank import in_transit
from ledger.queries.proof import of_all as proof
from ledger.queries.work_queue import Asked, events, item, items
from ledger.schema import deposit, deposit_match, posting, remittance
from tasks.errors import StepError
from tasks.home.home import open_home
from tasks.operations import place_deposit
from tasks.operations.import_deposits import import_deposits
from tasks.operations.money_acts import By
from tasks.work.causes import keep_queue
from tasks.work.commands import commands_of
from tests import seeds
from tests.tasks.answering import TUESDAY, paid, remitted

pytestmark = pytest.mark.usefixtures("either_database")
ANN = By("ann", "the bank's file of the day")
HEAD = "account,date,amount,kind,trace,payer,reference\n"
LATER = TUESDAY + timedelta(days=7)


@pytest.fixture
def bank(partner, tmp_path):
    """A home whose practice has an account, a remittance of 100.00 (trace T1), and a way to give a file."""
    file = partner.home.path / "partners" / "practices" / "lakeside.toml"
    text = file.read_text("utf-8")
    file.write_text(f'bank_accounts = ["4321"]\n{text}', encoding="utf-8")
    partner.pay("a.835", remitted(paid(partner.claim.patient_control_number), trace="T1"))
    partner.collect()

    def given(opened, *rows, name="bank.csv", day=TUESDAY, dry_run=False):
        path = tmp_path / name
        path.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
        return import_deposits(opened, day, ANN, path, dry_run=dry_run)

    with partner.home.opened() as opened:
        yield opened, given
        assert kept(opened.ledger) == counted_anew(opened.ledger)


def kept(ledger):
    """What is open on either side, by what the rows themselves say: their ids and cents."""
    return [(d.id, d.open_cents) for d in open_deposits(ledger)], [
        (r.id, r.cents) for r in undeposited(ledger)
    ]


def counted_anew(ledger):
    """The same by what was matched."""
    with ledger.read() as connection:
        deposits, remittances, matches = (
            connection.execute(select(table).order_by(table.c.id)).all()
            for table in (deposit, remittance, deposit_match)
        )
    of_deposits, of_remittances = Counter(), Counter()
    for one in matches:
        of_deposits[one.deposit_id] += one.cents
        of_remittances[one.remittance_id] += one.cents
    since = {d.practice: min(o.deposited_on for o in deposits if o.practice == d.practice) for d in deposits}
    return (
        [(d.id, d.cents - of_deposits[d.id]) for d in deposits if d.cents != of_deposits[d.id]],
        [
            (r.id, r.paid_cents - of_remittances[r.id])
            for r in remittances
            if (r.state, r.paid_cents > of_remittances[r.id]) == ("posted", True)
            and r.paid_on >= since.get(r.practice, "9999")
        ],
    )


def test_a_deposit_of_the_remittances_trace_explains_it_and_the_file_counts_once(bank):
    opened, given = bank
    row = "x4321,2026-11-17,100.00,eft,T1,,B1"
    assert given(opened, row, dry_run=True).taken.matched == 1
    assert DEPOSITS.read(opened.ledger, WHOLE) == []
    assert given(opened, row).taken.new == 1
    for only_look in (True, False):
        with pytest.raises(StepError, match=r"DEP-04 line 2: it is deposit \d+, taken from this very file"):
            given(opened, row, dry_run=only_look)
    again = given(opened, row, "x4321,2026-11-18,7.00,other,,,B2", name="next-day.csv")
    assert (again.taken.lines, again.taken.new) == (2, 1)
    assert undeposited(opened.ledger) == []
    assert [d.cents for d in open_deposits(opened.ledger)] == [700]
    keep_queue(opened, LATER)
    assert [w.cents for w in items(opened.ledger, LATER, Asked(kinds=["deposit"]))] == [700]


def test_a_line_counts_once_however_its_account_is_written(bank):
    opened, given = bank
    masked, whole = (f"{account},2026-11-17,5.00,cash,,," for account in ("xxxx4321", "000004321"))
    assert given(opened, masked, masked).taken.new == 2, "two that say the same are two"
    assert given(opened, whole, whole, name="whole.csv").taken.new == 0
    assert given(opened, masked, whole, masked, name="mixed.csv").taken.new == 1


def test_a_check_that_the_bank_returns_in_its_own_words_takes_its_deposit_back(bank, tmp_path):
    opened, _ = bank
    file = tmp_path / "returned.bai"
    file.write_text(
        "01,B,C,261118,0600,1,,,2/\n02,C,B,1,261117,0600,USD,2/\n03,4321,,,,,/\n"
        "16,175,10000,,B1,T1,CHECK\n16,555,10000,,B2,T1,RETURNED\n49,20000,4/\n98,20000,1,6/\n99,20000,1,8/\n",
        encoding="utf-8",
    )
    assert import_deposits(opened, TUESDAY, ANN, file, dry_run=False).taken.new == 2
    assert [r.cents for r in undeposited(opened.ledger)] == [10000]
    assert open_deposits(opened.ledger) == []


def test_before_a_practices_first_bank_file_no_remittance_is_missed(bank):
    opened, _ = bank
    keep_queue(opened, LATER)
    assert undeposited(opened.ledger) == []
    assert items(opened.ledger, LATER, Asked(kinds=["undeposited"])) == []


def test_what_either_side_lacks_is_work_after_three_business_days_and_no_longer_when_it_comes(bank):
    opened, given = bank
    given(opened, "x4321,2026-11-17,55.00,eft,T9,,B1")
    keep_queue(opened, date(2026, 11, 19))
    assert items(opened.ledger, LATER, Asked(kinds=["deposit", "undeposited"])) == []
    keep_queue(opened, date(2026, 11, 20))
    found = {w.kind: w for w in items(opened.ledger, LATER, Asked(kinds=["deposit", "undeposited"]))}
    assert {kind: (w.cents, w.owner) for kind, w in found.items()} == {
        "deposit": (5500, "POSTING"),
        "undeposited": (10000, "POSTING"),
    }
    assert "deposits match 1 REMITTANCE" in " ".join(c.typed for c in commands_of(found["deposit"]))
    given(opened, "x4321,2026-11-20,100.00,eft,T1,,B2", name="late.csv")
    keep_queue(opened, LATER)
    assert item(opened.ledger, LATER, found["undeposited"].id).state == "resolved"


def test_a_remittance_that_comes_after_its_deposit_is_matched_by_the_night(bank, partner):
    opened, given = bank
    given(opened, "x4321,2026-11-17,100.00,eft,T1,,B1", "x4321,2026-11-18,40.00,eft,T2,,B2")
    assert [d.cents for d in open_deposits(opened.ledger)] == [4000]
    later = paid(partner.claim.patient_control_number, charge=-13500, cents=-10000, status="22")
    again = paid(partner.claim.patient_control_number, charge=13500, cents=14000 - 500)
    partner.pay("b.835", remitted(later, again, paid("STRANGER", 500, 500), trace="T2"))
    partner.collect()
    assert open_deposits(opened.ledger) == []


def test_a_person_matches_settles_and_undoes_and_each_is_on_the_trail(bank):
    opened, given = bank
    given(opened, "x4321,2026-11-25,100.00,check,55012,,B1", "x4321,2026-11-18,12.34,cash,,,B2")
    check, cash = open_deposits(opened.ledger)
    assert undeposited(opened.ledger) == [], "it was paid before the bank's first line: nobody misses it"
    given(opened, "x4321,2026-11-16,1.00,other,,,B0", name="earlier.csv")
    place_deposit.settle(opened, TUESDAY, ANN, 3, "other", dry_run=False)
    missing = undeposited(opened.ledger)
    assert [c.id for c in candidates(check, missing)] == [missing[0].id]
    shown = place_deposit.match(opened, TUESDAY, ANN, check.id, [missing[0].id], dry_run=True)
    assert "$100.00 of remittance" in shown.what
    assert undeposited(opened.ledger) == missing
    place_deposit.match(opened, TUESDAY, ANN, check.id, [missing[0].id], dry_run=False)
    place_deposit.settle(opened, TUESDAY, ANN, cash.id, "patient", dry_run=False)
    assert (open_deposits(opened.ledger), undeposited(opened.ledger)) == ([], [])
    with pytest.raises(ActRefused, match="no open deposit"):
        place_deposit.match(opened, TUESDAY, ANN, check.id, [missing[0].id], dry_run=False)
    place_deposit.unmatch(opened, TUESDAY, ANN, check.id, dry_run=False)
    keep_queue(opened, date(2026, 12, 10))
    [work] = items(opened.ledger, TUESDAY, Asked(kinds=["deposit"]))
    place_deposit.match(opened, TUESDAY, ANN, check.id, [missing[0].id], dry_run=False)
    place_deposit.unmatch(opened, TUESDAY, ANN, check.id, dry_run=False)
    assert [(e.event, e.actor) for e in events(opened.ledger, work.id)][1:] == [
        ("matched", "ann"),
        ("unmatched", "ann"),
    ]
    assert undeposited(opened.ledger) == missing
    with pytest.raises(ActRefused, match="it is open"):
        place_deposit.unmatch(opened, TUESDAY, ANN, check.id, dry_run=False)
    for by in (By("", "because it is so"), By("ann", "")):
        with pytest.raises(ActRefused):
            place_deposit.settle(opened, TUESDAY, by, check.id, "patient", dry_run=False)
    with pytest.raises(ActRefused, match="a deposit is one of"):
        place_deposit.settle(opened, TUESDAY, ANN, check.id, "mine", dry_run=False)
    with pytest.raises(ActRefused, match="remittance 999"):
        place_deposit.match(opened, TUESDAY, ANN, check.id, [999], dry_run=False)
    place_deposit.match(opened, TUESDAY, ANN, check.id, [missing[0].id], dry_run=False)
    assert undeposited(opened.ledger) == []


def test_a_deposit_that_the_bank_takes_back_leaves_its_remittance_without_one(bank):
    opened, given = bank
    given(opened, "x4321,2026-11-17,100.00,eft,T1,,B1")
    assert undeposited(opened.ledger) == []
    given(opened, "x4321,2026-11-19,-100.00,eft,T1,,B7", name="returned.csv")
    assert [r.cents for r in undeposited(opened.ledger)] == [10000]
    assert open_deposits(opened.ledger) == []
    given(opened, "x4321,2026-11-24,100.00,eft,T1,,B9", name="again.csv")
    assert (undeposited(opened.ledger), open_deposits(opened.ledger)) == ([], [])


def test_what_the_bank_takes_back_next_month_was_in_the_bank_until_then(bank):
    """However the lines come, in one file or in two: the months list it alike."""
    opened, given = bank
    there, back = "x4321,2026-11-30,100.00,eft,T1,,B1", "x4321,2026-12-02,-100.00,eft,T1,,B7"
    given(opened, "x4321,2026-11-16,1.00,other,,,B0", there, back, "x4321,2026-12-09,100.00,eft,T1,,B9")
    months = ("2026-11", "2026-12")

    def listed():
        with opened.ledger.read() as connection:
            ends = [[one.cents for one in in_transit(connection, f"{after(month)}-01")] for month in months]
        books = [queries.month(opened.ledger, month)[0] for month in months]
        return ends, [(one.bank, one.not_deposited, one.other) for one in books]

    assert listed() == ([[1_00], [1_00]], [(101_00, 0, 0), (0, 0, 0)])
    first = min(d.id for d in DEPOSITS.read(opened.ledger, WHOLE) if d.cents == 100_00)
    place_deposit.unmatch(opened, TUESDAY, ANN, first, dry_run=False)
    assert [d.cents for d in open_deposits(opened.ledger)] == [1_00, 100_00, -100_00]
    given(opened, there, name="again.csv")
    assert [d.cents for d in open_deposits(opened.ledger)] == [1_00]
    assert listed()[0] == [[1_00, 100_00], [1_00]], (
        "the second one is its remittance's; the first was returned"
    )


def test_one_wrong_row_refuses_the_file_by_its_line_and_nothing_of_it_is_kept(bank):
    opened, given = bank
    good = "x4321,2026-11-17,100.00,eft,T1,,B1"
    for bad, code in (
        ("x9999,2026-11-17,5.00,eft,,,B2", "DEP-03 line 3"),
        ("x4321,2026-11-17,5.00,eft,,nobody,B2", "DEP-02 line 3"),
        ("x4321,someday,5.00,eft,,,B2", "DEP-02 line 3"),
        ("x4321,1926-11-17,5.00,eft,,,B2", "DEP-02 line 3: 1926-11-17 is more than two years ago"),
        ("x4321,2062-11-17,5.00,eft,,,B2", "DEP-02 line 3: 2062-11-17 is more than a month ahead"),
    ):
        with pytest.raises(StepError, match=code):
            given(opened, good, bad)
    assert DEPOSITS.read(opened.ledger, WHOLE) == []


def test_the_months_figures_add_up_however_deposits_and_remittances_fall(bank, partner):
    """An identity over drawn histories, its terms counted here from what was given and matched."""
    opened, given = bank
    draw = random.Random(seeds.seed())
    number = partner.claim.patient_control_number
    for n in range(2, 9):
        partner.pay(f"{n}.835", remitted(paid(f"STRANGER{n}", 1000 * n, 1000 * n), trace=f"T{n}"))
    partner.collect()
    assert number
    rows = [
        f"x4321,{draw.choice(('2026-11-17', '2026-11-30', '2026-12-01', '2026-12-15'))},"
        f"{draw.choice((10 * n, 10 * n + 1))}.00,eft,T{n},,B{n}"
        for n in range(2, 9)
        if draw.random() < 0.8
    ]
    rows.append("x4321,2026-11-17,3.00,other,,,B99")
    given(opened, *rows)
    [interest] = [d.id for d in open_deposits(opened.ledger) if d.cents == 300]
    place_deposit.settle(opened, TUESDAY, ANN, interest, "interest", dry_run=False)
    missing = undeposited(opened.ledger)
    assert queries.undeposited_total(opened.ledger) == (len(missing), sum(one.cents for one in missing))
    for one in DEPOSITS.read(opened.ledger, WHOLE):  # asked for by themselves, and out of all
        assert candidates(one, queries.undeposited_near(opened.ledger, [one])) == candidates(one, missing)
    of_november = sum(int(row.split(",")[2][:-3]) * 100 for row in rows if ",2026-11-" in row)
    of_december = sum(int(row.split(",")[2][:-3]) * 100 for row in rows if ",2026-12-" in row)
    [november], [december] = (queries.month(opened.ledger, m) for m in ("2026-11", "2026-12"))
    assert (november.bank, december.bank) == (of_november, of_december)
    assert december.books == 0
    assert (november.other, december.other) == (300, 0)
    with opened.ledger.read() as connection:
        matched = {
            (row.deposit_id, row.remittance_id): row.cents
            for row in connection.execute(deposit_match.select())
            if row.remittance_id
        }
    came = {d.id: d for d in DEPOSITS.read(opened.ledger, WHOLE)}
    by_november = sum(c for (d, _), c in matched.items() if came[d].deposited_on < "2026-12")
    assert november.not_deposited == november.books - by_november
    assert november.not_deposited + december.not_deposited == sum(r.cents for r in undeposited(opened.ledger))
    for month in (november, december):
        assert month.bank == month.books - month.not_deposited + month.not_booked + month.other
    assert november.not_booked + december.not_booked == sum(
        d.open_cents for d in open_deposits(opened.ledger)
    )


def test_several_remittances_that_come_to_a_deposit_are_shown_where_no_others_do():
    def missing(number, cents, payer="harbor"):
        return Undeposited(number, "lakeside", payer, cents, f"T{number}", "2026-11-17")

    deposit = DepositRow(1, "lakeside", "harbor", "lockbox", "", "2026-11-18", 600, 600)
    some = [missing(1, 100), missing(2, 500), missing(3, 450), missing(4, 150, "beacon")]
    assert {one.id for one in together(deposit, some)} == {1, 2}
    assert together(deposit, [*some, missing(5, 150)]) == (), "3 + 5 comes to it too"
    assert together(deposit, some[1:]) == ()


def test_what_a_card_processor_kept_of_a_payers_payment_is_its_fee_and_cash_is_the_bank(bank):
    opened, given = bank
    given(opened, "x4321,2026-11-17,97.50,card,,,B1")

    def match(fee, deposit=1, by=ANN, dry_run=False):
        return place_deposit.match(opened, TUESDAY, by, deposit, [1], fee, dry_run=dry_run)

    def fees():
        with opened.ledger.read() as connection:
            query = select(posting.c.account, func.sum(posting.c.cents)).where(
                posting.c.account.in_(("card_fees", "cash"))
            )
            return {a: int(c) for a, c in connection.execute(query.group_by(posting.c.account)) if c}

    def closes():
        assert money(opened.ledger).closes
        assert proof(opened.ledger).holds
        [month] = queries.month(opened.ledger, "2026-11")
        assert month.bank == month.books - month.not_deposited + month.not_booked + month.other
        return month

    [row] = open_deposits(opened.ledger)
    assert [one.id for one in candidates(row, undeposited(opened.ledger))] == [1]
    assert candidates(replace(row, kind="check"), undeposited(opened.ledger)) == []
    for wrong in (2_49, 2_51, -2_50):  # to the cent
        with pytest.raises(ActRefused, match="to the cent"):
            match(wrong)
    settings = opened.settings.model_copy(update={"authority": {"*": 1_00}})
    with open_home(settings) as junior, pytest.raises(SecondNeeded):
        place_deposit.match(junior, TUESDAY, ANN, 1, [1], 2_50, dry_run=False)
    preview = match(2_50, dry_run=True)
    assert fees() == {"cash": 100_00}
    done = match(2_50)
    assert (done.what, done.postings) == (preview.what, preview.postings)
    assert [(p.account, p.cents) for p in done.postings] == [("card_fees", 2_50), ("cash", -2_50)]
    assert fees() == {"card_fees": 2_50, "cash": 97_50}
    assert (open_deposits(opened.ledger), undeposited(opened.ledger)) == ([], [])
    month = closes()
    assert (month.bank, month.books, month.other) == (97_50, 100_00, -2_50)
    with pytest.raises(ActRefused):  # once
        match(2_50)
    # undone by a new act, and again
    place_deposit.unmatch(opened, TUESDAY, ANN, 1, dry_run=False)
    assert fees() == {"cash": 100_00}
    assert [one.open_cents for one in open_deposits(opened.ledger)] == [97_50]
    assert [one.cents for one in undeposited(opened.ledger)] == [100_00]
    closes()
    match(2_50)
    place_deposit.unmatch(opened, TUESDAY, ANN, 1, dry_run=False)
    match(2_50)
    assert fees() == {"card_fees": 2_50, "cash": 97_50}


def test_a_cards_deposit_that_the_bank_takes_back_takes_its_fee_along(bank):
    opened, given = bank
    given(opened, "x4321,2026-11-17,97.50,card,K7,,B1")
    place_deposit.match(opened, TUESDAY, ANN, 1, [1], 2_50, dry_run=False)
    given(opened, "x4321,2026-11-18,-97.50,card,K7,,B2", name="back.csv")
    assert [one.cents for one in undeposited(opened.ledger)] == [100_00]
    with opened.ledger.read() as connection:
        kept = select(func.sum(posting.c.cents)).where(posting.c.account == "card_fees")
        assert connection.execute(kept).scalar() == 0
    assert money(opened.ledger).closes
    assert proof(opened.ledger).holds
