"""C-CDA as it comes from many systems: shapes that are met in practice, each built here."""

from datetime import date

import pytest

from intake.code_systems import diagnoses_of, system_of
from tests.intake.test_ccda import (
    CPT,
    ICD,
    SNOMED,
    codes,
    diagnosis,
    document,
    encounter,
    procedure,
    read,
    section,
)


def coded(value: str, code: str = "") -> str:
    """A problem observation with this value, in an encounter's diagnosis act."""
    return (
        '<entryRelationship><act classCode="ACT" moodCode="EVN"><entryRelationship>'
        f'<observation classCode="OBS" moodCode="EVN">'
        f'<templateId root="2.16.840.1.113883.10.20.22.4.4"/>{code}{value}</observation>'
        "</entryRelationship></act></entryRelationship>"
    )


def listed(value: str, code: str = "") -> tuple[str, ...]:
    """The diagnoses of an encounter with that observation."""
    (only,) = read(document(section("46240-8", encounter("1", "20261102", coded(value, code))))).encounters
    return only.diagnoses


def translation(code: str, system: str = ICD) -> str:
    return f'<translation code="{code}" codeSystem="{system}"/>'


def test_a_concept_that_needs_two_codes_gives_both():
    value = f'<value code="1" codeSystem="{SNOMED}">{translation("E11.65")}{translation("Z79.4")}</value>'
    assert listed(value) == ("E11.65", "Z79.4")


def test_a_code_that_is_a_prefix_of_another_of_its_concept_is_left_out():
    who = "2.16.840.1.113883.6.3"
    value = f'<value nullFlavor="OTH">{translation("J45.9", who)}{translation("J45.909")}</value>'
    assert listed(value) == ("J45.909",)


def test_a_diagnosis_written_with_and_without_its_dot_is_one():
    twice = diagnosis("E11.9") + diagnosis("E119") + diagnosis("i10")
    (only,) = read(document(section("46240-8", encounter("1", "20261102", twice)))).encounters
    assert only.diagnoses == ("E11.9", "I10")


def test_a_diagnosis_that_stands_where_its_kind_belongs_is_taken():
    assert listed('<value nullFlavor="NI"/>', f'<code code="I10" codeSystem="{ICD}"/>') == ("I10",)


@pytest.mark.parametrize(
    "name",
    [
        "ICD-10-CM",
        "ICD10",
        "ICD-10-CM Diagnosis",
        "International Classification of Diseases, 10th Revision, Clinical Modification",
    ],
)
@pytest.mark.parametrize("identifier", ["", ' codeSystem="1.2.840.114350.1.13.1"'])
def test_a_system_is_known_by_its_name_where_its_identifier_is_not(name, identifier):
    assert listed(f'<value code="I10"{identifier} codeSystemName="{name}"/>') == ("I10",)


def test_an_identifier_that_is_known_stands_above_the_name():
    assert system_of("2.16.840.1.113883.6.103", "ICD-10-CM") == "ICD-9-CM"
    assert diagnoses_of([]) == ()


def test_encounters_that_share_one_id_on_different_days_are_different_ones():
    shared = '<id root="1.2.3.4"/>'
    days = ("20261102", "20261103", "20261103")
    entries = [
        encounter("x", day, diagnosis("I10")).replace('<id root="9.9" extension="x"/>', shared)
        for day in days
    ]
    found = read(document(section("46240-8", *entries)))
    assert [(e.id, e.diagnoses) for e in found.encounters] == [
        ("1.2.3.4 2026-11-02", ("I10",)),
        ("1.2.3.4 2026-11-03", ("I10",)),
    ]


def test_the_encompassing_encounter_is_the_one_of_its_day_among_those_of_its_id():
    body = section("46240-8", encounter("7", "20261102"), encounter("7", "20261103", diagnosis("I10")))
    of = '<id root="9.9" extension="7"/><effectiveTime value="20261103"/>'
    found = read(document(body, encompassing=of))
    assert [(str(e.service_date), e.diagnoses) for e in found.encounters] == [
        ("2026-11-02", ()),
        ("2026-11-03", ("I10",)),
    ]


def test_encounters_held_together_by_an_act_or_an_organizer_are_found():
    def act(mood: str, inner: str) -> str:
        return f'<act classCode="ACT" moodCode="{mood}"><entryRelationship>{inner}</entryRelationship></act>'

    cluster = '<organizer classCode="CLUSTER" moodCode="EVN"><component>{}</component></organizer>'
    held = (
        cluster.format(encounter("1", "20261102")),
        act("EVN", encounter("2", "20261103")),
        act("INT", encounter("3", "20261203")),
    )
    assert [e.id for e in read(document(section("46240-8", *held))).encounters] == ["1", "2"]


def test_a_day_with_hyphens_is_a_day_and_a_month_with_a_zone_is_none():
    days = [encounter("1", "2026-11-02T10:00:00"), encounter("2", "202611-0500")]
    found = read(document(section("46240-8", *days)))
    assert [str(e.service_date) for e in found.encounters] == ["2026-11-02", "None"]
    assert codes(found) == ["INT-13"]


def test_a_declared_utf_16_that_is_none_is_not_believed():
    for end in ("", "\n"):  # an even and an odd number of bytes
        text = document(section("46240-8", encounter("1", "20261102"))) + end
        found = read(('<?xml version="1.0" encoding="utf-16"?>' + text).encode())
        assert [e.id for e in found.encounters] == ["1"]


VISIT = '<id root="1" extension="V1"/><effectiveTime value="20261102"/>'


def scanned(text: str) -> str:
    of = f"<componentOf><encompassingEncounter>{VISIT}</encompassingEncounter></componentOf>"
    body = f"<component><nonXMLBody><text>{text}</text></nonXMLBody></component>"
    return f'<ClinicalDocument xmlns="urn:hl7-org:v3">{of}{body}</ClinicalDocument>'


def test_a_scan_of_twelve_megabytes_does_not_hide_its_encounter():
    found = read(scanned(("A" * 76 + "\n") * 160_000))
    assert [e.id for e in found.encounters] == ["V1"]


def test_the_place_of_a_fault_behind_a_scan_is_its_line():
    found = read("\n" + scanned(("A" * 76 + "\n") * 20_000).replace("</text>", "</txt>"))
    assert [(p.code, p.place) for p in found.problems] == [("INT-05", "line 20002, column 7")]


def test_a_doctype_is_one_only_where_xml_has_it():
    page = "<![CDATA[<!DOCTYPE html><html></html>]]>"
    assert read(scanned(page)).encounters
    hidden = '<!-- <a> --><?p q?>\n<!doctype ClinicalDocument [<!ENTITY x "y">]>'
    assert codes(read(hidden + scanned("&x;"))) == ["INT-06"]


def test_the_guarantor_is_not_the_payer_whatever_its_code():
    policy = (
        '<act classCode="ACT" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.61"/>'
        '<performer><templateId root="2.16.840.1.113883.10.20.22.4.88"/><assignedEntity>'
        '<id root="2.1" extension="G9"/></assignedEntity></performer>'
        '<performer><templateId root="2.16.840.1.113883.10.20.22.4.87"/><assignedEntity>'
        '<id root="2.2" extension="HRB01"/></assignedEntity></performer></act>'
    )
    body = section("46240-8", encounter("1", "20261102")) + section("48768-6", policy)
    assert [c.payer for c in read(document(body)).encounters[0].coverages] == ["HRB01"]


@pytest.mark.parametrize("kind", ["procedure", "act", "observation"])
def test_a_procedure_is_found_in_each_of_its_classes_and_in_a_battery(kind):
    entry = (
        procedure("93000", "20261102").replace("<procedure", f"<{kind}").replace("</procedure", f"</{kind}")
    )
    held = f'<organizer classCode="BATTERY" moodCode="EVN"><component>{entry}</component></organizer>'
    for problem in (entry, held):
        body = section("46240-8", encounter("1", "20261102")) + section("47519-4", problem)
        assert [line.procedure for line in read(document(body)).encounters[0].lines] == ["93000"]


def test_a_null_code_with_a_translation_is_a_procedure():
    entry = procedure("", "20261102").replace(
        f'<code code="" codeSystem="{CPT}"/>', f'<code nullFlavor="UNK">{translation("93000", CPT)}</code>'
    )
    body = section("46240-8", encounter("1", "20261102")) + section("47519-4", entry)
    assert [line.procedure for line in read(document(body)).encounters[0].lines] == ["93000"]


def test_fhir_in_xml_is_recognized():
    (problem,) = read("<Patient xmlns='http://hl7.org/fhir'/>").problems
    assert (problem.code, problem.message) == ("INT-03", "FHIR in XML")


def test_an_entry_that_says_there_is_nothing_is_no_encounter():
    nothing = '<encounter classCode="ENC" moodCode="EVN" nullFlavor="NI"><id nullFlavor="NI"/></encounter>'
    assert codes(read(document(section("46240-8", nothing)))) == ["INT-11"]


def test_an_encounter_listed_again_without_its_day_is_the_same():
    undated = encounter("1", "", diagnosis("J02.9"))
    found = read(document(section("46240-8", undated, encounter("1", "20261102", diagnosis("I10")))))
    assert [(e.id, e.diagnoses) for e in found.encounters] == [("1", ("I10", "J02.9"))]


@pytest.mark.parametrize(("text", "words"), [("<a>A & B</a>", "not well-formed"), ("<a><b>", "cut off")])
def test_a_document_in_one_line_distinguishes_a_bad_character_from_a_cut(text, words):
    (problem,) = read(text.replace("a>", "ClinicalDocument>")).problems
    assert words in problem.message


def test_a_visit_that_is_coded_otherwise_is_shown_to_the_coder_and_its_class_is_not():
    kinds = (("185349003", SNOMED), ("AMB", "2.16.840.1.113883.5.4"), ("99213", CPT))
    visits = [
        encounter(code, f"2026110{n}", code=f'<code code="{code}" codeSystem="{system}"/>')
        for n, (code, system) in enumerate(kinds, 1)
    ]
    found = read(document(section("46240-8", *visits)))
    assert [[(c.code, c.role) for c in e.concepts] for e in found.encounters] == [
        [("185349003", "visit")],
        [],
        [],
    ]
    assert [line.procedure for e in found.encounters for line in e.lines] == ["99213"]


def test_a_section_is_known_by_a_translation_of_its_code():
    text = document(section("46240-8", encounter("1", "20261102")))
    null = '<code nullFlavor="UNK"><translation code="46240-8"/></code>'
    assert len(read(text.replace('<code code="46240-8"/>', null)).encounters) == 1


def test_of_those_responsible_the_one_with_an_npi_renders():
    def party(kind: str, inner: str, tail: str = "") -> str:
        person = "<assignedPerson><name><family>Okafor</family></name></assignedPerson>"
        return f"<{kind}{tail}><assignedEntity>{inner}{person}</assignedEntity></{kind}>"

    npi = '<id root="2.16.840.1.113883.4.6" extension="1999001013"/>'
    named = party("responsibleParty", '<id nullFlavor="UNK"/>')
    seen = party("encounterParticipant", npi, ' typeCode="ATND"')
    for inner, number in ((named + seen, "1999001013"), (named, "")):
        (only,) = read(document(encompassing=VISIT + inner)).encounters
        assert (only.rendering.last, only.rendering.npi) == ("Okafor", number)


def test_the_header_of_an_operative_note_is_its_visit_and_what_it_names_is_for_a_coder():
    of = (
        '<templateId root="2.16.840.1.113883.10.20.22.1.7"/><documentationOf><serviceEvent classCode="PROC">'
        '<id root="7.7" extension="OR-1"/><code code="{code}" codeSystem="{system}"/>'
        '<effectiveTime><low value="20261102"/></effectiveTime></serviceEvent></documentationOf>'
    )
    for code, system, lines, concepts in (
        ("80146002", SNOMED, [], [("80146002", "procedure")]),
        ("20610", CPT, ["20610"], []),
    ):
        (only,) = read(document(head=of.format(code=code, system=system))).encounters
        assert (only.id, only.service_date) == ("OR-1", date(2026, 11, 2))
        assert [line.procedure for line in only.lines] == lines
        assert [(c.code, c.role) for c in only.concepts] == concepts


def test_an_operative_note_is_one_encounter_of_what_its_header_says_was_done():
    surgeon = (
        '<performer typeCode="PPRF"><assignedEntity><id root="2.16.840.1.113883.4.6" extension="1999001013"/>'
        "<assignedPerson><name><family>Okafor</family></name></assignedPerson></assignedEntity></performer>"
    )
    event = (
        '<documentationOf><serviceEvent classCode="PCPR"><id root="9.9" extension="OP7"/>'
        f'<code code="29881" codeSystem="{CPT}"/><effectiveTime><low value="20261102081500-0600"/>'
        f'<high value="20261102093000-0600"/></effectiveTime>{surgeon}</serviceEvent></documentationOf>'
    )
    found = read(document(head=f'<code code="11504-8" codeSystem="2.16.840.1.113883.6.1"/>{event}'))
    assert found.problems == []
    (only,) = found.encounters
    assert (only.id, str(only.service_date)) == ("OP7", "2026-11-02")
    (line,) = only.lines
    assert (line.procedure, str(line.service_from or only.service_date)) == ("29881", "2026-11-02")
    assert (only.rendering.last, only.rendering.npi) == ("Okafor", "1999001013")
