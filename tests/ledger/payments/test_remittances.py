"""Posting: each 835 transaction whole, once and to the cent, on the claim that it is about."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edi.records import ClaimAcknowledgment, Party, Status
from ledger import Ledger, acknowledge, migrations
from ledger.adjudication.claim_line import ClaimLine
from ledger.adjudication.facts import Adjustment, Terms
from ledger.books import entries
from ledger.errors import DoesNotBalance
from ledger.payments import remittances
from ledger.payments.matching import match_lines, name_digest, same_member_id
from ledger.payments.remittance_facts import LineFacts, PaymentFacts, ProviderFacts, RemittanceFacts
from ledger.queries import claims, money, proof, work
from ledger.queries.suspense import suspense
from ledger.sending import responses
from tests.ledger.conftest import NIGHT, Office


def cas(*triples):
    return tuple(Adjustment(group, carc, cents) for group, carc, cents in triples if cents)


def payment(position=1, *, number="C0001", paid=80_00, off=20_00, patient=0, denied=0, icn="", **more):
    """A payment of 100.00 for the one line of a claim of `Office`."""
    charge = more.pop("charge", paid + off + patient + denied)
    line = LineFacts(
        procedure="99213",
        charge=charge,
        paid=paid,
        adjustments=cas(("CO", "45", off), ("PR", "2", patient), ("CO", "197", denied)),
    )
    facts = {
        "status": "1",
        "member_id": f"W{number[-1]}",
        "service_from": "2026-11-02",
        "lines": (line,),
        **more,
    }
    return PaymentFacts(
        position=position,
        patient_control_number=number,
        payer_claim_control_number=icn,
        charge=charge,
        paid=paid,
        **facts,
    )


def back(position=1, **more):
    """The reversal of a payment: every amount negated."""
    amounts = {name: -more.pop(name, default) for name, default in (("paid", 80_00), ("off", 20_00))}
    amounts |= {name: -more.pop(name) for name in ("patient", "denied") if name in more}
    return payment(position, status="22", **amounts, **more)


def said(ledger, *payments, trace="T1", content="c", difference=0, practice="lakeside", plb=(), **more):
    response_id = responses.store(
        ledger, NIGHT, "northgate", trace, f"{trace}{content}".encode(), size=1, mtime=1, kinds="835"
    )
    amount = sum(p.paid for p in payments) - sum(a.cents for a in plb)
    facts = {"payer": "harbor", "paid_on": "2026-11-17", "amount": amount, **more}
    return RemittanceFacts(
        response_id=response_id or 1,
        payee="1234567893",
        practice=practice,
        trace=trace,
        method="ACH",
        content=content,
        difference=difference,
        payments=payments,
        provider_adjustments=plb,
        **facts,
    )


def remit(ledger, *payments, **more):
    return remittances.post(ledger, NIGHT, said(ledger, *payments, **more))


def plb(reason, cents, reference=""):
    return ProviderFacts(reason=reason, cents=cents, reference=reference)


def denials(office, state="open"):
    return work.denials(office.ledger, date(2026, 11, 18), work.Wanted(state))


def test_a_payment_closes_to_the_cent(office):
    office.sent("1")
    assert remit(office.ledger, payment(patient=10_00, paid=70_00)).state == "posted"
    now = money.money(office.ledger)
    assert (now.charged, now.applied, now.adjusted, now.receivable_patients) == (100_00, 70_00, 20_00, 10_00)
    assert now.receivable_payers == 0
    assert now.closes
    assert proof.of_all(office.ledger).holds
    assert claims.by_state(office.ledger) == {"paid": 1}


def test_the_same_payment_in_another_file_is_known(office):
    office.sent("1")
    remit(office.ledger, payment())
    assert remit(office.ledger, payment()).state == "known"
    assert remit(office.ledger, payment(), paid_on="2026-11-20").state == "known"
    assert remit(office.ledger, payment(), practice="summit").state == "known"
    assert money.money(office.ledger).cash == 80_00


def test_the_same_trace_with_other_content_is_queued(office):
    office.sent("1", "2")
    remit(office.ledger, payment())
    done = remit(office.ledger, payment(number="C0002"), content="other")
    assert done.state == "conflict"
    assert money.money(office.ledger).cash == 80_00
    assert [r.state for r in money.remittances(office.ledger, unposted=True)] == ["conflict"]


def test_one_trace_that_a_clearinghouse_split_over_practices_posts_each_part(office):
    office.sent("1")
    remit(office.ledger, payment())
    done = remit(office.ledger, payment(number="X1", paid=50_00), practice="summit", content="their part")
    assert done.state == "posted"
    assert money.money(office.ledger).suspense == 50_00


def test_two_payments_of_nothing_under_one_trace_both_post(office):
    office.sent("1", "2")
    nothing = {"paid": 0, "off": 0, "denied": 100_00}
    assert remit(office.ledger, payment(**nothing), trace="0", content="a").state == "posted"
    assert remit(office.ledger, payment(number="C0002", **nothing), trace="0", content="b").state == "posted"
    assert remit(office.ledger, payment(**nothing), trace="0", content="a").state == "known"
    assert [d.cents for d in denials(office)] == [100_00, 100_00]


def test_what_is_out_of_balance_is_queued_whole_with_the_difference(office):
    office.sent("1")
    assert remit(office.ledger, payment(), difference=-5).state == "unbalanced"
    assert money.money(office.ledger).cash == 0
    [row] = money.remittances(office.ledger, unposted=True)
    assert (row.difference_cents, row.balanced) == (-5, False)


def test_an_unknown_payee_is_queued(office):
    office.sent("1")
    assert remit(office.ledger, payment(), practice="").state == "unknown_payee"
    assert money.money(office.ledger).cash == 0


def test_a_claim_that_is_not_ours_goes_to_suspense_and_the_file_still_balances(office):
    office.sent("1")
    done = remit(office.ledger, payment(), payment(2, number="ZZZ", paid=55_00, off=0))
    assert done.suspense == 1
    now = money.money(office.ledger)
    assert (now.cash, now.applied, now.suspense) == (135_00, 80_00, 55_00)
    assert now.closes


def test_provider_level_adjustments_change_the_cash_and_no_claim(office):
    office.sent("1")
    remit(office.ledger, payment(), plb=(plb("WO", 30_00, "P1"), plb("L6", -2_50)))
    now = money.money(office.ledger)
    assert (now.cash, now.applied, now.provider_level) == (52_50, 80_00, 27_50)
    assert now.closes


def test_a_recoupment_is_tied_to_the_claim_that_its_reference_names(office):
    office.sent("1")
    remit(office.ledger, payment(icn="P1"))
    remit(office.ledger, payment(number="ZZ", paid=90_00), plb=(plb("WO", 80_00, "P1"),), trace="T2")
    [item] = denials(office)
    assert (item.kind, item.claim_id, item.cents, item.carc) == ("provider_level", 1, 80_00, "WO")


def test_a_recoupment_that_was_deferred_and_then_taken_comes_to_nothing(office):
    office.sent("1")
    remit(office.ledger, payment(icn="P1"))
    remit(office.ledger, back(icn="P1"), plb=(plb("WO", -80_00, "P1"),), trace="T2")
    assert {d.kind for d in denials(office)} == {"takeback", "provider_level"}
    remit(office.ledger, payment(number="ZZ", paid=90_00), plb=(plb("WO", 80_00, "P1"),), trace="T3")
    assert {d.kind for d in denials(office)} == {"takeback"}
    assert money.money(office.ledger).provider_level == 0


@pytest.mark.parametrize("reason", ["CS", "J1", "LE", "IR", "AH"])
def test_what_a_payer_keeps_for_no_claim_is_work_until_it_comes_back(office, reason):
    office.sent("1")
    remit(office.ledger, payment(), plb=(plb(reason, 30_00, "X1"),))
    [item] = denials(office)
    assert (item.kind, item.claim_id, item.cents, item.carc) == ("provider_level", None, 30_00, reason)
    remit(office.ledger, payment(number="ZZ", paid=90_00), plb=(plb(reason, -30_00, "X1"),), trace="T2")
    assert denials(office) == []


def test_interest_explains_itself(office):
    office.sent("1")
    remit(office.ledger, payment(), plb=(plb("L6", -2_50, "P1"),))
    assert denials(office) == []


def test_a_forwarded_balance_closes_when_it_comes_back(office):
    office.sent("1")
    remit(
        office.ledger,
        payment(number="Z1", paid=0),
        plb=(plb("FB", -25_00), plb("WO", 25_00, "Q")),
        trace="T2",
    )
    assert {(d.carc, d.claim_id) for d in denials(office, None)} == {("FB", None), ("WO", None)}
    remit(office.ledger, payment(number="Z2", paid=40_00), plb=(plb("FB", 25_00),), trace="T3")
    assert {d.carc for d in denials(office)} == {"WO"}
    assert money.money(office.ledger).closes


def test_a_forwarded_balance_is_of_no_claim_though_its_trace_reads_like_a_payers_number(office):
    office.sent("1")
    remit(office.ledger, payment(), plb=(plb("FB", -25_00, payment().payer_claim_control_number),))
    assert {(d.carc, d.claim_id) for d in denials(office, None)} == {("FB", None)}


def test_a_reversal_with_its_correction_leaves_the_correction(office):
    office.sent("1")
    remit(office.ledger, payment())
    remit(office.ledger, back(), payment(2, paid=60_00, off=40_00), trace="T2")
    now = money.money(office.ledger)
    assert (now.cash, now.applied, now.adjusted, now.receivable) == (60_00, 60_00, 40_00, 0)
    assert claims.by_state(office.ledger) == {"paid": 1}
    assert denials(office) == []


def test_a_correction_that_comes_before_its_reversal_ends_in_the_same_books(office):
    office.sent("1")
    remit(office.ledger, payment(icn="A"))
    remit(office.ledger, payment(paid=60_00, off=40_00, icn="B"), back(2, icn="A"), trace="T2")
    now = money.money(office.ledger)
    assert (now.cash, now.adjusted, now.receivable, now.held) == (60_00, 40_00, 0, 0)
    assert denials(office) == []


def test_a_reversal_without_its_correction_is_work(office):
    office.sent("1")
    remit(office.ledger, payment())
    remit(office.ledger, back(), trace="T2")
    [takeback] = denials(office)
    assert (takeback.category, takeback.cents) == ("TAKEBACK", 100_00)
    assert money.money(office.ledger).receivable_payers == 100_00
    assert claims.by_state(office.ledger) == {"accepted": 1}


def test_a_drg_that_is_none_is_work_beside_a_posted_payment_until_the_payer_corrects_it(office):
    office.sent("1")
    remit(office.ledger, payment(icn="A", unknown_drg="471"))
    assert money.money(office.ledger).cash == 80_00
    assert claims.by_state(office.ledger) == {"paid": 1}
    [asked] = denials(office)
    assert (asked.kind, asked.cents, asked.payer) == ("unknown_drg", 80_00, "harbor")
    assert proof.of_all(office.ledger).holds
    remit(office.ledger, back(icn="A"), payment(2, icn="B"), trace="T2")
    assert denials(office) == []
    assert claims.by_state(office.ledger) == {"paid": 1}


def test_negative_amounts_under_another_status_are_a_reversal(office):
    office.sent("1")
    remit(office.ledger, payment())
    remit(office.ledger, payment(paid=-80_00, off=-20_00), trace="T2")
    assert [d.kind for d in denials(office)] == ["takeback"]


def test_a_reversal_of_an_unknown_payment_touches_no_receivable_until_the_payment_comes(office):
    office.sent("1")
    remit(office.ledger, back(), plb=(plb("WO", -80_00),), trace="T2")
    now = money.money(office.ledger)
    assert (now.receivable_payers, now.reversed_unknown, now.closes) == (100_00, 80_00, True)
    assert "reversal_alone" in {d.kind for d in denials(office)}
    remit(office.ledger, payment())
    now = money.money(office.ledger)
    assert (now.receivable_payers, now.reversed_unknown, now.closes) == (100_00, 0, True)
    assert "reversal_alone" not in {d.kind for d in denials(office)}


def test_a_denial_stays_owed_and_becomes_work_with_its_days_left(office):
    office.sent("1")
    office.ledger.terms = {"harbor": Terms(appeal_limit_days=3, correction_limit_days=18)}
    remit(office.ledger, payment(paid=0, off=0, denied=100_00))
    [denial] = denials(office)
    assert (denial.carc, denial.cents, denial.days_left, denial.line, denial.owner) == (
        "197",
        100_00,
        2,
        1,
        "AUTH",
    )
    assert money.money(office.ledger).receivable_payers == 100_00
    assert claims.by_state(office.ledger) == {"denied": 1}


def test_a_later_decision_on_the_same_line_resolves_the_denial(office):
    office.sent("1")
    remit(office.ledger, payment(paid=0, off=0, denied=100_00))
    remit(office.ledger, payment(), trace="T2", paid_on="2026-11-20")
    assert denials(office) == []
    assert [d.state for d in denials(office, None)] == ["resolved"]


def test_a_duplicate_denial_after_a_payment_changes_nothing(office):
    office.sent("1")
    remit(office.ledger, payment(icn="A"))
    line = LineFacts(procedure="99213", charge=100_00, paid=0, adjustments=cas(("OA", "18", 100_00)))
    remit(office.ledger, payment(paid=0, off=0, charge=100_00, lines=(line,), icn="B"), trace="T2")
    assert denials(office) == []
    assert claims.by_state(office.ledger) == {"paid": 1}


def test_denials_come_in_the_order_to_work_them(office):
    office.sent("1", "2", "3")
    for n, days in enumerate((1, 300, 8), 1):
        office.ledger.terms = {"harbor": Terms(correction_limit_days=days + 14, appeal_limit_days=days - 3)}
        remit(office.ledger, payment(number=f"C000{n}", paid=0, off=0, denied=100_00), trace=f"T{n}")
    assert [d.patient_control_number for d in denials(office)] == ["C0003", "C0002", "C0001"]


def test_a_number_alone_does_not_match_when_charge_and_patient_differ(office):
    office.sent("1")
    done = remit(office.ledger, payment(charge=77_00, member_id="other", paid=77_00, off=0))
    assert done.suspense == 1


def test_the_payers_own_number_matches_with_a_second_fact(office):
    office.sent("1")
    remit(office.ledger, payment(icn="P9", paid=10_00, off=0, denied=90_00))
    again = payment(number="0", icn="P9", paid=5_00, off=95_00, member_id="W1")
    assert remit(office.ledger, again, trace="T2").suspense == 0
    stranger = payment(number="0", icn="P9", paid=5_00, off=95_00, member_id="X77")
    assert remit(office.ledger, stranger, trace="T3").suspense == 1


@pytest.mark.parametrize("icn", ["0", "NA", "NONE", "none", ""])
def test_a_payers_number_that_is_none_matches_nothing(office, icn):
    office.sent("1")
    remit(office.ledger, payment(icn=icn))
    stranger = payment(number="S9", icn=icn, paid=50_00, off=0, member_id="Z1")
    assert remit(office.ledger, stranger, trace="T2").suspense == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"practice": "summit"},
        {"payer": "meridian"},
        {"service_from": "2026-01-15"},
        {"number": "C0009"},
        {"charge": 99_00},
    ],
    ids=str,
)
def test_one_contradiction_leaves_a_payment_in_suspense_with_the_claim_as_first_candidate(office, wrong):
    office.sent("1", "2")
    of_remittance = {name: wrong[name] for name in ("practice", "payer") if name in wrong}
    of_payment = {name: value for name, value in wrong.items() if name not in of_remittance}
    done = remit(office.ledger, payment(**{"member_id": "W1", **of_payment}), **of_remittance)
    assert done.suspense == 1
    [row] = suspense(office.ledger, date(2026, 11, 18))
    assert [c.patient_control_number for c in row.candidates][:1] == ["C0001"]


def test_money_for_another_practice_of_the_same_tax_id_is_credited_and_owed_between_them(office):
    office.sent("1")
    done = remit(office.ledger, payment(), practice="summit", same_tax_id=frozenset(("summit", "lakeside")))
    assert done.suspense == 0
    now = money.money(office.ledger)
    assert (now.receivable_payers, now.between_practices, now.closes) == (0, 0, True)
    assert [d.kind for d in denials(office)] == ["between_practices"]


@pytest.mark.parametrize("turned", [False, True])
def test_what_came_to_another_practice_and_went_back_that_way_leaves_nothing_between_them(office, turned):
    office.sent("1")
    both = [("T1", payment(icn="P1")), ("T2", back(icn="P1"))]
    for trace, one in reversed(both) if turned else both:
        sharing = frozenset(("summit", "lakeside"))
        remit(office.ledger, one, practice="summit", same_tax_id=sharing, trace=trace)
    assert {d.kind for d in denials(office)} == {"takeback"}
    assert money.money(office.ledger).between_practices == 0


def test_parts_without_lines_that_add_up_to_a_claim_are_of_it(office):
    office.sent("1")
    parts = [
        replace(payment(n, paid=paid, off=off, icn=icn), lines=(), adjustments=cas(("CO", "45", off)))
        for n, paid, off, icn in ((1, 50_00, 10_00, "A"), (2, 30_00, 10_00, "B"))
    ]
    assert remit(office.ledger, *parts).suspense == 0
    now = money.money(office.ledger)
    assert (now.applied, now.adjusted, now.receivable_payers, now.closes) == (80_00, 20_00, 0, True)


@pytest.mark.parametrize("charges", [(60_00,), (60_00, 50_00)])
def test_parts_without_lines_that_do_not_add_up_stay_in_suspense(office, charges):
    office.sent("1")
    parts = [
        replace(payment(n, paid=cents, off=0, icn=f"A{n}"), lines=()) for n, cents in enumerate(charges, 1)
    ]
    assert remit(office.ledger, *parts).suspense == len(charges)


def test_member_ids_that_differ_in_form_are_one():
    for written in ("W-12345678", "w12345678 ", "W1234567801", "W12345678"):
        assert same_member_id(written, "W12345678"), written
    for written in ("", "W12345679", "12345678", "W1234"):
        assert not same_member_id(written, "W12345678"), written
    assert same_member_id("00123456", "123456")


def test_names_that_differ_in_form_are_one():
    ours = name_digest("SMITH-JONES", "ANA MARIA")
    assert name_digest("Smith Jones Jr.", "Anamaria") == ours
    assert name_digest("SMITH", "ANA MARIA") != ours
    assert name_digest("", "") == ""


def test_adjustments_are_kept_on_the_claims_own_line(office):
    office.sent("1")
    remit(office.ledger, payment(paid=0, off=0, denied=100_00))
    [denial] = denials(office)
    assert [(a.line, a.carc) for a in work.adjustments_of(office.ledger, denial.id)] == [(1, "197")]


def line(control_number="", procedure="99213", modifiers="", charge=100):
    return LineFacts(
        control_number=control_number, procedure=procedure, modifiers=modifiers, charge=charge, paid=0
    )


def test_lines_match_though_the_payer_drops_the_modifier():
    billed = [ClaimLine(1, "99213", 100, ("25",), control_number="A"), ClaimLine(2, "99213", 100)]
    assert match_lines(billed, [line(), line()]) == {1: 2, 2: 1}


def test_a_line_control_number_goes_before_everything():
    billed = [ClaimLine(n, "99213", 100, control_number=text) for n, text in ((1, "A"), (2, "B"))]
    assert match_lines(billed, [line("B")]) == {1: 2}


def test_an_entry_that_does_not_sum_to_zero_posts_nothing(office):
    office.sent("1")
    made = entries.Entry("payment", "x")
    made.add("cash", 1)
    with pytest.raises(DoesNotBalance), office.ledger.write() as connection:
        entries.write(connection, NIGHT, [made])


cents = st.integers(-500_00, 500_00)


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rounds=st.lists(
        st.tuples(
            st.lists(st.tuples(st.sampled_from(["C0001", "C0002", "ZZZ"]), cents, cents, cents), max_size=4),
            st.lists(cents, max_size=2),
        ),
        max_size=4,
    )
)
def test_whatever_is_posted_the_books_close(rounds, tmp_path_factory):
    ledger = Ledger(f"sqlite:///{tmp_path_factory.mktemp('books')}/ledger.db")
    migrations.upgrade(ledger)
    Office(ledger).sent("1", "2")
    for n, (payments, amounts) in enumerate(rounds):
        remit(
            ledger,
            *(
                payment(i, number=number, paid=paid, off=off, patient=patient, charge=100_00)
                for i, (number, paid, off, patient) in enumerate(payments, 1)
            ),
            plb=tuple(plb("WO", amount) for amount in amounts),
            trace=f"T{n}",
        )
        assert money.money(ledger).closes
        assert proof.of_all(ledger).holds
    ledger.close()


def test_a_second_reversal_of_a_payment_is_an_exception(office):
    office.sent("1")
    remit(office.ledger, payment())
    remit(office.ledger, back(), trace="T2")
    remit(office.ledger, back(), trace="T3")
    assert {d.kind for d in denials(office)} == {"takeback", "reversal_alone"}
    assert money.money(office.ledger).closes


def test_a_reversal_takes_back_what_was_forwarded_too(office):
    office.sent("1")
    remit(office.ledger, payment(paid=70_00, off=20_00, patient=10_00, status="19"))
    assert money.money(office.ledger).receivable_patients == 0  # it waits for the next payer
    remit(office.ledger, back(paid=70_00, off=20_00, patient=10_00), trace="T2")
    now = money.money(office.ledger)
    assert (now.receivable_patients, now.receivable_payers, now.adjusted) == (0, 100_00, 0)


def test_a_reversal_of_what_lies_in_suspense_empties_it(office):
    office.sent("1")
    remit(office.ledger, payment(number="X9"))
    remit(office.ledger, back(number="X9"), trace="T2")
    now = money.money(office.ledger)
    assert (now.suspense, now.cash) == (0, 0)
    assert now.closes
    assert suspense(office.ledger, date(2026, 11, 18)) == []


def test_a_denial_taken_back_without_a_new_decision_is_work_again(office):
    office.sent("1")
    remit(office.ledger, payment(paid=0, off=0, denied=100_00))
    remit(office.ledger, back(paid=0, off=0, denied=100_00), trace="T2")
    [takeback] = denials(office)
    assert (takeback.category, takeback.cents) == ("TAKEBACK", 100_00)


def reject(office, reference="000000001"):
    response_id = responses.store(
        office.ledger, NIGHT, "northgate", "no", reference.encode(), size=1, mtime=1, kinds="TA1 277CA"
    )
    refusal = ClaimAcknowledgment(
        source=Party(),
        receiver=Party(),
        batch_reference=reference,
        statuses=(Status(category="A3", code="21", action="U"),),
    )
    acknowledge.take(office.ledger, NIGHT, response_id, [refusal])


def test_a_refused_claim_that_is_paid_after_all_is_no_longer_refused(office):
    office.sent("1")
    reject(office)
    remit(office.ledger, payment())
    assert claims.by_state(office.ledger) == {"paid": 1}
    assert claims.rejections(office.ledger) == []


def test_a_payment_never_makes_two_submissions_of_a_claim_live(office):
    office.sent("1")
    reject(office)
    office.take("1", version=2)
    office.build()
    remit(office.ledger, payment())
    assert claims.by_state(office.ledger) == {"ready": 1}
    assert [a.code for a in work.alerts(office.ledger)] == ["PAY-REFUSED"]
    assert money.money(office.ledger).closes


def test_a_denial_that_came_to_another_practice_of_the_same_tax_id_leaves_nothing_between_them(office):
    office.sent("1")
    denied = payment(paid=0, off=0, denied=100_00)
    remit(office.ledger, denied, practice="summit", same_tax_id=frozenset(("summit", "lakeside")))
    assert [(d.kind, d.cents) for d in denials(office)] == [("denial", 100_00)]
