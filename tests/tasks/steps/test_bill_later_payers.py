"""The next payer is billed by the run after the answer, once, with what the payers before it decided."""

import json
from datetime import timedelta

import pytest

from ledger.queries.claims import holds
from ledger.queries.work_queue import Asked, items
from ledger.sending import later_payers
from tasks import nightly_run
from tasks.operations import bill_next_payer, claim_money
from tests.tasks.later_payers import (
    ANN,
    CLAIM,
    FORWARDED,
    PAID,
    SECOND,
    balanced,
    denial_of,
    remittance,
    sent,
    to_beacon,
)
from tests.tasks.payment_scenarios import FIRST


def test_the_next_payer_is_billed_by_the_run_after_the_answer_with_what_the_first_one_decided(scenario, home):
    played = scenario(remittance(101, PAID, 90))
    (claim,) = to_beacon(home)
    assert balanced(claim)
    assert (claim.payer_order, claim.frequency, claim.subscriber.member_id) == ("S", "1", "W27770002")
    assert claim.patient_control_number == sent(home)[0].patient_control_number
    (other,) = claim.other_payers
    assert (other.order, other.payer.id, other.subscriber.member_id) == ("P", "HRB01", "W17770001")
    assert (other.paid, other.payer_claim_control_number, other.adjudicated) == (90_00, "I1", None)
    (first,) = claim.lines[0].adjudications
    assert [(a.group, a.reason, a.amount) for a in first.adjustments] == [
        ("CO", "45", 10_00),
        ("PR", "2", 20_00),
    ]
    assert (first.paid, first.remaining_patient_liability) == (70_00, 20_00)
    assert str(first.adjudicated) == "2026-11-17"
    (second,) = claim.lines[1].adjudications
    assert (second.paid, second.procedure, second.modifiers) == (20_00, "87880", ("QW",))
    assert second.remaining_patient_liability == 0
    story = played.claim()
    assert [(s["payer"], s["payer_order"]) for s in story["submissions"]] == [
        ("harbor", "P"),
        ("beacon", "S"),
    ]
    assert {p["payer"]: (p["state"], p["receivable_cents"]) for p in story["payers"]} == {
        "harbor": ("paid", 0),
        "beacon": ("unanswered", 20_00),
    }


def test_it_is_billed_once_however_many_runs_follow(scenario, home):
    scenario(remittance(101, PAID, 90), then=4)
    assert len(to_beacon(home)) == 1


def test_a_claim_whose_later_payer_was_billed_is_not_looked_at_again_while_it_waits(scenario, home):
    played = scenario(remittance(101, PAID, 90), then=0)
    with played.opened() as opened:
        assert len(later_payers.due(opened.ledger)) == 1
        nightly_run.walk(opened, FIRST + timedelta(days=2))
        assert later_payers.due(opened.ledger) == []
    assert len(to_beacon(home)) == 1


def test_a_payer_that_left_nothing_ends_the_claim(scenario, home):
    whole = PAID.replace("90*20*12", "110**12").replace("100*70", "100*90").replace("CAS*PR*2*20~\n", "")
    played = scenario(remittance(101, whole, 110))
    assert to_beacon(home) == []
    assert played.claim()["state"] == "paid"


def test_a_payer_that_wants_it_gets_a_claim_of_which_nothing_is_left(scenario, home):
    file = home.path / "partners" / "payers" / "beacon.toml"
    file.write_text(f"zero_due_claims = true\n{file.read_text('utf-8')}", encoding="utf-8")
    whole = PAID.replace("90*20*12", "110**12").replace("100*70", "100*90").replace("CAS*PR*2*20~\n", "")
    scenario(remittance(101, whole, 110), then=3)
    assert len(to_beacon(home)) == 1


@pytest.mark.parametrize(("reason", "remark"), [("16", "N290"), ("197", ""), ("252", "N706")])
def test_a_denial_that_can_be_corrected_is_worked_first(scenario, home, reason, remark):
    played = scenario(remittance(101, denied("CO", reason, remark), 70), then=3)
    assert to_beacon(home) == []
    assert {p["payer"]: p["state"] for p in played.claim()["payers"]}["beacon"] == "not_billed"


@pytest.mark.parametrize(("group", "reason"), [("PR", "204"), ("PR", "119"), ("CO", "50")])
def test_a_denial_that_stays_is_no_reason_to_wait(scenario, home, group, reason):
    scenario(remittance(101, denied(group, reason), 70), then=2)
    assert len(to_beacon(home)) == 1


def test_what_is_left_for_the_next_payer_waits_for_its_answer_and_no_longer(scenario, home):
    played = scenario(remittance(101, denied("PR", "204"), 70), then=2)
    day = FIRST + timedelta(days=3)
    with played.opened() as opened:
        assert items(opened.ledger, day, Asked(kinds=["denial"])) == []
        [waits] = items(opened.ledger, day, Asked(kinds=["denial"], snoozed=True))
        assert (waits.way, waits.next_payer) == ("NEXT_PAYER_OR_PATIENT", "")
        answer_days = opened.partners.payers["beacon"].answer_days
        [back] = items(opened.ledger, day + timedelta(days=answer_days), Asked(kinds=["denial"]))
        assert back.id == waits.id


def test_what_another_way_ends_is_work_while_the_next_payer_is_asked(scenario, home):
    played = scenario(remittance(101, denied("CO", "50"), 70), then=2)
    with played.opened() as opened:
        assert len(items(opened.ledger, FIRST + timedelta(days=3), Asked(kinds=["denial"]))) == 1


def denied(group, reason, remark=""):
    claim = PAID.replace("90*20*12", "70*20*12").replace("87880:QW*35*20", "87880:QW*35*0")
    claim = claim.replace("CAS*CO*45*13.5**253*1.5~", f"CAS*{group}*{reason}*35~")
    return f"{claim}LQ*HE*{remark}~\n" if remark else claim


@pytest.mark.parametrize(
    "claim",
    [
        FORWARDED,
        PAID.replace("DTM*232", "MOA***MA18~\nDTM*232"),
        PAID.replace("DTM*232", "MOA***MA07~\nDTM*232"),
        PAID.replace("DTM*232", "MOA***N89~\nDTM*232"),
    ],
)
def test_a_claim_that_was_forwarded_is_never_billed_by_itself(scenario, home, claim):
    played = scenario(remittance(101, claim, 90))
    with played.opened() as opened:
        for day in (20, 31, 32, 50, 80):
            nightly_run.walk(opened, FIRST + timedelta(days=day))
    assert to_beacon(home) == []
    (work,) = played.claim()["work"]
    assert (work["kind"], work["payer"], work["cents"]) == ("overdue_payer", "beacon", 20_00)
    assert "bill-next" in work["action"]


def test_after_the_limit_a_person_bills_the_claim_that_did_not_cross_over(scenario, home):
    played = scenario(remittance(101, FORWARDED, 90))
    with played.opened() as opened:
        nightly_run.walk(opened, FIRST + timedelta(days=40))
        day = FIRST + timedelta(days=41)
        bill_next_payer.bill(opened, day, ANN, "T-1", dry_run=False)
        nightly_run.walk(opened, day)
        nightly_run.walk(opened, day + timedelta(days=1))
    assert len(to_beacon(home)) == 1
    assert [w["state"] for w in played.claim()["work"]] == ["resolved"]


def test_a_denial_as_a_duplicate_after_it_crossed_over_changes_nothing(scenario, home):
    crossed = """CLP*{T-1}*2*135*20**12*B1*11*1~
NM1*QC*1*ZEPHYRINE*QUILL****MI*W27770002~
CAS*OA*23*115~
"""
    duplicate = crossed.replace("*20**", "*0**").replace("B1", "B2").replace("CAS*OA*23*115", "CAS*OA*18*135")
    played = scenario(
        remittance(101, FORWARDED, 90),
        remittance(102, crossed, 20, "beacon", 18),
        remittance(103, duplicate, 0, "beacon", 19),
    )
    story = played.claim()
    assert (story["state"], story["patient_receivable_cents"]) == ("paid", 0)
    assert [w for w in story["work"] if w["state"] == "open"] == []
    assert to_beacon(home) == []


def test_a_first_payers_reversal_after_the_next_one_was_billed_is_work_there(scenario, home):
    reversal = (
        PAID.replace("*1*135*90*20", "*22*-135*-90*")
        .replace("*100*70", "*-100*-70")
        .replace("CO*45*10~", "CO*45*-10~")
        .replace("PR*2*20~", "PR*2*-20~")
        .replace("*35*20", "*-35*-20")
        .replace("13.5**253*1.5", "-13.5**253*-1.5")
    )
    correction = (
        PAID.replace("90*20*12", "80*30*12").replace("100*70", "100*60").replace("PR*2*20", "PR*2*30")
    )
    played = scenario(
        remittance(101, PAID, 90),
        "",
        remittance(102, reversal + correction, 0, day=19, provider_level=-10),
    )
    work = [w for w in played.claim()["work"] if w["state"] == "open"]
    assert ("earlier_answer_changed", "beacon") in [(w["kind"], w["payer"]) for w in work]
    assert len(to_beacon(home)) == 1


@pytest.mark.parametrize(
    ("second", "told"),
    [(0, []), (20, [("earlier_answer_changed", "beacon"), ("payer_credit", "beacon")])],
    ids=["the next one paid nothing", "the next one paid"],
)
def test_a_next_payer_is_told_that_the_first_one_pays_all_only_where_it_paid(scenario, home, second, told):
    """The first payer denies, the next one is billed with that, then the first one pays what it allows."""
    whole = PAID.replace("90*20*12", "110*0*12").replace("100*70", "100*90").replace("CAS*PR*2*20~\n", "")
    crossed = "CLP*{T-1}*2*135*20**12*B1*11*1~\nNM1*QC*1*ZEPHYRINE*QUILL****MI*W27770002~\nCAS*OA*23*115~\n"
    denied = (
        PAID.replace("1*135*90*20*12", "4*135*0**12").replace("100*70", "100*0").replace("35*20", "35*0")
        .replace("CAS*CO*45*10~\nCAS*PR*2*20~", "CAS*CO*167*100~")
        .replace("CAS*CO*45*13.5**253*1.5~", "CAS*CO*167*35~")
    )  # fmt: skip
    nights = [remittance(101, denied, 0), ""]
    if second:
        nights.append(remittance(102, crossed, second, "beacon", 18))
    played = scenario(*nights, remittance(103, whole, 110, day=19))
    assert len(to_beacon(home)) == 1
    work = [w for w in played.claim()["work"] if w["state"] == "open"]
    assert sorted((w["kind"], w["payer"]) for w in work) == told


def test_two_coverages_of_one_payer_are_two(scenario, home):
    twice = {
        **CLAIM,
        "coverages": [CLAIM["coverages"][0], {"order": "S", "payer": "harbor", "member_id": "W17770099"}],
    }
    played = scenario(remittance(101, PAID, 90), then=3, encounter=twice)
    _, second = sent(home)
    assert (second.payer_order, second.subscriber.member_id, second.payer.id) == ("S", "W17770099", "HRB01")
    assert balanced(second)
    assert [(p["order"], p["state"], p["payer"]) for p in played.claim()["payers"]] == [
        ("P", "paid", "harbor"),
        ("S", "unanswered", "harbor"),
    ]


THREE = {
    **CLAIM,
    "coverages": [*CLAIM["coverages"], {"order": "T", "payer": "meridian", "member_id": "W37770003"}],
}


def test_the_third_payer_hears_what_both_before_it_decided(scenario, home):
    scenario(
        remittance(101, PAID, 90), "", remittance(102, SECOND, 12, "beacon", 19), then=2, encounter=THREE
    )
    claim = sent(home)[-1]
    assert (claim.payer_order, claim.payer.id) == ("T", "MRD02")
    assert [(o.order, o.paid) for o in claim.other_payers] == [("P", 90_00), ("S", 12_00)]
    assert [[(a.payer_id, a.paid) for a in line.adjudications] for line in claim.lines] == [
        [("HRB01", 70_00), ("BCN05", 12_00)],
        [("HRB01", 20_00), ("BCN05", 0)],
    ]
    assert balanced(claim)
    assert [a.remaining_patient_liability for a in claim.lines[0].adjudications] == [20_00, 8_00]


def test_a_claim_to_a_payer_that_decided_as_a_whole_says_so_at_the_claim(scenario, home):
    whole = """CLP*{T-1}*1*135*90*20*12*I1*11*1~
CAS*CO*45*25~
CAS*PR*1*20~
NM1*QC*1*ZEPHYRINE*QUILL****MI*W17770001~
DTM*232*20261102~
"""
    scenario(remittance(101, whole, 90))
    (claim,) = to_beacon(home)
    (other,) = claim.other_payers
    assert balanced(claim)
    assert (other.paid, other.remaining_patient_liability, str(other.adjudicated)) == (
        90_00,
        20_00,
        "2026-11-17",
    )
    assert [line.adjudications for line in claim.lines] == [(), ()]


def test_a_correction_that_comes_while_the_next_payers_claim_waits_is_late(scenario, home):
    newer = {**CLAIM, "version": 2, "diagnoses": ["J02.0"]}

    def correct(opened):
        home.drop("lakeside/again.json", json.dumps(newer))

    played = scenario(remittance(101, PAID, 90), "", then=2, before={2: correct})
    assert len(played.claim()["submissions"]) == 2
    assert len(to_beacon(home)) == 1


def test_a_payment_dated_ahead_is_reported_from_its_day_on(scenario, home):
    played = scenario(remittance(101, PAID, 90, day=20), then=2)
    assert to_beacon(home) == []
    assert {p["payer"]: p["state"] for p in played.claim()["payers"]}["beacon"] == "to_bill"
    with played.opened() as opened:
        nightly_run.walk(opened, FIRST + timedelta(days=4))
    assert len(to_beacon(home)) == 1


def test_a_person_who_bills_before_the_day_of_the_payment_is_held_until_it(scenario, home):
    played = scenario(remittance(101, PAID, 90, day=20), then=0)
    with played.opened() as opened:
        day = FIRST + timedelta(days=2)
        bill_next_payer.bill(opened, day, ANN, "T-1", dry_run=False)
        nightly_run.walk(opened, day)
        assert {(h.edit_id, h.place) for h in holds(opened.ledger)} == {("COB-08", "2430 DTP 573")}
        nightly_run.walk(opened, FIRST + timedelta(days=4))
    assert len(to_beacon(home)) == 1


def write_off(opened, day):
    claim_money.write_off(opened, day, ANN, "T-1", "harbor", 35_00, dry_run=False)


def to_the_patient(opened, day):
    claim_money.to_patient(opened, day, ANN, "T-1", "harbor", "WAIVER", line=2, dry_run=False)


@pytest.mark.parametrize("act", [write_off, to_the_patient])
@pytest.mark.parametrize(("reason", "remark"), [("16", "N290"), ("197", ""), ("252", "N706")])
def test_a_denial_that_a_person_settled_keeps_no_payer_waiting(scenario, home, act, reason, remark):
    played = scenario(remittance(101, denied("CO", reason, remark), 70))
    assert to_beacon(home) == []
    with played.opened() as opened:
        day = FIRST + timedelta(days=4)
        act(opened, day)
        nightly_run.walk(opened, day)
    assert [claim.payer_order for claim in to_beacon(home)] == ["S"]
    assert balanced(to_beacon(home)[0])


def test_what_the_next_payer_pays_is_what_the_work_on_the_denial_recovered(scenario, home):
    pays = """CLP*{T-1}*2*135*55**12*B1*11*1~
NM1*QC*1*ZEPHYRINE*QUILL****MI*W27770002~
DTM*232*20261102~
SVC*HC:99213*100*20**1~
DTM*472*20261102~
CAS*OA*23*80~
REF*6R*1~
SVC*HC:87880:QW*35*35**1~
DTM*472*20261102~
REF*6R*2~
"""
    played = scenario(remittance(101, denied("CO", "197"), 70))
    with played.opened() as opened:
        day = FIRST + timedelta(days=4)
        bill_next_payer.bill(opened, day, ANN, "T-1", dry_run=False)
        nightly_run.walk(opened, day)
    assert [claim.payer_order for claim in to_beacon(home)] == ["S"]
    assert denial_of(played) == ("open", "", 0), "it is worked until its money is here"
    site, text = home.path / "site" / "outbound", remittance(102, pays, 55, "beacon", 20)
    number = played.claim()["patient_control_number"]
    (site / "beacon.835").write_text(text.replace("{T-1}", number), encoding="utf-8")
    with played.opened() as opened:
        nightly_run.walk(opened, FIRST + timedelta(days=5))
    assert denial_of(played) == ("resolved", "recovered", 35_00)
