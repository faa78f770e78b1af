"""The package on paper: whatever is in it, every amount stands whole on a page, and nothing runs off it."""

from dataclasses import replace

import pypdfium2
import pytest

from ledger.queries.month.aging import Aged, Credit
from ledger.queries.month.facts import Check, MonthFacts, PastMonth
from ledger.queries.month.roll import Roll
from tasks.reports.month.measures import measures
from tasks.reports.month.package import Package, from_bytes, to_bytes
from tasks.reports.month.pages import pdf_of
from tasks.reports.month.workbook import workbook_of
from tasks.reports.values import money, printed

LONG = "W" * 60
EMPTY = MonthFacts(
    month="2026-11", entries=0, proven_on="", rolls=(), history=(PastMonth("2026-11", 0, 0, 0, 0),), aging=(),
    adjusted=(), stated=(), written_off=(), credits=(), held=(), cash=(), banks=(), meant=(),
    transit_before=(), transit=(), checks=(),
)  # fmt: skip
PACKAGE = Package(
    facts=EMPTY, made_on="2026-12-01", closed_by="jo", practices={"p": LONG}, payers={"h": LONG}
)
MILLIONS = 1_234_567_890_12


def pages(package):
    data = pdf_of(package)
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data)], data


def test_an_empty_month_prints(tmp_path):
    found, data = pages(PACKAGE)
    assert "Nothing to show." in found[0]
    assert "Nothing is owed." in "".join(found)
    assert pdf_of(PACKAGE) == data
    assert workbook_of(PACKAGE) == workbook_of(PACKAGE)


def test_large_and_negative_amounts_and_long_names_stand_whole():
    roll = Roll("p", "h", opening=MILLIONS, charges=-MILLIONS, payments=MILLIONS, closing=MILLIONS, other=-5)
    facts = replace(
        EMPTY,
        rolls=(roll, replace(roll, payer="")),
        aging=(Aged("p", "h", 3, (MILLIONS, -MILLIONS, 0, 0, MILLIONS)),),
        credits=tuple(Credit("p", "h", n, "credit", n, "2026-11-02") for n in range(200, 100, -1)),
        checks=(Check("It holds", "no", False),),
        history=tuple(PastMonth(f"2026-{n:02d}", n, n, n, -n * MILLIONS) for n in range(1, 13)),
    )
    found, data = pages(replace(PACKAGE, facts=facts))
    text = "".join(found)
    assert "1,234,567,890.12" in text
    assert "(1,234,567,890.12)" in text
    assert "60 more are in the workbook, sheet Credits by claim." in text
    for page in pypdfium2.PdfDocument(data):
        width, height = page.get_size()
        for place in range((of := page.get_textpage()).count_chars()):
            left, bottom, right, top = of.get_charbox(place)
            assert left >= 0
            assert right <= width
            assert bottom >= 0
            assert top <= height


@pytest.mark.parametrize(
    ("dollars", "label"), [(98_765, "98,765"), (1_234_567, "1.23 M"), (-4_567_890, "(4.57 M)")]
)
def test_what_a_years_bars_say_is_large_enough_to_be_read(dollars, label):
    history = tuple(PastMonth(f"2026-{n:02d}", 0, 0, 0, dollars * 100) for n in range(1, 13))
    _, data = pages(replace(PACKAGE, facts=replace(EMPTY, history=history)))
    page = pypdfium2.PdfDocument(data)[0].get_textpage()
    sizes = [pypdfium2.raw.FPDFText_GetFontSize(page, place) for place in range(page.count_chars())]
    assert page.get_text_range().count(label) == 12
    assert min(size for size in sizes if size > 1) >= 5  # a generated space has none


def test_a_package_is_kept_as_it_is():
    assert from_bytes(to_bytes(PACKAGE)) == PACKAGE
    assert to_bytes(from_bytes(to_bytes(PACKAGE))) == to_bytes(PACKAGE)


def test_the_measures_are_their_formulas_and_empty_where_there_is_nothing_to_divide_by():
    assert {m.month for m in measures(EMPTY)} == {None}
    history = (
        PastMonth("2026-10", 1000_00, 500_00, 100_00, 400_00),
        PastMonth("2026-11", 620_00, 250_00, 120_00, 650_00),
    )
    found = {
        m.name: m
        for m in measures(replace(EMPTY, history=history, aging=(Aged("p", "h", 1, (100, 0, 0, 100, 200)),)))
    }
    assert (found["Net collection rate"].month, found["Net collection rate"].history) == (500, 536)
    assert (found["Gross collection rate"].month, found["Gross collection rate"].history) == (403, 463)
    assert found["Days in A/R"].month == 245  # 65,000 / (162,000 / 61)
    assert (found["Older than 90 days"].month, found["Older than 120 days"].month) == (750, 500)


@pytest.mark.parametrize(
    ("cents", "text"),
    [(0, "0.00"), (5, "0.05"), (-5, "(0.05)"), (-100, "(1.00)"), (MILLIONS, "1,234,567,890.12")],
)
def test_money_as_an_office_writes_it(cents, text):
    assert money(cents) == text


def test_values_of_other_kinds():
    assert (printed(987, "rate"), printed(1234, "count"), printed(415, "days")) == ("98.7 %", "1,234", "41.5")
    assert (printed(None, "cents"), printed("x", "text")) == ("", "x")
