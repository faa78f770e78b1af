"""What a person says of a credit's clock: once, within the law, kept, and gone with its credit."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ledger.books import credits
from ledger.books.acts import Signature
from ledger.errors import ActRefused, KeyRefused, SecondNeeded
from ledger.queries.proof import of_all as proof
from ledger.queries.work_queue import Asked, events, items
from ledger.schema import credit_event
from ledger.trail import audit
from tasks.credits.standing import timed
from tasks.errors import StepError
from tasks.operations import claim_money, time_credits
from tasks.operations.money_acts import By
from tasks.work.causes import keep_queue
from tests.tasks.answering import TUESDAY
from tests.tasks.credits.paid_twice import paid_twice
from tests.tasks.patients.answered import Answer

ANN = By("ann", "two payments of one claim")
LATER = TUESDAY + timedelta(days=10)


@pytest.fixture
def desk(home, either_database):
    return paid_twice(home)


def numbers(desk):
    return desk.number("V-1"), desk.number("V-2")


def said(opened):
    with opened.ledger.read() as connection:
        return [
            (r.event, r.from_on)
            for r in connection.execute(credit_event.select().order_by(credit_event.c.id))
        ]


def refused(code, act):
    with pytest.raises(StepError) as error:
        act()
    assert error.value.code == code


def test_a_credit_is_identified_suspended_and_resumed_and_its_work_says_so(desk):
    medicare, other = numbers(desk)
    with desk.home.opened() as opened:

        def identify(on, number=medicare, payer="senior", as_of=LATER, by=ANN, dry_run=False):
            return time_credits.identify(opened, as_of, by, number, payer, on, dry_run=dry_run)

        def suspend(first, last, number=medicare, payer="senior", by=ANN, dry_run=False):
            return time_credits.suspend(opened, LATER, by, number, payer, first, last, dry_run=dry_run)

        def resume(on, dry_run=False):
            return time_credits.resume(opened, LATER, ANN, medicare, "senior", on, dry_run=dry_run)

        def due(kind="payer_credit", payer="senior"):
            [found] = items(opened.ledger, LATER, Asked(kinds=[kind], payers=[payer]))
            return found.due_on

        on, end = TUESDAY + timedelta(days=3), date(2027, 5, 19)
        # nothing is kept of a preview, of a day that can't be, and of who is not named
        assert identify(on, dry_run=True).timed.clock.due_on == date(2027, 1, 19)
        assert due() == "2027-01-16"
        for day in (TUESDAY - timedelta(days=1), LATER + timedelta(days=1)):
            refused("CRD-02", lambda day=day: identify(day))
        refused("CRD-01", lambda: identify(on, payer="harbor"))
        refused("CRD-01", lambda: identify(on, payer=""))
        refused("CLM-01", lambda: identify(on, number="C9"))
        with pytest.raises(ActRefused):
            identify(on, by=By("", "two payments"))
        with pytest.raises(ActRefused):
            identify(on, by=By("ann", "so"))
        refused("CRD-04", lambda: suspend(on, end))  # nobody said when it was identified
        assert said(opened) == []

        assert identify(on).timed.clock.due_on == date(2027, 1, 19)
        assert due() == "2027-01-19"
        refused("CRD-03", lambda: identify(on))

        refused("CRD-04", lambda: suspend(on, end + timedelta(days=1)))  # beyond 180 days
        refused("CRD-04", lambda: suspend(on - timedelta(days=1), end))  # before it was identified
        refused("CRD-04", lambda: suspend(LATER + timedelta(days=1), end))  # not begun
        refused("CRD-04", lambda: suspend(on, on))
        refused("CRD-04", lambda: suspend(on, end, number=other, payer="harbor"))  # a contract's
        refused("CRD-06", lambda: resume(on))
        assert suspend(on, end, dry_run=True).timed.clock.state == "suspended"
        assert suspend(on, end).timed.clock.due_on == date(2027, 1, 19) + timedelta(days=180)
        refused("CRD-05", lambda: suspend(on, end))
        assert due() == "2027-07-18"
        assert keep_queue(opened, LATER) == 0
        assert due() == "2027-07-18"

        refused("CRD-06", lambda: resume(on - timedelta(days=1)))
        refused("CRD-06", lambda: resume(LATER + timedelta(days=1)))
        assert resume(LATER).timed.clock.due_on == date(2027, 1, 26)
        refused("CRD-06", lambda: resume(LATER))
        assert [event for event, _ in said(opened)] == ["identified", "suspended", "resumed"]

        # undone by a new act: another day takes the first one's place
        assert identify(TUESDAY).timed.clock.due_on == date(2027, 1, 23)
        [work] = items(opened.ledger, LATER, Asked(payers=["senior"]))
        told = [e.event for e in events(opened.ledger, work.id)]
        assert [t for t in told if t != "opened"] == ["identified", "suspended", "resumed", "identified"]
        trail = [row.act for row in audit.rows(opened.ledger) if row.act.startswith("credit ")]
        assert trail[::-1] == ["credit identified", "credit suspended", "credit resumed", "credit identified"]
        assert proof(opened.ledger).holds


def test_two_people_never_say_something_of_one_credit_at_once(desk):
    number, _ = numbers(desk)
    with desk.home.opened() as opened:
        before = timed(opened, LATER)
        time_credits.identify(opened, LATER, ANN, number, "senior", TUESDAY, dry_run=False)
        [stale] = [one.credit for one in before if one.credit.payer == "senior"]
        signed = Signature(who="bob", why="read before ann spoke")
        with pytest.raises(KeyRefused), opened.ledger.write() as connection:
            credits.say(connection, str(LATER), signed, stale, "identified", str(LATER))
        assert said(opened) == [("identified", str(TUESDAY))]


def test_above_what_one_may_decide_another_signs_too(desk):
    number, _ = numbers(desk)
    settings = desk.home.path / "cleanclaim.toml"
    settings.write_text(settings.read_text("utf-8") + '[authority]\n"*" = 5000\n', encoding="utf-8")
    end = TUESDAY + timedelta(days=100)
    with desk.home.opened() as opened:
        time_credits.identify(opened, LATER, ANN, number, "senior", TUESDAY, dry_run=False)
        with pytest.raises(SecondNeeded):  # a later day gives more time
            time_credits.identify(opened, LATER, ANN, number, "senior", LATER, dry_run=False)
        with pytest.raises(SecondNeeded):
            time_credits.suspend(opened, LATER, ANN, number, "senior", TUESDAY, end, dry_run=False)
        both = replace(ANN, second="bob")
        time_credits.suspend(opened, LATER, both, number, "senior", TUESDAY, end, dry_run=False)


def test_overdue_medicare_comes_first_and_a_credit_that_comes_again_has_a_clock_of_its_own(desk):
    number, _ = numbers(desk)
    file = desk.home.path / "partners" / "payers" / "harbor.toml"
    file.write_text(f"credit_days = 30\n{file.read_text('utf-8')}", encoding="utf-8")
    late = TUESDAY + timedelta(days=90)
    with desk.home.opened() as opened:
        keep_queue(opened, late)
        found = timed(opened, late)
        assert [(one.credit.payer, one.clock.state) for one in found] == [
            ("senior", "overdue"),
            ("harbor", "overdue"),
        ]
        assert found[0].clock.due_on > found[1].clock.due_on
        assert {i.urgency for i in items(opened.ledger, late)} == {4.0}
        time_credits.identify(opened, late, ANN, number, "senior", late, dry_run=False)
        assert [one.credit.payer for one in timed(opened, late)] == ["harbor", "senior"]
        # a part that goes back leaves the clock as it is; the rest of it ends the credit
        claim_money.refund(opened, late, ANN, number, "senior", 40_00, dry_run=False)
        assert timed(opened, late)[1].clock.said
        claim_money.refund(opened, late, ANN, number, "senior", dry_run=False)
        refused(
            "CRD-01",
            lambda: time_credits.identify(opened, late, ANN, number, "senior", TUESDAY, dry_run=False),
        )
    desk.answer({"V-1": Answer(payer="senior", shares=())}, late)
    with desk.home.opened() as opened:
        [again] = [one for one in timed(opened, late) if one.credit.payer == "senior"]
        assert (again.clock.said, again.clock.identified_on, again.credit.cents) == (False, late, 90_00)
        assert timed(opened, late, []) == []
        assert proof(opened.ledger).holds
