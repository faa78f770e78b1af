"""HL7 v2 charges: odd separators, lost breaks, several messages, and what stands in the wrong place."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import intake

MSH = "MSH|^~\\&|EHR|LAKESIDE|CC|CC|20261109173000||DFT^P03|M1|P|2.5"
EVN = "EVN|P03|20261109173000"


def segment(name: str, **fields: str) -> str:
    """A segment from its fields: segment("PID", f5="QUILL^MARIAN")."""
    last = max(int(key[1:]) for key in fields)
    return "|".join([name, *(fields.get(f"f{number}", "") for number in range(1, last + 1))])


def charge(number: int = 2, **fields: str) -> str:
    """The second charge of the message: a test of 38.00 twice, for the first diagnosis."""
    default = {
        "f1": str(number), "f2": f"T{number}", "f4": "20261109", "f6": "CG", "f7": "87880", "f10": "2",
        "f12": "38.00", "f19": "J02.9^x^I10",
    }  # fmt: skip
    return segment("FT1", **{**default, **fields})


def visit_charge(**fields: str) -> str:
    """The first charge: a local code in FT1-7, the CPT in FT1-25."""
    default = {
        "f7": "4711^LOCAL NAME^L", "f10": "1", "f11": "135.00", "f12": "", "f19": "J02.9^x^I10~R50.9^x^I10",
        "f25": "99213^x^C4", "f26": "25~59",
    }  # fmt: skip
    return charge(1, **{**default, **fields})


PID = segment(
    "PID", f1="1", f3="LK1^^^LAKESIDE^MR~123456789^^^^SS", f5="QUILL^MARIAN^A^JR", f7="19840312", f8="F",
    f11="18 Maple Street^Apt 2^Springfield^IL^62704^USA^H", f18="ACC9",
)  # fmt: skip
PV1 = segment(
    "PV1", f1="1", f2="O", f3="MAIN", f7="1999001013^OKAFOR^RUTH^^^^MD^^NPI",
    f8="1999004025^HADDAD^SAMIR^^^^^^&1999004025&NPI", f19="V77",
)  # fmt: skip
DG1 = "\r".join(
    segment("DG1", f1=str(n), f2="I10", f3=f"{code}^words^I10", f5="20261109", f6="F", f15=str(n))
    for n, code in enumerate(["J02.9", "R50.9"], 1)
)
INSURED = {
    "f1": "1", "f2": "PPO", "f3": "HRB01", "f4": "Harbor Health Plan", "f8": "HG100", "f9": "Acme",
    "f12": "20260101", "f13": "20261231", "f14": "AUTH1", "f16": "QUILL^MARIAN", "f17": "SEL",
    "f18": "19840312", "f22": "1", "f36": "W10000101",
}  # fmt: skip
IN1 = segment("IN1", **INSURED)


def message(*segments: str, end: str = "\r") -> str:
    return end.join(segments or (MSH, EVN, PID, PV1, visit_charge(), charge(), DG1, IN1)) + end


def read(text: str) -> intake.Read:
    return intake.read("charges.hl7", text.encode())


def codes(found: intake.Read) -> list[str]:
    return [problem.code for problem in found.problems]


def lines(found: intake.Read) -> list[tuple[str, int | None, tuple[int, ...]]]:
    return [(x.procedure, x.charge, x.pointers) for e in found.encounters for x in e.lines]


def test_a_message_gives_everything_it_holds():
    found = read(message())
    assert found.problems == []
    assert found.format == "hl7v2"
    (visit,) = found.encounters
    assert (visit.source, visit.id) == ("hl7 EHR LAKESIDE", "V77/T1")
    assert visit.patient.medical_record_number == "LK1"
    assert (visit.patient.last, visit.patient.middle, visit.patient.suffix) == ("QUILL", "A", "JR")
    assert visit.patient.birth_date == date(1984, 3, 12)
    assert visit.patient.address.line2 == "Apt 2"
    assert visit.diagnoses == ("J02.9", "R50.9")
    assert lines(found) == [("99213", 13_500, (1, 2)), ("87880", 7_600, (1,))]
    assert visit.lines[0].modifiers == ("25", "59")
    assert visit.lines[1].units == Decimal(2)
    assert visit.rendering.npi == "1999001013"
    assert visit.referring.npi == "1999004025"
    (coverage,) = visit.coverages
    assert (coverage.payer, coverage.member_id, coverage.group_number) == ("HRB01", "W10000101", "HG100")
    assert visit.prior_authorization == "AUTH1"


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\n\n", " ", "", "\\r", "\x0b", "|"])
def test_segment_breaks_of_any_kind_or_none_read_alike(end):
    text = message(MSH, EVN, PID, PV1, visit_charge(), charge(), *DG1.split("\r"), IN1, end=end)
    found = read(text)
    assert found.problems == []
    assert found.encounters[0].model_dump() == read(message()).encounters[0].model_dump()


def test_a_name_that_ends_like_a_segment_is_no_segment():
    charged = charge(f8="STREP RAPID", f9="1")
    found = read(message(MSH, PID, visit_charge(), charged))
    assert lines(found) == [("99213", 13_500, (1, 2)), ("87880", 7_600, (1,))]
    assert found.encounters[0].patient.last == "QUILL"


@pytest.mark.parametrize("marks", ["#*!?%", "$:;@+"])
def test_odd_separators_are_taken_from_the_header(marks):
    field, component, repetition, escape, inner = marks
    table = str.maketrans({"|": field, "^": component, "~": repetition, "\\": escape, "&": inner})
    plain = message().replace("HRB01", "HRB 01").replace("19840312", "19840312")
    found = read(plain.translate(table))
    assert found.encounters[0].model_dump() == read(plain).encounters[0].model_dump()


def test_several_messages_in_one_file_each_with_its_own_separators():
    other = message().replace("V77", "V78").replace("|", "#")
    found = read("FHS|^~\\&|X\rBHS|^~\\&|X\r\x0b" + message() + "\x1c\r\x0b" + other + "\x1c\rBTS|2\rFTS|1\r")
    assert [e.id for e in found.encounters] == ["V77/T1", "V78/T1"]


def test_messages_of_one_visit_and_day_are_one_encounter():
    second = message(MSH.replace("1730", "1745"), PID, PV1, charge(f1="1"), IN1)
    found = read(message(MSH, PID, PV1, visit_charge(), IN1) + second + second)
    assert [x.procedure for x in found.encounters[0].lines] == ["99213", "87880"]
    assert len(found.encounters) == 1
    assert found.encounters[0].version == read(second).encounters[0].version


def test_the_same_visit_on_another_day_is_another_encounter():
    later = message().replace("20261109||CG", "20261110||CG")
    assert len(read(message() + later).encounters) == 2


def test_a_charge_posted_later_is_an_encounter_of_its_own():
    first, later = read(message()), read(message(MSH, PID, PV1, charge()))
    assert first.encounters[0].id != later.encounters[0].id


@pytest.mark.parametrize(
    ("written", "npi"),
    [
        ("1999001021^LINDQVIST^ANDERS^^^^MD^NPI", "1999001021"),
        ("1999001021^LINDQVIST^ANDERS^^^^^^NPI^^^^NPI", "1999001021"),
        ("^LINDQVIST^ANDERS^^^^^^^&1999001021&NPI", "1999001021"),
        ("1999001021", "1999001021"),
        ("1999001022^LINDQVIST", "1999001022"),  # a wrong check digit: the edit finds it
        ("D4711^LINDQVIST^ANDERS", ""),
        ("D4711^LINDQVIST^ANDERS~1999001021^LINDQVIST^^^^^^^NPI", "1999001021"),
        ("a.lindqvist@lakeside.example^LINDQVIST^ANDERS^^^^^^NPI", ""),
    ],
)
def test_an_npi_is_found_where_vendors_put_it_and_nothing_else_is_taken_for_one(written, npi):
    found = read(message(MSH, PID, visit_charge(f20=written)))
    assert found.encounters[0].rendering.npi == npi
    assert ("INT-13" in codes(found)) == ("@" in written)
    assert "lindqvist" not in "".join(map(str, found.problems)).lower()


def test_an_email_in_the_visit_is_reported_and_not_used():
    found = read(message(MSH, PID, PV1.replace("1999001013", "ruth@lakeside.example"), charge()))
    assert found.encounters[0].rendering.npi == ""
    assert codes(found) == ["INT-13"]
    assert "e-mail" in found.problems[0].message


def test_icd_9_among_icd_10_is_shown_and_not_billed():
    charged = visit_charge(f19="J02.9^x^I10~780.60^x^I9")
    found = read(message(MSH, PID, charged, "DG1|1|I9|462^x^I9", "DG1|2||J02.9"))
    (visit,) = found.encounters
    assert visit.diagnoses == ("J02.9",)
    assert {(c.system, c.code) for c in visit.concepts} == {("ICD-9-CM", "780.60"), ("ICD-9-CM", "462")}


def test_diagnoses_that_follow_their_charges_belong_to_them():
    first, second = charge(f19=""), charge(3, f19="", f7="99213")
    found = read(message(MSH, PID, first, "DG1|1|I10|J02.9", second, "DG1|1|I10|I10"))
    assert [(code, pointers) for code, _, pointers in lines(found)] == [("87880", (1,)), ("99213", (2,))]


def test_diagnoses_of_the_message_belong_to_all_its_charges_by_their_priority():
    ranked = [segment("DG1", f3="J02.9", f15="2"), segment("DG1", f3="I10", f15="1")]
    found = read(message(MSH, PID, charge(f19=""), *ranked))
    assert found.encounters[0].diagnoses == ("I10", "J02.9")
    assert lines(found)[0][2] == (1, 2)


def test_a_local_code_is_never_billed():
    local = charge(f7="99213^VISIT^L")
    found = read(message(MSH, PID, local))
    assert found.encounters[0].lines == ()
    assert [(c.system, c.code, c.role) for c in found.encounters[0].concepts] == [("L", "99213", "procedure")]
    assert codes(found) == ["INT-13"]


def test_a_procedure_segment_repeats_a_charge_or_adds_one_without_a_price():
    repeats = segment("PR1", f1="1", f3="87880^x^C4", f5="20261109")
    adds = segment("PR1", f1="2", f2="CPT", f3="93000^x", f5="20261109", f16="59")
    found = read(message(MSH, PID, charge(), repeats, adds))
    assert [(code, charge) for code, charge, _ in lines(found)] == [("87880", 7_600), ("93000", None)]


def test_a_credit_takes_its_charge_back_and_a_payment_is_no_service():
    credit, payment = charge(9, f6="CD"), charge(f6="PY")
    found = read(message(MSH, PID, visit_charge(), charge(), credit, credit, payment))
    assert [code for code, _, _ in lines(found)] == ["99213"]
    assert [p.message.split(" ", 2)[2] for p in found.problems] == [
        "is not a charge (type PY)",
        "takes back a charge that its visit does not have in this file",
    ]


@pytest.mark.parametrize(
    ("amount", "cents"),
    [("65.00&USD", 6_500), ("79.000000", 7_900), ("0.00", None), ("", 7_600), ("$65", 6_500)],
)
def test_amounts_of_any_writing(amount, cents):
    charged = charge(f11=amount)
    assert lines(read(message(MSH, PID, charged)))[0][1] == cents


def test_an_invalid_amount_is_reported_and_left_to_the_fee_schedule():
    found = read(message(MSH, PID, charge(f11="many")))
    assert lines(found)[0][1] is None
    assert codes(found) == ["INT-13"]


def test_messages_without_charges_are_named_and_the_others_read():
    adt = MSH.replace("DFT^P03", "ADT^A04") + "\r" + PID + "\r"
    assert codes(read(adt)) == ["INT-11"]
    found = read(adt + message())
    assert len(found.encounters) == 1
    assert codes(found) == ["INT-13"]
    assert "1 ADT" in found.problems[0].message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("MSH", "INT-05"),
        ("MSH|", "INT-05"),
        (MSH, "INT-05"),
        (message(MSH, PID), "INT-05"),
        (message(MSH, charge()), "INT-05"),
        ("FHS|^~\\&|\r", "INT-05"),
        (message(MSH, PID, charge(f10="many")), "INT-08"),
        (message(MSH, PID, *[charge()] * 3_000), "INT-02"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(text, code):
    found = read(text)
    assert found.encounters == []
    assert code in codes(found)


def test_escapes_become_what_they_stand_for():
    odd = PID.replace("QUILL^MARIAN^A", r"O\T\QUILL\X27\S^MARIAN\.br\ANNE")
    patient = read(message(MSH, odd, charge())).encounters[0].patient
    assert (patient.last, patient.first) == ("O&QUILL'S", "MARIAN ANNE")


def test_a_field_broken_over_two_lines_is_one_field():
    text = message(MSH, PID.replace("18 Maple Street", "18 Maple\nStreet"), charge())
    assert read(text).encounters[0].patient.address.line1 == "18 Maple Street"


def test_a_dependent_and_a_second_insurance():
    other = {"f16": "QUILL^JONAS", "f17": "SPO", "f18": "19800101", "f22": "2"}
    dependent = segment("IN1", **{**INSURED, **other})
    second = segment("IN1", **{**INSURED, "f1": "2", "f3": "BCN05", "f17": "18"})
    coverages = read(message(MSH, PID, charge(), dependent, second)).encounters[0].coverages
    assert [(c.order, c.payer, c.relationship) for c in coverages] == [
        ("P", "BCN05", "18"),
        ("S", "HRB01", "01"),
    ]
    assert coverages[1].subscriber.first == "JONAS"


def test_an_accident_at_work_is_read():
    found = read(message(MSH, PID, charge(), "ACC|20261107|||IL|Y"))
    assert found.encounters[0].accident.causes == ("EM",)
    assert found.encounters[0].accident.day == date(2026, 11, 7)


@given(st.text(alphabet="|^~\\&\rMSHPIDFT1DG099213J.", max_size=200))
def test_no_text_behind_a_header_makes_the_reader_fail(text):
    found = read(MSH + "\r" + text)
    assert "INT-99" not in codes(found)
    assert found.encounters or found.problems


def test_a_guarantor_who_is_not_the_patient_is_taken():
    said = segment(
        "GT1", f1="1", f3="Zephyrine^Noa", f5="9 Elm Street^^Springfield^IL^62704", f8="19790505", f11="PAR"
    )
    [encounter] = read(message(MSH, EVN, PID, PV1, visit_charge(), charge(), DG1, said, IN1)).encounters
    assert encounter.guarantor is not None
    assert (encounter.guarantor.first, encounter.guarantor.birth_date) == ("Noa", date(1979, 5, 5))
    assert encounter.guarantor.address is not None
    assert encounter.guarantor.address.line1 == "9 Elm Street"
    self = segment("GT1", f1="1", f3="Zephyrine^Quill", f11="SEL")
    [encounter] = read(message(MSH, EVN, PID, PV1, visit_charge(), charge(), DG1, self, IN1)).encounters
    assert encounter.guarantor is None
