"""Files explained: complete explanations against golden files, and what must never show."""

from dataclasses import replace
from datetime import date

import pytest

import edi
from edi.explain import Mask, explain_acknowledgment, explain_claim, explain_remittance
from edi.records import (
    ClaimPayment,
    DatedCode,
    Dental,
    Institutional,
    InterchangeAcknowledgment,
    Person,
    ProviderAdjustment,
    Tooth,
)
from tests.edi.samples import (
    DOCTOR,
    ENVELOPE,
    SHARED,
    claim,
    claim_acknowledgment,
    full_claim,
    line,
    remittance,
)

PRIVATE = ("RIVER", "ANNA", "TOM", "M00012345", "F777", "PCN0001", "PCN0002", "ICN99", "G100", "MR5", "NOTE",
           "1980-02-29", "2015-05-01", "ELM ST", "TRACE9", "ATT1", "LAKE", "SUE", "REF1")  # fmt: skip


def as_text(explanations):
    """Explanations as text."""
    said = []
    for explanation in explanations:
        said.append(f"{'!' if explanation.bad else '#'} {explanation.title}")
        said += [f"    {s}" for s in explanation.sentences]
        said += [
            f"    | {' | '.join(row)} |"
            for row in ((explanation.columns, *explanation.rows) if explanation.rows else ())
        ]
    return "\n".join(said) + "\n"


def bad_claims():
    """Claims with a code and a date that no guide takes, as bytes."""
    data = edi.write_claims([claim(), full_claim()], ENVELOPE)
    return data.replace(b"SV1*HC:99213", b"SV1*XX:99213").replace(b"D8*19800229", b"D8*19800230")


FILES = {
    "claims": lambda: edi.write_claims([claim(), full_claim()], ENVELOPE),
    "remittance": lambda: edi.write_remittances([remittance()], ENVELOPE),
    "claim_acknowledgment": lambda: edi.write_acknowledgments([claim_acknowledgment()], ENVELOPE),
    "answer": lambda: edi.acknowledge(bad_claims()),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("show_phi", [False, True], ids=["masked", "shown"])
def test_a_file_is_explained_as_in_its_golden_file(name, show_phi, golden):
    text = as_text(edi.explain_file(FILES[name](), show_phi=show_phi))
    golden(f"explain_{name}{'_phi' if show_phi else ''}.txt", text)


@pytest.mark.parametrize("name", FILES)
def test_nothing_of_a_patient_shows_unless_it_is_asked_for(name):
    text = as_text(edi.explain_file(FILES[name]()))
    assert [value for value in PRIVATE if value in text] == []


def test_with_show_phi_everything_is_there():
    text = as_text(edi.explain_file(FILES["claims"](), show_phi=True))
    assert "ANNA RIVER, born 1980-02-29, female, member id M00012345" in text


@pytest.mark.parametrize(
    ("value", "shown"), [("M00012345", "…2345"), ("PCN0001", "…001"), ("AB", "…B"), ("7", "…"), ("", "")]
)
def test_of_an_id_the_last_four_show_and_never_more_than_half(value, shown):
    assert Mask().number(value) == shown


def test_an_institutional_claim_is_explained_with_its_bill_and_its_codes():
    stay = Institutional(
        type_of_bill="11",
        statement_from=date(2026, 11, 2),
        statement_to=date(2026, 11, 5),
        admission=date(2026, 11, 2),
        admission_hour="0915",
        patient_status="01",
        drg="470",
        admitting_diagnosis="R509",
        values=(DatedCode(code="A3", amount=5000),),
        occurrences=(DatedCode(code="11", on=date(2026, 11, 1)),),
        attending=DOCTOR,
    )
    room = line(procedure="", revenue_code="0120", unit_code="DA", units="3", pointers=())
    text = as_text([explain_claim(claim(kind="I", institutional=stay, lines=(room,)))])
    for said in (
        "Institutional claim", "type of bill 11", "statement of 2026-11-02 to 2026-11-05", "DRG 470",
        "Admitting diagnosis R50.9", "Values: A3 $50.00", "Occurrences: 11 2026-11-01",
        "attended by RUTH STONE", "| 0120 |", "3 days",
    ):  # fmt: skip
        assert said.lower() in text.lower(), said


def test_a_dental_claim_is_explained_with_its_teeth():
    dental = Dental(predetermines=True, teeth=(Tooth(number="3", status="M"),))
    filling = line(procedure="D2391", procedure_qualifier="AD", tooth="14", surfaces=("M", "O"))
    text = as_text([explain_claim(claim(kind="D", dental=dental, lines=(filling,)))])
    assert "nothing was done yet" in text
    assert "Teeth: 3 M" in text
    assert "tooth 14 surfaces M O" in text


def test_a_pointer_past_the_diagnoses_is_explained_as_that():
    assert "5 (not on the claim)" in as_text([explain_claim(claim(lines=(line(pointers=(1, 5)),)))])


def test_a_remittance_that_does_not_balance_says_by_how_much():
    *_, end = edi.explain_file(edi.write_remittances([remittance(payment=2600)], ENVELOPE))
    assert end.bad
    assert end.title == "Remittance EFT0001 closes: it does NOT balance, the whole by -$1.00"


def test_a_claim_that_does_not_balance_is_named_where_it_stands():
    odd = ClaimPayment(patient_control_number="PCN0009", status="1", charge=1000, paid=900)
    made = remittance(claims=[odd], payment=900, provider_adjustments=[])
    _, payment, end = edi.explain_file(edi.write_remittances([made], ENVELOPE))
    assert payment.bad
    assert "differs from the payment by $1.00" in " ".join(payment.sentences)
    assert end.title.endswith("it does NOT balance")
    assert "1 claim did not balance." in end.sentences


def test_codes_are_explained_in_the_callers_words():
    said = as_text(
        edi.explain_file(FILES["remittance"](), reasons=lambda kind, code: f"{kind} {code} in words")
    )
    assert "CO 45 $35.00 (CARC 45 in words)" in said
    assert "N1 (RARC N1 in words)" in said


@pytest.mark.parametrize(
    ("reason", "cents", "words"),
    [
        ("WO", 500, "$5.00 taken from the payment of 1234567893: overpayment recovered (WO)"),
        ("WO", -500, "$5.00 added to the payment of 1234567893: recovery put off"),
        ("FB", -500, "negative balance carried forward (FB)"),
        ("FB", 500, "balance of an earlier remittance applied (FB)"),
        ("L6", -500, "interest paid (L6)"),
        ("QQ", 500, "reason QQ (QQ)"),
    ],
)
def test_provider_level_adjustments_are_explained_by_their_sign(reason, cents, words):
    adjustment = ProviderAdjustment(
        provider_id="1234567893", fiscal_period_end=date(2026, 12, 31), reason=reason, amount=cents
    )
    *_, end = explain_remittance(remittance(provider_adjustments=[adjustment]))
    assert words in " ".join(end.sentences)


@pytest.mark.parametrize(
    ("status", "note", "words"),
    [
        ("A", "000", "nothing to do"),
        ("R", "025", "do not send it again"),
        ("R", "020", "correct the partner's settings"),
        ("R", "022", "correct the file"),
    ],
)
def test_a_ta1_says_what_to_do(status, note, words):
    ack = InterchangeAcknowledgment(control_number="000000905", created=None, status=status, note=note)
    [explanation] = explain_acknowledgment(ack)
    assert explanation.bad is (status == "R")
    assert words in " ".join(explanation.sentences).lower()


def test_rejected_claims_come_first_with_what_to_do():
    _, explanation = edi.explain_file(FILES["claim_acknowledgment"]())
    assert explanation.rows[0][0] == "…002"
    assert "NPI (billing provider)" in explanation.rows[0][4]
    assert "enrolment" in explanation.rows[0][5]
    assert explanation.rows[1][5] == "Wait for the remittance."


def test_codes_that_reject_though_the_action_accepts_are_pointed_out():
    made = claim_acknowledgment()
    [provider] = made.providers
    claims = tuple(
        replace(c, statuses=tuple(replace(s, action="WQ") for s in c.statuses)) for c in provider.claims
    )
    explanations = list(explain_acknowledgment(replace(made, providers=(replace(provider, claims=claims),))))
    assert "its action code says accepted, but its status codes reject" in explanations[1].rows[0][4]


def test_a_patient_without_a_name_or_birth_date_is_still_explained():
    nobody = explain_claim(claim(subscriber=Person()))
    assert nobody.title.endswith("for a patient without a name")


def test_a_set_that_is_not_explained_is_counted():
    data = FILES["claims"]().replace(b"ST*837*", b"ST*850*")
    [explanation] = edi.explain_file(data)
    assert explanation.title == "1 transaction set 850: not explained"


def test_what_is_no_x12_has_no_story():
    assert list(edi.explain_file(b"hello")) == []


def test_a_stream_is_explained_like_bytes(tmp_path):
    file = tmp_path / "claims.837"
    file.write_bytes(FILES["claims"]())
    with file.open("rb") as stream:
        assert (
            list(edi.explain_file(stream))
            == list(edi.explain_file(file))
            == list(edi.explain_file(FILES["claims"]()))
        )


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared corpus is not beside the checkout")
def test_every_file_of_the_corpus_is_explained_without_an_exception():
    files = [f for f in sorted(SHARED.rglob("*")) if f.is_file() and f.suffix != ".tsv"]
    assert sum(1 for file in files for _ in edi.explain_file(file)) > 500
