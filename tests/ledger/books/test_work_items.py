"""Work items as their causes come and go: what was recovered counts once, what comes again is seen."""

from datetime import date

from sqlalchemy import func, select, update

from ledger.adjudication.facts import Adjustment
from ledger.books import claim_acts, work_items
from ledger.payments.remittance_facts import LineFacts
from ledger.queries.work_queue import Asked, items
from ledger.schema import work_item
from tests.ledger.books.test_desk import claim_id, did
from tests.ledger.conftest import NIGHT
from tests.ledger.payments.test_remittances import back, denials, payment, remit

DAY = date.fromisoformat(NIGHT)


def line(number, denied, charge=50_00):
    """A line of 50.00, of which so much is denied and the rest paid."""
    cut = (Adjustment("CO", "197", denied),) if denied else ()
    return LineFacts(
        procedure="99213",
        charge=charge,
        paid=charge - denied,
        adjustments=cut,
        control_number="L1" if number == 1 else f"L1-{number}",
    )


def answer(*denied, **more):
    """A payment of a claim of lines of 50.00, of each of which so much is denied."""
    lines = tuple(line(n, cents) for n, cents in enumerate(denied, 1))
    return payment(paid=sum(one.paid for one in lines), charge=50_00 * len(lines), lines=lines, **more)


def two_lines(office, charge=100_00):
    office.take("1")
    office.build(charge, lines=2)
    office.send(office.batch())


def all_work(office):
    w = work_item.c
    with office.ledger.read() as connection:
        query = select(w.line, w.kind, w.state, w.cents, w.recovered_cents, w.outcome).order_by(w.id)
        return [tuple(row) for row in connection.execute(query)]


def reversed_and_again(office, before, after, trace):
    """The payer takes its answer back and gives another one, in one remittance."""
    undone = tuple(
        LineFacts(
            procedure=one.procedure,
            charge=-one.charge,
            paid=-one.paid,
            adjustments=tuple(Adjustment(a.group, a.carc, -a.cents) for a in one.adjustments),
            control_number=one.control_number,
        )
        for one in before.lines
    )
    gone = payment(1, status="22", paid=-before.paid, charge=-before.charge, lines=undone)
    remit(office.ledger, gone, after, trace=trace, content=trace)


def test_what_is_written_off_is_the_line_that_was_named_not_the_last_one(office):
    two_lines(office)
    remit(office.ledger, answer(50_00, 50_00))
    assert [(d.line, d.cents) for d in denials(office)] == [(1, 50_00), (2, 50_00)]
    did(office.ledger, claim_acts.write_off, claim_id(office.ledger, "C0001"), "harbor", 50_00, 1)
    assert [(d.line, d.cents) for d in denials(office)] == [(2, 50_00)]


def test_a_payment_counts_as_recovered_for_one_item_of_its_claim_alone(office):
    two_lines(office)
    first, second = answer(50_00, 50_00), answer(0, 50_00)
    remit(office.ledger, first)
    reversed_and_again(office, first, second, "T2")
    assert [w[:5] for w in all_work(office)] == [
        (1, "denial", "resolved", 50_00, 50_00),
        (2, "denial", "open", 50_00, 0),
    ]
    did(office.ledger, claim_acts.write_off, claim_id(office.ledger, "C0001"), "harbor", 50_00, 2)
    assert all_work(office)[1] == (2, "denial", "resolved", 50_00, 0, "not_recovered")


def test_what_was_paid_of_an_item_that_is_still_open_is_not_recovered_for_another_one(office):
    two_lines(office)
    first, second = answer(50_00, 50_00), answer(20_00, 50_00)
    remit(office.ledger, first)
    reversed_and_again(office, first, second, "T2")
    number = claim_id(office.ledger, "C0001")
    did(office.ledger, claim_acts.write_off, number, "harbor", 50_00, 2)
    did(office.ledger, claim_acts.write_off, number, "harbor", 20_00, 1)
    assert [w[4:] for w in all_work(office)] == [(30_00, "part_recovered"), (0, "not_recovered")]


def test_money_that_came_back_after_a_takeback_is_recovered_once(office):
    office.sent("1")
    remit(office.ledger, payment())
    remit(office.ledger, back(), trace="T2", content="d")
    remit(office.ledger, payment(icn="B"), trace="T3", content="e")
    with office.ledger.read() as connection:
        total = connection.execute(select(func.sum(work_item.c.recovered_cents))).scalar_one()
    assert total == 80_00


def test_a_cause_that_comes_again_is_not_hidden_by_a_snooze_from_before_it_was_over(office):
    two_lines(office)
    first, second = answer(50_00, 50_00), answer(0, 50_00)
    remit(office.ledger, first)
    with office.ledger.write() as connection:
        connection.execute(update(work_item).values(snoozed_until_on="2027-06-01"))
    reversed_and_again(office, first, second, "T2")
    reversed_and_again(office, second, first, "T3")
    # line 2 is denied anew by both answers: they wake it, too
    awake = [(w.line, w.cents) for w in items(office.ledger, DAY, Asked(kinds=["denial"]))]
    assert awake == [(1, 50_00), (2, 50_00)]


def test_another_answer_wakes_what_was_put_off_and_the_same_one_again_does_not(office):
    def snoozed():
        with office.ledger.read() as connection:
            return connection.execute(select(work_item.c.snoozed_until_on)).scalars().all()

    office.sent("1")
    denied = {"paid": 0, "off": 0, "denied": 100_00}
    remit(office.ledger, payment(icn="A", **denied))
    with office.ledger.write() as connection:
        connection.execute(update(work_item).values(snoozed_until_on="2027-06-01"))
    remit(office.ledger, payment(icn="A", **denied))
    assert snoozed() == ["2027-06-01"]
    remit(office.ledger, payment(icn="B", **denied), paid_on="2026-12-01", trace="T3", content="e")
    assert snoozed() == [""]


def test_what_a_person_settled_stays_so_while_its_amount_does(office):
    """A chain of a payer is brought up to date with each remittance that names it, changed or not."""
    row = work_items.between_practices(1, 1, "harbor", "lakeside", "bayview", taken_back=False) | {
        "claim_id": None
    }

    def follow(left, action="settle it"):
        with office.ledger.write() as connection:
            work_items.follow(connection, NIGHT, row | {"action": action}, left)

    def settle():
        values = {"state": work_items.SETTLED, "outcome": "handled"}
        with office.ledger.write() as connection:
            connection.execute(update(work_item).values(values))

    def stands():
        [(_, _, state, cents, _, outcome)] = all_work(office)
        return state, cents, outcome

    follow(50_00)
    settle()
    follow(50_00)
    assert stands() == ("settled", 50_00, "handled")
    follow(60_00)
    assert stands() == ("open", 60_00, "")
    settle()
    follow(-60_00, action="the other way round")
    assert stands() == ("open", 60_00, "")
    settle()
    follow(0)
    assert stands() == ("resolved", 60_00, "handled")
    follow(60_00)
    assert stands() == ("open", 60_00, "")
