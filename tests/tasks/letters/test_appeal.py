"""A letter of appeal: the same facts give the same bytes, every category has its words, any name prints."""

import zlib
from dataclasses import replace
from datetime import date

import pytest

from coding.example import CLEAN, SUBSCRIBER
from config import appeal_words
from config.adjustment_codes import load as adjustment_codes
from config.practice import PostalAddress, Practice
from tasks.letters.appeal import Denied, letter
from tasks.letters.words import provider_of
from tests.edi.other_samples import dental_claim, institutional_claim
from tests.edi.samples import full_claim

HOME = PostalAddress(line1="1 Example Street", city="Springfield", state="IL", zip="627010001")
PRACTICE = Practice(
    key="example",
    name="Example Family Practice",
    npi="1234567893",
    tax_id="123456789",
    address=HOME,
    contact_name="Billing Office",
    contact_phone="2175550100",
)
DENIED = Denied(
    line=1,
    reason="CO 50 N115",
    meaning="payer says not medically necessary",
    category="MEDICAL_NECESSITY",
    cents=125_00,
    decided_on="2026-11-17",
    payer_claim_control_number="PCN77",
)


def written(claim=CLEAN.claim, denied=DENIED, **more):
    asked = {
        "level": "Second-level appeal",
        "earlier": ["first-level appeal of 2026-09-01"],
        "argument": "",
        "enclosures": ["Office note"],
        "payer": "Example Health",
        "address": HOME,
        "on": date(2026, 11, 28),
        **more,
    }
    return letter(claim, PRACTICE, denied, **asked)


def text_of(pdf):
    """What the pages' streams print, without its layout."""
    found, rest = [], pdf
    while b"stream\n" in rest:
        _, _, rest = rest.partition(b"stream\n")
        body, _, rest = rest.partition(b"\nendstream")
        found.append(zlib.decompress(body))
    printed = b"".join(found).decode("latin-1").replace("\\(", "(").replace("\\)", ")")
    return " ".join(printed.split())


def pages(pdf):
    return pdf.count(b"/Type /Page\n")


def test_the_same_facts_give_the_same_bytes():
    assert written() == written()


def test_a_usual_letter_is_one_page_and_says_what_is_appealed():
    pdf = written()
    assert pages(pdf) == 1
    facts = ("Second-level appeal: claim PCN77", "EX123456789", "$125.00", "Sam Sample", "Office note")
    for words in (*facts, "first-level appeal of 2026-09-01", "Billing Office"):
        assert words in text_of(pdf), words


def test_a_persons_own_words_stand_in_the_letter():
    assert "The need arose with the visit." in text_of(written(argument="The need arose with the visit."))


def test_a_long_letter_goes_on_to_another_page_with_its_last_word():
    pdf = written(argument="The record says so. " * 250, enclosures=[f"Page {n}" for n in range(30)])
    assert pages(pdf) > 1
    assert "30. Page 28" in text_of(pdf)


@pytest.mark.parametrize("category", sorted({code.category for code in adjustment_codes().values()}))
def test_every_category_has_words_that_argue_and_ask(category):
    assert len(appeal_words.of(category)) >= 2
    assert pages(written(denied=replace(DENIED, category=category))) == 1


@pytest.mark.parametrize("name", ["Łukasz", "Nguyễn", "O\u2019Brien", "李", "Muñoz-Çelik"])
def test_any_name_can_be_printed(name):
    claim = replace(CLEAN.claim, subscriber=replace(SUBSCRIBER, last=name))
    assert pages(written(claim)) == 1


def test_facts_that_a_claim_lacks_leave_no_letter_unwritten():
    bare = replace(CLEAN.claim, rendering=None, diagnoses=(), subscriber=replace(SUBSCRIBER, birth_date=None))
    whole = replace(DENIED, line=0, meaning="", decided_on="", payer_claim_control_number="")
    assert pages(written(bare, whole, address=None, earlier=())) == 1


def test_an_institutional_claim_is_described_by_its_bill_its_revenue_codes_and_who_attended():
    claim = institutional_claim()
    text = text_of(written(claim))
    for words in ("11/02/2026; type of bill 0131", "0510 99213", "Ruth Stone, NPI 1245319599"):
        assert words in text, words
    undated = replace(claim, lines=tuple(replace(one, service_from=None) for one in claim.lines))
    stay = replace(claim.institutional, statement_from=date(2026, 11, 2), statement_to=date(2026, 11, 5))
    assert "11/02/2026 to 11/05/2026" in text_of(written(replace(undated, institutional=stay)))
    assert pages(written(claim)) == 1


def test_a_dental_claim_is_described_by_its_teeth_and_has_no_empty_facts():
    text = text_of(written(dental_claim()))
    assert "D2392, tooth 12MO" in text
    assert "Diagnoses" not in text
    assert "type of bill" not in text
    assert pages(written(dental_claim())) == 1


def test_a_secondary_claim_says_what_the_payers_before_paid_and_a_primary_does_not():
    second = replace(full_claim(), payer_order="S")
    assert "$125.00; First Mutual paid $60.00 before you" in text_of(written(second))
    assert "before you" not in text_of(written(replace(second, payer_order="P")))
    assert pages(written(second)) == 1


def test_a_decision_without_a_reason_is_not_a_denial_under_nothing():
    text = text_of(written(denied=replace(DENIED, reason="", meaning="")))
    assert "It leaves $125.00 unpaid" in text
    assert "under ." not in text


def test_control_characters_are_not_printed():
    assert "\x1b" not in text_of(written(argument="The \x1b[31mnote\x07 says so."))


def test_a_name_at_the_start_of_a_reason_keeps_its_capitals():
    assert "CLIA number missing" in text_of(written(denied=replace(DENIED, meaning="CLIA number missing")))
    assert "(missing a number)" in text_of(written(denied=replace(DENIED, meaning="Missing a number")))


@pytest.mark.parametrize(("billing", "said"), [("1234567893", "NPI 1234567893"), ("", "")])
def test_where_a_claim_names_nobody_who_treated_the_npi_that_bills_is_given(billing, said):
    one = CLEAN.claim
    assert provider_of(replace(one, rendering=None, billing=replace(one.billing, npi=billing))) == said
