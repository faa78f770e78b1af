"""A correction that comes after its claim is out never ends without a person's decision."""

import json
from datetime import timedelta

import pytest

from ledger.errors import ActRefused
from ledger.queries.claims import late, rejections
from ledger.queries.work_queue import Asked, events, items
from tasks import nightly_run
from tasks.errors import StepError
from tasks.operations import correct_claim
from tasks.operations.money_acts import By
from tasks.operations.resubmit_rejected import resubmit
from tests.ledger.sending.test_transitions import undeclared
from tests.tasks.later_payers import CLAIM, remittance, sent
from tests.tasks.payment_scenarios import FIRST, play

ANN = By("ann", "the coder corrected it")
ONE = {**CLAIM, "coverages": CLAIM["coverages"][:1]}
PAID = """CLP*{T-1}*1*135*110*25*12*I1*11*1~
NM1*QC*1*ZEPHYRINE*QUILL****MI*W17770001~
DTM*232*20261102~
SVC*HC:99213*100*75**1~
DTM*472*20261102~
CAS*PR*2*25~
REF*6R*1~
SVC*HC:87880:QW*35*35**1~
DTM*472*20261102~
REF*6R*2~
"""
DENIED = PAID.replace("135*110*25", "135*0*").replace("100*75", "100*0").replace("35*35", "35*0")
DENIED = DENIED.replace("CAS*PR*2*25", "CAS*CO*11*100").replace("REF*6R*2~", "CAS*CO*11*35~\nREF*6R*2~")
UNPROCESSABLE = DENIED.replace("CO*11", "CO*16").replace("DTM*232", "MOA***MA130~\nDTM*232")
CORRECTED = {**ONE, "version": 2, "diagnoses": ["J02.0"]}


@pytest.fixture
def corrected(home, tmp_path):
    """An encounter whose correction comes after its claim was answered."""

    def played(answer, *, first=ONE, correction=CORRECTED, paid=110, payer="harbor"):
        folder = tmp_path / "scenario"
        folder.mkdir()
        (folder / "lakeside_e0.json").write_text(json.dumps(first), encoding="utf-8")
        (folder / "night2.835").write_text(remittance(101, answer, paid, payer), encoding="utf-8")
        found = play(home, folder)
        home.drop("lakeside/again.json", json.dumps(correction))
        with found.opened() as opened:
            nightly_run.walk(opened, FIRST + timedelta(days=2))
            assert [one.external_id for one in late(opened.ledger)] == ["T-1"]
        return found

    return played


def decide(played, act, *, day=3, then=2, **more):
    with played.opened() as opened:
        done = act(opened, FIRST + timedelta(days=day), ANN, "T-1", dry_run=False, **more)
        for night in range(day, day + then):
            nightly_run.walk(opened, FIRST + timedelta(days=night))
        assert late(opened.ledger) == []
        assert undeclared(opened.ledger) == []
    return done


def bodies(home):
    return [
        (c.frequency, c.payer_claim_control_number, c.diagnoses[0], c.patient_control_number)
        for c in sent(home)
    ]


def test_a_paid_claim_is_replaced_under_the_number_of_the_payers_answer(corrected, home):
    played = corrected(PAID)
    done = decide(played, correct_claim.correct)
    first, second = bodies(home)
    assert first[:3] == ("1", "", "J029")
    assert second == ("7", "I1", "J020", first[3])
    assert "diagnoses[1]: J02.9 to J02.0" in done.what
    story = played.claim()
    assert [(s["frequency"], s["state"]) for s in story["submissions"]] == [("1", "replaced"), ("7", "sent")]
    assert (story["paid_cents"], story["patient_receivable_cents"]) == (110_00, 25_00)


def test_the_denial_waits_for_the_answer_to_its_correction_and_is_back_where_none_comes(corrected, home):
    played = corrected(DENIED, paid=0)
    decide(played, correct_claim.correct)
    day = FIRST + timedelta(days=5)
    with played.opened() as opened:
        assert items(opened.ledger, day, Asked(kinds=["denial"])) == []
        waiting = items(opened.ledger, day, Asked(kinds=["denial"], snoozed=True))
        assert len(waiting) == 2
        answer_days = opened.partners.payers["harbor"].answer_days
        due = FIRST + timedelta(days=3 + answer_days)
        assert items(opened.ledger, due - timedelta(days=1), Asked(kinds=["denial"])) == []
        assert len(items(opened.ledger, due, Asked(kinds=["denial"]))) == 2
        for one in waiting:
            [said] = [e for e in events(opened.ledger, one.id) if e.event == "waits"]
            assert said.actor == "ann"
            assert said.detail.startswith("corrected: replacement: ")


def test_a_correction_by_hand_puts_nothing_off(corrected, home):
    played = corrected(DENIED, paid=0)
    decide(played, correct_claim.correct, method="portal")
    with played.opened() as opened:
        assert len(items(opened.ledger, FIRST + timedelta(days=5), Asked(kinds=["denial"]))) == 2


def test_a_dry_run_prints_what_differs_and_writes_nothing(corrected, home):
    played = corrected(PAID)
    with played.opened() as opened:
        day = FIRST + timedelta(days=3)
        done = correct_claim.correct(opened, day, By("ann", ""), "T-1", dry_run=True)
        assert "replacement" in done.what
        nightly_run.walk(opened, day)
        assert len(late(opened.ledger)) == 1
    assert len(sent(home)) == 1


@pytest.mark.parametrize(
    ("answer", "payer", "method"),
    [
        (PAID, "harbor", "replacement"),
        (DENIED, "harbor", "replacement"),
        (UNPROCESSABLE, "harbor", "new"),
        (PAID, "senior", "reopening"),
        (DENIED, "senior", "reopening"),
        (UNPROCESSABLE, "senior", "new"),
        (PAID, "beacon", "new"),
    ],
)
def test_the_way_is_the_payers_by_what_became_of_the_claim(corrected, answer, payer, method, home):
    coverage = [{"order": "P", "payer": payer, "member_id": "W17770001"}]
    referring = {"last": "Quince", "first": "Ada", "npi": "1999001021"}
    played = corrected(
        answer,
        first={**ONE, "coverages": coverage, "referring": referring},
        correction={**CORRECTED, "coverages": coverage, "referring": referring},
        paid=110 if answer is PAID else 0,
        payer=payer,
    )
    with played.opened() as opened:
        found = correct_claim.preview(opened, FIRST + timedelta(days=3), "T-1")
    assert found.method == method
    assert [change.place for change in found.changes] == ["diagnoses[1]"]


def test_a_claim_that_is_corrected_by_hand_is_work_until_then(corrected, home):
    played = corrected(PAID)
    decide(played, correct_claim.correct, method="portal")
    assert len(sent(home)) == 1
    (work,) = [w for w in played.claim()["work"] if w["state"] == "open"]
    assert work["kind"] == "correction"
    assert "diagnoses[1]" in work["action"]


def test_another_member_is_another_claim_the_first_one_is_taken_back_before_the_new_one_goes(corrected, home):
    other = {**ONE["coverages"][0], "member_id": "W17770055"}
    played = corrected(PAID, correction={**CORRECTED, "coverages": [other]})
    with played.opened() as opened:
        day = FIRST + timedelta(days=3)
        correct_claim.correct(opened, day, ANN, "T-1", dry_run=False)
        nightly_run.walk(opened, day)
        nightly_run.walk(opened, day + timedelta(days=1))
    assert [c.frequency for c in sent(home)] == ["1", "8"]
    reversal = (
        PAID.replace("*1*135*110*25", "*22*-135*-110*")
        .replace("100*75", "-100*-75")
        .replace("35*35", "-35*-35")
        .replace("PR*2*25", "PR*2*-25")
    )
    site = home.path / "site" / "outbound"
    number = sent(home)[0].patient_control_number
    data = remittance(103, reversal.replace("{T-1}", number), 0, day=21, provider_level=-110)
    (site / "night6.835").write_text(data, encoding="utf-8")
    with played.opened() as opened:
        for night in (5, 6, 7):
            nightly_run.walk(opened, FIRST + timedelta(days=night))
    last = sent(home)[-1]
    assert (last.frequency, last.subscriber.member_id) == ("1", "W17770055")
    assert [c.frequency for c in sent(home)] == ["1", "8", "1"]


def test_a_claim_that_is_void_is_charged_no_more_and_ends_with_the_reversal(corrected, home):
    played = corrected(PAID)
    with played.opened() as opened:
        day = FIRST + timedelta(days=3)
        correct_claim.refuse(opened, day, ANN, "T-1", dry_run=False)
        correct_claim.void(opened, day, ANN, "T-1", dry_run=False)
        nightly_run.walk(opened, day)
    assert bodies(home)[-1][:2] == ("8", "I1")
    assert played.claim()["credit_cents"] == 110_00
    reversal = (
        PAID.replace("*1*135*110*25", "*22*-135*-110*")
        .replace("100*75", "-100*-75")
        .replace("35*35", "-35*-35")
        .replace("PR*2*25", "PR*2*-25")
    )
    number = sent(home)[0].patient_control_number
    data = remittance(103, reversal.replace("{T-1}", number), 0, day=21, provider_level=-110)
    (home.path / "site" / "outbound" / "night6.835").write_text(data, encoding="utf-8")
    with played.opened() as opened:
        nightly_run.walk(opened, FIRST + timedelta(days=5))
    story = played.claim()
    assert {p["payer"]: p["receivable_cents"] for p in story["payers"]} == {"harbor": 0}
    assert (story["paid_cents"], story["credit_cents"], story["patient_receivable_cents"]) == (0, 0, 0)
    assert [w for w in story["work"] if w["state"] == "open" and w["kind"] != "provider_level"] == []


def test_a_correction_may_be_refused(corrected, home):
    played = corrected(PAID)
    decide(played, correct_claim.refuse)
    assert len(sent(home)) == 1


def test_a_payer_that_takes_no_void_is_asked_in_another_way(corrected, home):
    file = home.path / "partners" / "payers" / "harbor.toml"
    rule = '\n[[corrections]]\nmethod = "portal"\nreason = "the provider manual"\n'
    played = corrected(PAID)
    file.write_text(file.read_text("utf-8") + rule, encoding="utf-8")
    with played.opened() as opened, pytest.raises(ActRefused, match="frequency 8"):
        correct_claim.void(opened, FIRST + timedelta(days=3), ANN, "T-1", dry_run=False)


def test_a_claim_without_an_answer_waits_for_it(home, tmp_path):
    folder = tmp_path / "scenario"
    folder.mkdir()
    (folder / "lakeside_e0.json").write_text(json.dumps(ONE), encoding="utf-8")
    played = play(home, folder)
    home.drop("lakeside/again.json", json.dumps(CORRECTED))
    with played.opened() as opened:
        nightly_run.walk(opened, FIRST + timedelta(days=1))
        with pytest.raises(StepError) as refused:
            correct_claim.correct(opened, FIRST + timedelta(days=2), ANN, "T-1", dry_run=False)
    assert refused.value.code == "CLM-06"


def test_a_replacement_goes_once_though_its_next_payers_claim_is_held_and_built_again(corrected, home):
    second = {"order": "S", "payer": "beacon", "member_id": "W27770002", "active_to": "2026-10-31"}
    two = [*ONE["coverages"], second]
    played = corrected(PAID, first={**ONE, "coverages": two}, correction={**CORRECTED, "coverages": two})
    decide(played, correct_claim.correct)
    again = PAID.replace("*I1*", "*I2*").replace("{T-1}", sent(home)[0].patient_control_number)
    reversal = reversed_(PAID).replace("{T-1}", sent(home)[0].patient_control_number)
    data = remittance(104, reversal + again, 0, day=22)
    (home.path / "site" / "outbound" / "night7.835").write_text(data, encoding="utf-8")
    with played.opened() as opened:
        for night in range(6, 11):
            nightly_run.walk(opened, FIRST + timedelta(days=night))
    assert [s["state"] for s in played.claim()["submissions"] if s["payer"] == "beacon"] == ["held"]
    assert [(c.frequency, c.payer.id) for c in sent(home)] == [("1", "HRB01"), ("7", "HRB01")]


def reversed_(answer):
    return (
        answer.replace("*1*135*110*25", "*22*-135*-110*")
        .replace("100*75", "-100*-75")
        .replace("35*35", "-35*-35")
        .replace("PR*2*25", "PR*2*-25")
    )


REFUSED = """ISA*00*          *00*          *ZZ*NORTHGATE      *ZZ*CLEANCLAIM     *{interchange}*0*T*:~
GS*FA*NORTHGATE*CLEANCLAIM*20261119*0400*777*X*005010X231A1~
ST*999*0001*005010X231A1~
AK1*HC*{group}*005010X222A1~
AK2*837*{set}*005010X222A1~
IK5*R*5~
AK9*R*1*1*0~
SE*6*0001~
GE*1*777~
IEA*1*000000777~
"""


@pytest.fixture
def refused(corrected, home):
    """A replacement whose file was refused, five business dates after the first claim."""
    played = corrected(PAID)
    decide(played, correct_claim.correct, then=1)
    newest = max((home.path / "site" / "inbound").iterdir(), key=lambda path: path.name)
    segments = [segment.strip().split("*") for segment in newest.read_text("utf-8").split("~")]
    control = {elements[0]: elements for elements in segments}
    data = REFUSED.format(
        interchange="261119*0400*^*00501*000000777", group=control["GS"][6], set=control["ST"][2]
    )
    (home.path / "site" / "outbound" / "refused.999").write_text(data, encoding="utf-8")
    with played.opened() as opened:
        nightly_run.walk(opened, FIRST + timedelta(days=4))
        assert [row.external_id for row in rejections(opened.ledger)] == ["T-1"]
    return played


def test_a_refused_replacement_that_is_sent_again_names_the_same_claim(refused, home):
    with refused.opened() as opened:
        day = FIRST + timedelta(days=5)
        number = refused.claim()["patient_control_number"]
        resubmit(opened, day, [number], None, By("dana", "the partner asked for it"), really=True)
        nightly_run.walk(opened, day)
    assert [body[:3] for body in bodies(home)] == [
        ("1", "", "J029"),
        ("7", "I1", "J020"),
        ("7", "I1", "J020"),
    ]


def test_a_refused_replacement_that_is_corrected_replaces_the_same_claim(refused, home):
    home.drop("lakeside/third.json", json.dumps({**CORRECTED, "version": 3, "diagnoses": ["J03.90"]}))
    with refused.opened() as opened:
        for day in (FIRST + timedelta(days=5), FIRST + timedelta(days=6)):
            nightly_run.walk(opened, day)
        assert undeclared(opened.ledger) == []
    assert [body[:3] for body in bodies(home)] == [
        ("1", "", "J029"),
        ("7", "I1", "J020"),
        ("7", "I1", "J0390"),
    ]
