"""The next payer is billed by the run after the answer, once, with what the payers before it decided."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

import edi
from coding import EDITS
from ledger.queries.claims import holds
from ledger.queries.money import money
from ledger.queries.work_queue import Asked, items
from ledger.schema import claim_version
from tasks import nightly_run
from tasks.errors import StepError
from tasks.operations import bill_next_payer, claim_money, correct_claim
from tasks.operations.money_acts import By
from tasks.operations.override_edit import override
from tests.conftest import CLEAN
from tests.ledger.sending.test_transitions import undeclared
from tests.tasks.payment_scenarios import FIRST, play

ANN = By("ann", "asked the payer")
CLAIM = {
    **CLEAN,
    "coverages": [*CLEAN["coverages"], {"order": "S", "payer": "beacon", "member_id": "W27770002"}],
    "lines": [
        {"procedure": "99213", "charge": "100.00", "pointers": [1]},
        {"procedure": "87880", "charge": "35.00", "pointers": [1], "modifiers": ["QW"]},
    ],
}
PAYERS = {
    "harbor": ("HARBOR HEALTH PLAN", "HRB01"),
    "beacon": ("BEACON SUPPLEMENTAL", "BCN05"),
    "senior": ("SENIOR ADVANTAGE TRUST", "SNR04"),
}
PAID = """CLP*{T-1}*1*135*90*20*12*I1*11*1~
NM1*QC*1*ZEPHYRINE*QUILL****MI*W17770001~
DTM*232*20261102~
SVC*HC:99213*100*70**1~
DTM*472*20261102~
CAS*CO*45*10~
CAS*PR*2*20~
REF*6R*1~
SVC*HC:87880:QW*35*20**1~
DTM*472*20261102~
CAS*CO*45*13.5**253*1.5~
REF*6R*2~
"""


def remittance(number, claim, paid, payer="harbor", day=17, provider_level=0):
    name, key = PAYERS[payer]
    body = f"""ST*835*0001~
BPR*I*{paid}*C*{"CHK" if paid else "NON"}************202611{day}~
TRN*1*T{number}*1999999999~
DTM*405*202611{day}~
N1*PR*{name}*XV*{key}~
N3*PO BOX 1~
N4*HARTFORD*CT*061030001~
PER*BL*PROVIDER LINE*TE*2175550199~
N1*PE*LAKESIDE FAMILY MEDICINE*XX*1999000015~
LX*1~
{claim}"""
    if provider_level:
        body += f"PLB*1999000015*20261231*FB:T{number}*{provider_level}~\n"
    count = body.count("~") + 1
    return (
        f"ISA*00*          *00*          *ZZ*NORTHGATE      *ZZ*CLEANCLAIM     *261117*0400*^*00501*"
        f"{number:09d}*0*T*:~\nGS*HP*NORTHGATE*CLEANCLAIM*20261117*0400*{number}*X*005010X221A1~\n"
        f"{body}SE*{count}*0001~\nGE*1*{number}~\nIEA*1*{number:09d}~\n"
    )


@pytest.fixture
def scenario(home, tmp_path):
    """Plays nights of remittances and then walks as many business dates as are asked for."""

    def played(*nights, then=1, encounter=CLAIM, before=None):
        folder = tmp_path / "scenario"
        folder.mkdir()
        (folder / "lakeside_e0.json").write_text(json.dumps(encounter), encoding="utf-8")
        for night, data in enumerate(nights, 2):
            if data:
                (folder / f"night{night}.835").write_text(data, encoding="utf-8")
        found = play(home, folder, before)
        last = len(nights) + 1
        with found.opened() as opened:
            for night in range(last, last + then):
                nightly_run.walk(opened, FIRST + timedelta(days=night))
        return found

    return played


def sent(home):
    """The claims that went out, oldest file first."""
    files = sorted((home.path / "site" / "inbound").iterdir(), key=lambda path: path.name)
    return [claim for path in files for claim in edi.read_claims(path.read_bytes())]


def to_beacon(home):
    return [claim for claim in sent(home) if claim.payer.id == "BCN05"]


def balanced(claim):
    """Whether each payer's part explains the charge, of the claim and of each line it decided."""
    for other in claim.other_payers:
        if other.paid is None:
            continue
        of_lines = [
            (line, one)
            for line in claim.lines
            for one in line.adjudications
            if one.payer_id == other.payer.id
        ]
        own = sum(a.amount for a in other.adjustments)
        cut = sum(a.amount for _, one in of_lines for a in one.adjustments)
        assert claim.charge == other.paid + own + cut
        if of_lines:
            assert other.paid == sum(one.paid for _, one in of_lines) - own
        for line, one in of_lines:
            assert line.charge == one.paid + sum(a.amount for a in one.adjustments)
    return True


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


FORWARDED = PAID.replace("*1*135", "*19*135")


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
SECOND = """CLP*{T-1}*2*135*12*8*12*B1*11*1~
NM1*QC*1*ZEPHYRINE*QUILL****MI*W27770002~
SVC*HC:99213*100*12**1~
DTM*472*20261102~
CAS*OA*23*80~
CAS*PR*2*8~
REF*6R*1~
SVC*HC:87880:QW*35*0**1~
DTM*472*20261102~
CAS*OA*23*35~
REF*6R*2~
"""


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


@pytest.mark.parametrize(("limit_from", "goes"), [("remittance", True), ("service", False)])
def test_a_later_payers_filing_limit_runs_from_what_its_file_says(scenario, home, limit_from, goes):
    file = home.path / "partners" / "payers" / "beacon.toml"
    text = re.sub(r"filing_limit_days = \d+", "filing_limit_days = 10", file.read_text("utf-8"))
    text = text.replace('id = "TF-01"', 'id = "PX-04"')
    file.write_text(f'later_filing_limit_from = "{limit_from}"\n{text}', encoding="utf-8")
    played = scenario(remittance(101, PAID, 90))
    assert bool(to_beacon(home)) is goes
    assert [h["edit_id"] for h in played.claim()["holds"]] == ([] if goes else ["TF-01"])


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


def denial_of(played):
    with played.opened() as opened:
        [work] = items(opened.ledger, FIRST, Asked(kinds=["denial"], state=None, snoozed=True))
    return work.state, work.outcome, work.recovered_cents


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
