"""Bytes of every kind end as text or as a reason."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import intake
from intake.content import text_of

ONE = json.dumps({"source": "ehr", "id": "1", "patient": {"last": "Muñoz"}}, ensure_ascii=False)


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "latin-1", "cp1252"],
)
def test_every_usual_encoding_is_read(encoding):
    (encounter,) = intake.read("a.json", ONE.encode(encoding)).encounters
    assert encounter.patient.last == "Muñoz"


def test_gzip_is_unpacked_within_the_bound():
    assert intake.read("a.json.gz", gzip.compress(ONE.encode())).encounters


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "INT-01"),
        (b" \r\n\t ", "INT-01"),
        (b"\xef\xbb\xbf", "INT-01"),
        (b"\x00\x00\x00\x00", "INT-01"),
        (b'{"source": "a\x00b"}', "INT-04"),
        (b'{"source": "a\x07b"}', "INT-04"),
        (b"\xff\xfe\x00\xd8\x00\x00", "INT-04"),
        (b"PK\x03\x04rest", "INT-03"),
        (b"%PDF-1.7", "INT-03"),
        (b"hello there", "INT-03"),
        (b"\x1f\x8bnot gzip at all", "INT-05"),
        (gzip.compress(ONE.encode(), mtime=0)[:-12], "INT-05"),
        (gzip.compress(b" " * 60_000_000, mtime=0), "INT-02"),
    ],
)
def test_what_is_no_text_is_refused_with_its_reason(data, code):
    found = intake.read("a.bin", data)
    assert found.encounters == []
    assert [p.code for p in found.problems] == [code]
    assert found.problems[0].remedy


def test_a_file_above_the_bound_is_refused_unread():
    found = intake.read("a.json", b"[" * 2_000, max_bytes=1_000)
    assert [p.code for p in found.problems] == ["INT-02"]


def test_a_file_of_many_faults_reports_the_first_ones_and_how_many_more():
    found = intake.read("a.json", b'{"source": "a", "id": "1"}\n' + b'{"source": \n' * 1_000)
    assert len(found.encounters) == 1
    assert len(found.problems) == 201
    assert found.problems[-1].message.startswith("800 further")


def test_trailing_padding_of_old_systems_is_no_fault():
    assert intake.read("a.json", ONE.encode() + b"\x1a\x00\x00").encounters


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_fail(data):
    found = intake.read("file", data)
    assert "INT-99" not in [p.code for p in found.problems]
    assert found.encounters or found.problems


@given(
    st.binary(max_size=60),
    st.sampled_from(["{", "[", "<", "<?xml version='1.0'?><ClinicalDocument>", "MSH|^~\\&|"]),
)
def test_no_bytes_behind_a_known_beginning_make_the_reader_fail(data, head):
    found = intake.read("file", head.encode() + data)
    assert "INT-99" not in [p.code for p in found.problems]


@given(st.text(max_size=200))
def test_utf_8_text_comes_back_unchanged_or_is_refused(text):
    found = text_of(text.encode())
    if isinstance(found, str):
        assert found == text.removeprefix("\ufeff").rstrip("\x1a\x00")


def test_a_gzip_file_packed_in_pieces_is_read_to_its_end():
    two = [ONE.encode() + b"\n", ONE.replace('"1"', '"2"').encode() + b"\n"]
    found = intake.read("a.ndjson.gz", b"".join(map(gzip.compress, two)))
    assert [e.id for e in found.encounters] == ["1", "2"]


def test_an_archive_is_to_be_unpacked_and_a_spreadsheet_saved_otherwise():
    assert intake.read("a.zip", b"PK\x03\x04rest").problems[0].remedy == "unpack it"
    sheet = b"PK\x03\x04" + b"\x00" * 26 + b"[Content_Types].xml"
    assert intake.read("a.xlsx", sheet).problems[0].remedy == "save it as CSV"
