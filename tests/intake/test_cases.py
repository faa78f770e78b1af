"""Small documents that were once read wrongly, each with what is right: lines, diagnoses, what is said."""

from pathlib import Path

import pytest

import intake

CASES = Path(__file__).parent / "cases"
RIGHT = {
    # a credit takes the charge with its own modifiers
    "credit_modifier_differs.hl7": ([("73030", ("LT",), 100_00)], ("J02.0",), ""),
    # a price without a net is multiplied by its factor
    "factor.fhir.json": ([("99213", (), 50_00)], ("J02.0",), ""),
    # a modifier in a later component is told
    "mods_component.hl7": ([("20610", ("RT",), 100_00)], ("J02.0",), "FT1-26.2"),
    # the principal diagnosis comes first, whatever its sequence
    "principal_last.fhir.json": ([("99213", (), None)], ("J02.0", "R05.9"), ""),
    # a transaction that comes again with another code is billed once, and told
    "same_tid_resent_corr.hl7": ([("99214", (), 160_00)], ("J02.0",), "repeats a transaction"),
}


def test_the_table_names_every_case():
    assert {path.name for path in CASES.iterdir()} == set(RIGHT)


@pytest.mark.parametrize("name", RIGHT)
def test_a_case_is_read_right_and_what_is_in_doubt_is_told_and_holds(name):
    lines, diagnoses, said = RIGHT[name]
    found = intake.read(name, (CASES / name).read_bytes())
    [encounter] = found.encounters
    assert [(line.procedure, line.modifiers, line.charge) for line in encounter.lines] == lines
    assert encounter.diagnoses == diagnoses
    assert [said in doubt for doubt in encounter.doubts] == ([True] if said else [])
    assert [p.message for p in found.problems] == list(encounter.doubts)
