"""Files that use nearly every segment a guide has, the rarely used ones above all: each is right.

Written by hand. A declaration that asks for too much, or a reader that forgets a part, shows here.
"""

from datetime import date
from pathlib import Path

import pytest

import edi
from edi.read import tree
from edi.records import Adjustment
from tests.edi.faults import counted

FILES = Path(__file__).parent / "whole"
EACH = sorted(FILES.glob("*.edi"))
# Versions that are read by the same declaration.
SPELLINGS = {
    "professional": ("005010X222A1", "005010X222 005010X222A2"),
    "institutional": ("005010X223A2", "005010X223 005010X223A1 005010X223A3"),
    "dental": ("005010X224A2", "005010X224 005010X224A1 005010X224A3"),
    "remittance": ("005010X221A1", "005010X221"),
    "implementation": ("005010X231A1", "005010X231"),
    "eligibility": ("005010X279A1", "005010X279"),
}
OTHER_LAYOUTS = {
    "no line breaks": lambda text: text.replace("~\n", "~"),
    "carriage returns": lambda text: text.replace("~\n", "~\r\n"),
    "blanks behind segments": lambda text: text.replace("~\n", "~  \n"),
    "line breaks end segments": lambda text: text.replace("~\n", "\n"),
    "other delimiters": lambda text: text.translate(str.maketrans("*:~^", "|>\x1c!")),
    "no last terminator": lambda text: text.removesuffix("~\n"),
    "a byte order mark": lambda text: "\xef\xbb\xbf" + text,
}


def text_of(name: str) -> str:
    return (FILES / f"{name}.edi").read_text(encoding="ascii")


@pytest.mark.parametrize("path", EACH, ids=lambda p: p.stem)
def test_a_file_with_every_part_of_its_guide_is_right(path):
    assert edi.check(path) == []


@pytest.mark.parametrize("path", EACH, ids=lambda p: p.stem)
@pytest.mark.parametrize("layout", OTHER_LAYOUTS)
def test_it_is_right_in_any_layout_and_written_back_as_it_came(path, layout):
    data = OTHER_LAYOUTS[layout](path.read_text(encoding="ascii")).encode("latin-1")
    assert edi.check(data) == []
    assert tree.write(tree.read(data)) == data


@pytest.mark.parametrize(
    ("name", "spelling"), [(n, s) for n, (_, spelt) in SPELLINGS.items() for s in spelt.split()]
)
def test_other_spellings_of_a_version_are_read_alike(name, spelling):
    own, _ = SPELLINGS[name]
    assert edi.check(text_of(name).replace(own, spelling).encode()) == []


def test_the_professional_claim_reads_right():
    [claim] = edi.read_claims(FILES / "professional.edi")
    assert (claim.charge, claim.frequency, claim.payer_claim_control_number) == (10000, "7", "ICN99")
    assert claim.diagnoses[:2] == ("R7309", "J020")
    assert len(claim.diagnoses) == 12
    assert claim.accident is not None
    assert (claim.accident.causes, claim.accident.state, claim.accident.day) == (
        ("AA", "EM"),
        "TX",
        date(2026, 10, 3),
    )
    assert (claim.relationship, claim.patient and claim.patient.death_date) == ("19", date(2026, 11, 1))
    assert [party and party.last for party in (claim.referring, claim.rendering, claim.supervising)] == [
        "HILL",
        "STONE",
        "LAKE",
    ]
    assert claim.billing.secondary_ids == (("0B", "FL0001"), ("1G", "B99937"), ("G2", "KA6663"), ("LU", "44"))
    first, second = claim.other_payers
    assert (first.order, first.insurance_type, first.paid, first.non_covered) == ("S", "12", 2701, 5000)
    assert first.adjustments == (
        Adjustment(group="PR", reason="1", amount=793),
        Adjustment(group="OA", reason="93", amount=1506),
    )
    assert (second.order, second.subscriber.organisation, second.paid) == ("T", True, None)
    line, other = claim.lines
    assert (line.modifiers, line.description, line.units) == (("25", "59", "76", "77"), "DESC", "1.5")
    assert line.pointers == (1, 2, 12, 11)
    assert (line.service_from, line.service_to) == (date(2026, 10, 1), date(2026, 10, 3))
    assert (line.ndc, line.ndc_quantity, line.ndc_unit) == ("01234567891", "2", "UN")
    [decided] = line.adjudications
    assert (decided.payer_id, decided.paid, decided.units) == ("FIRST1", 2701, "3")
    assert decided.remaining_patient_liability == 7500
    assert (other.procedure_qualifier, other.procedure, other.unit_code) == ("ER", "11", "MJ")


def test_the_institutional_claim_reads_right():
    inpatient, other = edi.read_claims(FILES / "institutional.edi")
    facts = inpatient.institutional
    assert facts is not None
    assert (facts.type_of_bill, facts.drg, facts.patient_status) == ("11", "123", "30")
    assert (facts.admission, facts.admission_hour, facts.discharge_hour) == (
        date(2026, 10, 1),
        "1030",
        "1130",
    )
    assert len(inpatient.diagnoses) == 14
    assert facts.present_on_admission[:3] == ("Y", "Y", "N")
    assert [(v.code, v.amount) for v in facts.values] == [("01", 100000), ("A2", 15025), ("54", 320000)]
    span = facts.occurrence_spans[0]
    assert (span.code, span.on, span.to) == ("70", date(2026, 9, 1), date(2026, 9, 5))
    assert [p.code for p in facts.other_procedures] == ["02100Z9", "4A023N7"]
    assert (facts.conditions, facts.treatments) == (("17", "67", "C1"), ("A01", "1"))
    assert [p and p.last for p in (facts.attending, facts.operating, facts.other_operating)] == [
        "POND",
        "HILL",
        "LAKE",
    ]
    [payer] = inpatient.other_payers
    assert [(a.reason, a.amount) for a in payer.adjustments] == [("1", 10000), ("2", 5000), ("3", 150)]
    room, drug = inpatient.lines
    assert (room.revenue_code, room.procedure, room.non_covered) == ("0120", "", 10000)
    assert (drug.revenue_code, drug.units, drug.adjudications[0].paid) == ("0636", "2.5", 500150)
    assert (other.relationship, other.patient and other.patient.first) == ("19", "TOM")


def test_the_dental_claim_reads_right():
    [claim] = edi.read_claims(FILES / "dental.edi")
    facts = claim.dental
    assert facts is not None
    assert (facts.months, facts.remaining_months, facts.predetermines) == ("36", "27", True)
    assert [(t.number, t.status) for t in facts.teeth] == [("1", "E"), ("28", "M")]
    line, braces = claim.lines
    assert (line.tooth, line.surfaces, line.oral_cavity) == ("12", ("L", "O"), ("10", "20", "01", "L", "R"))
    assert line.dental is not None
    assert line.dental.more_teeth[0].surfaces == ("M", "D", "F", "B", "I")
    # a line without a date of its own has its claim's
    assert (line.service_from, braces.service_from) == (date(2026, 10, 1), date(2026, 10, 3))


def test_the_remittances_read_right():
    read = []
    for remittance in edi.read_remittances(FILES / "remittance.edi"):
        read.append((remittance, list(remittance.claims)))
        assert remittance.findings == []
    [(first, claims), (nothing, none), (check, neither)] = read
    assert [(r.trace, r.payment, r.method) for r in (first, nothing, check)] == [
        ("T1", 56050, "ACH"),
        ("T2", 0, "NON"),
        ("T3", 10000, "CHK"),
    ]
    assert (none, neither) == ([], [])
    assert [(a.reason, a.amount) for a in first.provider_adjustments] == [
        ("WO", 10000),
        ("L6", -300),
        ("72", 1000),
        ("FB", -5000),
        ("CS", 50),
        ("AH", 200),
        ("50", -1000),
    ]
    paid, reversed_, *_ = claims
    assert [(c.status, c.charge, c.paid) for c in (paid, reversed_)] == [
        ("19", 100000, 60000),
        ("22", -10000, -5000),
    ]
    assert paid.crossover is not None
    assert paid.crossover.last == "CROSSOVER PLAN"
    assert paid.corrected is not None
    assert paid.corrected.last == "RIVERS"
    assert paid.remarks[0] == "MA01"
    room, visit, *_ = paid.lines
    assert (room.procedure_qualifier, room.service_to) == ("NU", date(2026, 10, 3))
    assert (visit.modifiers, visit.submitted_procedure, visit.revenue_code) == (
        ("25", "AA", "BB", "CC"),
        "99214",
        "0510",
    )


def test_what_stands_beside_the_interchange_is_answered_once():
    data = text_of("dental").encode() + b"HARDLY X12"
    assert [f.code for f in edi.check(data)] == ["ENV-01"]
    acks = list(edi.read_acknowledgments(edi.acknowledge(data)))
    assert [a.status for a in acks] == ["A", "A"]


ANSWERS = (
    ("claim_acknowledgment", "HL*3*2*19*1~", "", ("SEG-03", "2000C", "HL", "")),
    ("claim_acknowledgment", "HL*5*3*PT~", "", ("SEG-03", "2000D", "HL", "")),
    ("claim_acknowledgment", "TRN*2*PATIENT22222~", "", ("SEG-03", "2200D", "TRN", "")),
    ("claim_acknowledgment", "STC*A2:20:PR*", "STC*A2:20:XX*", ("ELM-07", "2200D", "STC", "1-3")),
    ("claim_acknowledgment", "HL*6*3*PT*0", "HL*6*2*PT*0", ("HL-02", "2000D", "HL", "2")),
    ("claim_acknowledgment", "QTY*90*3", "QTY*90*A", ("ELM-06", "2200B", "QTY", "2")),
    ("implementation", "IK3*CLM*22**8~", "", ("SEG-03", "2100", "IK3", "")),
    ("implementation", "IK5*R*5~", "", ("SEG-03", "2000", "IK5", "")),
    ("implementation", "AK9*P*3*3*2", "AK9*P*3*3*3", ("SIT-41", "", "AK9", "4")),
    ("implementation", "AK9*P*3*3*2", "AK9*P*3*2*2", ("SIT-41", "", "AK9", "3")),
    ("eligibility", "HL*4*3*23*0~", "", ("SEG-03", "2000D", "HL", "")),
    ("eligibility", "HL*2*1*21*1~", "", ("SEG-03", "2000B", "HL", "")),
    ("status", "HL*3*2*19*1~", "", ("SEG-03", "2000C", "HL", "")),
    ("status", "HL*4*3*22*0~", "", ("SEG-03", "2000D", "HL", "")),
    ("eligibility", "EB*1**30~", "EB*9**30~", ("ELM-07", "2110D", "EB", "1")),
    ("dental", "TOO*JP*12*", "TOO*JP*33*", ("COD-33", "2400", "TOO", "2")),
    ("dental", "*10:20:01:L:R*", "*10:60:01:L:R*", ("COD-34", "2400", "SV3", "4-2")),
    ("dental", "NM1*DD*1*SURG", "NM1*DX*1*SURG", ("SEG-08", "2310C", "NM1", "1")),
)


@pytest.mark.parametrize(("name", "old", "new", "expected"), ANSWERS, ids=lambda a: str(a)[:24])
def test_a_fault_in_it_is_reported_once_in_its_place(name, old, new, expected):
    text = text_of(name).replace("~\n", "~")
    assert old in text
    found = edi.check(counted(text.replace(old, new, 1)).encode())
    assert [(f.code, f.loop, f.segment, f.element) for f in found] == [expected]


def test_a_dental_line_is_dated_unless_it_asks_what_would_be_paid():
    text = text_of("dental").replace("~\n", "~").replace("DTP*472*D8*20261003~", "", 1)
    assert edi.check(counted(text).encode()) == []
    billed = counted(text.replace("*PB*11~", "**11~"))
    assert [(f.code, f.loop, f.segment) for f in edi.check(billed.encode())] == [("SIT-39", "2400", "DTP")]


def test_a_payer_that_was_not_billed_has_paid_nothing_and_need_not_say_so():
    text = (FILES.parent / "clean" / "professional.edi").read_text(encoding="ascii")
    bypassed = text.replace("CAS*PR*3*10~\nAMT*D*95~\nAMT*EAF*25~", "AMT*A8*180~")
    assert bypassed != text
    assert edi.check(counted(bypassed.replace("~\n", "~")).encode()) == []


def test_an_answer_to_a_damaged_file_is_right_itself():
    text = (FILES.parent / "clean" / "professional.edi").read_text(encoding="ascii")
    for old, new in (
        ("*1*T*:", "*1*X*:"),
        ("*ZZ*MAPLE", "*XX*MAPLE"),
        ("*0130*^", "*2530*^"),
        ("GS*HC*", "GS*ZZ*"),
        ("GE*1*501", "GE*99999999*501"),
        ("ST*837*", "ST*999*"),
        ("REF*EA*MR5~", "X*EA*MR5~"),
    ):
        data = text.replace(old, new, 1).encode()
        assert {f.severity for f in edi.check(data)} == {"error"}
        assert edi.check(edi.acknowledge(data)) == []
    letter = text.replace("*000000501*", "*50100000A*", 1).encode()
    assert [f.code for f in edi.check(letter)] == ["ENV-23"]
    [ack] = edi.read_acknowledgments(edi.acknowledge(letter))
    assert (ack.status, ack.note, ack.control_number) == ("R", "018", "050100000")
