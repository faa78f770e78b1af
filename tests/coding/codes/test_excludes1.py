"""DX-03 against the tabular: pairs that its notes keep apart, and pairs that nothing does."""

import gzip
import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

import coding
from coding.codes.excludes import code_ranges
from coding.codes.validity import Validity
from coding.example import CLEAN
from tests.seeds import chance

CODES = coding.codes.load()
DAY = date(2026, 11, 9)
SOURCE = Path(__file__).parents[3] / "../shared/data/icd10cm/icd10c-tabular-April-1-2026.xml.gz"


def excluded(*diagnoses: str) -> bool:
    example = CLEAN.but(diagnoses=diagnoses)
    findings = coding.run(example.claim, example.context(CODES))
    return any(f.edit_id == "DX-03" and "exclude" in f.detail for f in findings)


def billable(code: str) -> str:
    """The code itself, or one below it that may be billed."""
    if CODES.diagnosis(code).valid_on(DAY) is Validity.VALID:
        return code
    below = CODES.diagnoses.children(code, DAY)
    return below[0] if below else ""


@pytest.mark.slow
@pytest.mark.skipif(not SOURCE.exists(), reason="the tabular lies beside the checkout, not in it")
def test_two_hundred_pairs_of_the_tabular_are_found_in_either_order() -> None:
    root = Xml.fromstring(gzip.decompress(SOURCE.read_bytes()))
    pairs = []
    for diagnosis in root.iter("diag"):
        here = (diagnosis.findtext("name") or "").replace(".", "")
        for note in diagnosis.findall("excludes1/note"):
            for text in re.findall(r"\(([A-Z]\d[0-9A-Z](?:\.[0-9A-Z]+)?)(?:\.?-)?\)", note.text or ""):
                one, other = billable(here), billable(text.replace(".", ""))
                if one and other and not other.startswith(here) and not one.startswith(text.replace(".", "")):
                    pairs.append((one, other))
    chosen = chance("excluding pairs").sample(pairs, 200)
    assert [pair for pair in chosen if not excluded(*pair)] == []
    assert [pair for pair in chosen if not excluded(*reversed(pair))] == []


def test_two_hundred_unrelated_pairs_are_left_alone() -> None:
    injuries = [c for c in CODES.diagnoses.children("S60", DAY) if c.endswith("A")]
    teeth = CODES.diagnoses.children("K05", DAY)
    dice = chance("unrelated pairs")
    for _ in range(200):
        assert not excluded(dice.choice(injuries), dice.choice(teeth))


@pytest.mark.parametrize(
    ("diagnoses", "apart"),
    [
        (("E1122", "E1010"), True),
        (("E1122", "N184"), False),
        (("E1122", "P702"), True),
        (("J020", "R509"), False),
        (("R509", "J020", "E119", "E109"), True),
    ],
)
def test_known_pairs(diagnoses: tuple[str, ...], apart: bool) -> None:
    assert excluded(*diagnoses) is apart


@pytest.mark.parametrize(
    ("note", "ranges"),
    [
        ("gestational diabetes (O24.4-)", [("O244", "O244")]),
        ("stage (N18.1-N18.6)", [("N181", "N186")]),
        ("asthma (J45.-, J46)", [("J45", "J45"), ("J46", "J46")]),
        ("anaplasmosis [A. phagocytophilum] (A79.82)", [("A7982", "A7982")]),
        ("stuttering (I69. with final characters -23)", []),
        ("certain localized infections - see elsewhere", []),
        ("neurofibromatosis (nonmalignant) (Q85.0-)", [("Q850", "Q850")]),
    ],
)
def test_a_note_names_its_codes_in_parentheses(note: str, ranges: list[tuple[str, str]]) -> None:
    assert code_ranges(note) == ranges
