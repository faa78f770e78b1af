"""Patients' credits: their owner's state, its days, a word of the owner, and the file for its report."""

import csv
import io
import json
from datetime import date, timedelta

import pytest
from typer.testing import CliRunner

from console.command import app
from ledger.queries.work_queue import Asked, items
from ledger.trail import audit
from tasks.credits.standing import timed
from tasks.errors import StepError
from tasks.operations import claim_money, time_credits, unclaimed_property
from tasks.operations.money_acts import By
from tasks.work.causes import keep_queue
from tests.tasks.answering import TUESDAY
from tests.tasks.patients.answered import ADDRESS, Answer, Desk, person, visit

ANN = By("ann", "paid more than was owed")
LATE = date(2030, 1, 15)


@pytest.fixture
def desk(home, either_database):
    """Credits of 60.00 in Illinois, of 12.00 in Ohio, and of 7.00 of one who named no address."""
    made = Desk(home)
    ohio = {**ADDRESS, "state": "OH", "city": "Dayton", "zip": "454010001"}
    nowhere = {name: value for name, value in person(3).items() if name != "address"}
    made.see(
        visit(1, patient=person(1, first="=Wren")),
        visit(2, patient=person(2, address=ohio)),
        visit(3, patient=nowhere),
    )
    made.answer({f"V-{n}": Answer(shares=()) for n in (1, 2)})
    with made.home.opened() as opened:
        for number, cents in (("V-1", 60_00), ("V-2", 12_00)):
            claim_money.pay(opened, TUESDAY, ANN, made.number(number), cents, dry_run=False)
        keep_queue(opened, TUESDAY)
    return made


def read(report):
    return list(csv.DictReader(io.StringIO(report.data.decode("utf-8"))))


def test_a_patients_credit_is_unclaimed_property_of_its_owners_state_in_the_end(desk):
    with desk.home.opened() as opened:
        known, other = timed(opened, TUESDAY)
        assert (known.clock.due_on, known.clock.state) == (date(2030, 4, 30), "running")
        assert "unclaimed property of IL from 2029-11-17 on" in known.clock.action
        assert (other.clock.due_on, other.clock.state) == (None, "no_term")
        assert "the law of OH on unclaimed property is not known here" in other.clock.action
        work = items(opened.ledger, TUESDAY, Asked(kinds=["patient_credit"]))
        assert {one.due_on for one in work} == {"", "2030-04-30"}
        early = unclaimed_property.report(opened, TUESDAY, timed(opened, TUESDAY), date(2029, 12, 31))
        assert (early.credits, early.not_known, read(early)) == (0, 1, [])

        late = unclaimed_property.report(opened, LATE, timed(opened, LATE), date(2030, 4, 30))
        [row] = read(late)
        assert (late.credits, late.cents) == (1, 60_00)
        assert (row["state"], row["owner"], row["amount"], row["last_contact_on"]) == (
            "IL", "Wren Mosswoodaab", "60.00", "2026-11-17"
        )  # fmt: skip
        assert (row["write_from"], row["write_until"]) == ("2029-04-30", "2030-03-01")
        assert "Write to its owner by 2030-03-01" in timed(opened, LATE)[0].clock.action
        assert "unclaimed property listed" in [one.act for one in audit.rows(opened.ledger)]
        [overdue, _] = timed(opened, date(2030, 5, 1))
        assert overdue.clock.state == "overdue"

        number = desk.number("V-1")
        with pytest.raises(StepError, match="CRD-04"):
            time_credits.identify(opened, LATE, ANN, number, "", TUESDAY, dry_run=False)
        for day in (TUESDAY - timedelta(days=1), LATE + timedelta(days=1)):
            with pytest.raises(StepError, match="CRD-02"):
                time_credits.contact(opened, LATE, ANN, number, day, dry_run=False)
        preview = time_credits.contact(opened, LATE, ANN, number, LATE, dry_run=True)
        assert preview.timed.clock.due_on == date(2034, 4, 30)
        assert timed(opened, LATE)[0].clock.due_on == date(2030, 4, 30)
        time_credits.contact(opened, LATE, ANN, number, LATE, dry_run=False)
        with pytest.raises(StepError, match="CRD-03"):  # once
            time_credits.contact(opened, LATE, ANN, number, LATE, dry_run=False)
        assert timed(opened, LATE)[0].clock.due_on == date(2034, 4, 30)


def test_an_owner_who_came_again_abandoned_nothing(desk):
    after = date(2029, 11, 18)
    with desk.home.opened() as opened:
        assert timed(opened, after)[0].clock.due_on == date(2030, 4, 30)
    again = visit(9, patient=person(1, first="=Wren"), service_date="2027-01-10")
    desk.see(again, day=date(2027, 1, 11))
    desk.answer({"V-9": Answer()}, date(2027, 1, 20))
    with desk.home.opened() as opened:
        [known, _] = timed(opened, after)
        assert known.owner is not None
        assert (known.owner.contact_on, known.clock.due_on) == (date(2027, 1, 10), date(2031, 4, 30))


def test_the_file_is_its_owners_alone(desk, tmp_path):
    out = tmp_path / "unclaimed.csv"
    words = ["credits", "unclaimed", "--until", "2030-04-30", "--out", str(out)]
    done = CliRunner().invoke(app, [*words, "--home", str(desk.home.path), "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["credits"], told["cents"], told["not_known"]) == (1, 60_00, 1)
    assert out.stat().st_mode & 0o777 == 0o600
    assert "Mosswood" not in done.stdout
