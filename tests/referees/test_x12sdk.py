"""What x12sdk does not read as the guide has it: each place by itself, and what a third reader finds there.

The files have every field of an encounter and, of two payers, all that a claim to a third one says of them.
x12sdk reads everything else of them as it stands, and still makes each of these mistakes, so that one that is
mended falls out of the list. docs/x12sdk.md has the guide's rule for each.
"""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import pyx12

import edi
from edi.records import Adjustment, Claim, LineAdjudication, OtherPayer, ServiceLine
from tests.conftest import CHECKOUT
from tests.edi.referees import pyx12_accepts, pyx12_notes
from tests.edi.samples import ENVELOPE
from tests.edi.x12sdk_reading import DECISIONS, LINES, MISTAKES, NAMES, differences
from tests.referees import oxedi_837
from tests.tasks.claims.holding import holds

ANSWERED = date(2026, 11, 17)
MAPS = {"professional": "837.5010.X222.A1.xml", "institutional": "837Q3.I.5010.X223.A1.xml"}
CERTIFICATE = "PWK*CT*AB"
"""The certificate's transmission in 2400: pyx12 judges it as the line's attachment, the first PWK of its map
that has CT, though the next one in its map is for it."""
PAGE = CHECKOUT / "docs" / "x12sdk.md"


def document(kind: str) -> Claim:
    """The claim of the encounter that has every field of its kind."""
    found = json.loads((CHECKOUT / "docs" / "encounters" / f"{kind}.json").read_text("utf-8"))
    [first, *_] = found["encounters"] if isinstance(found, dict) and "encounters" in found else found
    (claim,) = edi.read_claims(holds(first)[1])
    return claim


def to_the_third_payer(kind: str) -> Claim:
    """That claim as its third payer gets it, decided by the first two line by line."""
    claim = document(kind)
    paid = sum(line.charge for line in claim.lines) // 2
    others = [
        replace(
            other,
            order=order,
            paid=paid,
            adjudicated=ANSWERED,
            payer_claim_control_number=f"I{order}",
            inpatient=("5", *[""] * 23) if kind == "institutional" else (),
            loops=None,
        )
        for other, order in zip(claim.other_payers, "PS", strict=True)
    ]
    lines = [replace(line, adjudications=decided(line, others), loops=None) for line in claim.lines]
    return replace(claim, payer_order="T", other_payers=tuple(others), lines=tuple(lines), loops=None)


def decided(line: ServiceLine, others: list[OtherPayer]) -> tuple[LineAdjudication, ...]:
    half = line.charge // 2
    return tuple(
        LineAdjudication(
            payer_id=other.payer.id,
            paid=half,
            procedure=line.procedure,
            units=str(number),
            adjustments=(Adjustment(group="CO", reason="45", amount=line.charge - half),),
            adjudicated=ANSWERED,
        )
        for number, other in enumerate(others, 1)
    )


def sixty_lines() -> Claim:
    claim = document("institutional")
    lines = tuple(replace(claim.lines[0], number=n, control_number=str(n), loops=None) for n in range(1, 61))
    return replace(claim, lines=lines, charge=60 * claim.lines[0].charge, loops=None)


CLAIMS = {kind: to_the_third_payer(kind) for kind in MAPS}
FILES = {kind: edi.write_claims([claim], ENVELOPE) for kind, claim in CLAIMS.items()}
FILES["sixty lines"] = edi.write_claims([sixty_lines()], ENVELOPE)


@pytest.mark.parametrize("kind", FILES)
def test_x12sdk_reads_all_else_as_it_stands(kind):
    assert differences(FILES[kind]) == []


def test_a_segment_or_an_element_that_it_does_not_know_is_seen():
    data = FILES["professional"]
    for start, other in ((b"SVD*", b"ZZZ*"), (b"DTP*573*", b"DTP*999*"), (b"SBR*P*", b"SBR*9*")):
        assert start in data
        assert differences(data.replace(start, other, 1)) != []


WHERE = {one.name: "institutional" if one.guides == "I" else "professional" for one in MISTAKES} | {
    DECISIONS: "professional",
    LINES: "sixty lines",
}


@pytest.mark.parametrize("name", NAMES)
def test_x12sdk_still_makes_each_of_these_mistakes(name):
    assert differences(FILES[WHERE[name]], unchanged=name) != []


def test_it_keeps_one_decision_of_a_line_in_either_guide():
    assert all(differences(FILES[kind], unchanged=DECISIONS) for kind in MAPS)


def test_pyx12_takes_the_files_but_for_a_certificate_that_its_own_map_has():
    assert pyx12_accepts(FILES["institutional"])
    assert pyx12_accepts(FILES["sixty lines"])
    assert pyx12_notes(FILES["professional"]) == (False, {"PWK"})
    assert FILES["professional"].count(CERTIFICATE.encode()) == 1
    plain = re.sub(rb"PWK\*CT\*AB~\n?", b"", FILES["professional"])
    count = int(re.search(rb"\nSE\*(\d+)", plain)[1])
    assert pyx12_accepts(plain.replace(b"\nSE*%d*" % count, b"\nSE*%d*" % (count - 1)))
    own = map_of("professional")
    own = own[own.index("Certificate of Medical Necessity Indicator") :].partition("</segment>")[0]
    assert "<code>CT</code>" in own
    assert "<code>AB</code>" in own


def map_of(kind: str) -> str:
    return (Path(pyx12.__file__).parent / "map" / MAPS[kind]).read_text("utf-8")


def usage(kind: str, element: str) -> set[str]:
    """How pyx12's map has an element: R required, S situational, N not used."""
    return set(
        re.findall(rf'<(?:element|composite) xid="{element}">.*?<usage>(\w)</usage>', map_of(kind), re.S)
    )


def test_a_second_map_says_that_a_revenue_code_needs_no_procedure_and_a_contract_code_is_free():
    assert (usage("institutional", "SVD03"), usage("institutional", "SVD04")) == ({"S"}, {"R"})
    assert usage("professional", "SVD03") == {"R"}
    assert (usage("professional", "CN101"), usage("professional", "CN104")) == ({"R"}, {"S"})


def test_a_map_without_codes_for_them_takes_any_contract_code_and_any_number_of_days():
    for kind, element in (("professional", "CN104"), ("institutional", "MIA01")):
        found = re.findall(rf'<element xid="{element}">.*?</element>', map_of(kind), re.S)
        assert found
        assert not any("<valid_codes" in one for one in found)


@pytest.mark.parametrize("kind", CLAIMS)
def test_oxedi_reads_there_what_was_written(kind):
    claim, found = CLAIMS[kind], oxedi_837.read(FILES[kind])
    qualifier = "HC:"
    assert [(row["order"], row["covered_days"]) for row in found["others"][-2:]] == [
        (other.order, "5" if kind == "institutional" else "") for other in claim.other_payers
    ]
    assert [(int(row["line"]), row["contract"], row["contract_code"]) for row in found["lines"]] == [
        (line.number, *((line.contract.type, line.contract.code) if line.contract else ("", "")))
        for line in claim.lines
    ]
    assert [
        (row["payer"], round(float(row["paid"]) * 100), row["procedure"], row["revenue_code"], row["units"])
        for row in found["decisions"]
    ] == [
        (
            one.payer_id,
            one.paid,
            qualifier + ":".join((line.procedure, *one.modifiers)) if line.procedure else "",
            line.revenue_code,
            one.units,
        )
        for line in claim.lines
        for one in line.adjudications
    ]


def test_the_page_lists_each_of_them_with_its_rule():
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE.read_text("utf-8"), re.M)[1:]
    assert [row[0] for row in rows] == list(NAMES)
    assert all(len(part) > 3 for row in rows for part in row)
