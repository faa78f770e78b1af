"""Each kind of encounter from each format that carries it: from its document to paid, over SFTP."""

import csv
import io
import json
from collections import Counter

import pytest
from typer.testing import CliRunner

import edi
from console.claims import app as claims_app
from ledger.queries import standing
from ledger.queries.claim_story import show
from ledger.queries.claims import holds
from ledger.queries.money import money
from ledger.queries.proof import of_all
from tests.conftest import CHECKOUT
from tests.intake import test_fhir, test_hl7v2
from tests.intake.test_fhir import BASE, bundle, coded, ref
from tests.intake.test_hl7v2 import DG1, EVN, segment
from tests.intake.test_kinds_of_formats import STAY, claim
from tests.tasks.test_every_kind import play

PATIENT = {
    "source": "ehr",
    "patient_last": "Quill",
    "patient_birth_date": "1984-03-12",
    "patient_sex": "F",
    "patient_address": "18 Maple Street",
    "patient_city": "Springfield",
    "patient_state": "IL",
    "patient_zip": "62704",
    "payer": "harbor",
    "member_id": "W10000101",
    "practice": "lakeside",
}
IN_CSV = {
    "professional": [
        {
            "encounter_id": "C-P",
            "patient_first": "Ada",
            "diagnoses": "J02.9",
            "rendering_npi": "1999001013",
            "service_date": "2026-11-02",
            "place_of_service": "11",
            "procedure": "99213",
            "pointers": "1",
            "charge": "135.00",
        }
    ],
    "institutional": [
        {
            "encounter_id": "C-I",
            "patient_first": "Ben",
            "kind": "institutional",
            "diagnoses": "M17.11",
            "admission_date": "2026-11-02",
            "type_of_bill": "111",
            "admission_type": "3",
            "admission_source": "1",
            "patient_status": "01",
            "statement_from": "2026-11-02",
            "statement_to": "2026-11-05",
            "admission_hour": "0830",
            "discharge_hour": "1100",
            "admitting_diagnosis": "M17.11",
            "present_on_admission": "Y",
            "value_codes": "80=3.00",
            "attending_npi": "1999001013",
            "revenue_code": revenue,
            "units": units,
            "unit_code": unit,
            "charge": amount,
        }
        for revenue, units, unit, amount in (("0120", "3", "DA", "3000.00"), ("0250", "1", "UN", "2000.00"))
    ],
    "dental": [
        {
            "encounter_id": "C-D",
            "patient_first": "Cy",
            "kind": "dental",
            "rendering_npi": "1999001013",
            "service_date": "2026-11-02",
            "place_of_service": "11",
            "procedure": "D2392",
            "teeth": "3=MO",
            "charge": "200.00",
        }
    ],
}


def as_csv(rows):
    columns = list(dict.fromkeys([*PATIENT, *(name for row in rows for name in row), "service_date"]))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows([{**PATIENT, **row} for row in rows])
    return text.getvalue()


def as_fhir(first, number, one):
    patient = {**test_fhir.PATIENT, "name": [{"family": "Quill", "given": [first]}]}
    one = {**one, "id": number, "identifier": [{"system": "urn:ehr", "value": number}]}
    return json.dumps(bundle(patient, *BASE[1:], one))


FILLING = {
    "sequence": 1,
    "productOrService": coded("D2392", "http://www.ada.org/cdt"),
    "bodySite": coded("3", "http://terminology.hl7.org/CodeSystem/ex-tooth"),
    "subSite": [coded("M", ""), coded("O", "")],
    "servicedDate": "2026-11-02",
    "net": {"value": 200},
}
VISIT = {
    "sequence": 1,
    "productOrService": coded("99213"),
    "diagnosisSequence": [1],
    "servicedDate": "2026-11-02",
    "locationCodeableConcept": coded("11", test_fhir.POS),
    "net": {"value": 135},
}
CARE_TEAM = [{"sequence": 1, "provider": ref("Practitioner", "d1"), "role": coded("primary", "")}]
SORE_THROAT = [{"sequence": 1, "diagnosisCodeableConcept": coded("J02.9", test_fhir.ICD)}]
PERIOD = {"timingPeriod": {"start": "2026-11-02T08:30:00", "end": "2026-11-05T11:00:00"}}
BILL = {
    **STAY,
    "supportingInfo": [
        *STAY["supportingInfo"][:4],
        {"sequence": 5, "category": coded("admissionperiod", ""), **PERIOD},
    ],
}


def as_dft(first, number, *segments, pv1=None):
    msh = test_hl7v2.MSH.replace("|M1|P|2.5", f"|{number}|P|2.8")
    pid = test_hl7v2.PID.replace("QUILL^MARIAN^A^JR", f"QUILL^{first}").replace("ACC9", number)
    in1 = test_hl7v2.IN1.replace("QUILL^MARIAN", f"QUILL^{first}").replace("AUTH1", "")
    pv1 = (pv1 or test_hl7v2.PV1).replace("V77", number)
    return "\r".join([msh, EVN, pid, pv1, *segments, in1]) + "\r"


def ft1(number, **fields):
    return segment("FT1", **{"f1": str(number), "f2": f"T{number}", "f6": "CG", "f10": "1", **fields})


ROOM = ft1(1, f4="20261102", f7="RB1^ROOM^L", f10="3", f11="3000.00", f41="0120")
DRUGS = ft1(2, f4="20261103", f7="RX9^PHARMACY^L", f11="2000.00", f41="0250")
INPATIENT = segment(
    "PV1", f1="1", f2="I", f3="MAIN", f4="3", f7="1999001013^OKAFOR^RUTH^^^^MD^^NPI", f14="1", f19="V77",
    f36="01", f44="202611020830", f45="202611051100",
)  # fmt: skip
KNEE = segment("DG1", f1="1", f2="I10", f3="M17.11^x^I10", f6="F", f26="Y")
ADMITTED_FOR = segment("DG1", f1="2", f2="I10", f3="M17.11^x^I10", f6="A")
UB = segment("UB2", f1="1", f6="80^3.00")
GROUP = segment("GP1", f1="111")
VISIT_CHARGE = ft1(1, f4="20261102", f7="4711^LOCAL^L", f11="135.00", f19="J02.9^x^I10", f25="99213^x^C4")

DOCUMENTS = {
    ("csv", "professional"): ("p.csv", as_csv(IN_CSV["professional"])),
    ("csv", "institutional"): ("i.csv", as_csv(IN_CSV["institutional"])),
    ("csv", "dental"): ("d.csv", as_csv(IN_CSV["dental"])),
    ("fhir", "professional"): (
        "p.json",
        as_fhir("Dee", "F-P", claim("professional", item=[VISIT], diagnosis=SORE_THROAT, careTeam=CARE_TEAM)),
    ),
    ("fhir", "institutional"): ("i.json", as_fhir("Eve", "F-I", BILL)),
    ("fhir", "dental"): ("d.json", as_fhir("Flo", "F-D", claim("oral", item=[FILLING], careTeam=CARE_TEAM))),
    ("hl7v2", "professional"): ("p.hl7", as_dft("GUS", "H-P", VISIT_CHARGE, DG1)),
    ("hl7v2", "institutional"): (
        "i.hl7",
        as_dft("HAL", "H-I", ROOM, DRUGS, KNEE, ADMITTED_FOR, UB, GROUP, pv1=INPATIENT),
    ),
}


@pytest.fixture(scope="module")
def played(make_home):
    """Everything in one run: each document in a file of its own."""
    home = make_home("every_format")
    practice = home.path / "partners" / "practices" / "lakeside.toml"  # FHIR claims and DFT name no place
    practice.write_text(f'place_of_service = "11"\n{practice.read_text("utf-8")}', encoding="utf-8")
    for (form, _), (name, text) in DOCUMENTS.items():
        home.drop(f"lakeside/{form}_{name}", text)
    visit = CHECKOUT / "sample_inbox" / "monday" / "bayview" / "visit_3010.xml"
    home.drop("bayview/visit.xml", visit.read_bytes())
    play(home)
    return home


CCDA = "3010"


def by_number(stories):
    """The stories by the beginning of their encounter's number, which a format may write longer."""
    return {
        next((n for n in (*NUMBERS, CCDA) if n in story.encounter), story.encounter): story
        for story in stories
    }


NUMBERS = {
    "C-P": ("professional", 108_00),
    "C-I": ("institutional", 4000_00),
    "C-D": ("dental", 160_00),
    "F-P": ("professional", 108_00),
    "F-I": ("institutional", 4000_00),
    "F-D": ("dental", 160_00),
    "H-P": ("professional", 108_00),
    "H-I": ("institutional", 4000_00),
}
"""Each document's number, kind and what is paid of it: 80 % of the charges."""


def test_each_kind_is_paid_from_each_format_that_carries_it(played):
    with played.opened() as opened:
        held = [f"{h.external_id} {h.edit_id} {h.place}: {h.detail}" for h in holds(opened.ledger)]
        assert held == []
        stories = by_number(show(opened.ledger, c.claim_id) for c in standing.claims(opened.ledger))
        assert set(stories) == {*NUMBERS, CCDA}
        assert {story.state for story in stories.values()} == {"paid"}
        for number, (_, paid) in NUMBERS.items():
            story = stories[number]
            assert (story.paid_cents, story.charge_cents * 80 // 100) == (paid, paid)
            assert [s.state for s in story.submissions] == ["paid"]
        assert money(opened.ledger).closes
        assert of_all(opened.ledger).holds
    sent = [
        claim for file in (played.path / "edi" / "sent").rglob("*.837") for claim in edi.read_claims(file)
    ]
    kinds = Counter(
        {"professional": "P", "institutional": "I", "dental": "D"}[k] for k, _ in NUMBERS.values()
    )
    assert Counter(claim.kind for claim in sent) == kinds + Counter("P")  # and the C-CDA visit


def test_claims_show_has_the_story_of_each_document(played):
    for number in NUMBERS:
        with played.opened() as opened:
            external = next(c.external_id for c in standing.claims(opened.ledger) if number in c.external_id)
        done = CliRunner().invoke(claims_app, ["show", external, "--json", "--home", str(played.path)])
        assert done.exit_code == 0, done.output
        story = json.loads(done.output)
        assert [s["state"] for s in story["submissions"]] == ["paid"]
        assert [p["payer"] for p in story["payments"]] == ["harbor"]
