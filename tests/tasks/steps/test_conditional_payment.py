"""Medicare pays conditionally: asked after 120 days of silence, given back when the insurer pays."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coding.example import CLEAN, FirstPayer
from edi.records import DatedCode, Institutional
from ledger.errors import ActRefused
from ledger.queries.claims import holds
from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from ledger.queries.work_queue import EVERYTHING, items
from tasks import nightly_run
from tasks.claims.conditional import conditional
from tasks.operations import bill_conditionally
from tasks.operations.money_acts import By
from tasks.work.commands import commands_of
from tests.tasks.later_payers import CLAIM, PAID, balanced, remittance, sent
from tests.tasks.operations.killing import of, whole_or_not_and_once
from tests.tasks.payment_scenarios import FIRST
from tests.tasks.steps.test_claims_to_later_payers import ASKED, medicare_second

ANN = By("ann", "the insurer is silent")
OVER = FIRST + timedelta(days=120)
LATE = OVER + timedelta(days=1)


def bill(opened, day, dry_run=False):
    return bill_conditionally.bill(opened, day, ANN, "T-1", dry_run=dry_run)


SECOND_OLD = {
    **medicare_second(insurance_type="14")["coverages"][1],
    "questionnaire": "2026-01-02",
}


def silent(scenario, type_="14", **more):
    return scenario(then=1, encounter={**medicare_second(insurance_type=type_, **ASKED), **more})


MEDICARE_PAID = (
    PAID.replace("*1*135*90*20*", "*2*135*90*20*").replace("W17770001", "W27770002").replace("*I1*", "*S1*")
)


def test_medicare_is_asked_after_120_days_of_silence_and_hears_that_nothing_was_paid(scenario, home):
    played = silent(scenario)
    with played.opened() as opened:
        with pytest.raises(ActRefused, match=f"has until {OVER}"):
            bill(opened, OVER)
        nightly_run.walk(opened, LATE)
        [work] = [one for one in items(opened.ledger, LATE, EVERYTHING) if one.kind == "overdue_payer"]
        assert "claims bill-conditional" in " ".join(one.typed for one in commands_of(work))
        assert bill(opened, LATE, dry_run=True).dry_run
        assert len(sent(home)) == 1
        assert "said nothing" in bill(opened, LATE).what
        with pytest.raises(ActRefused, match="was billed already"):
            bill(opened, LATE)
        nightly_run.walk(opened, LATE + timedelta(days=1))
    claim = sent(home)[-1]
    assert (claim.payer.id, claim.payer_order, claim.insurance_type) == ("SNR04", "S", "14")
    [first] = claim.other_payers
    assert (first.paid, first.adjudicated) == (0, OVER)
    assert [(a.group, a.reason, a.amount) for a in first.adjustments] == [("OA", "192", claim.charge)]
    assert balanced(claim)
    assert claim.note.startswith("CONDITIONAL PAYMENT")


def owed(played):
    return {payer["payer"]: payer["receivable_cents"] for payer in played.claim()["payers"]}


def answered(opened, home, number, name, day, **of):
    """A remittance of a payer, and the nightly run that takes it."""
    claim = of.pop("claim").replace("{T-1}", sent(home)[0].patient_control_number)
    (home.path / "site" / "outbound" / name).write_text(remittance(number, claim, 90, day=30, **of), "utf-8")
    nightly_run.walk(opened, day)
    assert proof(opened.ledger).holds
    assert money(opened.ledger).closes
    return {one.kind: one.cents for one in items(opened.ledger, day, EVERYTHING)}


def test_what_medicare_pays_is_posted_and_goes_back_when_the_insurer_pays(scenario, home):
    played = silent(scenario)
    day = LATE + timedelta(days=2)
    with played.opened() as opened:
        bill(opened, LATE)
        assert proof(opened.ledger).holds
        assert owed(played) == {"harbor": 135_00, "senior": 0}, "until it is in a file"
        nightly_run.walk(opened, LATE)
        assert proof(opened.ledger).holds
        assert owed(played) == {"harbor": 0, "senior": 135_00}
        assert answered(opened, home, 201, "m.835", day, claim=MEDICARE_PAID, payer="senior") == {}
    assert owed(played) == {"harbor": 0, "senior": 0}
    assert played.claim()["patient_receivable_cents"] == 20_00
    with played.opened() as opened:
        kinds = answered(opened, home, 202, "p.835", day + timedelta(days=1), claim=PAID)
    assert kinds["payer_credit"] == 70_00, "the first payer left 20.00 to Medicare, which paid 90.00"
    assert "earlier_answer_changed" in kinds


def test_an_insurer_that_answers_before_the_run_is_billed_after_in_the_usual_way(scenario, home):
    played = silent(scenario)
    with played.opened() as opened:
        bill(opened, LATE)
        (home.path / "site" / "outbound" / "p.835").write_text(
            remittance(202, PAID.replace("{T-1}", sent(home)[0].patient_control_number), 90, day=30), "utf-8"
        )
        nightly_run.walk(opened, LATE)
        nightly_run.walk(opened, LATE + timedelta(days=1))
        assert proof(opened.ledger).holds
        assert money(opened.ledger).closes


def test_a_claim_that_is_held_keeps_what_is_owed_in_the_books(scenario, home):
    played = silent(scenario, coverages=[CLAIM["coverages"][0], {**SECOND_OLD}])
    with played.opened() as opened:
        bill(opened, LATE)
        nightly_run.walk(opened, LATE)
        assert proof(opened.ledger).holds
        assert {one.edit_id for one in holds(opened.ledger)} == {"COB-04"}
    assert len(sent(home)) == 1


def test_asking_is_done_whole_or_not_at_all_and_once(scenario, home, tmp_path):
    silent(scenario)
    made = whole_or_not_and_once(lambda name: of(home, tmp_path / name), lambda h: bill(h, LATE))
    with made.opened() as opened, pytest.raises(ActRefused, match="was billed already"):
        bill(opened, LATE)


def test_an_institutional_claim_names_the_type_by_its_value_code():
    stay = Institutional(type_of_bill="13", values=(DatedCode(code="A1", amount=5_00),))
    claim = CLEAN.but(
        payer_order="S", insurance_type="47", institutional=stay, other_payers=(FirstPayer(),)
    ).claim
    other = replace(claim.other_payers[0], order="P", paid=None, adjustments=(), adjudicated=None)
    made = conditional(replace(claim, other_payers=(other,)), OVER, "CO 22")
    assert [(v.code, v.amount) for v in made.institutional.values] == [("A1", 5_00), ("47", 0)]
    assert [(a.group, a.reason, a.amount) for a in made.other_payers[0].adjustments] == [
        ("CO", "22", claim.charge)
    ]
    again = conditional(made, OVER, "CO 22")
    assert again == made


def test_only_the_silence_of_an_accidents_insurer_is_a_ground(scenario):
    played = silent(scenario, "12")
    with played.opened() as opened, pytest.raises(ActRefused, match="group health plan"):
        bill(opened, LATE)


def test_a_liability_insurers_time_runs_from_the_service(scenario):
    played = silent(scenario, "47")
    with played.opened() as opened:
        with pytest.raises(ActRefused, match="2027-03-02"):
            bill(opened, OVER - timedelta(days=30))
        assert bill(opened, OVER, dry_run=True).dry_run
