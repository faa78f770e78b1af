"""A service that a patient paid for and keeps from the plan is the patient's, and nothing sent has it."""

import json
import re
import zlib
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

import edi
from edi.records import ClaimAcknowledgment, ClaimStatus, Party, ProviderStatus, Status
from ledger.maintenance import retention
from ledger.queries import identity
from ledger.queries.claims import late, rejections
from ledger.queries.money import money
from ledger.queries.proof import of_all as proof
from tasks import nightly_run
from tasks.operations import correct_claim
from tests.ledger.sending.test_transitions import undeclared
from tests.tasks.answering import HARBOR, LAKESIDE, envelope
from tests.tasks.later_payers import CLAIM, remittance, sent
from tests.tasks.later_payers import PAID as AFTER_SEQUESTRATION
from tests.tasks.operations.test_correct_claim import ANN
from tests.tasks.payment_scenarios import FIRST, play

pytestmark = pytest.mark.usefixtures("either_database")

SECRET = {"procedure": "86703", "charge": "71.37", "pointers": [2], "restricted": True}
CODES = (b"86703", b"Z114", b"Z11.4")
AMOUNTS = (b"71.37", b"7137", b"91.37", b"206.37")
MIXED = {
    **CLAIM,
    "diagnoses": ["J02.9", "Z11.4"],
    "lines": [SECRET, *CLAIM["lines"]],
    "patient_paid": "91.37",
}
ONE_PAYER = {**MIXED, "coverages": CLAIM["coverages"][:1]}
WHOLE = {**ONE_PAYER, "restricted": True, "patient_paid": "206.37"}
PAID = AFTER_SEQUESTRATION.replace("CAS*CO*45*13.5**253*1.5~", "CAS*CO*45*15~")


def visit(home, tmp_path, facts, answer="", cents=0):
    folder, share = tmp_path / "scenario", home.path / "share"
    folder.mkdir()
    share.mkdir()
    with (home.path / "cleanclaim.toml").open("a") as settings:
        settings.write(f'heads_folder = "{share}"\n')
    (folder / "lakeside_e0.json").write_text(json.dumps(facts), encoding="utf-8")
    if answer:
        (folder / "night2.835").write_text(remittance(101, answer, cents), encoding="utf-8")
    return play(home, folder)


def go_on(played, *days):
    with played.opened() as opened:
        for day in days:
            nightly_run.walk(opened, FIRST + timedelta(days=day))


def sound(played):
    with played.opened() as opened:
        assert money(opened.ledger).closes
        assert proof(opened.ledger).holds
        with opened.ledger.read() as connection:
            every = identity.charged(connection)
            assert identity.of_claims(connection, every) + identity.derived(connection, every) == []


def left_the_home(home):
    """What partners get, the pages of paper forms, and the head of the audit trail that is shipped."""
    files = [f for part in ("site", "paper", "share") for f in (home.path / part).rglob("*") if f.is_file()]
    return files, b"\n".join(_text(f) for f in files)


def _text(file):
    data = file.read_bytes()
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        with suppress(zlib.error):
            data += zlib.decompress(stream)
    return data


def canaries(home):
    """What of a restricted line is in anything that left the home; in reports and audit files its codes."""
    files, text = left_the_home(home)
    assert {f.parent.name for f in files} >= {"share"}
    found = [canary for canary in (*CODES, *AMOUNTS) if canary in text]
    inside = [f for part in ("reports", "audit") for f in (home.path / part).rglob("*") if f.is_file()]
    assert inside
    return found + [code for code in CODES for f in inside if code in f.read_bytes()]


def test_a_line_is_the_patients_at_once_and_on_no_claim_to_any_payer(home, tmp_path):
    played = visit(home, tmp_path, MIXED, PAID, 90)
    story = played.claim()
    assert (story["charge_cents"], story["restricted_cents"]) == (206_37, 71_37)
    assert story["patient_receivable_cents"] == 0
    assert story["credit_cents"] == 20_00  # of the desk's money: the second payer decides about the share
    go_on(played, 2, 3)
    first, second = sent(home)
    assert [line.procedure for line in first.lines] == ["99213", "87880"]
    assert (second.payer_order, second.charge, second.patient_paid) == ("S", 135_00, 20_00)
    assert canaries(home) == []
    sound(played)


def test_before_any_answer_the_patient_owes_what_was_not_taken_at_the_desk(home, tmp_path):
    played = visit(home, tmp_path, {**ONE_PAYER, "patient_paid": "31.37"})
    story = played.claim()
    assert [(p["payer"], p["receivable_cents"]) for p in story["payers"]] == [("harbor", 135_00)]
    assert story["patient_receivable_cents"] == 40_00
    sound(played)


def test_an_encounter_of_restricted_lines_alone_is_the_patients_with_no_submission(home, tmp_path):
    played = visit(home, tmp_path, WHOLE)
    story = played.claim()
    assert (story["state"], story["submissions"], story["payers"]) == ("restricted", [], [])
    assert (story["charge_cents"], story["patient_receivable_cents"], story["paid_cents"]) == (
        20637,
        0,
        20637,
    )
    assert not list((home.path / "site" / "inbound").iterdir())
    assert canaries(home) == []
    sound(played)


def test_a_patient_without_a_plan_owes_it_and_the_list_of_claims_has_it(home, tmp_path):
    played = visit(home, tmp_path, {**WHOLE, "coverages": [], "patient_paid": None})
    assert played.claim()["patient_receivable_cents"] == 206_37
    [row] = played.listed("restricted")["claims"]
    assert (row["state"], row["payer"], row["patient_cents"]) == ("restricted", "", 206_37)
    sound(played)


def test_on_paper_it_is_not_printed_either(home, tmp_path):
    file = home.path / "partners" / "payers" / "harbor.toml"
    text = re.sub(r"(?m)^(name = .*)$", r"\1\npaper = true", file.read_text("utf-8"), count=1)
    file.write_text(text, encoding="utf-8")
    visit(home, tmp_path, ONE_PAYER)
    files, text = left_the_home(home)
    assert [f.suffix for f in files if f.parent.name == "paper"] == [".pdf"]
    assert b"87880" in text
    assert canaries(home) == []


def again(home, played, facts, day=1):
    home.drop("lakeside/again.json", json.dumps({**facts, "version": 2}))
    go_on(played, day)


def test_what_is_restricted_before_it_went_out_never_goes(home, tmp_path):
    nobody = [{**CLAIM["coverages"][0], "member_id": ""}]
    played = visit(home, tmp_path, {**ONE_PAYER, "coverages": nobody})  # held
    again(home, played, WHOLE)
    assert played.claim()["state"] == "restricted"
    again(home, played, {**ONE_PAYER, "version": 3}, 2)
    assert sent(home) == []  # version 2 came again with other content: a person looks first
    sound(played)


def test_a_restriction_that_is_lifted_sends_the_claim(home, tmp_path):
    played = visit(home, tmp_path, WHOLE)
    home.drop("lakeside/again.json", json.dumps({**ONE_PAYER, "version": 2}))
    go_on(played, 1)
    [claim] = sent(home)
    assert claim.charge == 135_00
    story = played.claim()
    assert (story["charge_cents"], story["restricted_cents"]) == (206_37, 71_37)
    assert (story["paid_cents"], story["credit_cents"]) == (91_37, 20_00)
    sound(played)


def test_a_claim_that_was_paid_is_taken_back_when_all_of_it_becomes_restricted(home, tmp_path):
    played = visit(home, tmp_path, {**CLAIM, "coverages": CLAIM["coverages"][:1]}, PAID, 90)
    again(home, played, {**WHOLE, "patient_paid": None}, 2)
    with played.opened() as opened:
        day = FIRST + timedelta(days=3)
        done = correct_claim.correct(opened, day, ANN, "T-1", dry_run=False)
        assert "void then new" in done.what
    go_on(played, 3, 4)
    assert [c.frequency for c in sent(home)] == ["1", "8"]
    with played.opened() as opened:
        assert undeclared(opened.ledger) == []
    sound(played)


def reject(home, played, day=1):
    """The clearinghouse rejects the claim that went out."""
    story = played.claim()
    number = story["patient_control_number"]
    no = Status(
        category="A3", code="562", entity="85", action="U", effective=FIRST, amount=story["charge_cents"]
    )
    claim = ClaimStatus(patient_control_number=number, statuses=(no,))
    ack = ClaimAcknowledgment(
        source=HARBOR,
        receiver=Party(last="CLEANCLAIM", id="CLEANCLAIM", id_qualifier="46"),
        batch_reference="1",
        source_trace="T1",
        received=FIRST,
        processed=FIRST,
        statuses=(replace(no, category="A1", code="19", action="WQ"),),
        providers=(ProviderStatus(provider=LAKESIDE, claims=(claim,)),),
    )
    data = edi.write_acknowledgments([ack], envelope(900))
    (home.path / "site" / "outbound" / "no.277").write_bytes(data)
    go_on(played, day)


def test_a_rejected_claim_of_which_all_is_restricted_since_is_the_patients(home, tmp_path):
    played = visit(home, tmp_path, {**CLAIM, "coverages": CLAIM["coverages"][:1]})
    reject(home, played)
    with played.opened() as opened:
        assert len(rejections(opened.ledger)) == 1
    again(home, played, {**WHOLE, "patient_paid": None}, 2)
    with played.opened() as opened:
        assert rejections(opened.ledger) == []
        assert late(opened.ledger) == []
        assert undeclared(opened.ledger) == []
    story = played.claim()
    assert [s["state"] for s in story["submissions"]] == ["closed"]
    assert story["patient_receivable_cents"] == 206_37
    assert [p["receivable_cents"] for p in story["payers"]] == [0]
    assert len(sent(home)) == 1
    sound(played)


def test_a_correction_of_what_was_taken_at_the_desk_reaches_the_books(home, tmp_path):
    once = {**CLAIM, "coverages": CLAIM["coverages"][:1]}
    played = visit(home, tmp_path, {**once, "patient_paid": "5.00"}, PAID, 90)
    assert played.claim()["patient_receivable_cents"] == 15_00
    again(home, played, {**once, "patient_paid": "20.00"}, 2)
    with played.opened() as opened:
        correct_claim.correct(opened, FIRST + timedelta(days=3), ANN, "T-1", dry_run=False)
    go_on(played, 3)
    story = played.claim()
    assert (story["patient_receivable_cents"], story["paid_cents"]) == (0, 110_00)
    sound(played)


def test_a_claim_that_goes_to_no_payer_is_purged_when_its_time_is_over(home, tmp_path):
    with visit(home, tmp_path, WHOLE).opened() as opened:
        found = retention.purge(opened.ledger, "2030-01-01", "2029-01-01", really=True)
    assert (found.claims, found.open_claims) == (1, 0)
