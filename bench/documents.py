"""Encounters that no one ever had, in the shapes of FHIR R4, HL7 v2 and C-CDA; names and numbers made up."""

import json
from pathlib import Path

DIAGNOSES = ("J02.9", "I10", "E11.9", "M54.50", "R50.9", "K21.9", "N39.0", "J45.909")
PROCEDURES = ("99213", "99214", "93000", "85025", "36415", "87880")
NAMES = ("ARBOR", "BIRCH", "CEDAR", "DOGWOOD", "ELM", "FIR", "GINGKO", "HAZEL", "IVY", "JUNIPER")
NPI = "http://hl7.org/fhir/sid/us-npi"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
CPT = "http://www.ama-assn.org/go/cpt"
TEMPLATE = Path(__file__).parents[1] / "sample_inbox" / "monday" / "bayview" / "visit_3010.xml"


def _coded(code: str, system: str) -> dict[str, object]:
    return {"coding": [{"system": system, "code": code}]}


def _ref(kind: str, number: str) -> dict[str, str]:
    return {"reference": f"{kind}/{number}"}


def fhir_bundle(n: int) -> bytes:
    """A collection of one encounter with patient, people, payer, two diagnoses and two services."""
    days = {"start": "2026-11-09T09:00:00-06:00", "end": "2026-11-09T09:30:00-06:00"}
    resources: list[dict[str, object]] = [
        {
            "resourceType": "Patient",
            "id": "p",
            "name": [{"use": "official", "family": NAMES[n % 10], "given": ["SAM"]}],
            "gender": "female",
            "birthDate": f"19{50 + n % 50}-03-12",
            "address": [
                {"line": ["18 Maple Street"], "city": "Springfield", "state": "IL", "postalCode": "62704"}
            ],
        },
        {
            "resourceType": "Practitioner",
            "id": "d",
            "identifier": [{"system": NPI, "value": "1999001013"}],
            "name": [{"family": "Okafor", "given": ["Ruth"]}],
        },
        {
            "resourceType": "Organization",
            "id": "pay",
            "identifier": [{"system": "urn:payer", "value": "HRB01"}],
            "name": "Harbor Health Plan",
        },
        {
            "resourceType": "Coverage",
            "id": "c",
            "status": "active",
            "subscriberId": f"W{10_000_000 + n}",
            "beneficiary": _ref("Patient", "p"),
            "payor": [_ref("Organization", "pay")],
        },
        {
            "resourceType": "Encounter",
            "id": "e",
            "identifier": [{"system": "urn:bench", "value": f"F{n:06d}"}],
            "status": "finished",
            "subject": _ref("Patient", "p"),
            "participant": [{"individual": _ref("Practitioner", "d")}],
            "period": days,
        },
    ]
    for k in range(2):
        resources.append(
            {
                "resourceType": "Condition",
                "id": f"c{k}",
                "code": _coded(DIAGNOSES[(n + k) % len(DIAGNOSES)], ICD),
                "encounter": _ref("Encounter", "e"),
            }
        )
        resources.append(
            {
                "resourceType": "Procedure",
                "id": f"s{k}",
                "status": "completed",
                "code": _coded(PROCEDURES[(n + k) % len(PROCEDURES)], CPT),
                "encounter": _ref("Encounter", "e"),
                "performedPeriod": days,
            }
        )
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}
    return json.dumps(bundle).encode()


def _segment(name: str, fields: dict[int, str]) -> str:
    return "|".join([name, *(fields.get(place, "") for place in range(1, max(fields) + 1))])


def dft_message(n: int) -> bytes:
    """A DFT^P03 of one visit with two charges, two diagnoses and an insurance."""
    name = f"{NAMES[n % 10]}^SAM"
    born = f"19{50 + n % 50}0312"
    diagnoses = [DIAGNOSES[(n + k) % len(DIAGNOSES)] for k in range(2)]
    segments = [
        f"MSH|^~\\&|BENCH|LAKESIDE|CC|CC|20261109173000||DFT^P03|M{n}|P|2.5",
        "EVN|P03|20261109173000",
        _segment(
            "PID",
            {
                1: "1",
                3: f"LK{n}^^^LAKESIDE^MR",
                5: name,
                7: born,
                8: "F",
                11: "18 Maple Street^^Springfield^IL^62704",
                18: f"A{n}",
            },
        ),
        _segment("PV1", {1: "1", 2: "O", 3: "MAIN", 7: "1999001013^OKAFOR^RUTH^^^^MD^^NPI", 19: f"H{n:06d}"}),
    ]
    for k in range(2):
        segments.append(
            _segment(
                "FT1",
                {
                    1: str(k + 1),
                    2: f"T{n}-{k}",
                    4: "20261109",
                    6: "CG",
                    7: PROCEDURES[(n + k) % len(PROCEDURES)],
                    10: "1",
                    12: "38.00",
                    19: f"{diagnoses[k]}^x^I10",
                },
            )
        )
    segments += [
        _segment("DG1", {1: str(k + 1), 2: "I10", 3: f"{code}^words^I10", 5: "20261109", 6: "F"})
        for k, code in enumerate(diagnoses)
    ]
    segments.append(
        _segment(
            "IN1",
            {
                1: "1",
                2: "PPO",
                3: "HRB01",
                4: "Harbor Health Plan",
                16: name,
                17: "SEL",
                18: born,
                22: "1",
                36: f"W{10_000_000 + n}",
            },
        )
    )
    return ("\r".join(segments) + "\r").encode()


def ccda_document(n: int) -> bytes:
    """The sample inbox's visit note (two services) under another number."""
    text = TEMPLATE.read_text("utf-8")
    return text.replace("B-3010", f"C-{n:06d}").encode()
