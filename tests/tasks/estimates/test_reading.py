"""A file of estimates is read whole, or refused by the line that is not right, without a patient's data."""

import csv
import io
from datetime import date

import pypdf
import pytest

import coding
from config import partners
from tasks.errors import StepError
from tasks.estimates import letter, reading, said
from tests.conftest import CHECKOUT

DAY = date(2026, 11, 16)
CODES = coding.codes.load()
FIRST = {
    "practice": "lakeside", "estimate": "G-1", "visit": "V-1", "kind": "uninsured", "last": "Zephyrine",
    "first": "Quill", "birth_date": "1980-02-03", "mrn": "MR-7", "street": "7 Orchard Way",
    "city": "Springfield", "state": "il", "zip": "62704-0007", "scheduled_on": "11/16/2026",
    "service_on": "2026-12-07", "item": "Office visit", "procedure": "99213", "diagnoses": "J02.9 R50.9",
    "provider_npi": "1999001013",
}  # fmt: skip
"""The first row of an estimate that is right."""
NEXT = {"practice": "lakeside", "estimate": "G-1", "item": "Strep test", "procedure": "87880"}
OTHER = {
    **NEXT, "item": "Pathology", "procedure": "88305", "charge": "$1,210.50", "provider_npi": "1999000023",
    "provider_name": "Prairie Pathology", "provider_tax_id": "00-1239999",
    "provider_place": "Springfield, IL",
}  # fmt: skip
SEPARATE = {**NEXT, "item": "Ear, nose and throat visit", "procedure": "", "scheduled_separately": "yes"}


def written(*rows, columns=reading.COLUMNS):
    out = io.StringIO()
    table = csv.DictWriter(out, columns, restval="")
    table.writeheader()
    table.writerows(rows)
    return out.getvalue().encode()


@pytest.fixture(scope="module")
def known():
    return partners.load(CHECKOUT / "config" / "demo")


def test_rows_of_one_number_are_one_estimate_with_charges_of_the_file_or_the_practice(known):
    second = {**FIRST, "estimate": "G-2", "times": "12", "until_on": "2027-12-07", "units": "2"}
    one, other = reading.read(written(FIRST, NEXT, second, OTHER, SEPARATE), known, CODES, DAY)
    assert (one.line, other.line) == (2, 4)
    of = one.said
    assert (of.name, of.birth_on, of.zip, of.state, of.scheduled_on) == (
        "Quill Zephyrine", "1980-02-03", "627040007", "IL", "2026-11-16",
    )  # fmt: skip
    assert [(i.npi, i.procedure, i.total) for i in of.items] == [
        ("1999001013", "99213", 135_00),
        ("1999000015", "87880", 38_00),  # the practice itself, by its own charges
        ("1999000023", "88305", 1210_50),
    ]
    assert [p.name for p in of.providers] == [
        "Ruth Okafor",
        "Lakeside Family Medicine",
        "Prairie Pathology",
    ]
    assert [a.words for a in of.separate] == ["Ear, nose and throat visit"]
    assert (other.said.cents, other.said.patient) == (2 * 12 * 135_00, of.patient)
    assert said.read(said.written(of)) == of


WRONG = (
    ([{**FIRST, "practice": "nowhere"}], "line 2: no file of partners/practices"),
    ([{**FIRST, "kind": "medicare"}], "line 2: kind is one of uninsured, self_pay"),
    ([{**FIRST, "form": "fax"}], "line 2: form is one of paper, electronic"),
    ([{**FIRST, "estimate": ""}], "line 2: an estimate's own number"),
    ([{**FIRST, "last": ""}], "line 2: last has 1 to 120 letters"),
    ([{**FIRST, "birth_date": "2026-11-17"}], "line 2: birth_date is needed, and is no day to come"),
    ([{**FIRST, "birth_date": "03.02.1980"}], "line 2: birth_date is no day"),
    ([{**FIRST, "scheduled_on": ""}], "line 2: say when it was scheduled"),
    ([{**FIRST, "scheduled_on": "2026-11-17"}], "line 2: scheduled_on and requested_on are no days to come"),
    ([{**FIRST, "service_on": ""}], "line 2: what is scheduled has a day"),
    ([{**FIRST, "service_on": "2026-11-13"}], "line 2: service_on is before the day"),
    ([{**FIRST, "until_on": "2027-12-08"}], "line 2: until_on is from service_on to 12 months later"),
    ([{**FIRST, "until_on": "2026-12-06"}], "line 2: until_on is from"),
    ([{**FIRST, "street": ""}], "line 2: an address has street"),
    ([{**FIRST, "state": "XX"}], "line 2: state has two letters"),
    ([{**FIRST, "zip": "627"}], "line 2: zip has five or nine digits"),
    ([FIRST, {**NEXT, "last": "Another"}], "line 3: last is another one"),
    ([FIRST, {**NEXT, "provider_npi": "1999001014"}], "line 3: provider_npi is no NPI"),
    ([FIRST, {**OTHER, "provider_tax_id": "12"}], "line 3: its provider is not of the practice"),
    ([FIRST, OTHER, {**OTHER, "provider_name": "Other"}], "line 4: its provider has another name"),
    ([FIRST, {**OTHER, "charge": ""}], "line 3: it has no charge"),
    ([FIRST, {**NEXT, "procedure": "99499"}], "line 3: it has no charge"),
    ([FIRST, {**NEXT, "charge": "-5.00"}], "line 3: charge is an amount"),
    ([FIRST, {**NEXT, "charge": "5.005"}], "line 3: charge is an amount"),
    ([FIRST, {**NEXT, "charge": "125,00"}], "line 3: charge is an amount"),
    ([FIRST, {**NEXT, "procedure": "9921"}], "line 3: procedure is a code"),
    ([FIRST, {**NEXT, "modifiers": "25,59"}], "line 3: modifiers are"),
    ([FIRST, {**NEXT, "diagnoses": "sore throat"}], "line 3: diagnoses are"),
    ([FIRST, {**NEXT, "diagnoses": "J02"}], "line 3: a diagnosis is no billable code of 2026-12-07"),
    ([FIRST, {**NEXT, "procedure": "ABCDE", "charge": "5"}], "line 3: procedure is no code of"),
    ([FIRST, {**NEXT, "units": "0"}], "line 3: units is a number above 0"),
    ([FIRST, {**NEXT, "times": "1.5"}], "line 3: times is a whole number"),
    ([FIRST, {**NEXT, "item": ""}], "line 3: item has 1 to 120 letters"),
    ([{**FIRST, "scheduled_separately": "yes"}], "line 2: the estimate has no service with a charge"),
    ([], "line 2: the file has no estimate"),
)  # fmt: skip


@pytest.mark.parametrize(("rows", "told"), WRONG, ids=[told for _, told in WRONG])
def test_a_row_that_is_not_right_is_refused_by_its_line(known, rows, told):
    with pytest.raises(StepError) as refused:
        reading.read(written(*rows), known, CODES, DAY)
    assert refused.value.code == "EST-02"
    assert told in str(refused.value)
    assert not any(private in str(refused.value) for private in ("Zephyrine", "Orchard", "MR-7"))


def test_a_file_that_is_cut_is_no_csv_or_lacks_a_column_is_refused(known):
    whole = written(FIRST, NEXT)
    for data, told in (
        (whole[:-1].rstrip(), "EST-01 the file does not end"),
        (b'practice,"estimate\n', "EST-01"),
        (b"\x00" + whole, "EST-01 the file is not text"),
        (written(FIRST, columns=(*reading.COLUMNS, "more")), "EST-02 line 1: no such column"),
        (whole.replace(b"birth_date", b"born"), "EST-02 line 1: no column birth_date"),
        (whole + b"lakeside,G-3\r\n", "EST-02 line 4: it has not the"),
    ):
        with pytest.raises(StepError) as refused:
            reading.read(data, known, CODES, DAY)
        assert str(refused.value).startswith(told)


def test_the_letter_says_all_that_the_rule_asks_for_and_is_the_same_bytes_again(known):
    [found] = reading.read(
        written({**FIRST, "until_on": "2027-06-07"}, NEXT, OTHER, SEPARATE), known, CODES, DAY
    )
    of = letter.Estimate(
        number=7, version=2, said=found.said, practice=known.practices["lakeside"], on=DAY,
        replaces=date(2026, 11, 13), contact="the place of disputes",
    )  # fmt: skip
    data = letter.printed(of)
    assert data == letter.printed(of)
    reader = pypdf.PdfReader(io.BytesIO(data))
    text = " ".join(" ".join(page.extract_text().split()) for page in reader.pages)
    for wanted in (
        "GOOD FAITH ESTIMATE", "Lakeside Family Medicine", "7 (version 2)", "11/16/2026",
        "Quill Zephyrine, born 02/03/1980", "7 ORCHARD WAY", "SPRINGFIELD IL 62704-0007",
        "Office visit (99213)", "J02.9, R50.9", "12/07/2026 to 06/07/2027", "the estimate of 11/13/2026",
        "Ruth Okafor", "NPI 1999001013", "Tax id 00-1230101", "Prairie Pathology", "NPI 1999000023",
        "88305", "$1,210.50", "$1,383.50", "Ear, nose and throat visit", "only an estimate", "not a contract",
        "$400 or more above", "120 calendar days", "the place of disputes", "quality of the care",
        "(217) 555-0110", "good faith estimate 7, version 2",
    ):  # fmt: skip
        assert wanted in text, wanted


def test_a_long_estimate_goes_on_over_pages_and_a_name_in_any_script_is_printed(known):
    rows = [{**FIRST, "last": "Ångström-Łuk", "street": "", "city": "", "state": "", "zip": ""}]
    rows += [{**NEXT, "item": f"Service {n}, {'x' * 90}"} for n in range(60)]
    [found] = reading.read(written(*rows), known, CODES, DAY)
    of = letter.Estimate(
        number=1, version=1, said=found.said, practice=known.practices["lakeside"], on=DAY,
        replaces=None, contact="there",
    )  # fmt: skip
    pages = pypdf.PdfReader(io.BytesIO(letter.printed(of))).pages
    assert len(pages) > 2
    assert "Service 59" in " ".join(page.extract_text() for page in pages)
