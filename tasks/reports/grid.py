"""A table on pages: numbers in one line, texts wrapped, the head again on each page, a name not repeated."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fpdf import FPDF

from tasks.letters.letter import latin
from tasks.reports.paper import MARGIN, WIDTH, Pages
from tasks.reports.tables import Column, Table, sums_of
from tasks.reports.values import printed

SIZES: Final = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
WRAPPING = 7.0  # before a text is wrapped, the whole table is made this small
PAD = 5.0
NARROWEST = 56.0  # a column of amounts, where there is room
LEAST = 62.0  # a column of texts
GROUPED = ("Practice", "Drawer")  # as a first column, not said again where it stands above
ABOVE, BELOW = 90, 215  # greys of lines


@dataclass(slots=True)
class _Grid:
    """The columns as they are drawn; `leading` is the height of a line."""

    pdf: Pages
    columns: Sequence[Column]
    size: float
    widths: Sequence[float]

    @property
    def leading(self) -> float:
        return self.size + 3

    def row(self, row: Sequence[str], *, same: bool = False, strong: bool = False) -> None:
        """A row, on the next page where this one is full. `same`: its first text stands above it already."""
        lines = self._lines(row, "B" if strong else "")
        if self.pdf.room < max(map(len, lines)) * self.leading + 2:
            self.pdf.add_page()
            self.head()
        elif same:
            lines[0] = [""]
        self._draw(lines, "B" if strong else "", ABOVE if strong else None)

    def head(self) -> None:
        """The titles, on grey."""
        lines = self._lines([latin(c.title) for c in self.columns], "B")
        self.pdf.set_fill_color(228)
        tall = max(map(len, lines)) * self.leading + 2
        self.pdf.rect(MARGIN, self.pdf.get_y(), sum(self.widths), tall, style="F")
        self._draw(lines, "B", None)

    def _lines(self, row: Sequence[str], style: str) -> list[list[str]]:
        self.pdf.set_font("Helvetica", style, self.size)
        return [wrapped(self.pdf, t, w - 2 * PAD) for t, w in zip(row, self.widths, strict=True)]

    def _draw(self, lines: Sequence[Sequence[str]], style: str, above: int | None) -> None:
        self.pdf.set_font("Helvetica", style, self.size)
        x, y = MARGIN, self.pdf.get_y()
        for column, of, width in zip(self.columns, lines, self.widths, strict=True):
            align = "L" if column.kind == "text" else "R"
            for n, line in enumerate(of):
                self.pdf.set_xy(x + PAD, y + 1 + n * self.leading)
                self.pdf.cell(width - 2 * PAD, self.leading, line, align=align)
            x += width
        tall = max(map(len, lines)) * self.leading + 2
        for at, grey in ((y, above), (y + tall, BELOW)):
            if grey is not None:
                self.pdf.set_draw_color(grey)
                self.pdf.line(MARGIN, at, x, at)
        self.pdf.set_draw_color(0)
        self.pdf.set_xy(MARGIN, y + tall)


def table_of(pdf: Pages, table: Table) -> None:
    """A table with its title and note; at least its first rows stand below its head."""
    if pdf.room < 90:
        pdf.add_page()
    pdf.set_font("Helvetica", "B", 10)
    pdf.cell(WIDTH, 14, latin(table.title), new_x="LMARGIN", new_y="NEXT")
    if table.note:
        pdf.set_font("Helvetica", size=8)
        pdf.set_text_color(80)
        pdf.multi_cell(WIDTH, 10, latin(table.note), align="L", new_x="LMARGIN", new_y="NEXT")
        pdf.set_text_color(0)
    pdf.ln(2)
    if table.rows:
        _rows(pdf, table)
        return
    pdf.set_font("Helvetica", size=9)
    pdf.cell(WIDTH, 13, latin(table.empty), new_x="LMARGIN", new_y="NEXT")


def _rows(pdf: Pages, table: Table) -> None:
    def texts(row: Sequence[str | int | None]) -> list[str]:
        return [latin(printed(value, c.kind)) for value, c in zip(row, table.columns, strict=True)]

    rows = [texts(row) for row in table.rows[: table.most]]
    sums = sums_of(table)
    last = [texts(sums)] if sums else []
    grid = _fitted(pdf, table.columns, [*rows, *last])
    grid.head()
    grouped = table.columns[0].title in GROUPED
    for n, row in enumerate(rows):
        grid.row(row, same=grouped and n > 0 and rows[n - 1][0] == row[0], strong=n in table.strong)
    if more := len(table.rows) - len(rows):
        pdf.set_font("Helvetica", "I", grid.size)
        words = f"{more:,} more are in the workbook, sheet {table.sheet}."
        pdf.cell(WIDTH, grid.leading + 2, words, new_x="LMARGIN", new_y="NEXT")
    for row in last:
        grid.row(row, strong=True)


def _fitted(pdf: Pages, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> _Grid:
    """The table in the largest size in which its numbers stand in one line; texts are wrapped."""
    texts = [n for n, c in enumerate(columns) if c.kind == "text"]
    for size in SIZES:
        pdf.set_font("Helvetica", "B", size)
        wide = []
        for n, column in enumerate(columns):
            words = (latin(word) for word in column.title.split())
            longest = max(map(pdf.get_string_width, (*words, *(row[n] for row in rows))))
            wide.append(longest + 2 * PAD)
        room = WIDTH - sum(w for n, w in enumerate(wide) if n not in texts)
        if sum(wide[n] for n in texts) <= room or (size <= WRAPPING and room >= LEAST * len(texts)):
            break
    spare = WIDTH - sum(wide)
    for n, column in enumerate(columns):
        if column.kind == "cents" and 0 < NARROWEST - wide[n] <= spare:
            spare -= NARROWEST - wide[n]
            wide[n] = NARROWEST
    return _Grid(pdf, columns, size, _shared(wide, texts, max(room, LEAST)) if spare < 0 else wide)


def _shared(wide: Sequence[float], texts: Sequence[int], room: float) -> list[float]:
    """The widths with those of the texts brought down to the room, the widest first."""
    made = list(wide)
    left, narrow_first = room, sorted(texts, key=lambda n: wide[n])
    for done, n in enumerate(narrow_first):
        made[n] = min(wide[n], left / (len(texts) - done))
        left -= made[n]
    return made


def wrapped(pdf: FPDF, text: str, room: float) -> list[str]:
    """A text in lines that fit; a word that is too long is cut where it must."""
    lines, line = [], ""
    for word in text.split(" "):
        grown = f"{line} {word}" if line else word
        if pdf.get_string_width(grown) <= room + 0.01:
            line = grown
            continue
        if line:
            lines.append(line)
        rest = word
        while pdf.get_string_width(rest) > room + 0.01 and len(rest) > 1:
            fits = len(rest) - 1
            while fits > 1 and pdf.get_string_width(rest[:fits]) > room:
                fits -= 1
            lines.append(rest[:fits])
            rest = rest[fits:]
        line = rest
    return [*lines, line]
