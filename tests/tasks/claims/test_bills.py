"""Situations that practices bill, from their documents to the claim's text, or to what holds them.

`bills/` has the documents and what becomes of them, written from the guides' rules before anything was run:
`wire` is all from CLM on, `has` and `has_not` are texts of the file, `holds` are findings with their places.
Professional and institutional claims that go out are also given to two programs that are not ours.
"""

import json
from pathlib import Path

import pytest

from tests.edi.referees import pyx12_notes
from tests.edi.x12sdk_reading import differences
from tests.tasks.claims.holding import holds_document

BILLS = [
    (file.stem, case)
    for file in sorted((Path(__file__).parent / "bills").glob("*.json"))
    for case in json.loads(file.read_text("utf-8"))
]
SENT = [(kind, case) for kind, case in BILLS if "holds" not in case]
PYX12_MISTAKES = {
    "names_and_foreign_address": {"N4"},  # its list of states has Quebec for other places alone
    "names": {"N4"},
    "oxygen_certificate": {"PWK"},  # a certificate's transmission: see tests/referees/test_x12sdk.py
}


def named(cases):
    return [pytest.param(kind, case, id=f"{kind}-{case['name']}") for kind, case in cases]


def billed(case):
    """The findings, and the text of the file in one line."""
    document = case["document"]
    if isinstance(document, list):
        document = "\n".join(document)
    name = case.get("file", "visit.json")
    content = document if isinstance(document, str) else json.dumps(document)
    found, data = holds_document(name, content.encode(), case.get("practice", ""))
    return found, data


def test_at_least_a_hundred_situations_have_names_of_their_own():
    assert len({(kind, case["name"]) for kind, case in BILLS}) == len(BILLS) >= 100


@pytest.mark.parametrize(("kind", "case"), named(SENT))
def test_a_situation_is_billed_as_the_guide_has_it(kind, case):
    found, data = billed(case)
    assert found == set()
    text = data.decode().replace("~\n", "~")
    assert [part for part in case.get("has", ()) if part not in text] == []
    assert [part for part in case.get("has_not", ()) if part in text] == []
    if "wire" in case:
        segments = text.split("~")
        begin = next(n for n, segment in enumerate(segments) if segment.startswith("CLM*"))
        end = next(n for n, segment in enumerate(segments) if segment.startswith("SE*"))
        assert segments[begin:end] == case["wire"]


@pytest.mark.parametrize(("kind", "case"), named([b for b in BILLS if "holds" in b[1]]))
def test_a_situation_is_held_by_its_findings(kind, case):
    assert billed(case)[0] == set(map(tuple, case["holds"]))


@pytest.mark.parametrize(
    ("kind", "case"),
    named([(kind, case) for kind, case in SENT if kind != "dental" and case.get("practice") != "elmgrove"]),
)
def test_two_other_programs_take_what_is_billed(kind, case):
    data, name = billed(case)[1], case["name"]
    assert pyx12_notes(data) == (name not in PYX12_MISTAKES, PYX12_MISTAKES.get(name, set()))
    assert differences(data) == []
