"""275: what is written is clean and is read again as it was; a document that is cut off is found."""

import base64
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import edi
from edi.read import tree
from edi.records import AttachedDocument, Envelope, Party, PatientInformation, Person

HEAD = Envelope(
    sender_id="CLINIC",
    receiver_id="HOUSE",
    control_number=7,
    created=date(2026, 11, 16),
    usage="T",
    submitter=Party(last="CLEAR BILLING", id="SUB01", id_qualifier="46"),
    receiver=Party(last="HOUSE", id="HOUSE"),
)
SENT = PatientInformation(
    reference="00000000700001",
    asked=False,
    payer=Party(last="PAYER", id="PAY1", id_qualifier="PI"),
    provider=Party(last="RIVER", first="ANN", person=True, npi="1245319599"),
    patient=Person(last="POND", first="TOM", member_id="M1"),
    documents=(AttachedDocument(trace="ACN1", data=b"%PDF-1.4 ~*:^ \r\n%%EOF"),),
    payer_claim_control_number="P77",
    patient_control_number="T-1",
    service_from=date(2026, 11, 2),
    service_to=date(2026, 11, 4),
    submitter=HEAD.submitter,
    control_number="0001",
)


def errors(data: bytes) -> list[str]:
    return [f"{f.code} {f.segment}{f.element}" for f in edi.check(data) if f.severity == "error"]


def accepted(data: bytes) -> list[str]:
    found = edi.read_acknowledgments(edi.acknowledge(data))
    return [one.status for one in found if isinstance(one, edi.ImplementationAcknowledgment)]


@settings(max_examples=25)
@given(st.lists(st.binary(min_size=1, max_size=400), min_size=1, max_size=3), st.booleans(), st.booleans())
def test_any_bytes_are_written_clean_and_read_as_they_were(documents, asked, known):
    one = replace(
        SENT,
        asked=asked,
        documents=tuple(AttachedDocument(trace=f"A{n}", data=data) for n, data in enumerate(documents)),
        payer_claim_control_number="P77" if known else "",
        service_to=SENT.service_from,
    )
    data = edi.write_patient_information([one, one], HEAD)
    assert errors(data) == []
    assert accepted(data) == ["A"]
    read = [replace(one, service_to=None, control_number=number) for number in ("0001", "0002")]
    assert list(edi.read_patient_information(data)) == read
    assert tree.write(tree.read(data)) == data
    assert (list(edi.read_claims(data)), list(edi.read_acknowledgments(data))) == ([], [])


def test_a_document_of_megabytes_is_one_segment():
    document = AttachedDocument(trace="ACN1", data=bytes(range(256)) * (3 * 4096))
    data = edi.write_patient_information([replace(SENT, documents=(document,))], HEAD)
    assert len(data) > 5_000_000
    assert (errors(data), accepted(data)) == ([], ["A"])
    [read] = edi.read_patient_information(data)
    assert read.documents == (document,)
    cut = edi.read_envelopes(data[: len(data) // 2])
    assert [header.complete for header in cut] == [False]
    assert errors(data[: len(data) // 2])


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        (lambda length, text: (length, text[:-8]), "SIT-44 BDS2"),
        (lambda length, text: (str(len(text) - 1), text[:-1]), "SIT-44 BDS3"),
        (lambda length, text: (length, "!" + text[1:]), "SIT-44 BDS3"),
        (lambda length, text: ("", text), "ELM-01 BDS2"),
    ],
)
def test_a_document_that_is_cut_off_or_damaged_is_found_and_refused(wrong, found):
    data = edi.write_patient_information([SENT], HEAD).decode()
    start = data.index("BDS*B64*")
    length, text = data[start:].split("~")[0].split("*")[2:]
    changed = wrong(length, text)
    damaged = data.replace(f"BDS*B64*{length}*{text}~", f"BDS*B64*{changed[0]}*{changed[1]}~").encode()
    assert found in errors(damaged)
    assert accepted(damaged) == ["R"]
    [read] = edi.read_patient_information(damaged)
    assert read.documents[0].data is None
    [told] = edi.explain_file(damaged)
    assert told.bad


def test_what_is_no_mime_entity_has_no_document_and_does_not_raise():
    text = base64.b64encode(
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\na\r\n--x--\r\n"
    ).decode()
    data = edi.write_patient_information([SENT], HEAD).decode()
    old = data[data.index("BDS*") :].split("~")[0]
    [read] = edi.read_patient_information(data.replace(old, f"BDS*B64*{len(text)}*{text}").encode())
    assert read.documents[0].data is None


def test_a_delimiter_of_base64_and_a_name_that_no_header_holds_are_refused():
    with pytest.raises(edi.CharacterError):
        edi.write_patient_information([SENT], replace(HEAD, component="+"))
    named = replace(SENT.documents[0], name='a"\r\nX: y')
    with pytest.raises(edi.CharacterError):
        edi.write_patient_information([replace(SENT, documents=(named,))], HEAD)


def test_it_is_explained_without_the_patient():
    [told] = edi.explain_file(edi.write_patient_information([SENT], HEAD))
    words = f"{told.title} {told.sentences} {told.rows}"
    assert told.title.startswith("275: ANN RIVER")
    assert "POND" not in words
    assert "application/pdf" in words
