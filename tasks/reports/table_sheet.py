"""A table on a sheet of a workbook: numbers as numbers, totals as formulas, a text never a formula."""

from datetime import UTC, date, datetime
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from tasks.reports.tables import Column, Table, Value, sums_of
from tasks.reports.values import printed

_AS = {
    "cents": "#,##0.00;[Red](#,##0.00);0.00",
    "count": "#,##0",
    "rate": "0.0%",
    "days": "#,##0.0",
}
_OVER = {"cents": 100, "count": 1, "rate": 1000, "days": 10}
HEAD = 3  # rows above the head: title, note, an empty one
WIDEST = 60  # letters


def new_book(made: BytesIO, title: str, on: date) -> Workbook:
    """A workbook that is written to `made`. Its bytes depend on nothing but what it says; a text is never a
    formula or a link."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = Workbook(made, options)
    created = datetime(on.year, on.month, on.day, tzinfo=UTC)
    book.set_properties({"title": title, "author": "CleanClaim", "created": created})
    return book


class Formats:
    """How cells of a report's tables look, by what they hold."""

    def __init__(self, book: Workbook) -> None:
        self.title = book.add_format({"bold": True, "font_size": 13})
        self.note = book.add_format({"italic": True, "font_color": "#555555"})
        head = {"bold": True, "bg_color": "#E4E4E4", "text_wrap": True, "valign": "top", "bottom": 1}
        self.head = {"text": book.add_format(head)}
        self.cell = {"text": book.add_format({"valign": "top"})}
        self.strong = {"text": book.add_format({"bold": True})}
        self.sum = {"text": book.add_format({"bold": True, "top": 1})}
        for kind, number in _AS.items():
            self.head[kind] = book.add_format({**head, "align": "right"})
            self.cell[kind] = book.add_format({"num_format": number, "valign": "top"})
            self.strong[kind] = book.add_format({"num_format": number, "bold": True})
            self.sum[kind] = book.add_format({"num_format": number, "bold": True, "top": 1})


def table_on(sheet: Worksheet, table: Table, title: str, formats: Formats) -> None:
    """Writes a table on a sheet of its own."""
    sheet.write_string(0, 0, title, formats.title)
    sheet.write_string(1, 0, table.note or ("" if table.rows else table.empty), formats.note)
    for n, column in enumerate(table.columns):
        sheet.write_string(HEAD, n, column.title, formats.head[column.kind])
        sheet.set_column(n, n, _width(table, n))
        for row, values in enumerate(table.rows):
            form = formats.strong if row in table.strong else formats.cell
            _write(sheet, HEAD + 1 + row, n, values[n], column, form[column.kind])
    for n, cents in enumerate(sums_of(table)):
        _total(sheet, table, n, cents, formats)
    page_of(sheet)


def page_of(sheet: Worksheet, columns: int = 0) -> None:
    """How a sheet is printed; its head and the first `columns` stay in sight."""
    sheet.freeze_panes(HEAD + 1, columns)
    sheet.set_landscape()
    sheet.set_paper(1)  # letter
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD)
    sheet.set_footer("&L&A&RPage &P of &N")


def _write(sheet: Worksheet, row: int, n: int, value: Value, column: Column, form: Format) -> None:
    if isinstance(value, str):
        sheet.write_string(row, n, value, form)
    elif value is None:
        sheet.write_blank(row, n, None, form)
    else:
        sheet.write_number(row, n, value / _OVER[column.kind], form)


def _total(sheet: Worksheet, table: Table, n: int, value: Value, formats: Formats) -> None:
    row, column = HEAD + 1 + len(table.rows), table.columns[n]
    form = formats.sum[column.kind]
    if not isinstance(value, int):
        sheet.write_string(row, n, value or "", form)
        return
    letter = xlsxwriter.utility.xl_col_to_name(n)
    formula = f"=SUM({letter}{HEAD + 2}:{letter}{row})"
    sheet.write_formula(row, n, formula, form, value / _OVER[column.kind])


def _width(table: Table, n: int) -> int:
    column = table.columns[n]
    longest = max((len(printed(row[n], column.kind)) for row in table.rows), default=0)
    total = 14 if column.kind == "cents" else 6
    return min(max(longest, total if column.kind != "text" else 0, len(column.title) // 2 + 2, 8) + 2, WIDEST)
