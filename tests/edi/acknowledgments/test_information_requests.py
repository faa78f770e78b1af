"""277 by which a payer asks for more: files written by hand from what payers publish of it."""

from datetime import date

import edi
from edi import guides
from edi.records import ClaimStatusAnswer
from tests.edi.acknowledgments.test_inquiry_answers import STATUS, envelope
from tests.seeds import chance

BODY = """ST*277*0001*{version}~
BHT*0085*48*RFI20261116*20261116*0130*RQ~
HL*1**20*1~
NM1*PR*2*ACME HEALTH*****PI*ACME1~
PER*IC*RECORDS DESK*TE*2175550100*FX*2175550101~
HL*2*1*21*1~
NM1*41*2*CLEANCLAIM*****46*SUB01~
HL*3*2*19*1~
NM1*1P*2*CLEAR FAMILY PRACTICE*****XX*1234567893~
HL*4*3*PT~
NM1*QC*1*RIVER*TOM****MI*M00012345~
TRN*1*DCN900000017~
STC*R4:11506-3::LOI*20261114**125******R4:18842-5::LOI~
REF*EJ*PCN0001~
REF*EA*MR-77~
DTP*472*RD8*20261102-20261103~
DTP*106*D8*20261229~
PWK*OZ*EL~
PER*IC*RECORDS DESK*FX*2175550101~
SVC*HC:11042*125*****1~
STC*R4:28570-0::LOI*20261114~
REF*FJ*L1~
DTP*472*D8*20261102~
TRN*1*DCN900000018~
STC*R3:294*20261113~
REF*1K*ICN18~
REF*EJ*PCN0002~
"""
REQUEST = envelope("HN", "005010X213", BODY.format(version="005010X213"))
NEWER = envelope("HN", "006020X313", BODY.format(version="006020X313"))
SECOND_LEVEL = REQUEST.replace(b"HL*4*3*PT~", b"HL*4*3*22*0~")


def test_the_hand_written_file_is_clean_in_both_releases():
    for data in (REQUEST, NEWER, SECOND_LEVEL):
        assert [f for f in edi.check(data) if f.severity in ("error", "warning")] == []


def test_its_version_tells_a_request_from_an_answer():
    assert guides.find("005010X213").kind == guides.find("006020X313", "277").kind == "277RFI"
    assert list(edi.read_claim_statuses(REQUEST)) == []
    assert list(edi.read_acknowledgments(REQUEST)) == []
    assert list(edi.read_information_requests(STATUS)) == []
    assert all(isinstance(one, ClaimStatusAnswer) for one in edi.read_claim_statuses(STATUS))


def test_each_claim_has_a_request_with_what_is_asked_until_when_and_the_number_to_give_back():
    for data in (REQUEST, NEWER, SECOND_LEVEL):
        first, second = edi.read_information_requests(data)
        assert (first.trace, first.patient_control_number) == ("DCN900000017", "PCN0001")
        assert [(s.category, s.code, s.code_list) for s in first.statuses] == [
            ("R4", "11506-3", "LOI"),
            ("R4", "18842-5", "LOI"),
        ]
        [line] = first.lines
        assert (line.procedure, line.control_number) == ("11042", "L1")
        assert [s.code for s in line.statuses] == ["28570-0"]
        assert (first.asked_on, first.due) == (date(2026, 11, 14), date(2026, 12, 29))
        assert (first.service_from, first.service_to) == (date(2026, 11, 2), date(2026, 11, 3))
        assert (first.payer.id, first.provider.npi, first.patient.last) == ("ACME1", "1234567893", "RIVER")
        assert (second.trace, second.payer_claim_control_number) == ("DCN900000018", "ICN18")
        assert [(s.code, s.code_list) for s in second.statuses] == [("294", "")]
        assert (second.asked_on, second.due, second.lines) == (date(2026, 11, 13), None, ())
        assert first.interchange_control_number == "000000905"


def test_a_lines_earlier_last_day_is_that_of_the_request_and_without_a_status_day_the_files_counts():
    text = REQUEST.replace(b"DTP*472*D8*20261102~TRN", b"DTP*472*D8*20261102~DTP*106*D8*20261220~TRN")
    text = text.replace(b"STC*R3:294*20261113~", b"STC*R3:294~").replace(b"SE*28", b"SE*29")
    first, second = edi.read_information_requests(text)
    assert first.due == date(2026, 12, 20)
    assert second.asked_on == date(2026, 11, 16)


def test_what_is_asked_is_explained_and_no_patient_is_named():
    found = list(edi.explain_file(REQUEST))
    assert [one.kind for one in found] == ["request", "request"]
    words = " ".join((found[0].title, *found[0].sentences))
    assert "LOINC 11506-3, 18842-5" in words
    assert "to be answered by 2026-12-29" in words
    assert "RIVER" not in words
    assert found[0].rows == (("1", "2026-11-02", "11042", "LOINC 28570-0"),)
    assert "R3:294" in " ".join(found[1].sentences)


def test_a_status_code_that_is_no_loinc_code_is_checked_and_a_loinc_code_is_not():
    codes = [f.code for f in edi.check(REQUEST.replace(b"R3:294*", b"R3:99999*"))]
    assert [code for code in codes if code.startswith("COD")] != []


def test_damaged_requests_are_read_without_raising():
    dice, text = chance("damaged requests"), REQUEST.decode()
    for _ in range(300):
        at = dice.randrange(106, len(text))
        piece = dice.choice(("", "~", "*", ":", "HL*9*9*PT~", "TRN*1~", "STC~", "DTP*106*D8*2026~"))
        broken = (text[:at] + piece + text[at + dice.randrange(0, 40) :]).encode()
        list(edi.read_information_requests(broken))
        list(edi.check(broken))
        list(edi.explain_file(broken))
