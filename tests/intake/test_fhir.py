"""FHIR R4: what a bundle says of an encounter, wherever it says it; nothing is billed twice or guessed."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import intake

CPT, ICD, SNOMED = (
    "http://www.ama-assn.org/go/cpt",
    "http://hl7.org/fhir/sid/icd-10-cm",
    "http://snomed.info/sct",
)
NPI = "http://hl7.org/fhir/sid/us-npi"
POS = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"


def coded(code: str, system: str = CPT) -> dict:
    return {"coding": [{"system": system, "code": code}]}


def ref(kind: str, number: str) -> dict:
    return {"reference": f"{kind}/{number}"}


PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [
        {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "999-12-3456"},
        {"type": {"coding": [{"code": "MR"}]}, "value": "LK1"},
    ],
    "name": [
        {"use": "old", "family": "Before"},
        {"use": "official", "family": "Quill", "given": ["Marian", "A"]},
    ],
    "gender": "female",
    "birthDate": "1984-03-12",
    "address": [
        {"line": ["18 Maple Street"], "city": "Springfield", "state": "Illinois", "postalCode": "62704"}
    ],
}
PRACTITIONER = {
    "resourceType": "Practitioner",
    "id": "d1",
    "identifier": [{"system": NPI, "value": "1999001013"}],
    "name": [{"family": "Okafor", "given": ["Ruth"]}],
}
ORGANIZATION = {
    "resourceType": "Organization",
    "id": "o1",
    "identifier": [{"system": NPI, "value": "1999000015"}],
    "name": "Lakeside Family Medicine",
}
PAYER = {
    "resourceType": "Organization",
    "id": "pay",
    "identifier": [{"system": NPI, "value": "1234567893"}, {"system": "urn:payer", "value": "HRB01"}],
    "name": "Harbor Health Plan",
}
COVERAGE = {
    "resourceType": "Coverage",
    "id": "c1",
    "status": "active",
    "subscriberId": "W10000101",
    "beneficiary": ref("Patient", "p1"),
    "relationship": coded("self", ""),
    "payor": [ref("Organization", "pay")],
    "class": [{"type": coded("group", ""), "value": "HG100", "name": "Acme"}],
}
ENCOUNTER = {
    "resourceType": "Encounter",
    "id": "e1",
    "meta": {"versionId": "2"},
    "identifier": [{"system": "urn:ehr", "value": "V77"}],
    "status": "finished",
    "subject": ref("Patient", "p1"),
    "participant": [{"type": [coded("PPRF", "")], "individual": ref("Practitioner", "d1")}],
    "period": {"start": "2026-11-09T09:00:00-06:00", "end": "2026-11-09T09:30:00-06:00"},
    "serviceProvider": ref("Organization", "o1"),
}


def condition(number: str, code: str, system: str = ICD, **more: object) -> dict:
    return {
        "resourceType": "Condition",
        "id": number,
        "code": coded(code, system),
        "encounter": ref("Encounter", "e1"),
        **more,
    }


def procedure(code: str, system: str = CPT, **more: object) -> dict:
    return {
        "resourceType": "Procedure",
        "status": "completed",
        "code": coded(code, system),
        "encounter": ref("Encounter", "e1"),
        **more,
    }


def bundle(*resources: dict) -> dict:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}


BASE = (PATIENT, PRACTITIONER, ORGANIZATION, PAYER, COVERAGE)


def read(value: object) -> intake.Read:
    text = value if isinstance(value, str) else json.dumps(value)
    return intake.read("bundle.json", text.encode())


def codes(found: intake.Read) -> list[str]:
    return [problem.code for problem in found.problems]


def test_a_bundle_gives_everything_it_holds():
    found = read(
        bundle(ENCOUNTER, *BASE, condition("1", "J02.9"), condition("2", "R50.9"), procedure("87880"))
    )
    assert found.problems == []
    assert found.format == "fhir"
    (visit,) = found.encounters
    assert (visit.source, visit.id, visit.version) == ("fhir urn:ehr", "V77", 2)
    assert visit.practice == "1999000015"
    assert visit.service_date == date(2026, 11, 9)
    assert (visit.patient.last, visit.patient.first, visit.patient.middle) == ("Quill", "Marian", "A")
    assert visit.patient.medical_record_number == "LK1"
    assert visit.patient.address.state == "IL"
    assert visit.diagnoses == ("J02.9", "R50.9")
    assert visit.rendering.npi == "1999001013"
    (coverage,) = visit.coverages
    assert (coverage.payer, coverage.member_id, coverage.group_number) == ("HRB01", "W10000101", "HG100")


def test_ndjson_of_resources_is_one_world_and_of_bundles_one_each():
    resources = "\n".join(json.dumps(r) for r in (ENCOUNTER, *BASE, condition("1", "J02.9")))
    assert read(resources).encounters[0].patient.last == "Quill"
    two = "\n".join(json.dumps(bundle(ENCOUNTER, PATIENT, condition("1", code))) for code in ("J02.9", "I10"))
    assert [e.diagnoses for e in read(two).encounters] == [("J02.9",), ("I10",)]


def test_a_damaged_line_of_ndjson_costs_only_itself():
    good = json.dumps(bundle(ENCOUNTER, PATIENT))
    found = read(f"{good}\n{good[:50]}\n{good}\n")
    assert len(found.encounters) == 2
    assert [(p.code, p.place) for p in found.problems] == [("INT-05", "line 2")]


@pytest.mark.parametrize(
    "reference",
    [
        "Practitioner/d1",
        "urn:uuid:d1",
        "http://ehr.example/fhir/Practitioner/d1",
        "http://ehr.example/fhir/Practitioner/d1/_history/3",
        "Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|1999001013",
        "PractitionerRole/r1",
        "#inside",
    ],
)
def test_references_of_every_kind_find_the_provider(reference):
    role = {"resourceType": "PractitionerRole", "id": "r1", "practitioner": ref("Practitioner", "d1")}
    member = {"type": [coded("ATND", "")], "individual": {"reference": reference}}
    visit = {**ENCOUNTER, "participant": [member], "contained": [{**PRACTITIONER, "id": "inside"}]}
    found = read(bundle(visit, *BASE, role))
    assert found.encounters[0].rendering.npi == "1999001013"


def test_an_npi_in_a_conditional_reference_is_known_without_its_resource():
    reference = {"reference": f"Practitioner?identifier={NPI}|1999001013"}
    visit = {**ENCOUNTER, "participant": [{"type": [coded("PPRF", "")], "individual": reference}]}
    assert read(bundle(visit)).encounters[0].rendering.npi == "1999001013"


def test_the_encounters_own_diagnoses_come_first_by_rank():
    visit = {
        **ENCOUNTER,
        "diagnosis": [
            {"condition": ref("Condition", "2"), "rank": 2},
            {"condition": ref("Condition", "1"), "rank": 1},
        ],
    }
    others = [condition("1", "I10"), condition("2", "E11.9"), condition("3", "R50.9")]
    assert read(bundle(visit, *others)).encounters[0].diagnoses == ("I10", "E11.9", "R50.9")


def test_refuted_ones_are_no_diagnoses_and_the_problem_list_is_shown_and_not_billed():
    refuted = condition("1", "I10", verificationStatus=coded("refuted", ""))
    listed = condition("2", "E11.9", category=[coded("problem-list-item", "")])
    (only,) = read(bundle(ENCOUNTER, refuted, listed)).encounters
    assert only.diagnoses == ()
    assert [(c.system, c.code) for c in only.concepts] == [("ICD-10-CM", "E11.9")]


def claim(**more: object) -> dict:
    return {
        "resourceType": "Claim",
        "id": "cl1",
        "status": "active",
        "use": "claim",
        "patient": ref("Patient", "p1"),
        "diagnosis": [
            {"sequence": 1, "diagnosisCodeableConcept": coded("J02.9", ICD)},
            {"sequence": 2, "diagnosisCodeableConcept": coded("R50.9", ICD)},
        ],
        "insurance": [{"sequence": 1, "coverage": ref("Coverage", "c1"), "preAuthRef": ["AUTH1"]}],
        "item": [
            {
                "sequence": 1,
                "productOrService": coded("99213"),
                "modifier": [coded("25", "")],
                "diagnosisSequence": [2, 1],
                "servicedDate": "2026-11-09",
                "locationCodeableConcept": coded("11", POS),
                "net": {"value": 135.0, "currency": "USD"},
                "encounter": [ref("Encounter", "e1")],
            },
            {
                "sequence": 2,
                "productOrService": coded("87880"),
                "quantity": {"value": 2},
                "unitPrice": {"value": 38.25},
                "servicedDate": "2026-11-09",
            },
        ],
        **more,
    }


def test_a_claim_gives_its_encounter_prices_pointers_places_and_payers():
    found = read(bundle(ENCOUNTER, *BASE, claim(), procedure("87880"), procedure("36415")))
    (visit,) = found.encounters
    assert visit.diagnoses == ("J02.9", "R50.9")
    assert [(x.procedure, x.charge, x.pointers, x.modifiers) for x in visit.lines] == [
        ("99213", 13_500, (2, 1), ("25",)),
        ("87880", 7_650, (), ()),
        ("36415", None, (), ()),
    ]
    assert visit.lines[0].place_of_service == "11"
    assert visit.prior_authorization == "AUTH1"


def test_a_claim_without_an_encounter_is_one_itself():
    alone = claim()
    del alone["item"][0]["encounter"]
    (visit,) = read(bundle(*BASE, alone)).encounters
    assert (visit.source, visit.id) == ("fhir Claim", "cl1")
    assert visit.service_date == date(2026, 11, 9)
    assert visit.patient.last == "Quill"


def test_charge_items_price_services_that_procedures_repeat():
    item = {
        "resourceType": "ChargeItem",
        "status": "billable",
        "code": coded("93000"),
        "context": ref("Encounter", "e1"),
        "occurrenceDateTime": "2026-11-09T10:00:00Z",
        "quantity": {"value": 1},
        "priceOverride": {"value": 65},
        "reason": [coded("I48.91", ICD)],
    }
    twice = procedure("93000", performedDateTime="2026-11-09")
    ignored = {**item, "status": "entered-in-error", "code": coded("99215")}
    found = read(bundle(ENCOUNTER, item, twice, ignored, condition("1", "I10"), condition("2", "I48.91")))
    assert [(x.procedure, x.charge, x.pointers) for x in found.encounters[0].lines] == [
        ("93000", 6_500, (2,))
    ]


def test_the_encounters_type_is_its_visit_code():
    visit = {**ENCOUNTER, "type": [coded("99213")]}
    found = read(bundle(visit, condition("1", "I10"), condition("2", "E11.9")))
    assert [(x.procedure, x.pointers) for x in found.encounters[0].lines] == [("99213", (1, 2))]


def test_snomed_goes_to_the_coder():
    visit = {**ENCOUNTER, "type": [coded("162673000", SNOMED)]}
    found = read(bundle(visit, condition("1", "29857009", SNOMED), procedure("29303009", SNOMED)))
    (only,) = found.encounters
    assert (only.diagnoses, only.lines) == ((), ())
    assert [(c.code, c.role) for c in only.concepts] == [
        ("29857009", "diagnosis"),
        ("29303009", "procedure"),
        ("162673000", "visit"),
    ]


def loose(resource: dict, **more: object) -> dict:
    return {
        **{k: v for k, v in resource.items() if k != "encounter"},
        "subject": ref("Patient", "p1"),
        **more,
    }


def test_what_names_no_encounter_belongs_to_the_only_one_of_its_day():
    other = {**ENCOUNTER, "id": "e2", "identifier": [{"value": "V78"}], "period": {"start": "2026-11-10"}}
    done = loose(procedure("93000"), performedDateTime="2026-11-10")
    history = loose(procedure("44970"), performedDateTime="2014-09-10")
    found = read(bundle(ENCOUNTER, other, PATIENT, done, history))
    assert [[x.procedure for x in e.lines] for e in found.encounters] == [[], ["93000"]]
    assert codes(found) == ["INT-13"]
    assert found.problems[0].message.startswith("1 conditions, procedures")


def test_a_condition_without_an_encounter_is_billed_only_where_it_says_so():
    said = loose(condition("1", "I10"), category=[coded("encounter-diagnosis", "")])
    silent = loose(condition("2", "E11.9"))
    (only,) = read(bundle(ENCOUNTER, PATIENT, said, silent)).encounters
    assert only.diagnoses == ("I10",)
    assert [c.code for c in only.concepts] == ["E11.9"]


def test_another_patients_services_of_the_same_day_stay_theirs():
    other = {**PATIENT, "id": "p2"}
    done = loose(procedure("93000"), performedDateTime="2026-11-09", subject=ref("Patient", "p2"))
    found = read(bundle(ENCOUNTER, PATIENT, other, done))
    assert found.encounters[0].lines == ()
    assert codes(found) == ["INT-13"]


@pytest.mark.parametrize("kind", ["Claim", "Condition", "Procedure"])
def test_what_names_an_encounter_and_another_patient_holds_it(kind):
    other = {**PATIENT, "id": "p2"}
    told = [claim(encounter=[ref("Encounter", "e1")]), condition("1", "J02.9"), procedure("87880")]
    for resource in told:
        if resource["resourceType"] == kind:
            resource["patient" if kind == "Claim" else "subject"] = ref("Patient", "p2")
    found = read(bundle(*BASE, ENCOUNTER, other, *told))
    [encounter] = found.encounters
    said = "a claim, charge, procedure or condition of another patient than its encounter's"
    assert encounter.doubts == (said,)


@pytest.mark.parametrize("kind", ["Patient", "Encounter", "Claim", "Procedure"])
@pytest.mark.parametrize("label", ["security", "tag"])
def test_an_encounter_is_a_test_where_a_resource_of_it_is_labelled_so(kind, label):
    mark = {
        label: [
            {"code": "R"},
            {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"},
        ]
    }
    told = [*BASE, ENCOUNTER, claim(encounter=[ref("Encounter", "e1")]), procedure("87880")]
    assert [e.test for e in read(bundle(*told)).encounters] == [False]
    marked = [{**one, "meta": mark} if one["resourceType"] == kind else one for one in told]
    assert [e.test for e in read(bundle(*marked)).encounters] == [True]


def test_a_claim_that_names_no_encounter_joins_the_one_of_its_day():
    joined = claim()
    del joined["item"][0]["encounter"]
    assert len(read(bundle(ENCOUNTER, *BASE, joined)).encounters) == 1


def test_a_procedure_not_done_is_no_service():
    assert read(bundle(ENCOUNTER, procedure("93000", status="not-done"))).encounters[0].lines == ()


def test_a_dependent_has_a_subscriber():
    covered = {**COVERAGE, "relationship": coded("child", ""), "subscriber": ref("RelatedPerson", "r1")}
    parent = {
        "resourceType": "RelatedPerson", "id": "r1", "name": [{"family": "Quill", "given": ["Jonas"]}],
        "birthDate": "1960-01-01", "gender": "male",
    }  # fmt: skip
    (coverage,) = read(bundle(ENCOUNTER, PATIENT, PAYER, covered, parent)).encounters[0].coverages
    assert (coverage.relationship, coverage.subscriber.first) == ("19", "Jonas")


def test_coverages_for_other_dates_are_left_out_and_an_unknown_order_is_reported():
    old = {**COVERAGE, "id": "c2", "period": {"start": "2020-01-01", "end": "2020-12-31"}}
    assert len(read(bundle(ENCOUNTER, *BASE, old)).encounters[0].coverages) == 1
    second = {**COVERAGE, "id": "c3", "subscriberId": "W2"}
    found = read(bundle(ENCOUNTER, *BASE, second))
    assert [c.order for c in found.encounters[0].coverages] == ["P", "S"]
    assert codes(found) == ["INT-13"]
    ordered = [{**COVERAGE, "order": 2}, {**second, "order": 1}]
    found = read(bundle(ENCOUNTER, PATIENT, PAYER, *ordered))
    assert [c.member_id for c in found.encounters[0].coverages] == ["W2", "W10000101"]
    assert found.problems == []


@pytest.mark.parametrize(
    ("value", "code", "words"),
    [
        (bundle(PATIENT), "INT-12", "without an Encounter"),
        (PATIENT, "INT-12", "without an Encounter"),
        (bundle(), "INT-12", "without an Encounter"),
        ({**ENCOUNTER, "status": "planned"}, "INT-11", "no finished encounter"),
        (bundle(claim(use="preauthorization"), PATIENT), "INT-11", "request for authorization"),
        ({"resourceType": "ExplanationOfBenefit"}, "INT-11", "payer's answer"),
        ('{"resourceType": "Bundle", "entry": [', "INT-05", "cut off"),
    ],
)
def test_what_documents_no_encounter_is_refused_with_its_reason(value, code, words):
    found = read(value)
    assert found.encounters == []
    assert codes(found) == [code]
    assert words in found.problems[0].message


def test_an_unfinished_encounter_is_left_out_and_counted():
    found = read(bundle(ENCOUNTER, {**ENCOUNTER, "id": "e2", "status": "in-progress"}))
    assert len(found.encounters) == 1
    assert codes(found) == ["INT-13"]


def test_a_price_of_three_decimals_refuses_its_encounter_by_name():
    odd = claim()
    odd["item"][0]["net"]["value"] = 1.234
    found = read(bundle(ENCOUNTER, *BASE, odd))
    assert [(p.code, p.place) for p in found.problems] == [("INT-08", "encounter 1, lines.1.charge")]


def test_a_bundle_in_a_bundle_is_opened():
    assert len(read(bundle(bundle(ENCOUNTER, PATIENT))).encounters) == 1


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers()
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["coding", "code", "system", "value", "reference"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@given(st.sampled_from(sorted({*ENCOUNTER, "diagnosis", "type", "location"} - {"resourceType"})), anything)
def test_a_field_of_any_shape_does_not_make_the_reader_fail(field, value):
    found = read(bundle({**ENCOUNTER, field: value}, *BASE))
    assert "INT-99" not in codes(found)


@given(st.sampled_from(["item", "diagnosis", "insurance", "careTeam", "accident", "patient"]), anything)
def test_a_claims_field_of_any_shape_does_not_make_the_reader_fail(field, value):
    found = read(bundle(ENCOUNTER, *BASE, claim(**{field: value})))
    assert "INT-99" not in codes(found)
