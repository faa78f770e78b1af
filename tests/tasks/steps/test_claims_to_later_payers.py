"""What holds a claim to a later payer, and how a correction of that payer's coverage goes to it alone."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from coding import EDITS
from ledger.queries.claims import holds
from ledger.queries.money import money
from ledger.schema import claim_version
from tasks import nightly_run
from tasks.errors import StepError
from tasks.operations import correct_claim
from tasks.operations.override_edit import override
from tests.ledger.sending.test_transitions import undeclared
from tests.tasks.later_payers import (
    ANN,
    CLAIM,
    PAID,
    SECOND,
    balanced,
    remittance,
    sent,
    to_beacon,
)
from tests.tasks.payment_scenarios import FIRST

ASKED = {"questionnaire": "2026-10-20"}


def medicare_second(**coverage):
    second = {"order": "S", "payer": "senior", "member_id": "W27770002", **coverage}
    return {
        **CLAIM,
        "coverages": [CLAIM["coverages"][0], second],
        "referring": {"last": "Quince", "first": "Ada", "npi": "1999001021"},
    }


def test_medicare_as_second_payer_hears_why_and_what_the_practice_must_accept(scenario, home):
    scenario(remittance(101, PAID, 90), encounter=medicare_second(insurance_type="12", **ASKED))
    claim = sent(home)[-1]
    assert (claim.payer.id, claim.insurance_type) == ("SNR04", "12")
    assert (claim.contract.type, claim.contract.amount) == ("09", 111_50)
    assert [(s.contract.type, s.contract.amount) for s in claim.lines] == [("09", 90_00), ("09", 21_50)]
    assert balanced(claim)


def test_medicare_is_not_billed_second_before_somebody_says_why(scenario, home):
    played = scenario(remittance(101, PAID, 90), encounter=medicare_second(**ASKED), then=2)
    assert len(sent(home)) == 1
    with played.opened() as opened:
        assert {h.edit_id for h in holds(opened.ledger)} == {"COB-01"}


@pytest.mark.parametrize(
    ("asked", "said"), [({}, "is not given"), ({"questionnaire": "2026-08-03"}, "more than 90 days before")]
)
def test_medicare_is_not_billed_second_on_no_questionnaire_or_an_old_one(scenario, home, asked, said):
    encounter = medicare_second(insurance_type="12", **asked)
    played = scenario(remittance(101, PAID, 90), encounter=encounter, then=2)
    assert len(sent(home)) == 1
    with played.opened() as opened:
        [held] = holds(opened.ledger)
    assert (held.edit_id, held.place) == ("COB-04", "SBR05")
    assert said in held.detail
    corrected_later_payer(played, home, {**medicare_second(insurance_type="12", **ASKED), "version": 2})
    assert [c.payer.id for c in sent(home)] == ["HRB01", "SNR04"]


def test_a_payer_may_take_an_older_questionnaire_by_its_file(scenario, home):
    file = home.path / "partners" / "payers" / "senior.toml"
    file.write_text(f"questionnaire_days = 365\n{file.read_text('utf-8')}", encoding="utf-8")
    encounter = medicare_second(insurance_type="12", questionnaire="2026-01-05")
    scenario(remittance(101, PAID, 90), encounter=encounter)
    assert [c.payer.id for c in sent(home)] == ["HRB01", "SNR04"]


def wrong_member(**second):
    return {**CLAIM, "coverages": [CLAIM["coverages"][0], {**CLAIM["coverages"][1], **second}]}


@pytest.mark.parametrize(
    ("second", "edit_id", "place"),
    [
        ({"member_id": "XYZ1"}, "ELIG-02", "2010BA NM109"),
        ({"active_to": "2026-10-31"}, "ELIG-01", "DTP 472"),
    ],
)
def test_a_claim_is_held_by_the_later_payers_own_rules_with_place_and_remedy(
    scenario, home, second, edit_id, place
):
    played = scenario(remittance(101, PAID, 90), encounter=wrong_member(**second), then=3)
    assert to_beacon(home) == []
    story = played.claim()
    assert {(h["edit_id"], h["place"]) for h in story["holds"]} == {(edit_id, place)}
    assert all(h["fix"] == EDITS[edit_id].fix for h in story["holds"])
    assert [s["state"] for s in story["submissions"]] == ["paid", "held"]
    with played.opened() as opened:
        assert {h.edit_id for h in holds(opened.ledger)} == {edit_id}


def versions(opened):
    with opened.ledger.read() as connection:
        return connection.execute(select(func.count()).select_from(claim_version)).scalar_one()


def test_a_claim_that_is_held_for_three_nights_stays_one_version_until_its_practice_says_otherwise(
    scenario, home
):
    played = scenario(remittance(101, PAID, 90), encounter=wrong_member(member_id="XYZ1"), then=3)
    with played.opened() as opened:
        assert [h.edit_id for h in holds(opened.ledger)] == ["ELIG-02"]
        assert versions(opened) == 1
    file = home.path / "partners" / "practices" / "lakeside.toml"
    file.write_text(file.read_text("utf-8").replace('npi = "1999000015"', 'npi = "1999003019"', 1), "utf-8")
    with played.opened() as opened:
        for day in (8, 9):
            nightly_run.walk(opened, FIRST + timedelta(days=day))
        assert versions(opened) == 2
    assert to_beacon(home) == []


def test_the_corrected_coverage_goes_to_the_later_payer_and_nothing_to_the_first_one_again(scenario, home):
    played = scenario(remittance(101, PAID, 90), encounter=wrong_member(member_id="XYZ1"))
    corrected_later_payer(played, home, {**CLAIM, "version": 2})
    assert [(c.payer.id, c.subscriber.member_id) for c in sent(home)] == [
        ("HRB01", "W17770001"),
        ("BCN05", "W27770002"),
    ]
    assert played.claim()["holds"] == []


def corrected_later_payer(played, home, newer):
    home.drop("lakeside/newer.json", json.dumps(newer))
    with played.opened() as opened:
        nightly_run.walk(opened, FIRST + timedelta(days=10))
        day = FIRST + timedelta(days=11)
        done = correct_claim.correct(opened, day, ANN, "T-1", dry_run=False)
        assert "later payer" in done.what
        nightly_run.walk(opened, day)
        nightly_run.walk(opened, day + timedelta(days=1))
        assert undeclared(opened.ledger) == []


def test_a_coverage_that_was_learnt_of_after_the_first_answer_is_billed(scenario, home):
    one = {**CLAIM, "coverages": CLAIM["coverages"][:1]}
    played = scenario(remittance(101, PAID, 90), encounter=one)
    assert played.claim()["patient_receivable_cents"] == 20_00
    corrected_later_payer(played, home, {**CLAIM, "version": 2})
    assert [c.payer.id for c in sent(home)] == ["HRB01", "BCN05"]
    assert balanced(sent(home)[-1])
    story = played.claim()
    assert story["patient_receivable_cents"] == 0
    assert {p["payer"]: p["receivable_cents"] for p in story["payers"]} == {"harbor": 0, "beacon": 20_00}


def test_another_payer_in_the_second_place_is_billed_instead_of_the_one_that_was_held(scenario, home):
    played = scenario(remittance(101, PAID, 90), encounter=wrong_member(member_id="XYZ1"))
    newer = wrong_member(payer="meridian", member_id="W37770003")
    corrected_later_payer(played, home, {**newer, "version": 2})
    assert [c.payer.id for c in sent(home)] == ["HRB01", "MRD02"]
    assert [(p["order"], p["payer"]) for p in played.claim()["payers"]] == [
        ("P", "harbor"),
        ("S", "meridian"),
    ]


def test_a_later_payers_claim_is_judged_beside_what_that_payer_received_before(scenario, home):
    alone = [{**CLAIM["coverages"][1], "order": "P"}]
    home.drop("lakeside/other.json", json.dumps({**CLAIM, "id": "T-2", "coverages": alone}))
    played = scenario(remittance(101, PAID, 90))
    assert [claim.payer_order for claim in to_beacon(home)] == ["P"]
    assert {h["edit_id"] for h in played.claim()["holds"]} == {"DUP-01"}


BEACON_FIRST = {
    **CLAIM,
    "coverages": [
        {"order": "P", "payer": "beacon", "member_id": "W27770002"},
        {"order": "S", "payer": "harbor", "member_id": "W17770001"},
    ],
}


def answered_by_both(scenario, home):
    """Beacon, which takes no replacement, paid; then harbor, which does, paid what it left."""
    second = remittance(102, SECOND, 12, "harbor", 19)
    return scenario(remittance(101, PAID, 90, "beacon"), "", second, encounter=BEACON_FIRST)


def corrected_second(played, home, then=2, **second):
    coverages = [BEACON_FIRST["coverages"][0], {**BEACON_FIRST["coverages"][1], **second}]
    home.drop("lakeside/newer.json", json.dumps({**BEACON_FIRST, "version": 2, "coverages": coverages}))
    with played.opened() as opened:
        nightly_run.walk(opened, FIRST + timedelta(days=10))
        day = FIRST + timedelta(days=11)
        done = correct_claim.correct(opened, day, ANN, "T-1", dry_run=False)
        for night in range(then):
            nightly_run.walk(opened, day + timedelta(days=night))
        assert undeclared(opened.ledger) == []
    return done


def test_a_correction_of_a_later_coverage_that_was_billed_goes_there_by_that_payers_method(scenario, home):
    played = answered_by_both(scenario, home)
    done = corrected_second(played, home, group_number="G77")
    assert "replacement" in done.what
    assert "coverages[2].group_number: - to G77" in done.what
    newest = sent(home)[-1]
    assert (newest.payer.id, newest.payer_order, newest.frequency) == ("HRB01", "S", "7")
    assert (newest.payer_claim_control_number, newest.group_number) == ("B1", "G77")
    assert balanced(newest)
    assert [claim.payer.id for claim in sent(home)] == ["BCN05", "HRB01", "HRB01"]
    story = played.claim()
    assert [(s["payer"], s["frequency"], s["state"]) for s in story["submissions"]] == [
        ("beacon", "1", "paid"),
        ("harbor", "1", "replaced"),
        ("harbor", "7", "sent"),
    ]


def test_another_member_of_a_later_payer_is_taken_back_there_before_the_new_one_goes(scenario, home):
    played = answered_by_both(scenario, home)
    done = corrected_second(played, home, member_id="W17770088")
    assert "void then new" in done.what
    assert [(c.payer.id, c.frequency) for c in sent(home)[2:]] == [("HRB01", "8")]
    taken_back = sent(home)[-1]
    assert (taken_back.subscriber.member_id, taken_back.payer_claim_control_number) == ("W17770001", "B1")
    assert balanced(taken_back)
    reversal = (
        SECOND.replace("*2*135*12*8*", "*22*-135*-12**")
        .replace("*100*12*", "*-100*-12*")
        .replace("*35*0*", "*-35*0*")
        .replace("OA*23*", "OA*23*-")
        .replace("PR*2*", "PR*2*-")
    ).replace("{T-1}", taken_back.patient_control_number)
    data = remittance(103, reversal, 0, "harbor", 28, provider_level=-12)
    (home.path / "site" / "outbound" / "taken_back.835").write_text(data, encoding="utf-8")
    with played.opened() as opened:
        for night in (13, 14, 15):
            nightly_run.walk(opened, FIRST + timedelta(days=night))
        assert undeclared(opened.ledger) == []
        books = money(opened.ledger)
        assert books.closes
        assert (books.charged, books.applied) == (135_00, 90_00)
    last = sent(home)[-1]
    assert (last.payer.id, last.payer_order, last.frequency) == ("HRB01", "S", "1")
    assert last.subscriber.member_id == "W17770088"
    again = SECOND.replace("*B1*", "*B2*").replace("W27770002", "W17770088")
    again = again.replace("{T-1}", last.patient_control_number)
    site = home.path / "site" / "outbound"
    (site / "again.835").write_text(remittance(104, again, 12, "harbor", 30), encoding="utf-8")
    with played.opened() as opened:
        nightly_run.walk(opened, FIRST + timedelta(days=16))
        books = money(opened.ledger)
        assert books.closes
        assert (books.charged, books.applied, books.receivable_patients) == (135_00, 102_00, 8_00)
    story = played.claim()
    assert {p["payer"]: (p["state"], p["receivable_cents"]) for p in story["payers"]} == {
        "beacon": ("paid", 0),
        "harbor": ("paid", 0),
    }
    assert [w for w in story["work"] if w["state"] == "open"] == []


def test_a_later_payer_that_has_not_answered_is_not_corrected_yet(scenario, home):
    played = scenario(remittance(101, PAID, 90, "beacon"), encounter=BEACON_FIRST)
    with pytest.raises(StepError) as refused:
        corrected_second(played, home, group_number="G77")
    assert refused.value.code == "CLM-06"


def test_a_person_lets_a_finding_on_a_later_payers_claim_pass(scenario, home):
    played = scenario(remittance(101, PAID, 90), encounter=wrong_member(active_to="2026-10-31"))
    with played.opened() as opened:
        day = FIRST + timedelta(days=10)
        override(
            opened,
            "T-1",
            "ELIG-01",
            who="ann",
            why="extended by the payer",
            until=day + timedelta(days=9),
            as_of=day,
        )
        nightly_run.walk(opened, day)
    assert len(to_beacon(home)) == 1


@pytest.mark.parametrize(("limit_from", "goes"), [("remittance", True), ("service", False)])
def test_a_later_payers_filing_limit_runs_from_what_its_file_says(scenario, home, limit_from, goes):
    file = home.path / "partners" / "payers" / "beacon.toml"
    text = re.sub(r"filing_limit_days = \d+", "filing_limit_days = 10", file.read_text("utf-8"))
    text = text.replace('id = "TF-01"', 'id = "PX-04"')
    file.write_text(f'later_filing_limit_from = "{limit_from}"\n{text}', encoding="utf-8")
    played = scenario(remittance(101, PAID, 90))
    assert bool(to_beacon(home)) is goes
    assert [h["edit_id"] for h in played.claim()["holds"]] == ([] if goes else ["TF-01"])


def test_a_later_payer_that_wants_an_authorization_holds_what_goes_to_it_and_nothing_that_went_before(
    scenario, home
):
    file = home.path / "partners" / "payers" / "beacon.toml"
    file.write_text('authorization_for = ["99213"]\n' + file.read_text("utf-8"), encoding="utf-8")
    played = scenario(remittance(101, PAID, 90), then=2)
    assert [c.payer.id for c in sent(home)] == ["HRB01"]
    with played.opened() as opened:
        [held] = holds(opened.ledger)
    assert (held.edit_id, held.line, held.place) == ("AUTH-01", 1, "REF G1")
    corrected_later_payer(played, home, {**CLAIM, "version": 2, "prior_authorization": "A7"})
    first, claim = sent(home)
    assert (first.payer.id, claim.payer.id, claim.frequency) == ("HRB01", "BCN05", "1")
    assert claim.prior_authorization == "A7"


def test_a_number_for_a_later_payer_that_was_billed_corrects_the_claim_there_and_not_with_the_first(
    scenario, home
):
    played = scenario(remittance(101, PAID, 90))
    assert to_beacon(home)
    line = {**CLAIM["lines"][0], "prior_authorization": "A7"}
    newer = {**CLAIM, "version": 2, "lines": [line, CLAIM["lines"][1]]}
    with played.opened() as opened:
        day = FIRST + timedelta(days=3)
        home.drop("lakeside/newer.json", json.dumps(newer))
        nightly_run.walk(opened, day)
        with pytest.raises(StepError, match="CLM-06"):  # beacon did not decide; harbor, which paid, is done
            correct_claim.preview(opened, day, "T-1")


def test_a_number_that_the_first_payer_denied_for_goes_to_the_first_payer(scenario, home):
    denied = PAID.replace("*1*135*90*20*", "*4*135*0*0*").replace("*100*70**", "*100*0**")
    denied = denied.replace("CAS*CO*45*10~\nCAS*PR*2*20~", "CAS*CO*197*100~").replace("*35*20**", "*35*0**")
    denied = denied.replace("CAS*CO*45*13.5**253*1.5~", "CAS*CO*197*35~")
    played = scenario(remittance(101, denied, 0))
    with played.opened() as opened:
        day = FIRST + timedelta(days=3)
        home.drop("lakeside/newer.json", json.dumps({**CLAIM, "version": 2, "prior_authorization": "A7"}))
        nightly_run.walk(opened, day)
        assert correct_claim.preview(opened, day, "T-1").payer == "harbor"
