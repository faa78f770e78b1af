"""The desk's day: counted drawer by drawer, closed once; lockbox and card files all or nothing, once."""

from datetime import date

import pypdfium2
import pytest
from sqlalchemy import func, select

from ledger.books.claim_acts import OF_CREDIT, pay
from ledger.errors import ActRefused, SecondNeeded
from ledger.payments import days
from ledger.queries.money import money
from ledger.schema import entry, money_act, payment_batch
from ledger.trail import audit
from tasks import nightly_run
from tasks.errors import StepError
from tasks.operations import claim_money, close_day, patient_money
from tasks.operations.close_day import counted
from tasks.operations.import_payments import import_payments
from tasks.operations.money_acts import By, perform

MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)
ANN, BOB = By("ann", "paid at the desk"), By("bob", "paid at the desk")
CARD = "4000 0000 0000 0002"  # a test number of card schemes: no real card


@pytest.fixture
def office(home, tmp_path, either_database):
    """A home with one claim of $135.00, $20.00 of it taken at the visit, and a way to give a batch."""
    home.use_folder()
    home.drop("lakeside/one.json", home.encounter(patient_paid="20.00"))

    def given(opened, text, kind="lockbox", by=ANN, dry_run=False):
        file = tmp_path / "batch.csv"
        file.write_text(text, encoding="utf-8")
        return import_payments(opened, MONDAY, by, file, kind, dry_run=dry_run)

    with home.opened() as opened:
        nightly_run.walk(opened, MONDAY)
        yield opened, given


def grouped(payments):
    """By drawer and method: how many, and their cents."""
    sums = {}
    for one in payments:
        sums.setdefault((one.drawer, one.method), []).append(one.cents)
    return [(*key, len(of), sum(of)) for key, of in sorted(sums.items())]


def closing(opened, *counts, day=MONDAY, difference="", dry_run=False, practice="lakeside"):
    said = counted(list(counts))
    sums = [(s.drawer, s.method, s.payments, s.cents) for s in close_day.open_sums(opened, practice)]
    assert sums == grouped(close_day.open_day(opened, practice)), "the database adds up the same"
    return close_day.close_day(opened, day, ANN, practice, said, difference, dry_run=dry_run)


def entries(opened):
    with opened.ledger.read() as connection:
        return connection.execute(select(func.count()).select_from(entry)).scalar_one()


def test_a_day_is_counted_closed_once_and_what_comes_later_belongs_to_the_next(office):
    opened, given = office
    given(opened, "claim,amount,reference\nT-1,8.00,77\n")
    for cents, said in ((30_00, "check 1234"), (12_50, "check 1235")):
        perform(opened, MONDAY, ANN, lambda c, n, s, a=cents, b=said: pay(c, n, s, 1, a, b), dry_run=False)
    claim_money.pay(opened, MONDAY, BOB, "T-1", 5_00, dry_run=False)
    open_ones = close_day.open_day(opened, "Lakeside")
    assert [(p.drawer, p.method, p.reference, p.cents) for p in open_ones] == [
        ("", "", "", 20_00),
        ("ann", "lockbox", "77", 8_00),
        ("ann", "check", "1234", 30_00),
        ("ann", "check", "1235", 12_50),
        ("bob", "", "", 5_00),
    ]
    with pytest.raises(ActRefused, match="not counted: visit:, bob:"):
        closing(opened, "ann:check=42.50")
    right = "ann:check=42.50", "bob:=5.00"
    with pytest.raises(ActRefused, match=r"visit:: \$19.00 counted, \$20.00 in the books"):
        closing(opened, *right, "visit:=19.00")
    with pytest.raises(ActRefused, match="nothing is in the books of eve:cash"):
        closing(opened, *right, "visit:=20.00", "eve:cash=1.00")
    assert closing(opened, *right, "visit:=20.00", dry_run=True).deposit == 67_50
    done = closing(opened, *right, "visit:=19.00", difference="a dollar of change was given twice")
    assert (done.deposit, [c.counted - c.cents for c in done.counts]) == (66_50, [-1_00, 0, 0, 0])
    text = "".join(p.get_textpage().get_text_range() for p in pypdfium2.PdfDocument(done.sheet))
    for said in ("Deposit slip", "1234", "1235", "66.50", "(1.00)", "a dollar of change"):
        assert said in text
    assert "Zephyrine" not in text
    assert close_day.closed_sheet(opened, "lakeside", "2026-11-16") == done.sheet
    claim_money.pay(opened, MONDAY, BOB, "T-1", 3_00, dry_run=False)
    with pytest.raises(ActRefused, match="closed for lakeside"):
        closing(opened, "bob:=3.00")
    with opened.ledger.read() as connection:
        a = money_act.c
        check, late = (
            connection.execute(select(a.id).where(a.kind == "patient_payment", a.cents == cents)).scalar_one()
            for cents in (30_00, 3_00)
        )
    patient_money.unpay(opened, TUESDAY, ANN, [check, late], dry_run=False)
    next_day = closing(opened, "bob:=0", day=TUESDAY)
    assert [(c.drawer, c.method, c.payments, c.cents) for c in next_day.counts] == [
        ("ann", "undone", 1, -30_00),
        ("bob", "", 2, 0),
    ]
    with opened.ledger.read() as connection:
        assert [(d.day, sum(c.cents for c in d.counts)) for d in days.closed(connection)] == [
            ("2026-11-17", -30_00),
            ("2026-11-16", 75_50),
        ]
        assert days.closed(connection, "lakeside", 1) == days.closed(connection)[:1]
        assert days.closed(connection, "summit") == []
    assert "day closed" in {r.act for r in audit.rows(opened.ledger)}
    empty = closing(opened, practice="summit")
    assert (empty.counts, empty.deposit) == ((), 0)
    with pytest.raises(StepError, match="DAY-01"):
        close_day.open_day(opened, "nowhere")
    with pytest.raises(ActRefused, match="is not closed"):
        close_day.closed_sheet(opened, "lakeside", "2026-11-20")


def test_a_refund_and_what_a_credit_pays_are_in_no_drawer(office):
    """A refund asked for a count of its own, below zero, and made the deposit less."""
    opened, _ = office
    claim_money.pay(opened, MONDAY, ANN, "T-1", 150_00, dry_run=False)
    before = close_day.open_day(opened, "lakeside")
    claim_money.refund(opened, MONDAY, BOB, "T-1", "", 35_00, dry_run=False)
    said = f"{OF_CREDIT} C00000099"
    perform(opened, MONDAY, ANN, lambda c, n, s: pay(c, n, s, 1, 7_00, said), dry_run=False)
    assert close_day.open_day(opened, "lakeside") == before
    assert closing(opened, "visit:=20.00", "ann:=150.00").deposit == 170_00


@pytest.mark.parametrize(
    "word", ["ann", "ann:cash", "ann:cash=x", "ann:gold=1.00", ":cash=1.00", "ann=1.00", "ann:cash=12,50"]
)
def test_what_is_no_count_is_refused(word):
    with pytest.raises(StepError, match="DAY-02"):
        counted([word])
    with pytest.raises(StepError, match="twice"):
        counted(["ann:cash=1.00", "ann:cash=2.00"])


HEAD = "claim,amount,reference\n"
GOOD = "T-1,30.00,1234\n"
WRONG = (
    (f"{HEAD}{GOOD}T-1,0.00,1\n", "BAT-02 line 3: amount"),
    (f"{HEAD}{GOOD}T-1,-5.00,1\n", "BAT-02 line 3: amount"),
    (f'{HEAD}{GOOD}T-1,"12,50",1\n', "BAT-02 line 3: amount"),
    (f"{HEAD}{GOOD}NOBODY,5.00,1\n", "BAT-02 line 3: no claim has the number"),
    (f"{HEAD}{GOOD}T-1,5.00\n", "BAT-02 line 3: it has not the 3 fields"),
    (f"{HEAD}{GOOD}T-1,5.00,1", "BAT-01 the file does not end"),
    (f"{HEAD}{GOOD}T-1,5.00,{CARD}\n", "BAT-02 line 3 holds what may be a card's number"),
    (f"{HEAD}{GOOD}T-1,5.00,{CARD.replace(' ', '')}\n", "BAT-02 line 3 holds what may be a card's number"),
    (f"{HEAD.strip()},card\n", "BAT-02 line 1: no such column 'card'"),
    (HEAD, "BAT-02 line 2: the file has no payment"),
)


def test_a_batch_with_a_wrong_line_is_refused_by_it_and_one_that_was_taken_is_not_taken_again(office):
    opened, given = office
    before = entries(opened)
    for text, message in WRONG:
        with pytest.raises(StepError) as refused:
            given(opened, text)
        assert str(refused.value).startswith(message)
        assert CARD[-4:] not in str(refused.value)
    with pytest.raises(StepError, match="BAT-03"):
        given(opened, HEAD + GOOD, kind="cash")
    assert given(opened, HEAD + GOOD, kind="card", dry_run=True).cents == 30_00
    with pytest.raises(SecondNeeded):
        given(opened, HEAD + GOOD + "T-1,9000000.00,9\n")
    assert entries(opened) == before
    given(opened, HEAD + GOOD, kind="card")
    with pytest.raises(ActRefused, match="this file was taken on 2026-11-16"):
        given(opened, HEAD + GOOD)
    with pytest.raises(ActRefused, match="this file was taken on 2026-11-16"):
        given(opened, f"\ufeff{HEAD}{GOOD}".replace(",", ";").replace("\n", "\r\n"))
    found = money(opened.ledger)
    assert (found.from_patients, found.closes) == (50_00, True)
    with opened.ledger.read() as connection:
        [row] = connection.execute(select(payment_batch.c.kind, payment_batch.c.cents)).all()
    assert tuple(row) == ("card", 30_00)
    [paid] = [p for p in close_day.open_day(opened, "lakeside") if p.drawer]
    assert (paid.method, paid.reference) == ("card", "1234")


def test_a_check_that_a_lockbox_had_for_a_claim_is_refused_by_its_line_until_it_is_undone(office):
    opened, given = office
    given(opened, HEAD + GOOD)
    given(opened, f"{HEAD}T-1,30.00,\n")
    given(opened, f"{HEAD}T-1,1.00,\n")
    before = entries(opened)
    with pytest.raises(StepError, match="BAT-02 line 3: lockbox 1234 was posted for its claim on 2026-11-16"):
        given(opened, f"{HEAD}T-1,2.00,77\n{GOOD}")
    assert entries(opened) == before
    patient_money.unpay(opened, MONDAY, ANN, [1], dry_run=False)
    given(opened, f"{HEAD}T-1,2.00,77\n{GOOD}")
    given(opened, f"{HEAD}T-1,3.00,4242\n", kind="card")
    given(opened, f"{HEAD}T-1,4.00,4242\n", kind="card")
    assert money(opened.ledger).closes
