"""Open work says what is to be done as it is known today, not as it was when the work was opened."""

from sqlalchemy import select, update

from ledger.adjudication.facts import Terms
from ledger.books import advice
from ledger.queries import money
from ledger.schema import work_item
from tests.ledger.conftest import NIGHT
from tests.ledger.payments.test_remittances import payment, remit

FILES = 7
FORMER = {"action": "do as we did in the past", "owner": "NOBODY", "fix_path": "WAIT", "due_on": "2020-01-01"}


def denied(office):
    """Two denied claims; what their work says."""
    office.sent("1", "2")
    of = {"paid": 0, "off": 0, "denied": 100_00}
    remit(office.ledger, payment(**of), payment(2, number="C0002", **of))
    return said(office)


def said(office):
    w = work_item.c
    query = select(w.id, w.cents, w.state, *(w[name] for name in FORMER)).order_by(w.id)
    with office.ledger.read() as connection:
        return [dict(row._mapping) for row in connection.execute(query)]


def opened_by_an_older_release(office, *ids):
    with office.ledger.write() as connection:
        connection.execute(update(work_item).where(work_item.c.id.in_(ids)).values(FORMER))


def test_open_work_says_what_is_advised_today(office):
    before = denied(office)
    money_before = money.money(office.ledger)
    opened_by_an_older_release(office, *(one["id"] for one in before))
    assert advice.refresh(office.ledger, NIGHT, FILES) == 2
    assert said(office) == before
    assert money.money(office.ledger) == money_before


def test_it_is_looked_at_once_until_something_else_is_agreed_with_a_payer(office):
    before = denied(office)
    advice.refresh(office.ledger, NIGHT, FILES)
    opened_by_an_older_release(office, before[0]["id"])
    assert advice.refresh(office.ledger, NIGHT, FILES) == 0
    office.ledger.terms = {"harbor": Terms(appeal_limit_days=30)}
    assert advice.refresh(office.ledger, NIGHT, FILES + 1) == 2
    now = said(office)
    assert [one["action"] for one in now] == [one["action"] for one in before]
    assert all(one["due_on"] for one in now)


def test_what_a_person_settled_stays_as_it_was(office):
    before = denied(office)
    opened_by_an_older_release(office, before[0]["id"])
    with office.ledger.write() as connection:
        connection.execute(update(work_item).values(state="settled"))
    assert advice.refresh(office.ledger, NIGHT, FILES) == 0
    assert said(office)[0]["action"] == FORMER["action"]
