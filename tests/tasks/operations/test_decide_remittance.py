"""A remittance in conflict is released, whole or in parts, or refused; one on paper is entered."""

import json
from datetime import date

import pytest

from ledger.errors import ActRefused, SecondNeeded
from ledger.queries.money import money, remittances
from ledger.queries.proof import of_all as proof
from tasks.errors import StepError
from tasks.operations import decide_remittance, enter_payment
from tasks.operations.money_acts import By
from tests.tasks.payment_scenarios import play
from tests.tasks.test_payment_cases import CASES

DAY = date(2026, 11, 18)
PAT = By("Pat", "the payer says so")
FIRST = CASES / "s31_refund_72"
CLAIM = """\
CLP*{T-1}*1*135*20*0*12*I2*11*1~
NM1*QC*1*ZEPHYRINE*QUILL****MI*W17770001~
DTM*232*20261102~
SVC*HC:99213*135*20**1~
DTM*472*20261102~
CAS*CO*45*115~
REF*6R*1~
CLP*ELSEWHERE*1*70*70*0*12*I3*11*1~
NM1*QC*1*OTHER*ONE****MI*X1~
DTM*232*20261102~
PLB*1999000015*20261231*L6:I2*-5~
"""


@pytest.fixture
def conflict(home, tmp_path):
    """100.00 is posted under a trace number that the payer used again with 95.00 in three parts."""
    folder = tmp_path / "conflict"
    folder.mkdir()
    for name in ("lakeside_e0.json", "night2.835"):
        (folder / name).write_text((FIRST / name).read_text("utf-8"), "utf-8")
    text = (FIRST / "night2.835").read_text("utf-8")
    head, tail = text[: text.index("CLP*")], text[text.index("SE*") :]
    made = head.replace("BPR*I*100*", "BPR*I*95*") + CLAIM + tail.replace("SE*18*", "SE*22*")
    (folder / "night3.835").write_text(made.replace("114", "115"), "utf-8")
    played = play(home, folder)
    with played.opened() as opened:
        [waiting] = remittances(opened.ledger, unposted=True)
        assert (waiting.state, waiting.paid_cents) == ("conflict", 95_00)
        yield opened, waiting.id


def closes(opened):
    now = money(opened.ledger)
    assert now.closes
    assert proof(opened.ledger).holds
    return now


def test_a_conflict_is_released_whole_and_once(conflict):
    opened, number = conflict
    preview = decide_remittance.release(opened, DAY, PAT, number, dry_run=True)
    assert sum(p.cents for p in preview.postings if p.account == "cash") == 95_00
    assert closes(opened).cash == 100_00
    decide_remittance.release(opened, DAY, PAT, number, dry_run=False)
    now = closes(opened)
    assert (now.cash, now.suspense, now.provider_level) == (195_00, 70_00, -5_00)
    assert remittances(opened.ledger, unposted=True) == []
    with pytest.raises(ActRefused):
        decide_remittance.release(opened, DAY, PAT, number, dry_run=False)


def test_a_conflict_is_released_part_by_part_and_leaves_with_the_last_one(conflict):
    opened, number = conflict
    for part, cash in ((2, 170_00), (3, 175_00), (1, 195_00)):
        assert [r.id for r in remittances(opened.ledger, unposted=True)] == [number]
        decide_remittance.release(opened, DAY, PAT, number, part, dry_run=False)
        assert closes(opened).cash == cash
        if part != 1:
            for again in (part, 0):
                with pytest.raises(ActRefused):
                    decide_remittance.release(opened, DAY, PAT, number, again, dry_run=False)
    assert remittances(opened.ledger, unposted=True) == []
    facts = decide_remittance.read_again(opened, number)
    assert [p.released for p in decide_remittance.parts_of(opened, number, facts)] == [True] * 3
    with pytest.raises(ActRefused):
        decide_remittance.release(opened, DAY, PAT, number, 4, dry_run=False)


def test_a_conflict_is_refused_and_posts_nothing(conflict):
    opened, number = conflict
    decide_remittance.refuse(opened, DAY, PAT, number, dry_run=False)
    assert closes(opened).cash == 100_00
    assert remittances(opened.ledger, unposted=True) == []
    with pytest.raises(ActRefused):
        decide_remittance.release(opened, DAY, PAT, number, dry_run=False)


def test_what_is_above_a_limit_needs_another_person(conflict, home):
    opened, number = conflict
    limited = opened.settings.model_copy(update={"authority": {"*": 94_99}})
    opened.settings = limited
    with pytest.raises(SecondNeeded):
        decide_remittance.release(opened, DAY, PAT, number, dry_run=False)
    decide_remittance.release(opened, DAY, By("Pat", "the payer says so", "Sam"), number, dry_run=False)
    assert closes(opened).cash == 195_00


PAPER = {
    "payer": "harbor",
    "practice": "lakeside",
    "trace": "CHECK77",
    "date": "2026-11-17",
    "amount": "60.00",
    "claims": [
        {
            "number": "{T-1}",
            "charge": "135.00",
            "paid": "60.00",
            "member_id": "W17770001",
            "lines": [
                {
                    "procedure": "99213",
                    "charge": "135.00",
                    "paid": "60.00",
                    "service_date": "2026-11-02",
                    "adjustments": "CO 45 35.00; CO 197 40.00",
                }
            ],
        }
    ],
}
TOML = """\
payer = "harbor"
practice = "lakeside"
trace = "CHECK77"
date = 2026-11-17
amount = 60.00

[[claims]]
number = "{T-1}"
charge = 135.00
paid = 60.00
member_id = "W17770001"

[[claims.lines]]
procedure = "99213"
charge = 135.00
paid = 60.00
service_date = 2026-11-02
adjustments = "CO 45 35.00; CO 197 40.00"
"""
CSV = """\
payer,practice,trace,date,amount,number,claim_charge,claim_paid,member_id,procedure,charge,paid,service_date,\
adjustments
harbor,lakeside,CHECK77,2026-11-17,60.00,{T-1},135.00,60.00,W17770001,99213,135.00,60.00,2026-11-02,\
CO 45 35.00; CO 197 40.00
"""


@pytest.fixture
def billed(home, tmp_path):
    """A home with one claim of 135.00 that is out, and a way to write a file that names it."""
    folder = tmp_path / "billed"
    folder.mkdir()
    (folder / "lakeside_e0.json").write_text((FIRST / "lakeside_e0.json").read_text("utf-8"), "utf-8")
    played = play(home, folder)
    number = played.claim()["patient_control_number"]

    def file(name, text):
        path = tmp_path / name
        path.write_text(text.replace("{T-1}", number), "utf-8")
        return path

    with played.opened() as opened:
        yield played, opened, file


@pytest.mark.parametrize(
    ("name", "text"),
    [("p.json", json.dumps(PAPER)), ("p.toml", TOML), ("p.csv", CSV)],
    ids=["json", "toml", "csv"],
)
def test_a_paper_remittance_posts_as_an_835_does_and_once(billed, name, text):
    played, opened, file = billed
    path = file(name, text)
    enter_payment.enter(opened, DAY, PAT, path, dry_run=True)
    assert closes(opened).cash == 0
    enter_payment.enter(opened, DAY, PAT, path, dry_run=False)
    assert closes(opened).cash == 60_00
    claim = played.claim()
    assert (claim["paid_cents"], claim["adjusted_cents"]) == (60_00, 35_00)
    assert [(w["reason"], w["line"], w["cents"]) for w in claim["work"]] == [("CO 197", 1, 40_00)]
    again = enter_payment.enter(opened, DAY, PAT, path, dry_run=False)
    assert "nothing is changed" in again.what
    other = file("again.json", json.dumps(PAPER, indent=1))  # other bytes, the same payment
    assert "is known" in enter_payment.enter(opened, DAY, PAT, other, dry_run=False).what
    assert closes(opened).cash == 60_00


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"amount": "61.00"}, "PAP-03"),
        ({"payer": "nobody"}, "PAP-02"),
        ({"amount": "much"}, "PAP-01"),
        ({"colour": "blue"}, "PAP-01"),
    ],
)
def test_a_paper_remittance_that_is_not_right_is_refused_with_the_place(billed, changed, code):
    _, opened, file = billed
    with pytest.raises(StepError) as refused:
        enter_payment.enter(opened, DAY, PAT, file("p.json", json.dumps(PAPER | changed)), dry_run=False)
    assert refused.value.code == code
    assert money(opened.ledger).cash == 0
