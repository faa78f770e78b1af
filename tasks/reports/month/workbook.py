"""The package as a workbook: a sheet for each table, numbers as numbers, totals as formulas."""

import io
from datetime import date

from tasks.reports.month.package import Package, spelled
from tasks.reports.month.tables import sections
from tasks.reports.table_sheet import Formats, new_book, table_on


def workbook_of(package: Package) -> bytes:
    """The package as XLSX. Its bytes depend on nothing but what it says; a text is never a formula."""
    made = io.BytesIO()
    with new_book(made, f"Month package {package.facts.month}", date.fromisoformat(package.made_on)) as book:
        formats = Formats(book)
        state = f"DRAFT of {package.made_on}" if package.draft else f"closed on {package.made_on}"
        for section in sections(package):
            for table in section.tables:
                title = f"{table.title}, {spelled(package.facts.month)} ({state})"
                table_on(book.add_worksheet(table.sheet), table, title, formats)
    return made.getvalue()
