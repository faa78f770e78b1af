"""Institutional and dental encounters of FHIR claims and HL7 v2 messages: what these carry, and no more."""

import json
from datetime import date

import intake
from tests.intake.test_fhir import (
    COVERAGE,
    ORGANIZATION,
    PATIENT,
    PAYER,
    PRACTITIONER,
    coded,
    ref,
)
from tests.intake.test_hl7v2 import DG1, EVN, IN1, MSH, PID, PV1, charge, message, read, segment

ICD = "http://hl7.org/fhir/sid/icd-10-cm"
PCS = "http://www.cms.gov/Medicare/Coding/ICD10"


def claim(kind: str, **changes: object) -> dict[str, object]:
    return {
        "resourceType": "Claim",
        "id": "k1",
        "status": "active",
        "use": "claim",
        "type": coded(kind, "http://terminology.hl7.org/CodeSystem/claim-type"),
        "patient": ref("Patient", "p1"),
        "provider": ref("Organization", "o1"),
        "insurance": [{"sequence": 1, "focal": True, "coverage": ref("Coverage", "c1")}],
        **changes,
    }


def fhir(one: dict[str, object]) -> intake.Encounter:
    resources = [PATIENT, PRACTITIONER, ORGANIZATION, PAYER, COVERAGE, one]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}
    found = intake.read("claim.json", json.dumps(bundle).encode())
    [encounter] = found.encounters
    return encounter


STAY = claim(
    "institutional",
    billablePeriod={"start": "2026-11-02", "end": "2026-11-05"},
    careTeam=[{"sequence": 1, "provider": ref("Practitioner", "d1"), "role": coded("attending", "")}],
    supportingInfo=[
        {"sequence": 1, "category": coded("typeofbill", ""), "code": coded("111", "")},
        {"sequence": 2, "category": coded("discharge-status", ""), "code": coded("01", "")},
        {"sequence": 3, "category": coded("admtype", ""), "code": coded("3", "")},
        {"sequence": 4, "category": coded("pointoforigin", ""), "code": coded("1", "")},
        {"sequence": 5, "category": coded("admissionperiod", ""), "timingPeriod": {"start": "2026-11-02"}},
    ],
    diagnosis=[
        {
            "sequence": 1,
            "diagnosisCodeableConcept": coded("M17.11", ICD),
            "type": [coded("principal", "")],
            "onAdmission": coded("y", ""),
            "packageCode": coded("470", "https://www.cms.gov/ms-drg"),
        },
        {"sequence": 2, "diagnosisCodeableConcept": coded("R07.9", ICD), "type": [coded("admitting", "")]},
    ],
    procedure=[{"sequence": 1, "date": "2026-11-03", "procedureCodeableConcept": coded("0SR9019", PCS)}],
    item=[
        {
            "sequence": 1,
            "productOrService": {"text": "room"},
            "revenue": coded("0120", ""),
            "quantity": {"value": 3},
            "unitPrice": {"value": 1000},
            "net": {"value": 3000},
        },
        {
            "sequence": 2,
            "productOrService": coded("29881"),
            "revenue": coded("0360", ""),
            "servicedDate": "2026-11-03",
            "net": {"value": 2000},
        },
    ],
)


def test_an_institutional_fhir_claim_carries_its_bill():
    encounter = fhir(STAY)
    facts = encounter.institutional
    assert encounter.kind == "institutional"
    assert (facts.type_of_bill, facts.admission_type, facts.admission_source) == ("111", "3", "1")
    assert (facts.patient_status, facts.drg) == ("01", "470")
    assert (facts.statement_from, facts.statement_to) == (date(2026, 11, 2), date(2026, 11, 5))
    assert encounter.admission == date(2026, 11, 2)
    assert facts.attending.npi == "1999001013"
    assert (facts.principal_procedure.code, facts.principal_procedure.day) == ("0SR9019", date(2026, 11, 3))
    assert encounter.diagnoses == ("M17.11",)
    assert (facts.admitting_diagnosis, facts.present_on_admission) == ("R07.9", ("Y",))
    assert [(line.revenue_code, line.procedure, line.charge) for line in encounter.lines] == [
        ("0120", "", 300_000),
        ("0360", "29881", 200_000),
    ]


def test_an_item_with_neither_a_revenue_code_nor_a_procedure_is_shown_to_the_coder():
    unclear = {"sequence": 3, "productOrService": {"text": "a supply"}, "net": {"value": 50}}
    encounter = fhir({**STAY, "item": [*STAY["item"], unclear]})
    assert [line.revenue_code for line in encounter.lines] == ["0120", "0360"]
    assert [concept.text for concept in encounter.concepts] == ["a supply"]


def test_what_an_institutional_fhir_claim_lacks_stays_empty():
    facts = fhir({**STAY, "supportingInfo": [], "careTeam": []}).institutional
    assert (facts.type_of_bill, facts.patient_status, facts.attending) == ("", "", None)


def test_an_oral_fhir_claim_carries_teeth_surfaces_and_areas():
    items = [
        {
            "sequence": 1,
            "productOrService": coded("D2392", "http://www.ada.org/cdt"),
            "bodySite": coded("3", "http://terminology.hl7.org/CodeSystem/ex-tooth"),
            "subSite": [coded("M", ""), coded("O", "")],
            "servicedDate": "2026-11-03",
            "net": {"value": 200},
        },
        {
            "sequence": 2,
            "productOrService": coded("D4341", "http://www.ada.org/cdt"),
            "bodySite": coded("10", "http://example.org/oral-cavity"),
            "servicedDate": "2026-11-03",
            "net": {"value": 150},
        },
    ]
    encounter = fhir(claim("oral", item=items))
    first, second = encounter.lines
    assert (encounter.kind, first.procedure) == ("dental", "D2392")
    assert [(t.number, t.surfaces) for t in first.dental.teeth] == [("3", ("M", "O"))]
    assert second.dental.oral_cavity == ("10",)
    assert not encounter.dental.predetermination


def test_an_oral_predetermination_asks_and_another_kinds_request_is_refused():
    item = {
        "sequence": 1,
        "productOrService": coded("D2740", "http://www.ada.org/cdt"),
        "net": {"value": 1200},
    }
    assert fhir(claim("oral", use="predetermination", item=[item])).dental.predetermination
    resources = [PATIENT, claim("professional", use="predetermination", item=[item])]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}
    assert intake.read("claim.json", json.dumps(bundle).encode()).encounters == []


def test_an_hl7_message_with_ub2_is_an_institutional_bill():
    pv1 = PV1 + "|" * 17 + "01" + "|" * 8 + "202611020830|202611051100"
    pv1 = pv1.replace("PV1|1|O|MAIN|", "PV1|1|I|MAIN|3", 1)
    ub2 = segment("UB2", f1="1", f3="09~17", f6="80^3.00", f7="11^20261030", f8="70^20261020^20261025")
    procedure = segment("PR1", f1="1", f2="I10P", f3="0SR9019^x^I10P", f5="20261103")
    admitting = segment("DG1", f1="3", f2="I10", f3="R07.9^x^I10", f6="A")
    [encounter] = read(message(MSH, EVN, PID, pv1, charge(1), DG1, admitting, procedure, ub2, IN1)).encounters
    facts = encounter.institutional
    assert encounter.kind == "institutional"
    assert facts.conditions == ("09", "17")
    assert [(v.code, v.amount) for v in facts.values] == [("80", 300)]
    assert [(o.code, o.day) for o in facts.occurrences] == [("11", date(2026, 10, 30))]
    assert facts.occurrence_spans[0].last == date(2026, 10, 25)
    assert (facts.principal_procedure.code, facts.principal_procedure.day) == ("0SR9019", date(2026, 11, 3))
    assert (facts.admitting_diagnosis, facts.attending.npi) == ("R07.9", "1999001013")
    assert "R07.9" not in encounter.diagnoses
    assert (facts.patient_status, facts.admission_type) == ("01", "3")
    assert (facts.admission_hour, facts.discharge_hour) == ("0830", "1100")
    assert (facts.type_of_bill, facts.statement_from) == ("", None)
    assert encounter.lines[0].revenue_code == ""


def test_an_admitting_diagnosis_of_an_hl7_bill_is_icd_10_cm_where_no_system_is_named():
    admitting = segment("DG1", f1="3", f3="R07.9", f6="A")
    [encounter] = read(
        message(MSH, EVN, PID, PV1, charge(1), DG1, admitting, segment("UB2", f1="1"), IN1)
    ).encounters
    assert encounter.institutional.admitting_diagnosis == "R07.9"
    assert encounter.diagnoses == ("J02.9", "R50.9")


def test_an_hl7_message_without_a_bill_is_professional():
    [encounter] = read(message(MSH, EVN, PID, PV1, charge(1), DG1, IN1)).encounters
    assert (encounter.kind, encounter.institutional) == ("professional", None)


def bill(*charges, type_of_bill="111", admitted="202611020830", discharged="202611051100"):
    pv1 = PV1 + "|" * 25 + f"{admitted}|{discharged}"
    return message(
        MSH, EVN, PID, pv1.replace("PV1|1|O|", "PV1|1|I|", 1), *charges, DG1, segment("UB2", f1="1"),
        segment("GP1", f1=type_of_bill), IN1,
    )  # fmt: skip


def room(**fields):
    return charge(1, f4="20261102", f7="RB1^ROOM^L", f10="3", f11="3000.00", f12="", **fields)


def test_a_revenue_code_of_an_hl7_charge_is_a_line_with_or_without_a_procedure():
    found = read(bill(room(f41="0120"), charge(2, f41="0300")))
    [encounter] = found.encounters
    assert found.problems == []
    assert [(line.revenue_code, line.procedure, line.charge) for line in encounter.lines] == [
        ("0120", "", 3000_00),
        ("0300", "87880", 76_00),
    ]


def test_a_revenue_code_that_is_none_is_named_with_its_place():
    found = read(bill(room(f41="ROOM"), charge(2)))
    assert "FT1 1 has an invalid revenue code (FT1-41)" in [p.message for p in found.problems]
    assert [line.revenue_code for line in found.encounters[0].lines] == [""]


def test_a_credit_takes_back_the_charge_of_its_own_revenue_code():
    drugs = charge(2, f4="20261102", f7="RX9^PHARMACY^L", f10="1", f11="50.00", f12="", f41="0250")
    back = charge(3, f4="20261102", f6="CD", f7="RX9^PHARMACY^L", f10="1", f11="50.00", f12="", f41="0250")
    [encounter] = read(bill(room(f41="0120"), drugs, back)).encounters
    assert [line.revenue_code for line in encounter.lines] == ["0120"]


def test_the_statement_of_an_hl7_bill_is_its_visit_where_the_bill_is_of_all_of_it():
    def statement(text):
        facts = read(text).encounters[0].institutional
        return facts.statement_from, facts.statement_to

    day = date(2026, 11, 2)
    assert statement(bill(room(f41="0120"))) == (day, date(2026, 11, 5))
    before = charge(2, f4="20261031", f41="0300")
    assert statement(bill(room(f41="0120"), before)) == (date(2026, 10, 31), date(2026, 11, 5))
    assert statement(bill(room(f41="0120"), type_of_bill="112")) == (None, None)
    assert statement(bill(room(f41="0120"), discharged=""))[1] is None


def test_an_admission_period_with_times_says_the_hours():
    def hours(**period):
        info = {"sequence": 1, "category": coded("admissionperiod", ""), "timingPeriod": period}
        facts = fhir({**STAY, "supportingInfo": [info]}).institutional
        return facts.admission_hour, facts.discharge_hour

    assert hours(start="2026-11-02T08:30:00-06:00", end="2026-11-05T11:00:00-06:00") == ("0830", "1100")
    assert hours(start="2026-11-02", end="2026-11-05") == ("", "")
