"""Encounters as documents: in each format that the inbox takes, as a practice's system writes them."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bench.lifelike.encounters import Encounter
from bench.lifelike.partners import Practice

NPI = "http://hl7.org/fhir/sid/us-npi"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
CPT = "http://www.ama-assn.org/go/cpt"
TEMPLATE = Path(__file__).parents[2] / "sample_inbox" / "first_visits" / "visit.xml"
RELATIONS = {"18": "self", "19": "child"}


@dataclass(frozen=True, slots=True)
class Form:
    """How a format becomes a file: its name's ending, encounters in one, and how they are written."""

    suffix: str
    a_file: int
    write: Callable[[Sequence[Encounter], Practice], bytes]


def as_json(encounters: Sequence[Encounter], practice: Practice) -> bytes:
    return json.dumps(list(encounters)).encode()


def as_ndjson(encounters: Sequence[Encounter], practice: Practice) -> bytes:
    return "".join(f"{json.dumps(one)}\n" for one in encounters).encode()


def as_csv(encounters: Sequence[Encounter], practice: Practice) -> bytes:
    """One row for each line; what concerns the encounter is repeated."""
    out = io.StringIO()
    writer = csv.DictWriter(out, _COLUMNS, lineterminator="\n", restval="")
    writer.writeheader()
    for one in encounters:
        whole = _row(one)
        for line in one["lines"]:
            rest = {name: line[name] for name in ("procedure", "charge", "revenue_code") if name in line}
            writer.writerow({**whole, **rest, "pointers": ";".join(map(str, line.get("pointers", ())))})
    return out.getvalue().encode()


_COLUMNS = (
    "source",
    "encounter_id",
    "kind",
    "service_date",
    "place_of_service",
    "patient_last",
    "patient_first",
    "patient_birth_date",
    "patient_sex",
    "patient_address",
    "patient_city",
    "patient_state",
    "patient_zip",
    "medical_record_number",
    "payer",
    "member_id",
    "relationship",
    "subscriber_last",
    "subscriber_first",
    "subscriber_birth_date",
    "subscriber_sex",
    "subscriber_address",
    "subscriber_city",
    "subscriber_state",
    "subscriber_zip",
    "secondary_payer",
    "secondary_member_id",
    "rendering_npi",
    "referring_npi",
    "referring_last",
    "referring_first",
    "diagnoses",
    "procedure",
    "charge",
    "revenue_code",
    "pointers",
)


def _row(one: Encounter) -> dict[str, str]:
    first, *rest = one["coverages"]
    row = {
        "source": one["source"],
        "encounter_id": one["id"],
        "kind": one.get("kind", ""),
        "service_date": one["service_date"],
        "place_of_service": one.get("place_of_service", ""),
        "payer": first["payer"],
        "member_id": first["member_id"],
        "relationship": first.get("relationship", "18"),
        "rendering_npi": one["rendering"]["npi"],
        "diagnoses": ";".join(one.get("diagnoses", ())),
        "medical_record_number": one["patient"]["medical_record_number"],
        **_person("patient", one["patient"]),
    }
    row |= {f"referring_{name}": value for name, value in one.get("referring", {}).items()}
    if "subscriber" in first:
        row |= _person("subscriber", first["subscriber"])
    if rest:
        row |= {"secondary_payer": rest[0]["payer"], "secondary_member_id": rest[0]["member_id"]}
    return row


def _person(whose: str, person: Encounter) -> dict[str, str]:
    address = person["address"]
    facts = {name: person[name] for name in ("last", "first", "birth_date", "sex")}
    facts |= {"address": address["line1"]} | {name: address[name] for name in ("city", "state", "zip")}
    return {f"{whose}_{name}": value for name, value in facts.items()}


def as_hl7(encounters: Sequence[Encounter], practice: Practice) -> bytes:
    """A batch of DFT^P03 messages."""
    return "".join(f"{segment}\r" for one in encounters for segment in _message(one)).encode()


def segment(name: str, fields: dict[int, str]) -> str:
    """A segment of HL7 v2 by its fields' places, from 1."""
    return "|".join([name, *(fields.get(place, "") for place in range(1, max(fields) + 1))])


def _message(one: Encounter) -> list[str]:
    patient, day = one["patient"], one["service_date"].replace("-", "")
    address = patient["address"]
    home = f"{address['line1']}^^{address['city']}^{address['state']}^{address['zip']}"
    name, born = f"{patient['last']}^{patient['first']}", patient["birth_date"].replace("-", "")
    doctor = f"{one['rendering']['npi']}^PROVIDER^ROBIN^^^^MD^^NPI"
    sender = one.get("referring")
    referred = {8: f"{sender['npi']}^{sender['last']}^{sender['first']}^^^^MD^^NPI"} if sender else {}
    account = {18: one["id"]}
    number = {3: f"{patient['medical_record_number']}^^^{one['practice'].upper()}^MR"}
    made = [
        f"MSH|^~\\&|{one['source']}|{one['practice']}|CC|CC|{day}173000||DFT^P03|{one['id']}|P|2.5",
        f"EVN|P03|{day}173000",
        segment("PID", {1: "1", **number, 5: name, 7: born, 8: patient["sex"], 11: home, **account}),
        segment("PV1", {1: "1", 2: "O", 3: "MAIN", 7: doctor, **referred, 19: one["id"]}),
    ]
    for n, line in enumerate(one["lines"], 1):
        charge = {1: f"{n}", 2: f"T{one['id']}-{n}", 4: day, 6: "CG", 7: f"{line['procedure']}^x^C4", 10: "1"}
        why = one["diagnoses"][line["pointers"][0] - 1]
        made.append(segment("FT1", {**charge, 12: line["charge"], 19: f"{why}^x^I10"}))
    for n, code in enumerate(one["diagnoses"], 1):
        made.append(segment("DG1", {1: f"{n}", 2: "I10", 3: f"{code}^x^I10", 5: day, 6: "F"}))
    for n, coverage in enumerate(one["coverages"], 1):
        who = coverage.get("subscriber", patient)
        relation = "SEL" if who is patient else "CHD"
        insured = {16: f"{who['last']}^{who['first']}", 17: relation, 18: who["birth_date"].replace("-", "")}
        insured |= {19: home, 22: f"{n}", 36: coverage["member_id"], 43: who["sex"]}
        made.append(segment("IN1", {1: f"{n}", 2: "PPO", 3: coverage["payer"], 4: "x", **insured}))
    return made


def as_fhir(encounters: Sequence[Encounter], practice: Practice) -> bytes:
    """A bundle of one encounter; each charge comes from the practice's fees."""
    [one] = encounters
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": r} for r in _resources(one)],
    }
    return json.dumps(bundle).encode()


def _resources(one: Encounter) -> list[dict[str, Any]]:
    day = one["service_date"]
    period = {"start": f"{day}T09:00:00-06:00", "end": f"{day}T09:30:00-06:00"}
    visit: dict[str, Any] = {
        "identifier": [{"system": f"urn:{one['source']}", "value": one["id"]}],
        "status": "finished",
    }
    visit |= {"subject": _ref("Patient", "p"), "participant": [{"individual": _ref("Practitioner", "d")}]}
    npi = {"system": NPI, "value": one["rendering"]["npi"]}
    name = {"family": "Provider", "given": ["Robin"]}
    made: list[dict[str, Any]] = [
        _human("Patient", "p", one["patient"]),
        {"resourceType": "Practitioner", "id": "d", "identifier": [npi], "name": [name]},
        {"resourceType": "Encounter", "id": "e", **visit, "period": period},
    ]
    for n, coverage in enumerate(one["coverages"]):
        made += _covered(n, coverage)
    for n, code in enumerate(one["diagnoses"]):
        made.append(_of_visit("Condition", f"x{n}", code, ICD))
    for n, line in enumerate(one["lines"]):
        service = _of_visit("Procedure", f"s{n}", line["procedure"], CPT)
        made.append({**service, "status": "completed", "performedPeriod": period})
    return made


def _human(kind: str, number: str, person: Encounter) -> dict[str, Any]:
    address = person["address"]
    place = {"line": [address["line1"]], "city": address["city"], "state": address["state"]}
    return {
        "resourceType": kind,
        "id": number,
        "name": [{"use": "official", "family": person["last"], "given": [person["first"]]}],
        "gender": {"F": "female", "M": "male"}[person["sex"]],
        "birthDate": person["birth_date"],
        "address": [{**place, "postalCode": address["zip"]}],
    }


def _covered(place: int, coverage: Encounter) -> list[dict[str, Any]]:
    plan = {"system": "urn:payer", "value": coverage["payer"]}
    relation = RELATIONS[coverage.get("relationship", "18")]
    of: dict[str, Any] = {"beneficiary": _ref("Patient", "p"), "payor": [_ref("Organization", f"o{place}")]}
    of |= {"subscriberId": coverage["member_id"], "order": place + 1}
    insurer: dict[str, Any] = {"resourceType": "Organization", "id": f"o{place}", "name": "x"}
    made = [insurer | {"identifier": [plan]}]
    if "subscriber" in coverage:
        made.append(
            _human("RelatedPerson", f"r{place}", coverage["subscriber"]) | {"patient": _ref("Patient", "p")}
        )
        of["subscriber"] = _ref("RelatedPerson", f"r{place}")
    kind = {"resourceType": "Coverage", "id": f"c{place}", "status": "active"}
    return [*made, {**kind, **of, "relationship": {"coding": [{"code": relation}]}}]


def _of_visit(kind: str, number: str, code: str, system: str) -> dict[str, Any]:
    coded = {"coding": [{"system": system, "code": code}]}
    return {"resourceType": kind, "id": number, "code": coded, "encounter": _ref("Encounter", "e")}


def _ref(kind: str, number: str) -> dict[str, str]:
    return {"reference": f"{kind}/{number}"}


def as_ccda(encounters: Sequence[Encounter], practice: Practice) -> bytes:
    """A visit note: the sample inbox's, with this patient, provider, payer, reason and service."""
    [one] = encounters
    patient, first = one["patient"], one["coverages"][0]
    born, day = patient["birth_date"].replace("-", ""), one["service_date"].replace("-", "")
    text = _template()
    for was, becomes in (
        ("CCDAMR1", patient["medical_record_number"]),
        ("CCDA-1", one["id"]),
        ("6 Example Street", patient["address"]["line1"]),
        ("<given>Eve</given>", f"<given>{patient['first']}</given>"),
        ("<family>Hazel</family>", f"<family>{patient['last']}</family>"),
        ('administrativeGenderCode code="F"', f'administrativeGenderCode code="{patient["sex"]}"'),
        ("19890914", born),
        ("1999005014", one["rendering"]["npi"]),
        ("1999005006", practice.npi),
        ("20261109", day),
        ("EX1000005", first["member_id"]),
        ('"EXAMP"', f'"{first["payer"]}"'),
        ('"I10"', f'"{one["diagnoses"][0]}"'),
        ('"99213"', f'"{one["lines"][0]["procedure"]}"'),
    ):
        text = text.replace(was, becomes)
    return text.encode()


@cache
def _template() -> str:
    return TEMPLATE.read_text("utf-8")


FORMATS = {
    "json": Form(".json", 500, as_json),
    "ndjson": Form(".ndjson", 500, as_ndjson),
    "csv": Form(".csv", 500, as_csv),
    "hl7": Form(".hl7", 100, as_hl7),
    "fhir": Form(".json", 1, as_fhir),
    "ccda": Form(".xml", 1, as_ccda),
}
