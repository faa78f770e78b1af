"""Files compared by what they mean."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import edi
from edi.compare.files import compare_claims, differences
from edi.records import Adjustment, Person
from tests.edi.samples import (
    CLINIC,
    ENVELOPE,
    PATIENT,
    SHARED,
    claim,
    claim_acknowledgment,
    full_claim,
    line,
    remittance,
)


def claims(*made, **envelope):
    return edi.write_claims(made, replace(ENVELOPE, **envelope))


def test_order_numbers_and_formatting_make_no_difference():
    a = claims(claim(), full_claim())
    b = claims(
        full_claim(), claim(), control_number=77, batch_reference="OTHER", newline="", element="|",
        segment="'", created=ENVELOPE.created.replace(day=17), sender_id="ELSEWHERE",
    ).replace(b"|125|", b"|125.00|")  # fmt: skip
    assert b"|125.00|" in b
    assert list(differences(a, b)) == []


def test_the_envelope_is_compared_when_it_is_asked_for():
    found = list(differences(claims(claim()), claims(claim(), control_number=77), envelope=True))
    assert {d.what for d in found} >= {"control number"}


def test_the_order_of_lines_and_of_further_diagnoses_makes_no_difference():
    one, two = line(1, pointers=(1, 3)), line(2, procedure="J1885", pointers=(2,))
    a = claim(charge=25000, diagnoses=("J020", "R509", "E119"), lines=(one, two))
    b = claim(
        charge=25000,
        diagnoses=("J020", "E119", "R509"),
        lines=(replace(two, number=1, pointers=(3,)), replace(one, number=2, pointers=(1, 2))),
    )
    assert compare_claims(a, b) == []


def test_another_principal_diagnosis_is_a_difference():
    a, b = claim(diagnoses=("J020", "R509")), claim(diagnoses=("R509", "J020"))
    whats = {d.what for d in compare_claims(a, b)}
    assert whats == {"principal diagnosis", "other diagnoses", "pointers"}


@pytest.mark.parametrize(
    ("change", "what", "a", "b"),
    [
        ({"lines": (line(charge=13000),), "charge": 13000}, "charge", "$125.00", "$130.00"),
        ({"place_of_service": "22"}, "place of service", "11", "22"),
        ({"billing": replace(CLINIC, npi="1245319599")}, "npi", "1234567893", "1245319599"),
        ({"subscriber": replace(PATIENT, member_id="M00019999")}, "member id", "…2345", "…9999"),
        ({"subscriber": replace(PATIENT, last="STONE")}, "last", "R.", "S."),
        ({"frequency": "7", "payer_claim_control_number": "ICN12345"}, "frequency", "1", "7"),
        ({"lines": (line(modifiers=("25",)),)}, "modifiers", "(not there)", "25"),
        ({"note": "CALLED HER"}, "note", "(not there)", "(10 characters, hidden)"),
    ],
)
def test_a_difference_is_placed_and_masked(change, what, a, b):
    found = compare_claims(claim(), claim(**change))
    assert (what, a, b) in {(d.what, d.a, d.b) for d in found}


def test_values_show_when_they_are_asked_for():
    [found] = compare_claims(claim(), claim(subscriber=replace(PATIENT, last="STONE")), show_phi=True)
    assert (found.a, found.b) == ("RIVER", "STONE")


def test_a_line_that_only_one_has_is_reported_once():
    found = compare_claims(
        claim(charge=25000, lines=(line(), line(2, procedure="J1885"))), claim(lines=(line(),))
    )
    assert [(d.where, d.what, d.a, d.b) for d in found if "line" in d.where] == [
        ("claim …001, line 2 (J1885)", "", "(there)", "(not there)")
    ]


def test_a_claim_that_only_one_has_is_reported_once():
    [found] = differences(claims(claim(), full_claim()), claims(claim()))
    assert (found.where, found.a, found.b) == ("claim …002", "(there)", "(not there)")


def test_two_single_claims_are_compared_whatever_their_numbers():
    found = list(differences(claims(claim()), claims(claim(patient_control_number="OTHER123"))))
    assert [d.what for d in found] == ["patient control number"]


def test_what_no_record_holds_is_compared_as_segments():
    a = claims(claim())
    head, diagnoses, rest = a.partition(b"HI*")
    codes, end, rest = rest.partition(b"~")
    b = head + diagnoses + codes + end + b"\nHCP*03*140*12~" + rest
    found = list(differences(a, b))
    assert [d.what for d in found] == ["segment HCP"]
    assert "140" not in found[0].b


def test_remittances_are_compared_to_the_adjustment():
    a, b = remittance(), remittance()
    paid, reversed_ = b.claims
    [svc] = paid.lines
    changed = (svc.adjustments[0], Adjustment(group="PR", reason="2", amount=2000))
    b.claims = [reversed_, replace(paid, lines=(replace(svc, adjustments=changed),))]
    found = list(differences(*(edi.write_remittances([r], ENVELOPE) for r in (a, b))))
    assert {(d.what, d.a, d.b) for d in found} == {("reason", "1", "2")}


def test_acknowledgments_are_compared():
    made = claim_acknowledgment()
    [provider] = made.providers
    other = replace(made, providers=(replace(provider, claims=provider.claims[:1]),))
    found = list(differences(*(edi.write_acknowledgments([m], ENVELOPE) for m in (made, other))))
    assert ("claim …002", "(there)", "(not there)") in {
        (d.where.rpartition(", ")[2], d.a, d.b) for d in found
    }


@given(st.permutations([1, 2, 3, 4]))
def test_any_order_of_claims_means_the_same(order):
    made = [claim(patient_control_number=f"PCN{n}", subscriber=Person(last=f"L{n}")) for n in range(1, 5)]
    assert list(differences(claims(*made), claims(*(made[n - 1] for n in order)))) == []


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared corpus is not beside the checkout")
def test_every_file_of_the_corpus_means_the_same_as_itself():
    files = [f for f in sorted(SHARED.rglob("*")) if f.is_file() and f.suffix != ".tsv"]
    for file in files:
        assert list(differences(file, file, envelope=True)) == [], file.name
