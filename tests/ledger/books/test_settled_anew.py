"""Books follow what is agreed with a payer and how the program settles, also of claims with no news."""

import pytest
from sqlalchemy import func, select

from ledger.adjudication.facts import Policy, Terms
from ledger.books import months, settled_anew
from ledger.queries import balances, money, proof
from ledger.schema import entry, posting, work_item
from tests.ledger.conftest import NIGHT
from tests.ledger.payments.test_remittances import payment, remit

RULES = 7
NEXT = "2026-11-17"
WRITTEN_OFF = {"harbor": Terms(policies=(Policy("197", "contractual"),))}


@pytest.fixture
def answered(office):
    """Five claims: of four the payer denied all of it as code 197, of one it paid 80 dollars."""
    anew(office, NIGHT)
    office.sent("1", "2", "3", "4", "5")
    of = {"paid": 0, "off": 0, "denied": 100_00}
    remit(
        office.ledger,
        *(payment(n, number=f"C{n:04d}", **of) for n in (1, 2, 3, 4)),
        payment(5, number="C0005"),
    )
    return office


def anew(office, day=NEXT, rules=RULES):
    with office.ledger.read() as connection:
        by = settled_anew.changed(connection, office.ledger.terms, rules)
    return settled_anew.finish(office.ledger, day, by)


def standing(office):
    w = work_item.c
    with office.ledger.read() as connection:
        work = connection.execute(select(w.key, w.state, w.cents).where(w.state == "open").order_by(w.key))
        return money.money(office.ledger), balances.all_of(connection), work.tuples().all()


def test_a_code_that_a_contract_says_is_written_off_is_so_on_the_claims_that_were_answered_before(answered):
    before = standing(answered)
    answered.ledger.terms = WRITTEN_OFF
    assert not proof.of_all(answered.ledger).holds, "else this test would show nothing"
    found = anew(answered)
    assert (found.claims, found.moved) == (5, 4)
    assert found.cents == {"receivable_payer": -400_00, "contractual": 400_00}
    assert proof.of_all(answered.ledger).holds
    now = money.money(answered.ledger)
    assert now.receivable_payers == before[0].receivable_payers - 400_00
    assert now.closes
    for terms in ({}, WRITTEN_OFF, {}):
        answered.ledger.terms = terms
        assert anew(answered).moved == 4, "as often as it is changed, on one day too"
    assert standing(answered) == before, "what was agreed by mistake is taken back whole"


def test_nothing_is_read_on_a_night_in_which_nothing_changed(answered):
    answered.ledger.terms = WRITTEN_OFF
    anew(answered)
    assert anew(answered).claims == 0
    answered.ledger.terms = WRITTEN_OFF | {"meridian": Terms(medicaid=True)}
    assert anew(answered).claims == 0, "no claim names this payer"


def test_a_program_that_settles_otherwise_has_every_claim_settled_anew(answered):
    assert anew(answered, rules=RULES + 1).claims == 5
    assert anew(answered, rules=RULES + 1).claims == 0


def test_a_ledger_whose_books_are_empty_has_nothing_to_settle_anew(office):
    assert anew(office).claims == 0
    office.sent("1", "2")
    assert anew(office).claims == 0, "from then on it is known what they were settled by"
    office.ledger.terms = WRITTEN_OFF
    assert anew(office).claims == 2


def test_books_of_which_nobody_knows_what_they_were_settled_by_are_settled_anew(office):
    office.sent("1", "2")
    assert anew(office).claims == 2
    assert anew(office).claims == 0


@pytest.mark.parametrize("kept", [1, 2, 3])
def test_killed_between_two_chunks_it_goes_on_and_moves_nothing_twice(answered, monkeypatch, kept):
    monkeypatch.setattr(settled_anew, "CHUNK", 1)
    answered.ledger.terms = WRITTEN_OFF
    killed_after(answered.ledger, kept, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        anew(answered)
    monkeypatch.undo()
    found = anew(answered)
    assert (found.claims, found.moved) == (5, 4 - kept)
    assert proof.of_all(answered.ledger).holds
    with answered.ledger.read() as connection:
        keys = connection.execute(select(entry.c.key).where(entry.c.key.like("anew:%"))).scalars().all()
    assert len(keys) == len(set(keys)) == 4


def killed_after(ledger, transactions, monkeypatch):
    """The next one ends as a process does that is killed: nothing of it is kept."""
    write, left = ledger.write, iter(range(transactions))

    def counted():
        if next(left, None) is None:
            raise KeyboardInterrupt
        return write()

    monkeypatch.setattr(ledger, "write", counted)


def test_what_is_posted_in_a_closed_month_stays_and_the_difference_counts_in_the_open_one(answered):
    months.close(answered.ledger, "2026-12-01", "2026-11", "jo", "all is reconciled")
    before = by_month(answered)
    answered.ledger.terms = WRITTEN_OFF
    assert anew(answered, "2026-12-02").moved == 4
    assert by_month(answered) == before | {
        ("2026-12", "contractual"): 400_00,
        ("2026-12", "receivable_payer"): -400_00,
    }


def by_month(office):
    query = select(entry.c.period, posting.c.account, func.sum(posting.c.cents))
    query = query.join(posting, posting.c.entry_id == entry.c.id).group_by(entry.c.period, posting.c.account)
    with office.ledger.read() as connection:
        return {(month, account): cents for month, account, cents in connection.execute(query)}
