"""FHIR as it comes from many servers: references, repeats, prices and codes of every kind."""

import json
from typing import Any

import pytest

import intake
from tests.intake.test_fhir import (
    BASE,
    COVERAGE,
    CPT,
    ENCOUNTER,
    ICD,
    NPI,
    PATIENT,
    PAYER,
    PRACTITIONER,
    SNOMED,
    bundle,
    coded,
    codes,
    condition,
    procedure,
    read,
    ref,
)

VISIT = {k: v for k, v in ENCOUNTER.items() if k not in ("identifier", "meta")}


def claim(*items: dict, **more: Any) -> dict:
    at_visit = [{"encounter": [ref("Encounter", "e1")], **item} for item in items]
    return {
        "resourceType": "Claim",
        "id": "k1",
        "status": "active",
        "use": "claim",
        "patient": ref("Patient", "p1"),
        "item": at_visit,
        **more,
    }


def item(code: str, system: str = CPT, **more: Any) -> dict:
    return {"sequence": 1, "productOrService": coded(code, system), **more}


def lines(found: intake.Read) -> list[tuple[str, int | None]]:
    return [(line.procedure, line.charge) for e in found.encounters for line in e.lines]


def concepts(found: intake.Read) -> list[tuple[str, str]]:
    return [(c.code, c.role) for e in found.encounters for c in e.concepts]


def test_two_procedures_of_one_code_and_day_are_two_services():
    found = read(bundle(*BASE, VISIT, procedure("96372", id="1"), procedure("96372", id="2")))
    assert lines(found) == [("96372", None), ("96372", None)]


def test_a_resource_that_comes_twice_counts_once():
    once = (condition("1", "I10"), procedure("93000", id="1"))
    found = read(bundle(*BASE, VISIT, *once, *once))
    assert lines(found) == [("93000", None)]
    again = "\n".join(json.dumps(r) for r in (PATIENT, VISIT, VISIT, *once))
    assert [e.id for e in read(again).encounters] == ["e1"]


def test_of_several_versions_the_newest_counts_and_keeps_what_belongs_to_it():
    versions = [
        {**VISIT, "meta": {"versionId": v}, "status": s} for v, s in (("2", "finished"), ("1", "planned"))
    ]
    for some in (versions, versions[::-1]):
        (only,) = read(bundle(PATIENT, *some, condition("1", "I10"))).encounters
        assert (only.version, only.diagnoses) == (2, ("I10",))


def test_two_resources_under_one_id_that_differ_are_both_kept():
    found = read(bundle(*BASE, VISIT, condition("1", "I10"), condition("1", "E11.9")))
    assert found.encounters[0].diagnoses == ("I10", "E11.9")


def test_encounters_that_share_an_account_number_keep_numbers_of_their_own():
    account = [{"system": "urn:account", "value": "A1"}]
    both = [{**VISIT, "id": number, "identifier": account} for number in ("e1", "e2")]
    assert [e.id for e in read(bundle(PATIENT, *both)).encounters] == ["A1 e1", "A1 e2"]


def test_resources_without_an_id_are_known_by_their_full_url():
    entries = [
        {"fullUrl": "http://ehr.test/fhir/Patient/p9", "resource": {**PATIENT, "id": None}},
        {
            "fullUrl": "http://ehr.test/fhir/Encounter/e9",
            "resource": {**VISIT, "id": None, "subject": ref("Patient", "p9")},
        },
        {"resource": condition("1", "I10", encounter=ref("Encounter", "e9"))},
    ]
    (only,) = read({"resourceType": "Bundle", "type": "batch", "entry": entries}).encounters
    assert (only.id, only.patient.last, only.diagnoses) == ("e9", "Quill", ("I10",))


def test_an_encounter_without_any_name_is_named_by_its_content():
    nameless = {k: v for k, v in VISIT.items() if k != "id"}
    found = [read(bundle(PATIENT, nameless)).encounters[0].id for _ in range(2)]
    assert found[0] == found[1]
    assert found[0].startswith("sha256 ")


def test_a_uuid_in_capitals_is_the_same():
    entries = [
        {"fullUrl": "urn:uuid:AB-1", "resource": PATIENT},
        {"fullUrl": "urn:uuid:ab-2", "resource": {**VISIT, "subject": {"reference": "urn:uuid:ab-1"}}},
    ]
    assert read({"resourceType": "Bundle", "entry": entries}).encounters[0].patient.last == "Quill"


def test_an_identifier_without_a_type_finds_the_only_resource_that_has_it():
    subject = {"identifier": {"value": "LK1"}}
    assert read(bundle(PATIENT, {**VISIT, "subject": subject})).encounters[0].patient.last == "Quill"
    other = {**PATIENT, "resourceType": "Person", "id": "x"}
    assert read(bundle(PATIENT, other, {**VISIT, "subject": subject})).encounters[0].patient.last == ""


def test_contained_resources_find_those_beside_them():
    inside = [
        {**PATIENT, "id": "pat"},
        {**COVERAGE, "id": "cov", "beneficiary": {"reference": "#pat"}, "payor": [{"reference": "#pay"}]},
        {**PAYER, "id": "pay"},
        {**PRACTITIONER, "id": "doc"},
        {"resourceType": "Condition", "id": "con", "code": coded("I10", ICD)},
        {**VISIT, "id": "enc"},
    ]
    alone = claim(
        {**item("99213", diagnosisSequence=[1]), "encounter": [{"reference": "#enc"}]},
        contained=inside,
        patient={"reference": "#pat"},
        billablePeriod={"start": "2026-11-09"},
        insurance=[{"sequence": 1, "coverage": {"reference": "#cov"}}],
        careTeam=[{"sequence": 1, "provider": {"reference": "#doc"}, "role": coded("primary", "")}],
        diagnosis=[{"sequence": 1, "diagnosisReference": {"reference": "#con"}}],
    )
    (only,) = read(alone).encounters
    assert (only.patient.last, only.coverages[0].payer, only.rendering.npi) == (
        "Quill",
        "HRB01",
        "1999001013",
    )
    assert (only.diagnoses, only.lines[0].procedure) == (("I10",), "99213")


@pytest.mark.parametrize("system", ["urn:payer", NPI])
def test_a_payer_may_be_an_identifier_alone_but_not_its_npi(system):
    payor = [{"identifier": {"system": system, "value": "87726"}}]
    found = read(bundle(PATIENT, VISIT, {**COVERAGE, "payor": payor}))
    assert found.encounters[0].coverages[0].payer == ("87726" if system == "urn:payer" else "")


def test_another_currency_is_never_taken_for_dollars():
    euro = {"value": 100.5, "currency": "EUR"}
    found = read(bundle(*BASE, VISIT, claim(item("99213", net=euro), item("93000", unitPrice=euro))))
    assert lines(found) == [("99213", None), ("93000", None)]
    assert [p.message for p in found.problems] == ["a price in another currency than USD, 2 times"]


def test_a_claim_to_a_second_payer_repeats_no_service():
    twice = [
        claim(item("99213", net={"value": 120}), item("73030", modifier=[coded("RT")]), id=n) for n in "ab"
    ]
    other = claim(item("73030", modifier=[coded("LT")]), id="c")
    found = read(bundle(*BASE, VISIT, *twice, other))
    assert lines(found) == [("99213", 12_000), ("73030", None), ("73030", None)]


def test_what_a_bill_names_in_its_own_way_is_shown_to_the_coder():
    local = claim(
        item("X1", "urn:local"),
        item("X2", "urn:local"),
        diagnosis=[{"sequence": 1, "diagnosisCodeableConcept": coded("444814009", SNOMED)}],
    )
    extra = {
        "resourceType": "ChargeItem",
        "status": "billable",
        "code": coded("X3", "urn:local"),
        "context": ref("Encounter", "e1"),
    }
    done = procedure("X2", "urn:local")
    found = read(bundle(*BASE, VISIT, local, extra, done))
    assert concepts(found) == [
        ("444814009", "reason"),
        ("X1", "charge"),
        ("X3", "charge"),
        ("X2", "procedure"),
    ]
    alone = {**local, "item": [item("X1", "urn:local")]}
    assert concepts(read(bundle(PATIENT, alone))) == [("444814009", "diagnosis"), ("X1", "procedure")]


def test_the_reason_of_a_visit_is_shown_where_no_diagnosis_says_it():
    reasons = [coded("1", SNOMED), {"text": "in words"}, coded("I10", ICD)]
    found = read(bundle(PATIENT, {**VISIT, "reasonCode": reasons}, condition("1", "1", SNOMED)))
    assert concepts(found) == [("1", "diagnosis")]
    assert found.encounters[0].diagnoses == ("I10",)
    assert concepts(read(bundle(PATIENT, {**VISIT, "reasonCode": reasons[1:2]}))) == [("", "reason")]


def test_the_details_of_a_group_are_its_services():
    group = {
        **item("G", "urn:local", net={"value": 500}, diagnosisSequence=[1]),
        "detail": [
            {"productOrService": coded("99213"), "net": {"value": 100}},
            {"productOrService": coded("93000")},
        ],
    }
    found = read(
        bundle(
            PATIENT, claim(group, diagnosis=[{"sequence": 1, "diagnosisCodeableConcept": coded("I10", ICD)}])
        )
    )
    assert lines(found) == [("99213", 10_000), ("93000", None)]
    assert [line.pointers for line in found.encounters[0].lines] == [(1,), (1,)]


def test_an_item_of_another_release_is_reported():
    old = claim({"sequence": 1, "service": coded("99213")})
    assert [p.message for p in read(bundle(PATIENT, VISIT, old)).problems] == [
        "an item of a claim has no productOrService, as R4 has it"
    ]


def test_r5_references_in_references_and_concepts_in_them_are_read():
    visit = {
        **VISIT,
        "status": "completed",
        "period": None,
        "actualPeriod": {"start": "2026-11-09", "end": "2026-11-09"},
        "diagnosis": [
            {"condition": [{"reference": ref("Condition", "2")}]},
            {"condition": [{"concept": coded("J02.9", ICD)}]},
        ],
        "reason": [{"value": [{"reference": ref("Condition", "3")}]}],
    }
    said = [condition(n, c, encounter=None) for n, c in (("2", "E11.9"), ("3", "I10"))]
    payer = {**COVERAGE, "payor": None, "insurer": ref("Organization", "pay")}
    (only,) = read(bundle(PATIENT, PAYER, payer, visit, *said)).encounters
    assert only.diagnoses == ("E11.9", "J02.9", "I10")
    assert only.coverages[0].payer == "HRB01"


def test_a_condition_that_needs_two_codes_gives_both():
    both = condition("1", "1", SNOMED)
    both["code"] = {"coding": [{"system": ICD, "code": code} for code in ("E11.65", "Z79.4", "E1165")]}
    assert read(bundle(PATIENT, VISIT, both)).encounters[0].diagnoses == ("E11.65", "Z79.4")


def test_parameters_are_opened_like_a_bundle():
    wrapped = {"resourceType": "Parameters", "parameter": [{"name": "r", "resource": bundle(PATIENT, VISIT)}]}
    assert [e.id for e in read(wrapped).encounters] == ["e1"]


def test_a_bundle_is_known_whatever_its_first_resource_is():
    scan = {"data": "A" * 300_000, "resourceType": "Binary"}
    entry = [{"resource": scan}, {"resource": PATIENT}, {"resource": VISIT}]
    found = read({"entry": entry, "resourceType": "Bundle"})
    assert (found.format, len(found.encounters)) == ("fhir", 1)


def test_what_refers_to_no_encounter_is_counted_and_not_lost():
    episode = {"resourceType": "EpisodeOfCare", "id": "ep"}
    found = read(bundle(PATIENT, VISIT, episode, condition("1", "I10", encounter=ref("EpisodeOfCare", "ep"))))
    assert codes(found) == ["INT-13"]


def test_a_coverage_that_is_only_named_names_the_payer():
    insured = claim(item("99213"), insurance=[{"sequence": 1, "coverage": {"display": "Harbor Health Plan"}}])
    (only,) = read(bundle(PATIENT, VISIT, insured)).encounters
    assert [(c.payer, c.member_id) for c in only.coverages] == [("Harbor Health Plan", "")]


def test_a_list_that_holds_no_resource_is_refused_with_a_reason():
    assert codes(read('["resourceType"]')) == ["INT-11"]


def test_a_claim_of_two_encounters_bills_each_item_once_at_its_own():
    second = {**VISIT, "id": "e2", "period": {"start": "2026-11-10"}}
    both = claim(
        item("99213", diagnosisSequence=[1]),
        item("93000", encounter=[ref("Encounter", "e2")], diagnosisSequence=[2]),
        item("73030", encounter=[]),
        diagnosis=[
            {"sequence": n, "diagnosisCodeableConcept": coded(code, ICD)}
            for n, code in ((1, "I10"), (2, "E11.9"))
        ],
    )
    found = read(bundle(PATIENT, VISIT, second, both))
    assert [(e.diagnoses, [x.procedure for x in e.lines]) for e in found.encounters] == [
        (("I10",), ["99213"]),
        (("E11.9",), ["93000"]),
    ]
    assert [p.message[:42] for p in found.problems] == ["1 conditions, procedures or charges left o"]


def test_a_claim_that_another_replaces_is_not_billed():
    old, new = claim(item("99213"), id="old"), claim(item("99214"), id="new")
    new["related"] = [{"claim": ref("Claim", "old"), "relationship": coded("prior", "")}]
    assert lines(read(bundle(PATIENT, VISIT, old, new))) == [("99214", None)]


def test_drafts_alone_are_refused_as_drafts():
    (problem,) = read(bundle(PATIENT, claim(item("99213"), status="draft"))).problems
    assert (problem.code, problem.message) == ("INT-11", "only drafts or cancelled claims")


def test_an_item_that_says_a_diagnosis_again_is_no_charge():
    said = claim(item("1", SNOMED))
    assert concepts(read(bundle(PATIENT, VISIT, condition("1", "1", SNOMED), said))) == [("1", "diagnosis")]


def test_a_diagnosis_that_no_item_of_several_encounters_points_at_is_counted():
    second = {**VISIT, "id": "e2", "period": {"start": "2026-11-10"}}
    listed = [{"sequence": 1, "diagnosisCodeableConcept": coded("I10", ICD)}]
    both = claim(item("99213"), item("93000", encounter=[ref("Encounter", "e2")]), diagnosis=listed)
    found = read(bundle(PATIENT, VISIT, second, both))
    assert [e.diagnoses for e in found.encounters] == [(), ()]
    assert [p.message[:42] for p in found.problems] == ["1 conditions, procedures or charges left o"]
