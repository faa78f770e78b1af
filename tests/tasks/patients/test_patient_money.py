"""What guarantors pay, month by month or not at all: allocated by rule, undone by new acts, to the cent."""

import csv
import io
from datetime import date, timedelta

import pytest

from ledger.errors import ActRefused, SecondNeeded
from ledger.patients import collections
from ledger.queries import patient_claims
from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from ledger.queries.work_queue import Asked, items
from tasks.errors import StepError
from tasks.home.home import open_home
from tasks.operations import (
    claim_money,
    give_collections,
    patient_money,
    payment_plans,
    small_balances,
    statements,
)
from tasks.operations.money_acts import By
from tasks.patients import accounts
from tasks.patients.kept import known
from tasks.patients.plan_standing import standing
from tasks.work.causes import keep_queue
from tests.tasks.patients.answered import Answer, Desk, person, visit

DAY = date(2026, 11, 18)
ANN = By("ann", "at the front desk")


def at(days):
    return DAY + timedelta(days=days)


def three(home, path=None):
    """One guarantor with three claims of 20.00, 15.00 and 4.00, the last not of the plan's terms; another
    with one of 20.00."""
    desk = Desk(home)
    same = {"patient": person(1)}
    desk.see(
        visit(1, **same),
        visit(2, **same, service_date="2026-11-03"),
        visit(3, **same, service_date="2026-11-04"),
        visit(4),
    )
    answers = {
        "V-1": Answer(),
        "V-2": Answer(shares=(("1", 15_00),)),
        "V-3": Answer(shares=(("45", 4_00),)),
        "V-4": Answer(),
    }
    desk.answer(answers)
    settings = "demo = true\nsettle_seconds = 0\nsmall_balance_cents = 500\nstatement_minimum_cents = 100\n"
    (desk.home.path / "cleanclaim.toml").write_text(settings)
    return desk


@pytest.fixture(scope="module")
def once(make_home):
    return three(make_home("money"))


@pytest.fixture
def desk(once, tmp_path):
    return once.copied(tmp_path / "home")


def owed(opened, number="V-1"):
    account = accounts.of_number(opened, number)
    return [c.owed for c in account.claims], account.credit, account.given_up


def closes(opened):
    assert money(opened.ledger).closes
    assert proof(opened.ledger).holds


def test_a_payment_goes_to_the_oldest_service_first_is_previewed_and_undone(home, either_database):
    desk = three(home)
    with desk.home.opened() as opened:
        pay = patient_money.pay
        would = pay(opened, DAY, ANN, "V-2", 30_00, "check", "1044", dry_run=True)
        assert owed(opened) == ([20_00, 15_00, 4_00], 0, 0)
        done = pay(opened, DAY, ANN, "V-2", 30_00, "check", "1044", dry_run=False)
        assert done.postings == would.postings
        assert owed(opened) == ([0, 5_00, 4_00], 0, 0)
        with pytest.raises(StepError, match="PAT-06"):
            pay(opened, DAY, ANN, "V-3", 30_00, "check", "1044", dry_run=False)
        pay(opened, DAY, ANN, "V-1", 2_00, "cash", claims=["V-3"], dry_run=False)
        assert owed(opened) == ([0, 5_00, 2_00], 0, 0)
        more = pay(opened, DAY, ANN, "V-1", 10_00, "card", "1111", dry_run=False)
        assert "$3.00 of it are more than is owed" in more.what
        assert owed(opened) == ([0, 0, 0], 3_00, 0)
        closes(opened)
        with opened.ledger.read() as connection:
            ids = accounts.of_number(opened, "V-1").ids
            first, second, *_ = (one.act for one in patient_claims.payments(connection, ids))
        patient_money.unpay(opened, DAY, ANN, [first, second], dry_run=False)
        assert owed(opened) == ([20_00, 10_00, 0], 3_00, 0)
        assert pay(opened, DAY, ANN, "V-1", 1_00, "check", "1044", dry_run=True).dry_run
        small_balances.use_credit(opened, DAY, ANN, "V-1", dry_run=False)
        assert owed(opened) == ([17_00, 10_00, 0], 0, 0)
        closes(opened)
        for act, args in ((pay, ("V-1", 1_00, "barter")), (pay, ("V-1", 1_00, "check"))):
            with pytest.raises(StepError, match="PAT-03"):
                act(opened, DAY, ANN, *args, dry_run=False)
        with pytest.raises(StepError, match="PAT-02"):
            pay(opened, DAY, ANN, "V-1", 1_00, "cash", claims=["V-4"], dry_run=False)
        with pytest.raises(StepError, match="PAT-04"):
            pay(opened, DAY, ANN, "V-1", 0, "cash", dry_run=False)
        # one claim named in two ways is named once: a part of the money was posted nowhere
        [again] = [one for one in accounts.of_number(opened, "V-1").claims if one.encounter == "V-1"]
        twice = pay(opened, DAY, ANN, "V-1", 50_00, "cash", claims=["V-1", str(again.id)], dry_run=True)
        assert sum(p.cents for p in twice.postings if p.account == "cash") == 50_00
        with pytest.raises(StepError, match="PAT-05"):
            small_balances.use_credit(opened, DAY, ANN, "V-1", dry_run=False)
        for by, reference in ((ANN, "4111 1111 1111 1111"), (By("ann", "card 4111111111111111"), "")):
            with pytest.raises(ActRefused, match="last four"):
                pay(opened, DAY, by, "V-1", 1_00, "card", reference, dry_run=False)
        with pytest.raises(SecondNeeded):
            pay(opened, DAY, ANN, "V-1", 500_01, "eft", dry_run=False)
        for payments in ([first], [99]):
            with pytest.raises(ActRefused):
                patient_money.unpay(opened, DAY, ANN, payments, dry_run=False)
        assert owed(opened) == ([17_00, 10_00, 0], 0, 0)


def test_a_small_credit_pays_by_rule_what_else_the_account_owes_and_is_never_income(desk):
    def use(opened, limit, dry_run=False, by=ANN):
        settings = opened.settings.model_copy(update={"small_credit_cents": limit, "authority": {"*": 5_00}})
        with open_home(settings) as ruled:
            return small_balances.use_small_credits(ruled, DAY, by, dry_run=dry_run)

    with desk.home.opened() as opened:
        with pytest.raises(StepError, match="SML-02"):
            use(opened, 0)
        patient_money.pay(opened, DAY, ANN, "V-1", 10_00, "cash", claims=["V-3"], dry_run=False)
        patient_money.pay(opened, DAY, ANN, "V-4", 23_00, "cash", dry_run=False)
        assert owed(opened) == ([20_00, 15_00, 0], 6_00, 0)
        assert use(opened, 5_99).used == ()  # above the rule's limit
        preview = use(opened, 6_00, dry_run=True)
        assert owed(opened) == ([20_00, 15_00, 0], 6_00, 0)
        with pytest.raises(SecondNeeded):
            use(opened, 6_00)
        done = use(opened, 6_00, by=By("ann", "the rule of small credits", "bob"))
        assert (done.used, done.left) == (preview.used, preview.left)
        [(_, cents)] = done.used
        assert cents == 6_00
        assert [(cents, why) for _, cents, why in done.left] == [(3_00, "nothing else may be asked for")]
        assert owed(opened) == ([14_00, 15_00, 0], 0, 0)
        assert owed(opened, "V-4") == ([0], 3_00, 0)  # it stays the guarantor's
        assert use(opened, 6_00).used == ()  # once
        statements.hold(opened, DAY, ANN, "V-1", "dispute", dry_run=False)
        patient_money.pay(opened, DAY, ANN, "V-1", 2_00, "cash", claims=["V-3"], dry_run=False)
        assert (2_00, "a hold stands") in [(cents, why) for _, cents, why in use(opened, 6_00).left]
        closes(opened)


def test_a_plan_keeps_statements_back_and_a_missed_instalment_is_work_until_it_is_paid(desk):
    with desk.home.opened() as opened:
        first = date(2026, 12, 1)
        with pytest.raises(StepError, match="PLN-02"):
            payment_plans.plan(opened, DAY, ANN, "V-1", 3, DAY - timedelta(days=1), dry_run=False)
        with pytest.raises(StepError, match="PLN-02 2036-12-01 is more than a year ahead"):
            payment_plans.plan(opened, DAY, ANN, "V-1", 3, date(2036, 12, 1), dry_run=False)
        statements.hold(opened, DAY, ANN, "V-4", "bankruptcy", dry_run=False)
        with pytest.raises(StepError, match="PLN-01 account 4 is held"):
            payment_plans.plan(opened, DAY, ANN, "V-4", 3, first, dry_run=False)
        statements.release(opened, DAY, ANN, 1, dry_run=False)
        made = payment_plans.plan(opened, DAY, ANN, "V-1", 4, first, dry_run=False)
        assert (made.cents, made.expected(date(2026, 12, 1)), made.expected(date(2027, 3, 1))) == (
            39_00,
            9_75,
            39_00,
        )
        with pytest.raises(StepError, match="PLN-01"):
            payment_plans.plan(opened, DAY, ANN, "V-1", 3, first, dry_run=False)
        assert {one.account.name for one in statements.preview(opened, DAY) if one.claims} == {
            "Wren Mosswoodaae"
        }
        keep_queue(opened, date(2026, 12, 5))
        assert items(opened.ledger, date(2026, 12, 5), Asked(kinds=["plan_missed"])) == []
        late = date(2026, 12, 6)
        keep_queue(opened, late)
        [work] = items(opened.ledger, late, Asked(kinds=["plan_missed"]))
        assert work.cents == 9_75
        patient_money.pay(opened, late, ANN, "V-1", 9_75, "cash", dry_run=False)
        keep_queue(opened, late)
        assert items(opened.ledger, late, Asked(kinds=["plan_missed"])) == []
        keep_queue(opened, date(2027, 1, 6))
        assert [w.cents for w in items(opened.ledger, date(2027, 1, 6), Asked(kinds=["plan_missed"]))] == [
            9_75
        ]
        payment_plans.end(opened, late, ANN, 1, dry_run=False)
        with pytest.raises(StepError, match="PLN-03"):
            payment_plans.end(opened, late, ANN, 1, dry_run=False)
        assert sum(one.cents for one in statements.preview(opened, late)) == 20_00 + 29_25
        closes(opened)


def test_collections_get_what_was_asked_often_enough_and_what_comes_later_comes_off_it(desk):
    give = give_collections.give
    with desk.home.opened() as opened:
        for n in range(3):
            with pytest.raises(StepError, match=f"it was on {n} of 3 statements"):
                give(opened, at(31 * n), ANN, ["V-1"], dry_run=False)
            assert statements.make(opened, at(31 * n), ANN, dry_run=False).statements == 2
        with pytest.raises(StepError, match="may be paid until"):
            give(opened, at(63), ANN, ["V-1"], dry_run=False)
        last = at(90)
        statements.hold(opened, last, ANN, "V-4", "dispute", dry_run=False)
        with pytest.raises(
            StepError, match="account 4 can't be given to collections: the guarantor disputes"
        ):
            give(opened, last, ANN, ["V-1", "V-4"], dry_run=False)
        assert owed(opened) == ([20_00, 15_00, 4_00], 0, 0)
        assert give(opened, last, ANN, ["V-1"], dry_run=True).cents == 39_00
        given = give(opened, last, ANN, ["V-1", "V-2"], dry_run=False)
        assert (given.number, given.claims, given.cents) == (1, 3, 39_00)
        assert owed(opened) == ([0, 0, 0], 0, 39_00)
        rows = list(csv.reader(io.StringIO(give_collections.file_of(opened, 1).decode())))
        assert [row[0] for row in rows] == ["record", "C", "C", "C", "T"]
        assert rows[-1][1:4] == ["1", "3", "3900"]
        assert statements.make(opened, at(94), ANN, dry_run=True).statements == 0
        with pytest.raises(StepError, match="nothing is owed"):
            give(opened, last, ANN, ["V-1"], dry_run=False)
        closes(opened)
        patient_money.pay(opened, last, ANN, "V-1", 25_00, "check", "9", dry_run=False)
        assert owed(opened) == ([0, 0, 0], 0, 14_00)
        give_collections.recall(opened, last, ANN, "V-1", dry_run=False)
        assert owed(opened) == ([0, 10_00, 4_00], 0, 0)
        with pytest.raises(StepError, match="COL-03"):
            give_collections.recall(opened, last, ANN, "V-1", dry_run=False)
        closes(opened)
        with opened.ledger.read() as connection:
            assert [one.cents for one in collections.all_of(connection)] == [39_00]
    paid_after_all = Answer(paid=110_00, shares=())
    desk.answer(
        {"V-1": Answer(paid=-90_00, shares=(("2", -20_00),), status="22", charge=-135_00)}, day=at(91)
    )
    desk.answer({"V-1": paid_after_all}, day=at(92))
    with desk.home.opened() as opened:
        assert owed(opened) == ([0, 10_00, 4_00], 20_00, 0), "the patient paid what the payer pays after all"
        closes(opened)


def test_the_rule_writes_off_what_is_little_and_never_a_share_of_the_plan(desk):
    with desk.home.opened() as opened:
        claim_money.pay(opened, DAY, ANN, "V-1", 20_00, dry_run=False)
        claim_money.pay(opened, DAY, ANN, "V-2", 15_00, dry_run=False)
        claim_money.pay(opened, DAY, ANN, "V-4", 18_00, dry_run=False)
        why = {n: w for n, _, w in small_balances.write_off(opened, DAY, ANN, dry_run=True).left}
        assert set(why.values()) == {"a claim of it was on fewer than 2 statements"}
        for days in (0, 31):
            assert statements.make(opened, at(days), ANN, dry_run=False).statements == 2
        would = small_balances.write_off(opened, at(62), ANN, dry_run=True)
        done = small_balances.write_off(opened, at(62), ANN, dry_run=False)
        assert done.written == would.written == ((1, 4_00),)
        assert [(n, cents) for n, cents, _ in done.left] == [(4, 2_00)]
        assert "coinsurance: a person decides" in done.left[0][2]
        assert owed(opened) == ([0, 0, 0], 0, 0)
        assert small_balances.write_off(opened, at(62), ANN, dry_run=False).written == ()
        closes(opened)
    (desk.home.path / "cleanclaim.toml").write_text("demo = true\nsettle_seconds = 0\n")
    with desk.home.opened() as opened, pytest.raises(StepError, match="SML-01"):
        small_balances.write_off(opened, DAY, ANN, dry_run=False)


def test_a_plan_is_over_by_itself_with_its_last_instalment_and_a_payment_undone_makes_it_stand_again(desk):
    with desk.home.opened() as opened:
        patient_money.pay(opened, DAY, ANN, "V-1", 4_00, "cash", dry_run=False)  # before it, on its own day
        made = payment_plans.plan(opened, DAY, ANN, "V-1", 5, date(2026, 12, 1), dry_run=False)
        assert made.cents == 35_00
        patient_money.pay(opened, at(20), ANN, "V-1", 34_00, "cash", dry_run=False)
        [stands] = standing(opened, at(20))
        assert (stands.owed, stands.missed) == (1_00, 0)
        done = patient_money.pay(opened, at(20), ANN, "V-1", 1_00, "cash", dry_run=False)
        assert done.postings
        assert [s.owed for s in standing(opened, at(400))] == [0]
        assert not known(opened).planned
        with pytest.raises(StepError, match="PLN-03"):
            payment_plans.end(opened, at(20), ANN, made.id, dry_run=False)
    # the payer takes its payment back and leaves more to the patient: that is no part of what was agreed
    back = Answer(paid=-90_00, shares=(("2", -20_00),), status="22", charge=-135_00)
    desk.answer({"V-1": back}, day=at(20))
    desk.answer({"V-1": Answer(shares=(("2", 30_00),), paid=80_00)}, day=at(21))
    with desk.home.opened() as opened:
        assert owed(opened)[0][0] == 10_00
        assert [s.owed for s in standing(opened, at(400))] == [0]
        account = accounts.of_number(opened, "V-1")
        with opened.ledger.read() as connection:
            last = patient_claims.payments(connection, account.ids)[-1]
        patient_money.unpay(opened, at(22), ANN, [last.act], dry_run=False)
        assert [s.owed for s in standing(opened, at(22))] == [1_00]
        keep_queue(opened, at(400))
        [work] = items(opened.ledger, at(400), Asked(kinds=["plan_missed"]))
        assert work.cents == 1_00
        assert known(opened).planned
        closes(opened)
