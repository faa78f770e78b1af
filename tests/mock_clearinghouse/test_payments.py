"""835s of the demo's stories: accepted by oxedi, in balance, and with what the scenario says."""

from datetime import date

import oxedi
import pytest

import edi
from edi.records import Address, Party

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)
SUMMIT = Party(
    last="SUMMIT ORTHOPEDICS",
    npi="1999000023",
    tax_id="001230202",
    address=Address(line1="1 HILL ROAD", city="SPRINGFIELD", state="IL", zip="627040411"),
)
STORIES = [
    *("W1", "W2", "W3", "W41", "W42", "W43", "W44", "W45", "W46", "W47", "W48", "W51", "W52", "W53"),
    *("W61", "W62", "W63", "W71", "W72", "W81"),
]


def assert_sound(now):
    """Every 835 is accepted by oxedi, finds no error in a check, and closes at every level."""
    for path in now.files("835"):
        result = oxedi.parse(path.read_bytes())
        assert [str(d) for d in result.diagnostics] == []
        assert [f for f in edi.check(path) if f.severity == "error"] == []
    for remittance in now.remittances():
        paid = 0
        for claim in remittance.claims:
            adjustments = list(claim.adjustments)
            for line in claim.lines:
                assert line.charge - sum(a.amount for a in line.adjustments) == line.paid
                adjustments += line.adjustments
            assert claim.charge - sum(a.amount for a in adjustments) == claim.paid
            paid += claim.paid
        assert paid - sum(a.amount for a in remittance.provider_adjustments) == remittance.payment
        assert remittance.payment >= 0


def of(now, number):
    """The payments of one claim tonight."""
    return [claim for r in now.remittances() for claim in r.claims if claim.patient_control_number == number]


def reasons(payment):
    return [[(a.group, a.reason) for a in line.adjustments] for line in payment.lines]


@pytest.fixture
def played(clearinghouse, claim, batch):
    """Monday's claims sent, one for each story; then it is Tuesday."""
    now = clearinghouse()
    now.send(batch(*(claim(f"CC{story}", f"{story:0<10}") for story in STORIES)))
    now.take()
    now.next(TUESDAY)
    return now


def test_tuesdays_remittances_are_sound(played):
    assert_sound(played)
    assert len(played.remittances()) == 1


def test_wednesdays_remittances_are_sound(played):
    played.take()
    played.next(WEDNESDAY)
    assert_sound(played)


@pytest.mark.parametrize(
    ("story", "status", "expected", "remarks"),
    [
        ("W1", "1", [("CO", "45")], ()),
        ("W2", "1", [("CO", "45"), ("PR", "1")], ()),
        ("W3", "1", [("CO", "45"), ("PR", "3"), ("PR", "2")], ()),
        ("W41", "1", [("CO", "197")], ()),
        ("W42", "1", [("CO", "50")], ("N115",)),
        ("W44", "4", [("CO", "16")], ("N290",)),
        ("W45", "1", [("CO", "29")], ()),
        ("W46", "1", [("CO", "45")], ()),
        ("W47", "1", [("PR", "204")], ()),
        ("W48", "1", [("CO", "16")], ("MA130",)),
        ("W72", "1", [("OA", "133")], ()),
        ("W81", "19", [("CO", "45"), ("PR", "2")], ()),
    ],
)
def test_each_story_has_its_reasons(played, story, status, expected, remarks):
    (payment,) = of(played, f"CC{story}")
    assert payment.status == status
    assert reasons(payment)[0] == expected
    assert payment.lines[0].remarks == remarks
    if story[:2] in ("W4", "W7"):
        assert payment.paid == 0


def test_one_line_is_bundled_and_the_other_paid(played):
    (payment,) = of(played, "CCW43")
    assert [line.paid > 0 for line in payment.lines] == [True, False]
    assert payment.lines[1].remarks == ("M15",)


def test_rejected_and_lost_claims_are_never_paid(played):
    assert [of(played, f"CC{story}") for story in ("W51", "W52", "W53")] == [[], [], []]


def test_interest_raises_the_payment_through_the_plb(played):
    (payment,) = of(played, "CCW63")
    assert ("I", 347) in payment.amounts
    (plb,) = [a for r in played.remittances() for a in r.provider_adjustments]
    assert (plb.reason, plb.amount, plb.reference) == ("L6", -347, payment.payer_claim_control_number)


def test_one_payment_is_for_a_claim_that_nobody_sent(played):
    (payment,) = of(played, "UNKNOWN77")
    assert (payment.charge, payment.paid) == (12_000, 9_600)
    played.take()
    played.next(WEDNESDAY)
    assert of(played, "UNKNOWN77") == []


def test_a_reversal_comes_before_its_correction_in_one_835(played):
    (first,) = of(played, "CCW61")
    played.take()
    played.next(WEDNESDAY)
    back, again = of(played, "CCW61")
    assert (back.status, back.paid, back.payer_claim_control_number) == (
        "22",
        -first.paid,
        first.payer_claim_control_number,
    )
    assert 0 < again.paid < first.paid


def test_a_recoupment_is_tied_to_its_claim_by_the_payers_number(played):
    (first,) = of(played, "CCW62")
    played.take()
    played.next(WEDNESDAY)
    assert of(played, "CCW62") == []
    recouped = [a for r in played.remittances() for a in r.provider_adjustments if a.reason == "WO"]
    assert [(a.amount, a.reference) for a in recouped] == [(first.paid, first.payer_claim_control_number)]


def test_what_a_payee_owes_is_carried_forward_and_taken_from_the_next_payment(played, claim, batch):
    played.send(batch(claim("CC99", charges=(100_000,)), isa13=2))
    played.take()
    (first,) = played.now._state._db.execute("SELECT COUNT(*) FROM carried").fetchone()
    played.next(WEDNESDAY)
    assert_sound(played)
    assert first == 0
    (remittance,) = played.remittances()
    assert remittance.payment > 0  # Tuesday's claim pays for the recoupment


def test_a_payment_below_zero_is_carried_to_the_next_business_date(played, claim, batch):
    played.take()
    played.next(WEDNESDAY)
    (remittance,) = played.remittances()
    (forward,) = [a for a in remittance.provider_adjustments if a.reason == "FB"]
    assert remittance.payment == 0
    assert forward.amount < 0
    played.send(batch(claim("CC99", charges=(100_000,)), isa13=2))
    played.take()
    played.next(date(2026, 11, 19))
    assert_sound(played)
    (later,) = played.remittances()
    (applied,) = [a for a in later.provider_adjustments if a.reason == "FB"]
    assert applied.amount == -forward.amount
    assert later.payment == 80_000 + forward.amount


def test_one_file_a_payer_with_one_transaction_a_payee(clearinghouse, claim, batch):
    now = clearinghouse()
    now.send(
        batch(
            claim("CC1"),
            claim("CC2", billing=SUMMIT),
            claim("CC3", payer="MRD02"),
            claim("CC4", payer="MRD02"),
        )
    )
    now.take()
    now.next(TUESDAY)
    assert_sound(now)
    assert [
        (path.name.split("_")[2], len(list(edi.read_remittances(path)))) for path in now.files("835")
    ] == [
        ("HRB01", 2),
        ("MRD02", 1),
    ]
    assert sorted((r.payer.last, r.payee.npi) for r in now.remittances()) == [
        ("HARBOR HEALTH PLAN", "1999000015"),
        ("HARBOR HEALTH PLAN", "1999000023"),
        ("MERIDIAN BLUE", "1999000015"),
    ]
    assert len({r.trace for r in now.remittances()}) == 3


def test_a_replacement_reverses_the_original_and_is_paid(clearinghouse, claim, batch):
    now = clearinghouse()
    now.send(batch(claim("CC1", "W410000001"), claim("CC2")))
    now.take()
    now.next(TUESDAY)
    original = {c.patient_control_number: c for r in now.remittances() for c in r.claims}
    replaced = {
        number: claim(
            number,
            frequency=frequency,
            payer_claim_control_number=original[number].payer_claim_control_number,
        )
        for number, frequency in (("CC1", "7"), ("CC2", "8"))
    }
    now.send(batch(*replaced.values(), isa13=2))
    now.take()
    now.next(WEDNESDAY)
    assert_sound(now)
    denied, paid = of(now, "CC1")
    assert (denied.status, denied.paid, paid.status, paid.frequency) == ("22", 0, "1", "7")
    assert paid.paid > 0
    (void,) = of(now, "CC2")
    assert (void.status, void.paid) == ("22", -original["CC2"].paid)


def test_the_payer_may_forget_modifiers_and_line_numbers(clearinghouse, claim, batch):
    now = clearinghouse(
        '[[rule]]\nname = "a"\n[[rule.remit]]\nforget_modifiers = true\nforget_line_numbers = true\n'
    )
    now.send(batch(claim("CC1")))
    now.next(TUESDAY)
    (payment,) = of(now, "CC1")
    assert [(line.modifiers, line.control_number) for line in payment.lines] == [((), ""), ((), "")]


def test_the_same_business_dates_give_the_same_bytes(clearinghouse, claim, batch):
    seen = []
    for _ in range(2):
        now = clearinghouse()
        now.send(batch(*(claim(f"CC{story}", f"{story:0<10}") for story in STORIES)))
        now.next(TUESDAY)
        now.next(WEDNESDAY)
        seen.append({path.name: path.read_bytes() for path in now.files()})
    assert seen[0] == seen[1]
