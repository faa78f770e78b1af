"""Generated documents: each is read with as many encounters, diagnoses and procedures as a plain look-up
finds in it. The look-ups know nothing of the readers; a hundred documents of each format."""

import json
import random

import pytest
from lxml import etree

import intake
from tests.intake.test_ccda import CPT as CPT_OID
from tests.intake.test_ccda import ICD as ICD_OID
from tests.intake.test_ccda import SNOMED as SNOMED_OID
from tests.intake.test_ccda import diagnosis, document, encounter, procedure, section
from tests.intake.test_fhir import CPT, ICD, PATIENT, SNOMED, coded
from tests.intake.test_hl7v2 import EVN, MSH, PID, PV1, charge, message, segment
from tests.seeds import chance

NUMBERS = range(100)
DIAGNOSES = ("I10", "E11.9", "J02.9", "R50.9", "Z79.4")
PROCEDURES = ("99213", "93000", "87880", "36415", "G0439")


def counted(found: intake.Read) -> tuple[int, int, int]:
    """Encounters, diagnoses and procedures, be they coded for a bill or shown to the coder."""
    read = found.encounters
    return (
        len(read),
        sum(len(e.diagnoses) + sum(c.role == "diagnosis" for c in e.concepts) for e in read),
        sum(len(e.lines) + sum(c.role == "procedure" for c in e.concepts) for e in read),
    )


def bundle(chance: random.Random) -> tuple[str, list[dict]]:
    """A bundle or NDJSON in any order, with references of one of three kinds."""
    base = chance.choice(["", "urn:uuid:", "https://ehr.test/fhir/"])

    def ref(kind: str, number: str) -> dict:
        return {"reference": base + (number if base.startswith("urn") else f"{kind}/{number}")}

    resources: list[dict] = [PATIENT]
    for visit in range(chance.randint(1, 6)):
        mine = {"subject": ref("Patient", "p1"), "encounter": ref("Encounter", f"e{visit}")}
        resources.append(
            {
                "resourceType": "Encounter",
                "id": f"e{visit}",
                "status": chance.choice(["finished", "finished", "finished", "planned", "cancelled"]),
                "subject": mine["subject"],
                "period": {"start": f"2026-11-{chance.randint(1, 28):02}T10:00:00-05:00"},
            }
        )
        for code in chance.sample([*DIAGNOSES, "38341003", "44054006"], chance.randint(0, 5)):
            status = chance.choice(["confirmed", "confirmed", "confirmed", "refuted", "entered-in-error"])
            system = SNOMED if code.isdigit() else ICD
            kind = {"code": coded(code, system), "verificationStatus": coded(status, "")}
            resources.append({"resourceType": "Condition", "id": f"c{len(resources)}", **mine, **kind})
        for code in chance.choices([*PROCEDURES, "430193006"], k=chance.randint(0, 5)):
            status = chance.choice(["completed", "completed", "completed", "not-done"])
            kind = {"code": coded(code, SNOMED if len(code) > 5 else CPT), "status": status}
            resources.append({"resourceType": "Procedure", "id": f"p{len(resources)}", **mine, **kind})
    chance.shuffle(resources)
    if not base.startswith("urn") and chance.random() < 0.3:
        return "\n".join(map(json.dumps, resources)), resources
    entries = [
        {
            "fullUrl": base + (r["id"] if base.startswith("urn") else f"{r['resourceType']}/{r['id']}"),
            "resource": r,
        }
        for r in resources
    ]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}), resources


@pytest.mark.parametrize("number", NUMBERS)
def test_a_bundle_gives_what_a_plain_look_up_finds(number):
    text, resources = bundle(chance("bundle", number))
    done = {r["id"] for r in resources if r["resourceType"] == "Encounter" and r["status"] == "finished"}
    of_done = [
        r
        for r in resources
        if "encounter" in r and r["encounter"]["reference"].split("/")[-1].split(":")[-1] in done
    ]
    expected = (
        len(done),
        sum(r.get("verificationStatus", coded(""))["coding"][0]["code"] == "confirmed" for r in of_done),
        sum(r.get("status") == "completed" for r in of_done),
    )
    assert counted(intake.read("a.json", text.encode())) == expected


def ccda(chance: random.Random) -> str:
    """An encounters and a procedures section; each encounter on a day of its own."""
    entries, done = [], []
    for day in chance.sample(range(10, 29), chance.randint(1, 6)):
        codes = chance.sample([*DIAGNOSES, "38341003", "44054006"], chance.randint(0, 5))
        inner = "".join(diagnosis(c, SNOMED_OID if c.isdigit() else ICD_OID) for c in codes)
        mood = chance.choice(["EVN", "EVN", "EVN", "INT"])
        entries.append(encounter(str(day), f"202611{day}", inner, mood=mood))
        for code in chance.sample(PROCEDURES, chance.randint(0, 3) if mood == "EVN" else 0):
            done.append(
                procedure(code, f"202611{day}", CPT_OID, status=chance.choice(["completed", "cancelled"]))
            )
    return document(section("46240-8", *entries) + section("47519-4", *done))


@pytest.mark.parametrize("number", NUMBERS)
def test_a_document_gives_what_a_plain_look_up_finds(number):
    text = ccda(chance("ccda", number))
    root = etree.fromstring(text.encode())
    space = {"h": "urn:hl7-org:v3"}
    happened = root.xpath("//h:encounter[@moodCode='EVN']", namespaces=space)
    done = root.xpath("//h:procedure[h:statusCode/@code='completed']", namespaces=space)
    diagnoses = [value for e in happened for value in e.xpath(".//h:observation/h:value", namespaces=space)]
    found = intake.read("a.xml", text.encode())
    assert counted(found) == (len(happened), len(diagnoses), len(done))


def charges(chance: random.Random) -> str:
    """Messages of several visits: CPT and local codes, ICD-10 and ICD-9, payments and other messages."""
    messages = []
    for visit in range(chance.randint(1, 5)):
        segments = [MSH.replace("M1", f"M{visit}"), EVN, PID, PV1.replace("V77", f"V{visit}")]
        if chance.random() < 0.2:
            messages.append(message(segments[0].replace("DFT^P03", "ADT^A04"), *segments[1:]))
            continue
        for number, code in enumerate(chance.choices([*PROCEDURES, "L1"], k=chance.randint(1, 5)), 1):
            kind = "CG" if number == 1 else chance.choice(["CG", "CG", "CG", "PY"])
            segments.append(charge(number, f6=kind, f7=f"{code}^x^{'L' if code == 'L1' else 'C4'}", f19=""))
        for number, code in enumerate(chance.sample([*DIAGNOSES, "462"], chance.randint(0, 4)), 1):
            segments.append(segment("DG1", f1=str(number), f3=f"{code}^x^{'I9' if code == '462' else 'I10'}"))
        messages.append(message(*segments, end=chance.choice(["\r", "\n", "\r\n", ""])))
    return "".join(messages)


@pytest.mark.parametrize("number", NUMBERS)
def test_messages_give_what_a_plain_look_up_finds(number):
    text = charges(chance("charges", number))
    messages = [part for part in text.split("MSH|")[1:] if "|DFT^" in part]
    expected = (
        len(messages),
        sum(part.count("DG1|") for part in messages),
        sum(part.count("||CG|") for part in messages),
    )
    assert counted(intake.read("a.hl7", text.encode())) == expected
