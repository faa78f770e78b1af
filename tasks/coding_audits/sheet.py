"""The review sheet of a coding audit: each drawn line with its documentation, and room for the verdict."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from tasks.coding_audits.review import NONE, VERDICTS
from tasks.reports.grid import table_of
from tasks.reports.paper import Pages
from tasks.reports.table_sheet import HEAD, new_book, page_of
from tasks.reports.tables import Column, Table

SHEET: Final = "Review"
DRAWN: Final = (
    "Audit", "Place", "Claim", "Line", "Service day", "Provider", "Payer", "Code", "Modifiers", "Units",
    "Diagnoses", "Charge", "Documentation",
)  # fmt: skip
ANSWERS: Final = ("Verdict", "Right code", "Right modifiers", "Right diagnoses", "Reason")
_WIDTHS: Final = (7, 6, 12, 6, 11, 24, 12, 8, 10, 6, 18, 10, 70, 10, 11, 15, 18, 40)
MOST_PRINTED: Final = 900
"""Letters of the documentation that the PDF prints of a line: a row must stand on a page."""
_ROOM: Final = "." * 44  # to write on
HOW: Final = (
    f"Verdict: {' or '.join(VERDICTS)}. Where it disagrees: what the code, modifiers or diagnoses should be "
    f"({NONE}: nothing), and why. Leave empty what is as billed, and the row where it is not judged yet."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """A drawn line as the sheet has it; `answers` are those of the latest review, empty where there is none.
    Cents; the day is ISO text."""

    place: int
    claim: str
    number: int
    service_on: str
    provider: str
    payer: str
    procedure: str
    modifiers: str
    units: str
    diagnoses: str
    charge_cents: int
    documented: tuple[str, ...]
    answers: tuple[str, str, str, str, str] = ("", "", "", "", "")


def workbook_of(number: int, title: str, on: date, lines: Sequence[SheetLine]) -> bytes:
    """The sheet as XLSX, to be filled in and imported. Its bytes depend on nothing but what it says; a text
    is never a formula, also where a person edits its cell."""
    made = io.BytesIO()
    with new_book(made, f"Coding audit {number}", on) as book:
        sheet = book.add_worksheet(SHEET)
        sheet.write_string(
            0, 0, f"Coding audit {number}: {title}", book.add_format({"bold": True, "font_size": 13})
        )
        sheet.write_string(1, 0, HOW, book.add_format({"italic": True, "font_color": "#555555"}))
        _head(sheet, book)
        _rows(sheet, book, number, lines)
        _offer_verdicts(sheet, len(lines))
        page_of(sheet, columns=4)
    return made.getvalue()


def _head(sheet: Worksheet, book: Workbook) -> None:
    drawn = book.add_format(
        {"bold": True, "bg_color": "#E4E4E4", "text_wrap": True, "valign": "top", "bottom": 1}
    )
    answer = book.add_format(
        {"bold": True, "bg_color": "#FFF2CC", "text_wrap": True, "valign": "top", "bottom": 1}
    )
    for n, (name, width) in enumerate(zip((*DRAWN, *ANSWERS), _WIDTHS, strict=True)):
        sheet.write_string(HEAD, n, name, drawn if n < len(DRAWN) else answer)
        sheet.set_column(n, n, width)


def _rows(sheet: Worksheet, book: Workbook, number: int, lines: Sequence[SheetLine]) -> None:
    text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@", "quote_prefix": True})
    count = book.add_format({"valign": "top"})
    money = book.add_format({"valign": "top", "num_format": "#,##0.00"})
    answer = book.add_format(
        {"text_wrap": True, "valign": "top", "num_format": "@", "bg_color": "#FFFBEC", "border": 4}
    )
    for row, line in enumerate(lines, HEAD + 1):
        for n, value in enumerate(_values(number, line)):
            _write(sheet, row, n, value, count if n < 2 or n == 3 else text, money)
        for n, said in enumerate(line.answers, len(DRAWN)):
            sheet.write_string(row, n, said, answer)


def _values(number: int, line: SheetLine) -> tuple[str | int | float, ...]:
    return (
        number, line.place, line.claim, line.number, line.service_on, line.provider, line.payer,
        line.procedure, line.modifiers, line.units, line.diagnoses, line.charge_cents / 100,
        "\n".join(line.documented),
    )  # fmt: skip


def _write(sheet: Worksheet, row: int, n: int, value: str | float, form: Format, money: Format) -> None:
    if isinstance(value, str):
        sheet.write_string(row, n, value, form)
    else:
        sheet.write_number(row, n, value, money if isinstance(value, float) else form)


def _offer_verdicts(sheet: Worksheet, count: int) -> None:
    verdict = len(DRAWN)
    if count:
        rule = {"validate": "list", "source": list(VERDICTS), "ignore_blank": True}
        sheet.data_validation(HEAD + 1, verdict, HEAD + count, verdict, rule)


def pdf_of(number: int, title: str, on: date, lines: Sequence[SheetLine]) -> bytes:
    """The sheet as PDF, to be judged on paper. Its bytes depend on nothing but what it says."""
    pdf = Pages(f"Coding audit {number}: review sheet", f"Printed on {on.isoformat()}", on)
    pdf.add_page()
    columns = [
        Column("", "count"), Column("Claim"), Column("Day"), Column("Provider"), Column("Code"),
        Column("Diagnoses"), Column("Documentation"), Column("Agrees?"), Column("Should be, and why"),
    ]  # fmt: skip
    table_of(pdf, Table(title=title, sheet=SHEET, columns=columns, rows=[_printed(one) for one in lines],
                        note=HOW, totals=False, most=len(lines)))  # fmt: skip
    return bytes(pdf.output())


def _printed(line: SheetLine) -> list[str | int | None]:
    words = "; ".join(" ".join(fact.split()) for fact in line.documented)
    if len(words) > MOST_PRINTED:
        words = f"{words[:MOST_PRINTED]} ... (the workbook has all of it)"
    verdict, code, modifiers, diagnoses, reason = line.answers
    code_words = " ".join((line.procedure, line.modifiers, f"x {line.units}" if line.units != "1" else ""))
    return [
        line.place, f"{line.claim} line {line.number}", line.service_on, line.provider, code_words.strip(),
        line.diagnoses, words or "None.", verdict or "yes / no",
        "; ".join(part for part in (code, modifiers, diagnoses, reason) if part) if verdict else _ROOM,
    ]  # fmt: skip
