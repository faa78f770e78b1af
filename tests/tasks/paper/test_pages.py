"""Printed claims, read back from the PDF: every value at its place, and the rest on a sheet of its own."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from coding.example import (
    CLEAN,
    DENTAL,
    INPATIENT,
    RENDERING,
    SECONDARY,
    SERVICE_DAY,
    SUBSCRIBER,
    Charge,
    Decided,
    Example,
    Filling,
    FirstPayer,
    Line,
    Room,
    Stay,
)
from edi.records import Accident, Claim, DatedCode, Dental, DentalLine, Person, Tooth
from tasks.paper import ada_dental, cms1500, printed, ub04
from tasks.paper.grid import COLUMN, LEFT, Place
from tests.coding.one_fault import dentist, second, stay, visit
from tests.seeds import chance
from tests.tasks.paper.reading import Run, golden, pages

GOLDEN = Path(__file__).parent / "golden"
DAY = date(2026, 11, 16)
PROFESSIONAL = SECONDARY.but(
    lines=(
        Line(modifiers=("25", "GT"), adjudications=(Decided(),), description="OFFICE VISIT"),
        Line(procedure="J1885", ndc="00409379601", ndc_unit="ML", ndc_quantity="1", charge=40_00),
    ),
    referring=RENDERING,
    accident=Accident(causes=("AA",), state="IL", day=SERVICE_DAY),
    prior_authorization="AUTH12345",
    patient=Person(
        last="Sample", first="Kim", birth_date=date(2015, 2, 3), sex="M", address=SUBSCRIBER.address
    ),
    relationship="19",
    note="SEEN AT THE CLINIC",
    frequency="7",
    payer_claim_control_number="PAYERNO1",
)
INSTITUTIONAL = INPATIENT.but(
    institutional=Stay(
        conditions=("C1",),
        occurrences=(DatedCode(code="11", on=SERVICE_DAY),),
        occurrence_spans=(DatedCode(code="74", on=SERVICE_DAY, to=DAY),),
        values=(DatedCode(code="80", amount=4_00), DatedCode(code="A1", amount=1234_56)),
        principal_procedure=DatedCode(code="0SR9019", on=SERVICE_DAY),
        reason_diagnoses=("R0602",),
        external_causes=("W1839XA",),
        drg="470",
        operating=RENDERING,
        estimated_amount_due=100_00,
    ),
    lines=(
        Room(),
        Charge(non_covered=10_00),
        Line(procedure="97110", modifiers=("GP",), revenue_code="0420"),
    ),
    other_payers=(FirstPayer(order="S", paid=None, adjudicated=None, group_number="G1"),),
)
DENTIST = DENTAL.but(
    lines=(
        Filling(description="A FILLING"),
        Filling(
            procedure="D2740",
            tooth="3",
            surfaces=(),
            dental=DentalLine(prosthesis="R", prior_placement=date(2018, 5, 6)),
        ),
        Filling(procedure="D4341", tooth="", surfaces=(), oral_cavity=("40",)),
    ),
    dental=Dental(teeth=(Tooth(number="1", status="M"),), predetermination="PRE1"),
)
KINDS = {"cms1500": PROFESSIONAL, "ub04": INSTITUTIONAL, "ada_dental": DENTIST}
PLACES = {"P": cms1500.PLACES, "I": ub04.PLACES, "D": ada_dental.PLACES}


def said(page: list[Run]) -> str:
    return " ".join(run.text for run in page)


def inside(run: Run, place: Place) -> bool:
    left = LEFT + (place.column - 1) * COLUMN
    return run.line == place.line and run.left >= left - 1 and run.right <= left + place.width * COLUMN + 2


@pytest.mark.parametrize("form", KINDS)
def test_every_value_stands_at_its_line_and_column(form: str) -> None:
    assert golden(printed([KINDS[form].claim], DAY)) == (GOLDEN / f"{form}.txt").read_text()


@pytest.mark.parametrize("form", KINDS)
def test_the_same_claim_and_day_give_the_same_bytes(form: str) -> None:
    assert printed([KINDS[form].claim], DAY) == printed([KINDS[form].claim], DAY)


@pytest.mark.parametrize("kind", PLACES)
def test_no_two_places_of_a_form_overlap_and_none_leaves_the_page(kind: str) -> None:
    taken: dict[tuple[int, int], str] = {}
    for name, place in PLACES[kind].items():
        assert 1 <= place.line <= 65, name
        for column in range(place.column, place.column + place.width):
            assert 1 <= column <= 82, name
            assert taken.setdefault((place.line, column), name) == name


@pytest.mark.slow
@pytest.mark.parametrize("made", [stay, visit, dentist, second], ids=lambda made: made.__name__)
def test_drawn_claims_stay_inside_their_places_and_name_every_service(made) -> None:
    draw = chance("paper", made.__name__)
    for _ in range(40):
        claim: Claim = made(draw).claim
        read = pages(printed([claim], DAY))
        places = PLACES[claim.kind].values()
        for run in read[0]:
            assert any(inside(run, place) for place in places), run
        words = [run.text for run in read[0]]
        for line in claim.lines:
            code = line.procedure or line.revenue_code
            assert words.count(code) >= sum(
                (one.procedure or one.revenue_code) == code for one in claim.lines
            )
        assert claim.patient_control_number in words


@pytest.mark.parametrize(
    ("example", "line", "fits", "total"),
    [
        (CLEAN, Line(), 6, "28"),
        (INPATIENT.but(institutional=Stay()), Charge(), 22, "total"),
        (DENTAL, Filling(), 10, "32"),
    ],
)
def test_what_one_form_cannot_hold_goes_on_a_second_with_the_total_on_the_last(
    example: Example, line, fits: int, total: str
) -> None:
    full = example.but(lines=(line,) * fits).claim
    assert len(pages(printed([full], DAY))) == 1
    claim = example.but(lines=(line,) * (fits + 1)).claim
    first, last = pages(printed([claim], DAY))
    place = PLACES[claim.kind][total]
    amount = f"{claim.charge // 100}"
    assert amount in [run.text for run in last if inside(run, place)]
    assert amount not in [run.text for run in first if inside(run, place)]
    assert claim.patient_control_number in said(first)
    assert claim.patient_control_number in said(last)


def test_lists_that_are_longer_than_the_form_go_on_further_forms_too() -> None:
    codes = tuple(f"{n:02d}" for n in range(10, 24))
    diagnoses = ("J189", *(f"E11{n:02d}" for n in range(18)))
    made = INPATIENT.but(
        institutional=Stay(conditions=codes, present_on_admission=("Y",) * 19), diagnoses=diagnoses
    )
    first, second_form = pages(printed([made.claim], DAY))
    assert {*codes, *diagnoses} <= {run.text for run in (*first, *second_form)}
    assert "E1117" not in [run.text for run in first]


def test_a_value_that_does_not_fit_is_cut_with_a_plus_and_stands_whole_on_the_sheet_after() -> None:
    long = "LONGNAME" * 7
    claim = CLEAN.but(subscriber=replace(SUBSCRIBER, last=long)).claim
    form, rest = pages(printed([claim], DAY))
    cut = [run.text for run in form if run.text.endswith("+")]
    assert cut
    assert all(long.startswith(text[:-1]) for text in cut)
    assert long in said(rest)
    assert claim.patient_control_number in said(rest)


def test_diagnoses_and_payers_that_a_form_has_no_place_for_are_not_lost() -> None:
    diagnoses = ("K021", "K029", "K0251", "K0261", "K036")
    claim = DENTAL.but(
        diagnoses=diagnoses,
        other_payers=(FirstPayer(order="S", paid=None), FirstPayer(order="T", paid=None)),
    ).claim
    text = " ".join(said(page) for page in pages(printed([claim], DAY)))
    assert all(code in text for code in diagnoses)
    assert text.count("First Example Plan") == 2


def test_a_secondary_claim_brings_the_remittance_of_the_payer_before() -> None:
    claim = SECONDARY.claim
    _, remittance = pages(printed([claim], DAY))
    text = said(remittance)
    assert text.startswith("Remittance of First Example Plan")
    assert "99213 125.00 100.00 PR 2 25.00" in text
    assert "11/14/2026" in text


def test_a_payer_that_has_not_decided_brings_no_page() -> None:
    claim = CLEAN.but(other_payers=(FirstPayer(order="S", paid=None, adjudicated=None),)).claim
    assert len(pages(printed([claim], DAY))) == 1


def test_claims_follow_each_other_in_their_order() -> None:
    numbers = [f"EX{n:04d}" for n in range(5)]
    read = pages(printed([CLEAN.but(patient_control_number=n).claim for n in numbers], DAY))
    assert [next(n for n in numbers if n in said(page)) for page in read] == numbers
