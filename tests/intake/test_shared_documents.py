"""Published documents: each is read with as many encounters, diagnoses and procedures as it holds, or
refused with its reason. The counts are looked up here in the plain XML and JSON, without the readers.

The documents lie beside the checkout and are not part of it.
"""

import gzip
import json
import re
from pathlib import Path

import pytest
from lxml import etree

import intake

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "encounters"
CCDA, FHIR = SHARED / "ccda_hl7", SHARED
pytestmark = pytest.mark.skipif(
    not SHARED.exists(), reason="the shared documents are not beside this checkout"
)

ICD10 = ("2.16.840.1.113883.6.90", "2.16.840.1.113883.6.3")
BILLED = ("2.16.840.1.113883.6.12", "2.16.840.1.113883.6.285")

# Files without an encounter, and the code and words of the refusal.
REFUSED = {
    "ccd_2.xml": ("INT-11", "documents no encounter"),
    "coverage_activity_v3_example.xml": ("INT-12", "a part of a document"),
    "payers_section_v3_example.xml": ("INT-12", "a part of a document"),
    "referral_note.xml": ("INT-11", "documents no encounter"),
}
# encounters, ICD-10-CM diagnoses, CPT and HCPCS procedures
CCDA_TABLE = {
    "care_plan.xml": (1, 0, 0),
    "ccd_1.xml": (1, 0, 1),
    "consultation_note.xml": (1, 0, 1),
    "diagnostic_imaging_report.xml": (1, 0, 1),
    "discharge_summary.xml": (1, 0, 1),
    "history_and_physical.xml": (1, 0, 1),
    "hospital_discharge_encounter_with_billable_diagnoses_c_cda2_1.xml": (1, 0, 1),
    "inpatient_encounter_discharged_to_rehab_location_c_cda2_1.xml": (1, 0, 1),
    "operative_note.xml": (1, 0, 0),  # its header's service event, in SNOMED CT
    "multiple_cpt_e_m_codes_single_encounter_c_cdar2_1.xml": (1, 2, 3),
    "outpatient_encounter_patient_disenrolled_c_cda2_1.xml": (1, 0, 1),
    "outpatient_encounter_with_diagnoses_c_cda_r2_1.xml": (1, 0, 1),
    "procedure_note.xml": (1, 0, 1),
    "progress_note.xml": (1, 0, 1),
    "transfer_summary.xml": (1, 0, 1),
}
# encounters, their conditions and procedures (all in SNOMED CT; the problem list names no encounter)
SYNTHEA_TABLE = {
    "derrick_o_connell_2d165599.json.gz": (14, 14, 6),
    "lonny_luettgen_83ddfa71.json.gz": (15, 15, 6),
    "natalia_corrales_846942fc.json.gz": (29, 29, 36),
    "omar_daniel_6045330c.json.gz": (32, 34, 56),
    "scottie_russel_9a3ca5a8.json.gz": (35, 38, 42),
    "scottie_stokes_d3861527.json.gz": (4, 4, 3),
}


def read(path: Path) -> intake.Read:
    return intake.read(path.name, path.read_bytes())


def looked_up_in_xml(path: Path) -> tuple[int, int, int]:
    """Encounters that happened, their ICD-10-CM codes, and the billing codes of their services."""
    root = etree.fromstring(path.read_bytes(), etree.XMLParser(recover=True))
    name = "*[local-name()='{}']".format
    happened = f".//{name('section')}[{name('code')}/@code='46240-8']//{name('encounter')}[@moodCode='EVN']"
    listed = root.xpath(happened) or (
        root.xpath(".//*[local-name()='encounter'][@moodCode='EVN']")
        if not str(root.tag).endswith("ClinicalDocument")
        else []
    )
    encompassing = root.xpath(f".//{name('encompassingEncounter')}")
    coded = [e for top in listed for e in top.iter() if e.get("codeSystem")]
    coded += [e for top in encompassing for e in top.xpath(f"./{name('code')}")]
    if listed or encompassing:
        done = f".//{name('section')}[{name('code')}/@code='47519-4']/{name('entry')}/*[@moodCode='EVN']"
        coded += root.xpath(f"{done}/{name('code')}/descendant-or-self::*[@code]")
        context = (
            f".//{name('act')}[{name('templateId')}/@root='2.16.840.1.113883.10.20.6.2.5']/{name('code')}"
        )
        coded += root.xpath(context)
    notes = root.xpath(
        f".//{name('templateId')}[@root='2.16.840.1.113883.10.20.22.1.7']/..//{name('serviceEvent')}"
    )
    return (
        len(listed) + len(encompassing) or len(notes),
        len({e.get("code") for e in coded if e.get("codeSystem") in ICD10}),
        len({e.get("code") for e in coded if e.get("codeSystem") in BILLED}),
    )


def looked_up_in_json(path: Path) -> tuple[int, int, int]:
    resources = [entry["resource"] for entry in json.loads(gzip.decompress(path.read_bytes()))["entry"]]
    within = [r for r in resources if "encounter" in r]
    return (
        sum(r["resourceType"] == "Encounter" and r["status"] == "finished" for r in resources),
        sum(r["resourceType"] == "Condition" for r in within),
        sum(r["resourceType"] == "Procedure" and r["status"] == "completed" for r in within),
    )


def test_the_tables_name_every_document():
    if not CCDA.exists():
        pytest.skip("no C-CDA documents")
    assert {path.name for path in CCDA.glob("*.xml")} == set(CCDA_TABLE) | set(REFUSED)
    assert {path.name for path in (SHARED / "fhir_synthea").glob("*")} == set(SYNTHEA_TABLE)


@pytest.mark.parametrize("name", CCDA_TABLE)
def test_a_ccda_document_gives_what_it_holds(name):
    found = read(CCDA / name)
    given = (
        len(found.encounters),
        sum(len(e.diagnoses) for e in found.encounters),
        sum(len(e.lines) for e in found.encounters),
    )
    assert given == CCDA_TABLE[name] == looked_up_in_xml(CCDA / name)


@pytest.mark.parametrize("name", REFUSED)
def test_a_document_without_an_encounter_is_refused_with_its_reason(name):
    found = read(CCDA / name)
    code, words = REFUSED[name]
    assert found.encounters == []
    assert [p.code for p in found.problems] == [code]
    assert words in found.problems[0].message
    assert looked_up_in_xml(CCDA / name)[0] == 0


@pytest.mark.parametrize("name", SYNTHEA_TABLE)
def test_a_synthea_bundle_gives_what_it_holds_for_a_coder(name):
    path = SHARED / "fhir_synthea" / name
    found = read(path)
    assert found.problems == []
    concepts = [c for e in found.encounters for c in e.concepts]
    given = (
        len(found.encounters),
        sum(c.role == "diagnosis" for c in concepts),
        sum(c.role == "procedure" for c in concepts),
    )
    assert given == SYNTHEA_TABLE[name] == looked_up_in_json(path)
    assert all(not e.diagnoses and not e.lines for e in found.encounters)
    assert all(e.patient.birth_date and e.rendering and e.coverages for e in found.encounters)


@pytest.mark.parametrize("folder", ["fhir_carinbb", "fhir_pas"])
def test_requests_answers_and_single_resources_are_refused_with_their_reason(folder):
    for path in sorted((SHARED / folder).glob("*.json")):
        found = read(path)
        assert found.encounters == [], path.name
        (problem,) = found.problems
        expected = "INT-11" if re.match(r"Bundle|Claim|Encounter|Explanation", path.name) else "INT-12"
        assert problem.code == expected, path.name
        assert problem.remedy


def test_no_document_shows_a_patient_in_a_problem():
    for path in sorted(p for p in SHARED.rglob("*") if p.is_file()):
        shown = " ".join(map(str, read(path).problems))
        assert not re.search(r"Betterhalf|Everyman|Jones|SMITH|O'Connell|Stokes|Russel", shown), path.name
