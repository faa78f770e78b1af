"""The package as a workbook: a sheet for each table, numbers as numbers, totals as formulas."""

import io
from datetime import UTC, date, datetime

import xlsxwriter

from tasks.reports.month.package import Package, spelled
from tasks.reports.month.tables import sections
from tasks.reports.table_sheet import Formats, table_on


def workbook_of(package: Package) -> bytes:
    """The package as XLSX. Its bytes depend on nothing but what it says; a text is never a formula."""
    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(made, options) as book:
        day = date.fromisoformat(package.made_on)
        book.set_properties(
            {
                "title": f"Month package {package.facts.month}",
                "author": "CleanClaim",
                "created": datetime(day.year, day.month, day.day, tzinfo=UTC),
            }
        )
        formats = Formats(book)
        state = f"DRAFT of {package.made_on}" if package.draft else f"closed on {package.made_on}"
        for section in sections(package):
            for table in section.tables:
                title = f"{table.title}, {spelled(package.facts.month)} ({state})"
                table_on(book.add_worksheet(table.sheet), table, title, formats)
    return made.getvalue()
