"""Letters, marks and pictures drawn as PDF pages."""

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from tasks.letters.letter import Letter, latin

if TYPE_CHECKING:
    from PIL import Image

MARGIN, WIDTH = 72.0, 468.0  # points, of a US letter page
TOP, BOTTOM = 46.0, 58.0
SIZE, LEADING = 10.5, 14.0


def drawn(letter: Letter) -> bytes:
    """The letter's pages."""
    pdf = Pages(letter.reference, letter.on, margin=MARGIN, top=TOP)
    pdf.add_page()
    _head(pdf, letter)
    for n, paragraph in enumerate(letter.paragraphs):
        _paragraph(pdf, paragraph)
        if n == 0 and letter.rows:
            _table(pdf, letter)
    _end(pdf, letter)
    return bytes(pdf.output())


class Pages(FPDF):
    """A letter's pages, with a text and their number at the foot; margins in points. Their bytes depend on
    nothing but its day and what is drawn."""

    def __init__(self, foot: str, on: date, *, margin: float, top: float) -> None:
        super().__init__(unit="pt", format="letter")
        self._foot = foot
        self.set_creation_date(datetime(on.year, on.month, on.day, tzinfo=UTC))
        self.set_producer("CleanClaim")
        self.alias_nb_pages()
        self.set_margins(margin, top, margin)
        self.set_auto_page_break(True, margin=BOTTOM)

    def footer(self) -> None:
        self.set_y(-42)
        self.set_font("Helvetica", size=8)
        self.set_text_color(100)
        self.cell(self.epw - 80, 10, latin(self._foot))
        self.cell(80, 10, f"Page {self.page_no()} of {{nb}}", align="R")
        self.set_text_color(0)


def marks(sizes: Sequence[tuple[float, float]], texts: Sequence[str]) -> bytes:
    """Pages of these sizes (points) with nothing but a text at the foot of each, to be laid over others."""
    pdf = _plain()
    for size, text in zip(sizes, texts, strict=True):
        pdf.add_page(format=size)
        pdf.set_font("Helvetica", size=8)
        pdf.set_xy(0, size[1] - 20)
        pdf.set_fill_color(255)
        width = pdf.get_string_width(latin(text)) + 8
        pdf.set_x(max(size[0] - width - 18, 0))
        pdf.cell(width, 12, latin(text), align="C", fill=True)
    return bytes(pdf.output())


def picture_pages(data: bytes) -> bytes | None:
    """Letter pages that a picture fills inside their margins, one for each page of a fax (TIFF); None: it is
    no picture that can be opened."""
    pdf = _plain()
    try:
        for picture in _pictures(data):
            pdf.add_page(format="letter")
            pdf.image(picture, x=36, y=36, w=540, h=700, keep_aspect_ratio=True)
    except Exception:  # whatever a damaged picture does to its reader
        return None
    return bytes(pdf.output())


def _pictures(data: bytes) -> "Iterator[Image.Image | io.BytesIO]":
    from PIL import Image, ImageSequence  # slow to import

    with Image.open(io.BytesIO(data)) as opened:
        if opened.format != "TIFF":
            yield io.BytesIO(data)  # as it is compressed
            return
        for page in ImageSequence.Iterator(opened):
            yield page.copy()


def _plain() -> FPDF:
    pdf = FPDF(unit="pt")
    pdf.set_creation_date(datetime(2000, 1, 1, tzinfo=UTC))  # the same pages are the same bytes
    pdf.set_margin(0)
    pdf.set_auto_page_break(False)
    return pdf


def _head(pdf: FPDF, letter: Letter) -> None:
    name, *address = letter.sender
    pdf.set_font("Helvetica", "B", 13)
    _line(pdf, name, 17)
    pdf.set_font("Helvetica", size=9)
    for line in address:
        _line(pdf, line, 12)
    pdf.set_draw_color(120)
    pdf.line(MARGIN, pdf.get_y() + 6, MARGIN + WIDTH, pdf.get_y() + 6)
    pdf.ln(20)
    pdf.set_font("Helvetica", size=SIZE)
    _line(pdf, f"{letter.on:%B} {letter.on.day}, {letter.on.year}")
    pdf.ln(10)
    for line in letter.addressee:
        _line(pdf, line)
    pdf.ln(14)
    pdf.set_font("Helvetica", "B", SIZE)
    _line(pdf, letter.subject)
    pdf.ln(4)
    for label, value in letter.about:
        if not value:
            continue
        pdf.set_font("Helvetica", size=9.5)
        pdf.set_text_color(90)
        pdf.cell(130, 13, latin(label))
        pdf.set_text_color(0)
        pdf.multi_cell(WIDTH - 130, 13, latin(value), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(12)


def _paragraph(pdf: FPDF, text: str) -> None:
    pdf.set_font("Helvetica", size=SIZE)
    pdf.multi_cell(WIDTH, LEADING, latin(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(8)


def _table(pdf: FPDF, letter: Letter) -> None:
    pdf.set_font("Helvetica", size=9.5)
    aligned = ["LEFT"] * (len(letter.columns) - 1) + ["RIGHT"]
    with pdf.table(
        width=int(WIDTH),
        col_widths=tuple(letter.widths) or None,
        line_height=14,
        text_align=tuple(aligned),
        borders_layout="HORIZONTAL_LINES",
    ) as table:
        for cells in (letter.columns, *letter.rows):
            row = table.row()
            for cell in cells:
                row.cell(latin(cell))
    pdf.ln(12)


def _end(pdf: FPDF, letter: Letter) -> None:
    enclosures = 26 + 13 * len(letter.enclosures) if letter.enclosures else 0
    if pdf.get_y() + 52 + LEADING * len(letter.signed_by) + enclosures > 792 - BOTTOM:
        pdf.add_page()  # a signature never stands apart from its name
    pdf.set_font("Helvetica", size=SIZE)
    pdf.ln(4)
    _line(pdf, "Sincerely,")
    pdf.ln(30)
    pdf.line(MARGIN, pdf.get_y(), MARGIN + 200, pdf.get_y())
    pdf.ln(4)
    for line in letter.signed_by:
        _line(pdf, line)
    if letter.enclosures:
        pdf.ln(12)
        pdf.set_font("Helvetica", size=9.5)
        _line(pdf, "Enclosures")
        for n, one in enumerate(letter.enclosures, 1):
            pdf.multi_cell(WIDTH, 13, latin(f"{n}. {one}"), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _line(pdf: FPDF, text: str, height: float = LEADING) -> None:
    pdf.cell(WIDTH, height, latin(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
