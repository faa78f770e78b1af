"""A claim's books that break a rule become work in the transaction that posts."""

from ledger.books import entries, guard
from ledger.queries import work
from tests.ledger.conftest import NIGHT
from tests.ledger.payments.test_remittances import denials, payment, remit


def guarded(office):
    return {(d.payer, d.cents, d.state) for d in denials(office, None) if d.kind == guard.KIND}


def post(office, key, *rows):
    with office.ledger.write() as connection:
        made = entries.Entry("settlement", key)
        for account, cents, payer, practice in rows:
            made.add(account, cents, claim_id=1, payer=payer, practice=practice)
        entries.write(connection, NIGHT, [made])
        guard.check(connection, NIGHT, {1: "lakeside"}, entries.posted(connection, [1]))


def refunded(office, key, cents):
    post(
        office, key, ("receivable_payer", cents, "harbor", "lakeside"), ("cash", -cents, "harbor", "lakeside")
    )


def test_postings_that_keep_every_rule_make_no_work(office):
    office.sent("1")
    remit(office.ledger, payment(paid=50_00, off=20_00, denied=10_00, patient=20_00))
    assert [d.kind for d in denials(office)] == ["denial"]


def test_a_payer_that_owes_more_than_was_charged_is_work_at_once(office):
    office.sent("1")
    refunded(office, "1", 30_00)
    assert guarded(office) == {("harbor", 30_00, "open")}
    [item] = [d for d in denials(office) if d.kind == guard.KIND]
    assert (item.owner, item.practice) == ("POSTING", "lakeside")


def test_the_work_of_a_breach_is_resolved_when_the_books_are_right_again_and_comes_back_with_it(office):
    office.sent("1")
    refunded(office, "1", 30_00)
    refunded(office, "2", -30_00)
    assert guarded(office) == {("harbor", 30_00, "resolved")}
    refunded(office, "3", 30_00)
    assert guarded(office) == {("harbor", 30_00, "open")}


def test_a_patient_who_owes_more_than_was_charged_is_work_at_once(office):
    office.sent("1")
    post(office, "over", ("receivable_patient", 100_01, "", "lakeside"), ("cash", -100_01, "", "lakeside"))
    assert guarded(office) == {("", 1, "open")}


def test_a_patient_who_owes_less_than_nothing_is_work_at_once(office):
    office.sent("1")
    post(office, "under", ("receivable_patient", -5, "", "lakeside"), ("cash", 5, "", "lakeside"))
    assert guarded(office) == {("", 5, "open")}


def test_work_above_the_receivable_is_work_at_once(office):
    office.sent("1")
    remit(office.ledger, payment(paid=0, off=0, denied=100_00))
    taken = ("receivable_payer", -40_00, "harbor", "lakeside"), ("write_off", 40_00, "harbor", "lakeside")
    post(office, "taken", *taken)
    assert guarded(office) == {("harbor", 40_00, "open")}


def test_money_in_the_books_of_another_practice_is_work_unless_it_is_owed_to_the_claims(office):
    office.sent("1")
    owed = ("cash", 10_00, "harbor", "summit"), ("due_to", -10_00, "harbor", "summit")
    post(office, "owed", *owed)
    assert guarded(office) == set()
    post(office, "kept", ("cash", 7_00, "harbor", "summit"), ("suspense", -7_00, "harbor", "lakeside"))
    assert guarded(office) == {("", 7_00, "open")}
    [item] = [d for d in denials(office) if d.kind == guard.KIND]
    assert item.practice == "summit"
    assert work.waiting(office.ledger).denied == 1
