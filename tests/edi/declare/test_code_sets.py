"""Code sets: what edi knows alone, what it asks of the caller, and what it says when nobody knows."""

from datetime import date

import pytest

import edi
from edi.declare.code_sets import alone
from tests.edi.faults import clean

CLAIMS = clean("professional").encode()


class Table:
    """A caller's code sets: these codes alone, or None for a set that is not here."""

    def __init__(self, **sets):
        self.sets = sets
        self.asked = []

    def known(self, code_set, code, day):
        self.asked.append((code_set, code, day))
        held = self.sets.get(code_set)
        return None if held is None else code in held


@pytest.mark.parametrize(
    ("code_set", "code", "answer"),
    [
        ("npi", "1234567893", True),
        ("npi", "1234567890", False),
        ("npi", "123456789", False),
        ("npi", "12345678\u0669\u0663", False),
        ("states", "TX", True),
        ("states", "ON", True),
        ("states", "ZZ", False),
        ("countries", "CA", True),
        ("countries", "XX", False),
        ("place_of_service", "11", True),
        ("place_of_service", "28", False),
        ("carc", "45", True),
        ("carc", "P14", True),
        ("carc", "999", False),
        ("carc", "Q1", False),
        ("rarc", "N517", True),
        ("rarc", "MA01", True),
        ("rarc", "M999", False),
        ("taxonomy", "207Q00000X", None),
        ("taxonomy", "207Q00000", False),
        ("icd10cm", "S52501A", None),
        ("icd10cm", "R50.9", False),
        ("icd10cm", "S525010101", False),
        ("icd10cm", "520", False),
        ("icd10pcs", "0PSH04Z", None),
        ("icd10pcs", "0PSHO4Z", False),
        ("hcpcs", "99213", None),
        ("hcpcs", "J1885", None),
        ("hcpcs", "0001F", None),
        ("hcpcs", "9921", False),
        ("ndc", "00409379501", None),
        ("ndc", "0409-3795-01", False),
        ("zip", "787010001", None),
        ("zip", "78701-0001", False),
        ("a set that nobody knows", "1", None),
    ],
)
def test_what_edi_knows_alone(code_set, code, answer):
    assert alone(code_set, code) is answer


def test_a_caller_is_asked_by_the_day_of_the_service_and_once_for_each_code():
    table = Table(icd10cm={"J020", "R509", "S52501A", "W010XXA", "I509"}, hcpcs=set(), taxonomy=set())
    edi.check(CLAIMS, table)
    diagnoses = [(code, day) for code_set, code, day in table.asked if code_set == "icd10cm"]
    assert ("J020", date(2026, 11, 2)) in diagnoses
    assert ("I509", date(2026, 11, 4)) in diagnoses
    assert len(diagnoses) == len(set(diagnoses)) + 1  # R509 stands in two lists of that day


def test_an_unknown_code_is_an_error_in_its_place():
    table = Table(icd10cm={"J020", "S52501A", "W010XXA", "I509"}, hcpcs=None, taxonomy={"207Q00000X"})
    found = [f for f in edi.check(CLAIMS, table) if f.severity == "error"]
    assert [(f.code, f.loop, f.segment, f.element) for f in found] == [
        ("COD-20", "2300", "HI", "2-2"),
        ("COD-20", "2300", "HI", "2-2"),
    ]
    assert str(found[0].answer) == "277CA A7:255"
    assert "R509" not in found[0].message


def test_a_set_that_is_not_loaded_is_reported_once_as_unchecked():
    found = edi.check(CLAIMS, Table())
    assert {f.severity for f in found} == {"unchecked"}
    assert sorted(f.message.split(": ")[1].split(" ")[0] for f in found) == ["hcpcs", "icd10cm", "taxonomy"]


def test_without_a_caller_only_what_edi_knows_is_judged():
    assert edi.check(CLAIMS) == []
