"""HL7 v2 as it comes from many interfaces: credits, quantities, currencies, and fields put to other uses."""

import pytest

from tests.intake.test_hl7v2 import (
    DG1,
    EVN,
    INSURED,
    MSH,
    PID,
    PV1,
    charge,
    codes,
    lines,
    message,
    read,
    segment,
    visit_charge,
)


def one(**fields: str) -> str:
    """One charge of one unit for 100.00."""
    return charge(1, **{"f10": "1", "f11": "100.00", "f12": "", **fields})


def sent(*segments: str) -> str:
    return message(MSH, EVN, PID, PV1, *segments)


def said(*segments: str) -> list[str]:
    return [problem.message for problem in read(sent(*segments)).problems]


def test_a_credit_in_a_later_message_takes_back_the_charge_of_its_visit():
    later = message(MSH.replace("M1", "M2"), EVN, PID, PV1, charge(9, f6="CR", f10="2", f11="-76.00", f12=""))
    found = read(sent(visit_charge(), charge()) + later)
    assert [code for code, _, _ in lines(found)] == ["99213"]
    assert (codes(found), found.encounters[0].id) == ([], "V77/T1")


def test_an_encounter_keeps_its_number_when_its_first_charge_is_taken_back():
    found = read(sent(visit_charge(), charge(), visit_charge(f2="T8", f6="CR")))
    assert [code for code, _, _ in lines(found)] == ["87880"]
    assert found.encounters[0].id == "V77/T1"


@pytest.mark.parametrize(
    ("taken_back", "left"),
    [
        ({"f6": "CR", "f10": "1", "f11": "100.00"}, [("2", 20_000)]),
        ({"f10": "-1", "f11": "-100.00"}, [("2", 20_000)]),
        ({"f6": "CD", "f10": "3", "f11": "100.00"}, [("3", 20_000)]),
        ({"f6": "CR", "f10": "1", "f11": ""}, [("2", None)]),
        ({"f6": "CR", "f10": "3", "f11": ""}, []),
        ({"f6": "CR", "f10": "3", "f11": "300.00"}, []),
    ],
)
def test_a_credit_takes_back_as_much_as_it_says(taken_back, left):
    found = read(sent(one(f10="3", f11="300.00"), one(f2="T9", f12="", **taken_back)))
    assert [(str(x.units), x.charge) for e in found.encounters for x in e.lines] == left
    assert codes(found) == ([] if left else ["INT-11"])


@pytest.mark.parametrize("more", [{"f10": "4", "f11": ""}, {"f10": "3", "f11": "301.00"}, {"f4": "20261110"}])
def test_a_credit_of_more_than_was_charged_is_reported_and_takes_nothing(more):
    credit = one(f2="T9", **{"f6": "CR", "f10": "3", "f11": "300.00", **more})
    found = read(sent(one(f10="3", f11="300.00"), credit))
    assert [charged for _, charged, _ in lines(found)] == [30_000]
    assert codes(found) == ["INT-13"]


def test_payments_and_credits_alone_are_no_encounter():
    for kind, words in (
        ("PY", "is not a charge (type PY)"),
        ("CR", "that its visit does not have in this file"),
    ):
        found = read(sent(one(f6=kind)))
        assert found.encounters == []
        assert [p.message.endswith(words) for p in found.problems] == [True]


def test_a_transaction_type_that_no_table_has_is_not_billed():
    assert said(one(f6="V")) == ["FT1 1 is not a charge (its type, FT1-6, is not in table 0017)"]


def test_a_charge_repeated_in_another_message_is_taken_once_and_reported():
    found = read(sent(one()) + sent(one()))
    assert len(lines(found)) == 1
    assert [p.place for p in found.problems] == ["message 2"]


@pytest.mark.parametrize(
    ("written", "cents"),
    [("$1,250.00", 125_000), ("USD 100", 10_000), ("100.00&USD", 10_000), ("100^UP", 10_000)],
)
def test_dollars_are_read_however_they_are_written(written, cents):
    assert [charged for _, charged, _ in lines(read(sent(one(f11=written))))] == [cents]


@pytest.mark.parametrize(
    ("written", "words"),
    [("100.00&CAD", "another currency"), ("100^EUR", "another currency"), ("125,00", "no number")],
)
def test_an_amount_that_is_not_in_dollars_is_reported_and_left_to_the_fee_schedule(written, words):
    found = read(sent(one(f11=written)))
    assert [charged for _, charged, _ in lines(found)] == [None]
    assert words in found.problems[0].message


@pytest.mark.parametrize("name", ["ACC", "ROL", "NTE", "OBR", "DG1"])
def test_a_field_that_is_named_like_a_segment_stays_a_field(name):
    found = read(sent(one(f13=name, f19="J02.9")))
    assert lines(found) == [("87880", 10_000, (1,))]


def test_set_ids_in_ft1_19_point_at_their_dg1():
    found = read(sent(one(f19="2"), DG1))
    assert (lines(found)[0][2], found.encounters[0].concepts) == ((2,), ())
    assert said(one(f19="7"), DG1) == ["FT1 1 points at a diagnosis that no single DG1 has (FT1-19)"]


def test_a_local_code_in_ft1_25_leaves_ft1_7_its_cpt_only_where_that_is_named():
    local = {"f25": "L12^x^LOCAL"}
    assert [code for code, _, _ in lines(read(sent(one(f7="99214^x^CPT4", **local))))] == ["99214"]
    assert lines(read(sent(one(f7="45001", **local)))) == []


def test_modifiers_in_one_field_are_read_and_invalid_ones_reported():
    (only,) = read(sent(one(f26="25,59"))).encounters
    assert only.lines[0].modifiers == ("25", "59")
    assert said(one(f26="2559")) == ["FT1 1 has an invalid modifier (FT1-26)"]


def test_an_invalid_date_is_reported_and_not_replaced():
    found = read(sent(one(), one(f2="T2", f4="11/09/2026")))
    assert [p.message for p in found.problems] == ["FT1 2 has an invalid date (FT1-4)"]
    (only,) = found.encounters
    assert (only.service_date, only.lines[1].service_from) == (None, None)


def test_a_procedure_segment_names_its_own_system():
    found = read(sent(segment("PR1", f1="1", f3="80146002^Appendectomy^SCT")))
    assert [c.system for c in found.encounters[0].concepts] == ["SNOMED CT"]


def test_the_alternate_visit_number_names_the_visit_where_there_is_no_other():
    visit = segment("PV1", f1="1", f2="O", f50="ALT5")
    assert read(message(MSH, EVN, PID, visit, one())).encounters[0].id == "ALT5/T1"


def test_insurances_come_by_their_set_ids_where_no_priority_is_given():
    second, first = (segment("IN1", **{**INSURED, "f1": n, "f22": "", "f36": f"W{n}"}) for n in "21")
    (only,) = read(sent(one(), second, first)).encounters
    assert [(c.order, c.member_id) for c in only.coverages] == [("P", "W1"), ("S", "W2")]


def test_a_type_in_one_piece_and_lines_of_a_log_before_it_are_read():
    found = read("2026-11-09 17:30 connected\r\n" + sent(one()).replace("DFT^P03", "DFT_P03"))
    assert len(found.encounters) == 1


def test_a_message_of_several_patients_is_refused_and_the_others_read():
    other = PID.replace("QUILL", "STRAND")
    found = read(message(MSH, PID, PV1, one(), other, one(f2="T2")) + sent(one()))
    assert [len(e.lines) for e in found.encounters] == [1]
    assert [(p.code, p.place) for p in found.problems] == [("INT-05", "message 1")]


def test_a_message_that_names_no_service_is_reported():
    assert said(segment("PR1", f1="1", f5="20261109")) == ["names no service in FT1 or PR1"]


def test_a_credit_under_the_id_of_its_charge_is_no_repeat_of_it():
    found = read(sent(one()) + sent(one(f6="CR")))
    assert (found.encounters, codes(found)) == ([], ["INT-11"])


def test_a_message_of_several_visits_is_refused():
    found = read(sent(one(), PV1.replace("V77", "V78"), one(f2="T2")))
    assert (found.encounters, [p.message for p in found.problems]) == ([], ["holds several visits (PV1-19)"])
    assert len(lines(read(sent(one(), PV1, one(f2="T2"))))) == 2


def test_a_credit_on_another_day_of_the_visit_finds_its_charge():
    first = sent(one(), one(f2="T2", f4="20261110", f7="93000"))
    later = message(MSH.replace("M1", "M2"), EVN, PID, PV1, one(f2="T2", f4="20261110", f7="93000", f6="CR"))
    found = read(first + later)
    assert [[x.procedure for x in e.lines] for e in found.encounters] == [["87880"]]
    assert codes(found) == []
