"""C-CDA: read what is documented, refuse what is dangerous, guess nothing."""

from datetime import date
from pathlib import Path

import pytest

import intake

SAMPLES = Path(__file__).parents[2] / "sample_inbox"
VISIT = (SAMPLES / "monday/bayview/visit_3010.xml").read_text("utf-8")
ICD, SNOMED, CPT = "2.16.840.1.113883.6.90", "2.16.840.1.113883.6.96", "2.16.840.1.113883.6.12"


def read(text: str | bytes) -> intake.Read:
    return intake.read("visit.xml", text.encode() if isinstance(text, str) else text)


def codes(found: intake.Read) -> list[str]:
    return [problem.code for problem in found.problems]


def document(body: str = "", head: str = "", encompassing: str = "") -> str:
    of = f"<componentOf><encompassingEncounter>{encompassing}</encompassingEncounter></componentOf>"
    return (
        '<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f'<id root="1.2.3" extension="D1"/>{head}{of if encompassing else ""}'
        f"<component><structuredBody>{body}</structuredBody></component></ClinicalDocument>"
    )


def section(code: str, *entries: str) -> str:
    inside = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<component><section><code code="{code}"/>{inside}</section></component>'


def encounter(number: str, day: str, inner: str = "", code: str = "", mood: str = "EVN") -> str:
    return (
        f'<encounter classCode="ENC" moodCode="{mood}"><id root="9.9" extension="{number}"/>{code}'
        f'<effectiveTime value="{day}"/>{inner}</encounter>'
    )


def diagnosis(
    code: str, system: str = ICD, rank: int | None = None, negated: bool = False, number: str = ""
) -> str:
    ranked = (
        f'<entryRelationship typeCode="REFR"><observation classCode="OBS" moodCode="EVN">'
        f'<code code="263486008" codeSystem="{SNOMED}"/><value value="{rank}"/></observation>'
        "</entryRelationship>"
        if rank
        else ""
    )
    return (
        '<entryRelationship><act classCode="ACT" moodCode="EVN"><entryRelationship>'
        f'<observation classCode="OBS" moodCode="EVN" negationInd="{str(negated).lower()}">'
        '<templateId root="2.16.840.1.113883.10.20.22.4.4"/>'
        f'{f"""<id root="8.8" extension="{number}"/>""" if number else ""}'
        f'<value xsi:type="CD" code="{code}" codeSystem="{system}" displayName="words"/>{ranked}'
        "</observation>"
        "</entryRelationship></act></entryRelationship>"
    )


def procedure(code: str, day: str = "", system: str = CPT, inner: str = "", **attributes: str) -> str:
    status = attributes.get("status", "completed")
    return (
        f'<procedure classCode="PROC" moodCode="{attributes.get("mood", "EVN")}">'
        f'<code code="{code}" codeSystem="{system}"/><statusCode code="{status}"/>'
        f'<effectiveTime value="{day}"/>{inner}</procedure>'
    )


def test_the_sample_visit_gives_everything_a_claim_needs():
    found = read(VISIT)
    assert found.problems == []
    (visit,) = found.encounters
    assert visit.id == "B-3010"
    assert visit.practice == "1999000239"
    assert visit.service_date == date(2026, 11, 9)
    assert visit.place_of_service == "11"
    assert visit.patient.sex == "F"
    assert visit.patient.address.zip == "04102"
    assert visit.diagnoses == ("I10", "I48.91")
    assert [(x.procedure, x.modifiers, x.pointers) for x in visit.lines] == [
        ("99213", ("25",), (1, 2)),
        ("93000", (), (2,)),
    ]
    assert visit.rendering.npi == "1999003019"
    assert visit.rendering.taxonomy == "207RC0000X"
    (coverage,) = visit.coverages
    assert (coverage.payer, coverage.member_id, coverage.group_number) == ("HRB01", "W10000310", "HG331")
    assert visit.documentation.signed is True
    assert visit.service_facility is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_encodings_are_read_whatever_the_declaration_says(encoding):
    assert read(VISIT.encode(encoding)).encounters


def test_a_doctype_is_refused_even_in_utf_16():
    text = (SAMPLES / "monday/bayview/referral_scan.xml").read_text("utf-8")
    assert codes(read(text)) == ["INT-06"]
    assert codes(read(text.encode("utf-16"))) == ["INT-06"]


def test_a_laugh_of_entities_is_refused():
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 20))
    assert codes(
        read(f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]><ClinicalDocument>&a19;</ClinicalDocument>')
    ) == ["INT-06"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<ClinicalDocument/>", "INT-11"),
        ("<ClinicalDocument>", "INT-05"),
        (VISIT[: len(VISIT) // 2], "INT-05"),
        ("<a>" * 100_000, "INT-07"),
        ("<a>" * 400 + "</a>" * 400, "INT-07"),
        ("<Bundle xmlns='http://hl7.org/fhir'/>", "INT-03"),
        ("<html><body/></html>", "INT-03"),
        ("<section/>", "INT-12"),
        ('<act classCode="ACT" moodCode="EVN"/>', "INT-12"),
        ("<ClinicalDocument>&undeclared;</ClinicalDocument>", "INT-05"),
        ("<x:ClinicalDocument/>", "INT-05"),
        ("<", "INT-05"),
        ("<ClinicalDocument>\ufffe</ClinicalDocument>", "INT-05"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(text, code):
    found = read(text)
    assert found.encounters == []
    assert codes(found) == [code]


def test_encounters_of_the_section_are_read_each_with_its_own():
    body = section(
        "46240-8",
        encounter("1", "20261102", diagnosis("J02.9")),
        encounter("2", "20261103", diagnosis("I10") + diagnosis("E11.9")),
        encounter("3", "20261201", diagnosis("I10"), mood="INT"),
    )
    found = read(document(body))
    assert [(e.id, e.diagnoses) for e in found.encounters] == [
        ("1", ("J02.9",)),
        ("2", ("I10", "E11.9")),
    ]


def test_the_encompassing_encounter_and_its_entry_are_one():
    same = document(
        section("46240-8", encounter("1", "20261102", diagnosis("J02.9")), encounter("2", "20250101")),
        encompassing='<id root="9.9" extension="1"/><effectiveTime value="20261102"/>',
    )
    assert [e.id for e in read(same).encounters] == ["1", "2"]
    other_id = same.replace(
        '<id root="9.9" extension="1"/><effectiveTime', '<id root="7" extension="X"/><effectiveTime'
    )
    assert len(read(other_id).encounters) == 2


def test_the_same_encounter_listed_twice_is_one():
    body = section("46240-8", encounter("1", "20261102"), encounter("1", "20261102", diagnosis("I10")))
    assert [e.diagnoses for e in read(document(body)).encounters] == [("I10",)]


def test_the_rank_on_the_bill_orders_the_diagnoses():
    body = section(
        "46240-8", encounter("1", "20261102", diagnosis("I10", rank=2) + diagnosis("E11.9", rank=1))
    )
    assert read(document(body)).encounters[0].diagnoses == ("E11.9", "I10")


def test_sections_without_a_code_are_known_by_their_template():
    body = section("", encounter("1", "20261102", diagnosis("I10"))).replace(
        '<code code=""/>', '<templateId root="2.16.840.1.113883.10.20.22.2.22.1"/><code nullFlavor="UNK"/>'
    )
    assert read(document(body)).encounters[0].diagnoses == ("I10",)


def test_several_documents_in_one_file_are_each_read():
    one = document(section("46240-8", encounter("1", "20261102")))
    two = document(section("46240-8", encounter("2", "20269999")))
    found = read(f"<documents>{one}{two}</documents>")
    assert [e.id for e in found.encounters] == ["1", "2"]
    assert found.problems[0].place == "document 2, encounter 1"


def test_any_prefix_for_the_namespace_reads_alike():
    plain = read(VISIT).encounters[0]
    prefixed = VISIT.replace('xmlns="urn:hl7-org:v3"', 'xmlns:cda="urn:hl7-org:v3"')
    for mark in ("</", "<"):
        prefixed = prefixed.replace(mark, mark + "cda:")
    prefixed = prefixed.replace("<cda:?xml", "<?xml").replace("<cda:/", "</")
    assert read(prefixed).encounters[0] == plain


def test_a_negated_diagnosis_and_a_cancelled_or_planned_procedure_do_not_count():
    inner = (
        diagnosis("I10", negated=True)
        + "<entryRelationship>"
        + procedure("93000", "20261102", status="cancelled")
    )
    inner += procedure("93000", "20261102", mood="RQO") + "</entryRelationship>"
    (only,) = read(document(section("46240-8", encounter("1", "20261102", inner)))).encounters
    assert only.diagnoses == ()
    assert only.lines == ()


def test_snomed_and_icd_9_are_concepts_and_nothing_is_mapped():
    inner = diagnosis("29857009", SNOMED) + diagnosis("428.0", "2.16.840.1.113883.6.103")
    inner += f"<entryRelationship>{procedure('73761001', '20261102', SNOMED)}</entryRelationship>"
    (only,) = read(document(section("46240-8", encounter("1", "20261102", inner)))).encounters
    assert only.diagnoses == ()
    assert only.lines == ()
    assert [(c.system, c.code, c.role) for c in only.concepts] == [
        ("SNOMED CT", "29857009", "diagnosis"),
        ("ICD-9-CM", "428.0", "diagnosis"),
        ("SNOMED CT", "73761001", "procedure"),
    ]


def test_a_billing_code_in_a_translation_counts_and_a_modifier_behind_it_too():
    code = f'<code code="AMB"><translation code="99214-25" codeSystem="{CPT}"/></code>'
    (only,) = read(
        document(section("46240-8", encounter("1", "20261102", diagnosis("I10"), code)))
    ).encounters
    assert [(x.procedure, x.modifiers, x.pointers) for x in only.lines] == [("99214", ("25",), (1,))]


def test_a_procedure_goes_to_the_encounter_of_its_day_and_history_is_left_out_and_counted():
    body = section("46240-8", encounter("1", "20261102", diagnosis("I10")), encounter("2", "20261103"))
    body += section(
        "47519-4",
        procedure("93000", "202611021100-0500"),
        procedure("44970", "20140910"),
        procedure("29881", ""),
    )
    found = read(document(body))
    assert [[x.procedure for x in e.lines] for e in found.encounters] == [["93000"], []]
    assert codes(found) == ["INT-13"]
    assert found.problems[0].message.startswith("2 with billing codes")


def test_a_procedure_inside_a_stay_of_several_days_belongs_to_the_stay():
    stay = encounter("1", "X").replace(
        '<effectiveTime value="X"/>',
        '<effectiveTime><low value="20261102"/><high value="20261105"/></effectiveTime>',
    )
    days = ("20261101", "20261102", "20261104", "20261105", "20261106")
    body = section("46240-8", stay, encounter("2", "20261105"))
    body += section("47519-4", *(procedure("93000", day) for day in days))
    found = read(document(body))
    assert [[line.service_from.day for line in e.lines] for e in found.encounters] == [[2, 4], []]
    assert found.problems[0].message.startswith("3 with billing codes")


def test_a_procedure_goes_to_the_encounter_it_names():
    named = '<encounter classCode="ENC" moodCode="EVN"><id root="9.9" extension="2"/></encounter>'
    inner = f"<entryRelationship>{named}</entryRelationship>"
    body = section("46240-8", encounter("1", "20261102"), encounter("2", "20261103"))
    body += section("47519-4", procedure("93000", "20261102", inner=inner))
    assert [len(e.lines) for e in read(document(body)).encounters] == [0, 1]


def test_a_procedure_listed_beside_the_encounters_own_code_is_not_billed_twice():
    code = f'<code code="99213" codeSystem="{CPT}"/>'
    body = section("46240-8", encounter("1", "20261102", diagnosis("I10"), code))
    body += section("47519-4", procedure("99213", "20261102"))
    assert len(read(document(body)).encounters[0].lines) == 1


def test_a_procedure_without_a_link_to_one_of_several_diagnoses_points_at_none():
    body = section("46240-8", encounter("1", "20261102", diagnosis("I10") + diagnosis("E11.9")))
    body += section("47519-4", procedure("93000", "20261102"))
    assert read(document(body)).encounters[0].lines[0].pointers == ()


def test_an_indication_links_by_its_code_or_its_id():
    def because(inner: str) -> str:
        return (
            '<entryRelationship typeCode="RSON"><observation classCode="OBS" moodCode="EVN">'
            f"{inner}</observation></entryRelationship>"
        )

    by_code = procedure("93000", "20261102", inner=because(f'<value code="E11.9" codeSystem="{ICD}"/>'))
    by_id = procedure("93005", "20261102", inner=because('<id root="8.8" extension="second"/>'))
    both = diagnosis("I10") + diagnosis("E11.9", number="second")
    body = section("46240-8", encounter("1", "20261102", both)) + section("47519-4", by_code, by_id)
    (only,) = read(document(body)).encounters
    assert only.diagnoses == ("I10", "E11.9")
    assert [line.pointers for line in only.lines] == [(2,), (2,)]


def test_the_problem_list_is_shown_and_not_billed():
    problem = (
        '<act classCode="ACT" moodCode="EVN"><entryRelationship><observation classCode="OBS" moodCode="EVN">'
        '<templateId root="2.16.840.1.113883.10.20.22.4.4"/>'
        f'<value code="I10" codeSystem="{ICD}"/></observation></entryRelationship></act>'
    )
    text = document(section("11450-4", problem), encompassing='<id root="1" extension="1"/>')
    (only,) = read(text).encounters
    assert only.diagnoses == ()
    assert [(c.system, c.code) for c in only.concepts] == [("ICD-10-CM", "I10")]


def test_visit_diagnoses_of_a_section_belong_to_the_visit():
    text = document(
        section("11535-2", diagnosis("K35.80")[19:-20]), encompassing='<id root="1" extension="1"/>'
    )
    assert read(text).encounters[0].diagnoses == ("K35.80",)


def test_a_dependents_policy_names_the_subscriber():
    text = VISIT.replace('<code code="SELF"', '<code code="CHILD"').replace(
        "</participant>\n                </act>",
        '</participant><participant typeCode="HLD"><participantRole><playingEntity><name><given>Ada</given>'
        '<family>Fenn</family></name><sdtc:birthTime value="19600101"/></playingEntity></participantRole>'
        "</participant></act>",
    )
    (coverage,) = read(text).encounters[0].coverages
    assert coverage.relationship == "19"
    assert coverage.subscriber.first == "Ada"
    assert coverage.subscriber.birth_date == date(1960, 1, 1)


def test_a_social_security_number_is_never_the_record_number():
    text = VISIT.replace('root="2.16.840.1.113883.19.5.30.3"', 'root="2.16.840.1.113883.4.1"')
    assert read(text).encounters[0].patient.medical_record_number == ""


def test_an_invalid_date_is_ignored_and_reported():
    found = read(document(section("46240-8", encounter("1", "20261399"))))
    assert found.encounters[0].service_date is None
    assert codes(found) == ["INT-13"]


def test_without_an_id_the_encounter_is_named_by_its_content():
    text = document(encompassing='<effectiveTime value="20261102"/>')
    first, again = (read(text).encounters[0] for _ in range(2))
    assert first.id == again.id
    assert first.id.startswith("sha256 ")
    assert read(text.replace("20261102", "20261103")).encounters[0].id != first.id


def test_a_later_version_of_the_document_is_a_later_version_of_the_encounter():
    text = document(head='<versionNumber value="3"/>', encompassing='<id root="1" extension="1"/>')
    assert read(text).encounters[0].version == 3


def test_a_problem_never_shows_the_patient():
    text = VISIT.replace("20261109", "2026SECRET").replace("Fenn", "SECRET")
    assert "SECRET" not in "".join(map(str, read(text).problems))


@pytest.mark.slow
def test_a_large_document_is_read_in_linear_time():
    entries = [
        encounter(str(n), f"2026{n % 12 + 1:02}{n % 28 + 1:02}", diagnosis("I10") + diagnosis("E11.9"))
        for n in range(2_000)
    ]
    procedures = [procedure("93000", "20261102") for _ in range(2_000)]
    found = read(document(section("46240-8", *entries) + section("47519-4", *procedures)))
    assert len(found.encounters) == 2_000
