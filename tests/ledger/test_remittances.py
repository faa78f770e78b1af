from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from edi.records import ClaimAcknowledgment, Party, Status
from ledger import Ledger, acknowledge, remittances, responses
from ledger.denials import Shortfall
from ledger.matching import Named, PaidLine, match_lines
from ledger.migrations import upgrade
from ledger.queries import claims, money, work
from ledger.remittances import AdjustmentFacts, PaymentFacts, RemittanceFacts
from ledger.schema import claim_payment
from tests.ledger.conftest import NIGHT, Office


def named(number="C0001", charge=100_00, **more):
    return Named(
        patient_control_number=number, payer_claim_control_number=more.pop("icn", ""), charge=charge, **more
    )


def payment(position=1, *, paid=80_00, write_off=20_00, to_patient=0, status="1", outcome="paid", **more):
    return PaymentFacts(
        position=position,
        named=more.pop("who", None) or named(),
        status=status,
        paid=paid,
        patient_owes=to_patient,
        write_off=write_off,
        to_patient=to_patient,
        outcome=outcome,
        **more,
    )


def remit(ledger, *payments, trace="T1", content="c", difference=0, practice="lakeside", plb=(), amount=None):
    response_id = responses.store(
        ledger, NIGHT, "northgate", trace, f"{trace}{content}".encode(), size=1, mtime=1, kinds="835"
    )
    total = sum(p.paid for p in payments) - sum(cents for _, cents, _ in plb)
    return remittances.post(
        ledger,
        NIGHT,
        RemittanceFacts(
            response_id=response_id or 1,
            payer="harbor",
            payee="1234567893",
            practice=practice,
            trace=trace,
            amount=total if amount is None else amount,
            paid_on="2026-11-17",
            method="ACH",
            content=content,
            difference=difference,
            payments=payments,
            provider_adjustments=plb,
        ),
    )


DENIED = Shortfall(
    line=1,
    procedure="99213",
    group="CO",
    carc="197",
    rarcs="",
    cents=100_00,
    category="AUTHORIZATION",
    owner="AUTH",
    action="Find the authorization",
    fix_path="REPLACE_7",
    correctable="COND",
    appealable="Y",
    until="2026-11-20",
)


def test_a_payment_closes_to_the_cent(office):
    office.sent("1")
    assert remit(office.ledger, payment(to_patient=10_00, paid=70_00)).state == "posted"
    now = money.money(office.ledger)
    assert (now.charged, now.applied, now.adjusted, now.receivable_patients) == (100_00, 70_00, 20_00, 10_00)
    assert now.receivable_payers == 0
    assert now.closes
    assert money.proof(office.ledger).holds
    assert claims.by_state(office.ledger) == {"paid": 1}


def test_the_same_payment_in_another_file_is_known(office):
    office.sent("1")
    remit(office.ledger, payment())
    assert remit(office.ledger, payment()).state == "known"
    assert money.money(office.ledger).cash == 80_00


def test_the_same_numbers_with_other_content_are_queued(office):
    office.sent("1", "2")
    remit(office.ledger, payment())
    done = remit(office.ledger, payment(who=named("C0002")), content="other")
    assert done.state == "conflict"
    assert money.money(office.ledger).cash == 80_00
    assert [r.state for r in money.remittances(office.ledger, unposted=True)] == ["conflict"]


def test_what_is_out_of_balance_is_queued_whole_with_the_difference(office):
    office.sent("1")
    assert remit(office.ledger, payment(), difference=-5).state == "unbalanced"
    assert money.money(office.ledger).cash == 0
    [row] = money.remittances(office.ledger, unposted=True)
    assert (row.difference, row.balanced) == (-5, False)


def test_an_unknown_payee_is_queued(office):
    office.sent("1")
    assert remit(office.ledger, payment(), practice="").state == "unknown_payee"
    assert money.money(office.ledger).cash == 0


def test_a_claim_that_is_not_ours_goes_to_suspense_and_the_file_still_balances(office):
    office.sent("1")
    done = remit(office.ledger, payment(), payment(2, who=named("ZZZ", 55_00), paid=55_00, write_off=0))
    assert done.suspense == 1
    now = money.money(office.ledger)
    assert (now.cash, now.applied, now.suspense) == (135_00, 80_00, 55_00)
    assert now.closes


def test_provider_level_adjustments_change_the_cash_and_nothing_else(office):
    office.sent("1")
    remit(office.ledger, payment(), plb=(("WO", 30_00, "P1"), ("L6", -2_50, "")))
    now = money.money(office.ledger)
    assert (now.cash, now.applied, now.provider_level) == (52_50, 80_00, 27_50)
    assert now.closes
    assert [a.code for a in work.alerts(office.ledger)] == ["PLB-WO"]


def test_a_reversal_posts_negative_entries_and_its_correction_stands(office):
    office.sent("1")
    remit(office.ledger, payment())
    remit(
        office.ledger,
        payment(1, paid=-80_00, write_off=-20_00, status="22", outcome="accepted"),
        payment(2, paid=60_00, write_off=40_00),
        trace="T2",
    )
    now = money.money(office.ledger)
    assert (now.cash, now.applied, now.adjusted, now.receivable) == (60_00, 60_00, 40_00, 0)
    assert claims.by_state(office.ledger) == {"paid": 1}
    assert work.denials(office.ledger, date(2026, 11, 18)) == []


def test_a_reversal_without_its_correction_is_work(office):
    office.sent("1")
    remit(office.ledger, payment())
    remit(office.ledger, payment(paid=-80_00, write_off=-20_00, status="22", outcome="accepted"), trace="T2")
    [takeback] = work.denials(office.ledger, date(2026, 11, 18))
    assert (takeback.category, takeback.cents) == ("TAKEBACK", 80_00)
    assert money.money(office.ledger).receivable_payers == 100_00
    assert claims.by_state(office.ledger) == {"accepted": 1}


def test_a_denial_stays_owed_and_becomes_work_with_its_days_left(office):
    office.sent("1")
    who = named(lines=(PaidLine("", "99213", "25", 100_00),))
    remit(office.ledger, payment(who=who, paid=0, write_off=0, outcome="denied", shortfalls=(DENIED,)))
    [denial] = work.denials(office.ledger, date(2026, 11, 18))
    assert (denial.carc, denial.cents, denial.days_left, denial.line, denial.owner) == (
        "197",
        100_00,
        2,
        1,
        "AUTH",
    )
    assert money.money(office.ledger).receivable_payers == 100_00
    assert claims.by_state(office.ledger) == {"denied": 1}


def test_a_later_decision_supersedes_the_denial(office):
    office.sent("1")
    remit(office.ledger, payment(paid=0, write_off=0, outcome="denied", shortfalls=(DENIED,)))
    remit(office.ledger, payment(paid=80_00, write_off=20_00), trace="T2")
    assert work.denials(office.ledger, date(2026, 11, 18)) == []
    assert [d.state for d in work.denials(office.ledger, date(2026, 11, 18), state=None)] == ["superseded"]


def test_denials_come_in_the_order_to_work_them(office):
    office.sent("1", "2", "3")
    soon = DENIED
    late = Shortfall(**{**_facts(DENIED), "until": "2027-03-01", "cents": 900_00})
    past = Shortfall(**{**_facts(DENIED), "until": "2026-11-01"})
    remit(
        office.ledger,
        *(
            payment(n, who=named(f"C000{n}"), paid=0, write_off=0, outcome="denied", shortfalls=(s,))
            for n, s in enumerate((past, late, soon), 1)
        ),
    )
    order = [d.patient_control_number for d in work.denials(office.ledger, date(2026, 11, 18))]
    assert order == ["C0003", "C0002", "C0001"]


def _facts(shortfall):
    return {name: getattr(shortfall, name) for name in Shortfall.__dataclass_fields__}


def test_a_claim_number_alone_does_not_match_when_charge_and_member_differ(office):
    office.sent("1")
    done = remit(
        office.ledger, payment(who=named("C0001", 77_00, member_id="other"), paid=77_00, write_off=0)
    )
    assert done.suspense == 1


def test_the_payers_own_number_matches_what_the_claim_number_does_not(office):
    office.sent("1")
    remit(office.ledger, payment(who=named("C0001", icn="P9"), paid=10_00, write_off=0, outcome="part_paid"))
    done = remit(office.ledger, payment(who=named("0", icn="P9"), paid=5_00, write_off=0), trace="T2")
    assert done.suspense == 0


def test_member_date_and_charge_match_where_no_number_does(office):
    office.sent("1")
    who = named("0", member_id="W1", service_from="2026-11-02")
    assert remit(office.ledger, payment(who=who)).suspense == 0


def test_adjustments_are_kept_on_the_claims_own_line(office):
    office.sent("1")
    rows = (
        AdjustmentFacts(line=1, procedure="99213", group="CO", carc="197", amount=100_00, treatment="open"),
    )
    who = named(lines=(PaidLine("", "99213", "", 100_00),))
    remit(
        office.ledger,
        payment(who=who, paid=0, write_off=0, outcome="denied", adjustments=rows, shortfalls=(DENIED,)),
    )
    [denial] = work.denials(office.ledger, date(2026, 11, 18))
    assert [(a.line, a.carc, a.treatment) for a in work.adjustments_of(office.ledger, denial.id)] == [
        (1, "197", "open")
    ]


def test_lines_match_though_the_payer_drops_the_modifier():
    billed = [(1, PaidLine("A", "99213", "25", 100)), (2, PaidLine("B", "99213", "", 100))]
    assert match_lines(billed, [PaidLine("", "99213", "", 100), PaidLine("", "99213", "", 100)]) == {
        1: 2,
        2: 1,
    }


def test_a_line_control_number_goes_before_everything():
    billed = [(1, PaidLine("A", "99213", "", 100)), (2, PaidLine("B", "99213", "", 100))]
    assert match_lines(billed, [PaidLine("B", "99213", "", 100)]) == {1: 2}


def test_an_entry_that_does_not_sum_to_zero_posts_nothing(office):
    office.sent("1")
    made = remittances._Entry("payment", "x", [{"cents": 1}])
    with pytest.raises(remittances.DoesNotBalance), office.ledger.write() as connection:
        remittances.write_entries(connection, NIGHT, None, [made])


cents = st.integers(-500_00, 500_00)


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
    upgrade(ledger)
    Office(ledger).sent("1", "2")
    for n, (payments, plb) in enumerate(rounds):
        remit(
            ledger,
            *(
                payment(i, who=named(number), paid=paid, write_off=off, to_patient=patient)
                for i, (number, paid, off, patient) in enumerate(payments, 1)
            ),
            plb=tuple(("WO", amount, "") for amount in plb),
            trace=f"T{n}",
        )
        assert money.money(ledger).closes
        assert money.proof(ledger).holds
    ledger.close()


def test_a_reversal_names_the_payment_it_takes_back_and_takes_it_back_once(office):
    office.sent("1")
    remit(office.ledger, payment())
    back = payment(paid=-80_00, write_off=-20_00, status="22", outcome="accepted")
    remit(office.ledger, back, trace="T2")
    remit(office.ledger, back, trace="T3")
    with office.ledger.read() as connection:
        query = select(claim_payment.c.reverses).order_by(claim_payment.c.id)
        assert connection.execute(query).scalars().all() == [None, 1, None]
    assert money.money(office.ledger).closes


def test_a_reversal_takes_back_what_was_decided_then_not_what_it_would_be_today(office):
    office.sent("1")
    # forwarded to the next payer: nothing was asked of the patient
    remit(office.ledger, payment(paid=70_00, write_off=20_00, to_patient=0, status="19", outcome="forwarded"))
    remit(
        office.ledger,
        payment(paid=-70_00, write_off=-20_00, to_patient=-10_00, status="22", outcome="accepted"),
        trace="T2",
    )
    now = money.money(office.ledger)
    assert (now.receivable_patients, now.receivable_payers, now.adjusted) == (0, 100_00, 0)


def test_a_reversal_of_what_lies_in_suspense_empties_it(office):
    office.sent("1")
    remit(office.ledger, payment(who=named("X9")))
    remit(office.ledger, payment(paid=-80_00, write_off=-20_00, status="22", who=named("X9")), trace="T2")
    now = money.money(office.ledger)
    assert (now.suspense, now.cash) == (0, 0)
    assert now.closes


def test_a_denial_taken_back_without_a_new_decision_is_work_again(office):
    office.sent("1")
    remit(office.ledger, payment(paid=0, write_off=0, outcome="denied", shortfalls=(DENIED,)))
    remit(office.ledger, payment(paid=0, write_off=0, status="22", outcome="accepted"), trace="T2")
    [takeback] = work.denials(office.ledger, date(2026, 11, 18))
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
