"""The report of a coding audit on paper: as PDF, and as a workbook with a sheet a table."""

import io
from collections.abc import Sequence
from datetime import date

from tasks.letters.letter import latin
from tasks.reports.grid import table_of
from tasks.reports.paper import WIDTH, Pages
from tasks.reports.table_sheet import Formats, new_book, table_on
from tasks.reports.tables import Table


def pdf_of(title: str, about: str, state: str, on: date, tables: Sequence[Table], *, strong: bool) -> bytes:
    """The report as PDF. `state` stands above each page, `strong` where it must not be missed. Its bytes
    depend on nothing but what it says."""
    pdf = Pages(title, state, on, strong=strong)
    pdf.add_page()
    pdf.set_font("Helvetica", "B", 15)
    pdf.cell(WIDTH, 20, latin(title), new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", size=9)
    pdf.multi_cell(WIDTH, 12, latin(about), align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(6)
    for table in tables:
        table_of(pdf, table)
        pdf.ln(10)
    return bytes(pdf.output())


def workbook_of(title: str, state: str, on: date, tables: Sequence[Table]) -> bytes:
    """The report as XLSX. Its bytes depend on nothing but what it says; a text is never a formula."""
    made = io.BytesIO()
    with new_book(made, title, on) as book:
        formats = Formats(book)
        for table in tables:
            table_on(book.add_worksheet(table.sheet), table, f"{table.title} ({state})", formats)
    return made.getvalue()
