"""Good-faith estimates: due by the appointment book, made, given, compared with the bill, purged."""

from datetime import date

import pytest
from sqlalchemy import select

from ledger.errors import ActRefused, DocumentPurged
from ledger.maintenance import retention
from ledger.patients import estimates as kept
from ledger.queries import identity
from ledger.queries.proof import of_all as proof
from ledger.queries.visits import VISITS
from ledger.queries.work_queue import Asked, items
from ledger.schema import estimate
from ledger.trail import audit
from tasks import nightly_run
from tasks.errors import StepError
from tasks.estimates import billed, needed
from tasks.operations import book_visits, claim_money, estimates, give_collections, statements
from tasks.operations.money_acts import By
from tasks.patients import accounts
from tasks.patients.kept import known
from tasks.work.causes import keep_queue
from tasks.work.commands import commands_of
from tests.conftest import CLEAN
from tests.tasks.estimates.test_reading import FIRST, NEXT, OTHER, written

pytestmark = pytest.mark.usefixtures("either_database")
MONDAY, TUESDAY, THURSDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 19)
SERVICE, AFTER = date(2026, 12, 7), date(2026, 12, 8)
ANN = By("ann", "as the patient asked")
BOOK = "practice,visit,day,status,mrn,provider_npi,scheduled_on,pays\n"
SURGERY = {**FIRST, "item": "Removal of a lesion", "procedure": "11402", "charge": "300.00"}
LINES = [{"procedure": "11402", "charge": "700.00", "pointers": [1]}]
BILLED = {
    **CLEAN, "id": "V-1", "service_date": "2026-12-07", "coverages": [], "restricted": True, "lines": LINES,
}  # fmt: skip


@pytest.fixture
def office(home, tmp_path):
    """A home, and ways to make estimates of rows, to give a book, and to see a patient."""
    home.use_folder()

    class Office:
        def __init__(self, opened):
            self.opened = opened

        def make(self, *rows, on=MONDAY, replace=False, dry_run=False, by=ANN):
            file = tmp_path / "estimates.csv"
            file.write_bytes(written(*rows))
            return estimates.make(self.opened, on, by, file, replace=replace, dry_run=dry_run)

        def book(self, *rows, on=MONDAY):
            file = tmp_path / "book.csv"
            file.write_text(BOOK + "".join(f"{row}\n" for row in rows), encoding="utf-8")
            return book_visits.import_visits(self.opened, on, ANN, file, dry_run=False)

        def due(self, on=MONDAY):
            found = needed.needs(self.opened, on)
            return {n.visit_number: (n.due_on, n.state, n.overdue(on)) for n in found if n.is_open}

        def see(self, name="one.json", on=AFTER, **changes):
            home.drop(f"lakeside/{name}", {**BILLED, **changes})
            nightly_run.walk(self.opened, on)
            keep_queue(self.opened, on)

        def work(self, kind, on=AFTER):
            keep_queue(self.opened, on)
            return items(self.opened.ledger, on, Asked(kinds=[kind]))

    with home.opened() as opened:
        yield Office(opened)


def give(office, number=1, on=TUESDAY, day=THURSDAY, how="mail"):
    return estimates.give(office.opened, day, ANN, number, on, how, dry_run=False)


def test_a_visit_is_due_by_how_far_ahead_it_was_booked_until_its_estimate_is_given(office):
    office.book(
        "lakeside,V-1,2026-12-07,booked,MR-7,1999001013,2026-11-16,uninsured",
        "lakeside,V-2,2026-11-19,booked,MR-8,,2026-11-16,self-pay",
        "lakeside,V-3,2026-11-18,booked,MR-9,,2026-11-16,uninsured",  # two business days ahead
        "lakeside,V-4,2026-12-07,booked,MR-9,,2026-11-16,insured",
        "lakeside,V-5,2026-12-07,booked,MR-9,,2026-11-16,",
        "lakeside,V-6,2026-12-07,cancelled,MR-9,,2026-11-16,uninsured",
        "lakeside,R-7,2026-11-13,requested,,,,",
    )
    assert office.due() == {
        "V-2": ("2026-11-17", "missing", False),
        "R-7": ("2026-11-18", "missing", False),
        "V-1": ("2026-11-19", "missing", False),
    }
    assert office.due(date(2026, 11, 18))["V-2"] == ("2026-11-17", "missing", True)
    assert set(office.due(date(2026, 11, 20))) == {"R-7", "V-1"}, "its service is over"
    assert len(office.work("estimate_due", MONDAY)) == 3
    office.make(FIRST)
    assert office.due(THURSDAY)["V-1"] == ("2026-11-19", "not_given", False)
    [to_give] = office.work("estimate_to_give", MONDAY)
    assert "estimates give 1" in " ".join(c.typed for c in commands_of(to_give))
    assert to_give.due_on == "2026-11-19"
    give(office)
    assert "V-1" not in office.due(THURSDAY)
    assert office.work("estimate_to_give", THURSDAY) == []
    # the visit moves, goes to another provider, comes back
    office.book("lakeside,V-1,2026-12-14,booked,MR-7,1999001013,2026-11-16,uninsured", on=THURSDAY)
    assert office.due(THURSDAY)["V-1"] == ("2026-12-11", "changed", False)
    office.book("lakeside,V-1,2026-12-07,booked,MR-7,1999001021,2026-11-16,uninsured", on=THURSDAY)
    assert office.due(THURSDAY)["V-1"] == ("2026-12-04", "changed", False)
    office.book("lakeside,V-1,2026-12-07,booked,MR-7,1999001013,,", on=THURSDAY)  # a book that says less
    assert "V-1" not in office.due(THURSDAY)
    states = {v.number: v.state for v in VISITS.read(office.opened.ledger)}
    assert (states["V-1"], states["R-7"], states["V-6"]) == ("booked", "requested", "not_kept")


def test_a_request_that_nobody_waits_for_any_more_is_dismissed_and_a_visit_of_its_number_is_none(office):
    opened = office.opened
    office.book("lakeside,R-7,2026-11-13,requested,,,,")
    [work] = office.work("estimate_due", MONDAY)
    assert f"visits dismiss {work.reference} --reason not_wanted" in " ".join(
        c.typed for c in commands_of(work)
    )
    number = int(work.reference)
    with pytest.raises(ActRefused, match="a request is dismissed for one of duplicate, not_wanted, other"):
        book_visits.dismiss(opened, MONDAY, ANN, number, "no_charge", dry_run=False)
    book_visits.dismiss(opened, MONDAY, ANN, number, "not_wanted", dry_run=True)
    assert list(office.due()) == ["R-7"]
    book_visits.dismiss(opened, MONDAY, ANN, number, "not_wanted", dry_run=False)
    assert office.due() == {}
    assert office.work("estimate_due", MONDAY) == []
    with pytest.raises(ActRefused, match="dismissed already"):
        book_visits.dismiss(opened, MONDAY, ANN, number, "not_wanted", dry_run=False)
    book_visits.restore(opened, MONDAY, ANN, number, dry_run=False)
    assert list(office.due()) == ["R-7"]
    book_visits.dismiss(opened, MONDAY, ANN, number, "not_wanted", dry_run=False)
    office.book("lakeside,R-7,2026-12-07,booked,MR-7,,2026-11-16,uninsured")
    assert list(office.due()) == ["R-7"], "it is a visit now"


def test_visits_that_recur_are_covered_by_the_one_estimate_of_their_patient(office):
    office.make({**FIRST, "times": "12", "until_on": "2027-12-07"})
    office.book(
        "lakeside,V-2,2027-03-01,booked,mr 7,,2026-11-16,uninsured",
        "lakeside,V-3,2027-12-08,booked,MR-7,,2026-11-16,uninsured",
    )
    assert office.due()["V-2"] == ("2026-11-19", "not_given", False)
    assert office.due()["V-3"] == ("2026-11-19", "missing", False)
    office.book("lakeside,V-4,2027-03-02,booked,MR-7,,,uninsured", on=date(2027, 3, 1))
    office.book("lakeside,V-5,2027-03-12,booked,MR-7,,,uninsured", on=date(2027, 3, 1))
    late = office.due(date(2027, 3, 1))
    assert "V-4" not in late, "the book told of it a day before"
    assert late["V-5"] == ("2027-03-02", "not_given", False)
    [work] = office.work("estimate_to_give", date(2027, 3, 1))
    assert (work.reference, work.due_on) == ("1", "2027-03-01"), "one for all visits of it"
    assert "was due by 2026-11-19" in work.action


def test_the_same_file_makes_nothing_again_and_a_change_is_a_version_that_somebody_said(office):
    opened = office.opened
    rows = FIRST, NEXT, {**OTHER, "estimate": "G-2", **{k: FIRST[k] for k in FIRST if k not in OTHER}}
    assert office.make(*rows, dry_run=True, by=By("ann", "")).what.startswith("2 estimates new")
    assert kept_rows(opened) == []
    with pytest.raises(ActRefused, match="say why"):
        office.make(*rows, by=By("ann", ""))
    made = office.make(*rows)
    assert [(one.number, one.version, one.cents) for one in made.made] == [(1, 1, 173_00), (2, 1, 1210_50)]
    again = office.make(*rows)
    assert (again.made, again.as_before) == ((), 2)
    with pytest.raises(StepError, match="EST-03 line 2: estimate 1"):
        office.make({**FIRST, "units": "2"}, NEXT)
    give(office)
    done = office.make({**FIRST, "units": "2"}, NEXT, on=THURSDAY, replace=True)
    assert [(one.number, one.version, one.cents) for one in done.made] == [(1, 2, 308_00)]
    assert office.due(THURSDAY)["V-1"] == ("2026-12-04", "not_given", False), "a business day before"
    first, second = estimates.versions(opened, 1)
    assert (first.given is not None, second.given) == (True, None)
    assert estimates.said_of(opened, second).cents == 308_00
    assert estimates.page_of(opened, 1).startswith(b"%PDF")
    acts = [r for r in audit.rows(opened.ledger) if r.subject == "estimate 1"]
    assert [r.act for r in acts] == ["estimate made", "estimate given", "estimate made"]
    assert not any(private in repr(acts) for private in ("Zephyrine", "Quill", "MR-7", "J02", "Orchard"))


def kept_rows(opened):
    with opened.ledger.read() as connection:
        return kept.every(connection)


def test_it_is_given_once_in_the_form_that_was_asked_for_and_each_word_can_be_taken_back(office):
    opened = office.opened
    office.make(FIRST, {**FIRST, "estimate": "G-2", "visit": "", "form": "electronic"})
    for number, on, how, code in (
        (9, TUESDAY, "mail", "EST-04"),
        (1, TUESDAY, "email", "EST-05"),
        (2, TUESDAY, "mail", "EST-05"),
        (1, date(2026, 11, 15), "mail", "EST-05"),
        (1, date(2026, 11, 20), "mail", "EST-05"),
    ):
        with pytest.raises(StepError, match=code):
            give(office, number, on, how=how)
    estimates.give(opened, THURSDAY, ANN, 1, TUESDAY, "mail", dry_run=True)
    assert estimates.versions(opened, 1)[0].given is None
    give(office)
    with pytest.raises(StepError, match="EST-04 version 1 of estimate 1 was given on 2026-11-17"):
        give(office)
    for act in (estimates.undo, estimates.withdraw):
        act(opened, THURSDAY, ANN, 1, dry_run=True)
        act(opened, THURSDAY, ANN, 1, dry_run=False)
    with pytest.raises(StepError, match="EST-04 estimate 1 is withdrawn"):
        give(office)
    assert [n.estimate for n in needed.needs(opened, THURSDAY)] == [2]
    estimates.undo(opened, THURSDAY, ANN, 1, dry_run=False)
    with pytest.raises(StepError, match="EST-07"):
        estimates.undo(opened, THURSDAY, ANN, 1, dry_run=False)
    give(office, how="in_person")
    assert estimates.versions(opened, 1)[0].state == "given"
    estimates.withdraw(opened, THURSDAY, ANN, 2, dry_run=False)
    [back] = office.make({**FIRST, "estimate": "G-2", "visit": "", "form": "electronic"}).made
    assert (back.number, back.version, back.state) == (2, 2, "made")


def test_a_bill_of_400_dollars_above_is_work_and_no_statement_asks_for_it_before_a_person_decides(office):
    opened = office.opened
    office.make(SURGERY)
    give(office)
    office.see(lines=[{**LINES[0], "charge": "699.99"}])
    assert office.work("estimate_exceeded") == []
    [bill] = billed.bills(opened)
    assert (bill.billed, bill.high, bill.claims) == (699_99, (), (1,))
    office.see("more.json", version=2)  # exactly $400.00
    [work] = office.work("estimate_exceeded")
    assert (work.cents, work.reference, work.practice, work.owner) == (400_00, "1", "lakeside", "POSTING")
    assert "1999001013: billed $700.00, estimated $300.00, $400.00 above" in work.action
    assert "Zephyrine" not in work.action
    typed = " ".join(c.typed for c in commands_of(work))
    assert "estimates accept 1" in typed
    with pytest.raises(StepError, match="EST-08 the patient has estimate 1"):
        estimates.withdraw(opened, AFTER, ANN, 1, dry_run=False)
    account = accounts.of_number(opened, "V-1")
    [due] = statements.preview(opened, AFTER)
    assert [(out.reason, out.cents, out.detail) for out in due.left_out] == [
        ("estimate", 700_00, "estimate 1")
    ]
    with pytest.raises(StepError, match="far above the good-faith estimate"):
        give_collections.give(opened, AFTER, ANN, [str(account.number)], dry_run=False)
    done = estimates.accept(opened, AFTER, ANN, 1, dry_run=True)
    assert "the bill stands" in done.what
    estimates.accept(opened, AFTER, ANN, 1, dry_run=False)
    assert office.work("estimate_exceeded") == []
    assert known(opened).above == {}
    with pytest.raises(StepError, match="EST-06"):
        estimates.accept(opened, AFTER, ANN, 1, dry_run=False)
    estimates.undo(opened, AFTER, ANN, 1, dry_run=False)
    assert [w.cents for w in office.work("estimate_exceeded")] == [400_00]
    estimates.accept(opened, AFTER, ANN, 1, dry_run=False)
    office.see("higher.json", version=3, lines=[{**LINES[0], "charge": "700.01"}])
    assert [w.cents for w in office.work("estimate_exceeded")] == [400_01], "more than what was accepted"
    claim_money.write_off(
        opened, AFTER, By("ann", "down to the estimate", "ben"), "V-1", "", 1, dry_run=False
    )
    assert office.work("estimate_exceeded") == [], "what was accepted is not exceeded any more"
    estimates.undo(opened, AFTER, ANN, 1, dry_run=False)
    assert [w.cents for w in office.work("estimate_exceeded")] == [400_00]
    claim_money.write_off(
        opened, AFTER, By("ann", "down to the estimate", "ben"), "V-1", "", 1, dry_run=False
    )
    assert office.work("estimate_exceeded") == []
    assert proof(opened.ledger).holds
    with opened.ledger.read() as connection:
        every = identity.charged(connection)
        assert identity.of_claims(connection, every) + identity.derived(connection, every) == []


def test_a_visit_of_another_patient_or_day_is_refused_and_one_of_no_newer_book_is_work(office):
    office.book(
        "lakeside,V-1,2026-12-07,booked,MR-7,,2026-11-16,uninsured",
        "lakeside,R-2,2026-11-13,requested,MR-7,,,",
    )
    for changes, told in (
        ({"mrn": "MR-8"}, "line 2: its visit is another patient's"),
        ({"service_on": "2026-12-08"}, "line 2: its visit is on 2026-12-07"),
        ({"visit": "R-2", "requested_on": "2026-11-12"}, "line 2: its visit is a request of 2026-11-13"),
    ):
        with pytest.raises(StepError) as refused:
            office.make({**FIRST, **changes})
        assert told in str(refused.value)
    office.make(
        {**FIRST, "mrn": "mr 7", "until_on": "2027-01-07"},
        {**FIRST, "estimate": "G-2", "visit": "R-2", "requested_on": "2026-11-13", "scheduled_on": ""},
    )
    assert office.work("unbilled_visit", date(2026, 12, 9)) == []
    [work] = office.work("unbilled_visit", date(2026, 12, 10))
    assert "is still booked" in work.action
    book_visits.dismiss(office.opened, AFTER, ANN, int(work.reference), "not_seen", dry_run=False)
    assert office.work("unbilled_visit", date(2026, 12, 10)) == []
    assert "V-1" not in office.due(TUESDAY)
    book_visits.restore(office.opened, AFTER, ANN, int(work.reference), dry_run=False)
    [row] = [v for v in VISITS.read(office.opened.ledger) if v.number == "V-1"]
    assert row.state == "booked"


def test_providers_are_compared_one_by_one_and_the_version_that_the_patient_had_counts(office):
    opened = office.opened
    office.make(SURGERY, {**NEXT, "provider_npi": "1999001021", "charge": "2000.00"})
    give(office)
    office.make(
        {**SURGERY, "charge": "900.00"},
        {**NEXT, "provider_npi": "1999001021", "charge": "2000.00"},
        on=AFTER, replace=True,
    )  # fmt: skip
    other = {"procedure": "87880", "charge": "38.00", "pointers": [1], "rendering": {"npi": "1999001021"}}
    office.see(lines=[{**LINES[0], "charge": "800.00"}, other])
    [bill] = billed.too_high(opened)
    assert [(p.npi, p.expected, p.billed) for p in bill.high] == [("1999001013", 300_00, 800_00)]
    assert (bill.version, bill.above, bill.billed) == (1, 500_00, 838_00)


def test_another_providers_bill_counts_for_the_one_it_stands_for_and_other_visits_for_none(office):
    opened = office.opened
    office.make(SURGERY, {**FIRST, "estimate": "G-2", "visit": "", "times": "6", "until_on": "2027-06-07"})
    office.see(rendering={"npi": "1999001021"})
    [bill] = billed.bills(opened)
    assert [(p.npi, p.expected, p.billed) for p in bill.parts] == [("1999001013", 300_00, 700_00)]
    # a claim of another person on the day, of another service in the time that recurs, and one that is of it
    office.see("two.json", id="V-2", patient={**CLEAN["patient"], "first": "Otto"})
    office.see("three.json", id="V-3", service_date="2026-12-08", on=date(2026, 12, 9))
    office.see(
        "four.json", id="V-4", service_date="2026-12-08", on=date(2026, 12, 10),
        lines=[{"procedure": "99213", "charge": "135.00", "pointers": [1]}],
    )  # fmt: skip
    assert [(b.number, b.billed, len(b.claims)) for b in billed.bills(opened)] == [
        (1, 700_00, 1),
        (2, 135_00, 1),
    ]


def test_a_claim_to_a_plan_is_no_bill_of_a_self_pay_patient(office):
    office.make({**SURGERY, "kind": "self_pay"})
    office.see(restricted=False, coverages=CLEAN["coverages"])
    assert billed.bills(office.opened) == []


def test_a_purge_takes_the_person_from_estimates_that_are_over_and_leaves_the_others(office):
    opened = office.opened
    office.make(SURGERY, {**FIRST, "estimate": "G-2", "visit": "", "service_on": "2027-02-01"})
    office.see()
    assert retention.purge(opened.ledger, "2027-11-16", "2027-01-01", really=True).claims == 0
    assert estimates.said_of(opened, estimates.versions(opened, 1)[0]).last == "Zephyrine", "it is owed"
    claim_money.pay(opened, AFTER, By("ann", "at the desk", "ben"), "V-1", 700_00, dry_run=False)
    estimates.accept(opened, AFTER, ANN, 1, dry_run=False)
    keep_queue(opened, AFTER)
    retention.purge(opened.ledger, "2027-11-16", "2027-01-01", really=False)
    assert estimates.page_of(opened, 1)
    retention.purge(opened.ledger, "2027-11-16", "2027-01-01", really=True)
    with opened.ledger.read() as connection:
        query = select(estimate.c.patient_id, estimate.c.medical_record_number).order_by(estimate.c.id)
        first, second = connection.execute(query).tuples().all()
    assert first == (None, "")
    assert second[1] == "MR-7"
    with pytest.raises(DocumentPurged):
        estimates.page_of(opened, 1)
    with pytest.raises(DocumentPurged):
        estimates.said_of(opened, estimates.versions(opened, 1)[0])
    assert estimates.page_of(opened, 2)
