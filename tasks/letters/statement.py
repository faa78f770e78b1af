"""A patient's statement: who is asked, for what, by when, and a part to send back with the payment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from config.dollars import dollars
from config.practice import Practice
from intake.parties import Address
from tasks.letters import envelope
from tasks.letters.letter import latin
from tasks.letters.words import day, lines_of, phone

LEFT, WIDTH, HEIGHT = 50.0, 512.0, 792.0  # points, of a US letter page
COUPON, BOTTOM = 560.0, 744.0  # where the part to send back begins; where a later page ends
ROW: Final = 15.0
COLUMNS: Final = (
    ("Date", 54.0),
    ("Service for", 112.0),
    ("Claim", 78.0),
    ("Charge", 54.0),
    ("Insurance\npaid", 54.0),
    ("Adjusted", 54.0),
    ("You paid", 50.0),
    ("You owe", 56.0),
)
WIDTHS: Final = tuple(width for _, width in COLUMNS)


@dataclass(frozen=True, slots=True)
class Row:
    """One claim. `adjusted` is what makes the others come to what is owed; cents."""

    on: str
    patient: str
    number: str
    charge: int
    insurance_paid: int
    adjusted: int
    patient_paid: int
    owed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What stands on it. `ages` are what is owed since the first statement: under 31 days, 31 to 60, 61 to
    90, over 90."""

    number: str
    account: str
    practice: Practice
    guarantor: str
    address: Address
    on: date
    due_on: date
    rows: Sequence[Row]
    ages: tuple[int, int, int, int]

    @property
    def owed(self) -> int:
        return sum(row.owed for row in self.rows)


def printed(of: Statement) -> bytes:
    """The statement as PDF. Its bytes depend on nothing but what it says."""
    pdf = FPDF(unit="pt", format="letter")
    pdf.set_creation_date(datetime(of.on.year, of.on.month, of.on.day, tzinfo=UTC))
    pdf.set_producer("CleanClaim")
    pdf.set_margins(LEFT, 40, LEFT)
    pdf.set_auto_page_break(False)
    pdf.alias_nb_pages()
    pdf.add_page()
    _head(pdf, of)
    envelope.address(pdf, of.guarantor, of.address)
    pdf.set_xy(LEFT, 262)
    _columns(pdf)
    last = COUPON - 118
    for row in of.rows:
        if pdf.get_y() + ROW > last:
            pdf.set_font("Helvetica", "I", 9)
            pdf.cell(WIDTH, ROW, "Continued on the next page", align="R")
            _foot(pdf, of)
            pdf.add_page()
            pdf.set_xy(LEFT, 50)
            _columns(pdf)
            last = BOTTOM - 118
        _row(pdf, row)
    _sum(pdf, of)
    _words(pdf, of)
    _foot(pdf, of)
    pdf.page = 1
    _coupon(pdf, of)
    pdf.page = pdf.pages_count
    return bytes(pdf.output())


def _head(pdf: FPDF, of: Statement) -> None:
    pdf.set_xy(LEFT, 40)
    _text(pdf, of.practice.name, 15, 280, bold=True, leading=19)
    for line in (*lines_of(of.practice.address), f"Phone {phone(of.practice.contact_phone)}"):
        _text(pdf, line, 9, 280, leading=12)
    box = (
        ("Statement date", f"{of.on:%m/%d/%Y}"),
        ("Account", of.account),
        ("Statement", of.number),
        ("Please pay by", f"{of.due_on:%m/%d/%Y}"),
    )
    x, y, wide = LEFT + 322, 40.0, 190.0
    pdf.set_fill_color(238)
    pdf.rect(x, y, wide, 104, style="F")
    pdf.set_xy(x + 10, y + 8)
    pdf.set_font("Helvetica", "B", 12)
    pdf.cell(wide - 20, 16, "STATEMENT")
    for n, (label, value) in enumerate(box):
        pdf.set_xy(x + 10, y + 26 + 12.5 * n)
        pdf.set_font("Helvetica", size=9)
        pdf.cell(90, 12, label)
        pdf.cell(wide - 110, 12, latin(value), align="R")
    pdf.set_xy(x + 10, y + 80)
    pdf.set_font("Helvetica", "B", 12)
    pdf.cell(90, 16, "Amount due")
    pdf.cell(wide - 110, 16, dollars(of.owed), align="R")


def _columns(pdf: FPDF) -> None:
    pdf.set_font("Helvetica", "B", 8.5)
    pdf.set_fill_color(238)
    y = pdf.get_y()
    pdf.rect(LEFT, y, WIDTH, 26, style="F")
    x = LEFT
    for n, (title, wide) in enumerate(COLUMNS):
        lines = title.split("\n")
        for at, line in enumerate(lines):
            pdf.set_xy(x, y + (4 if len(lines) > 1 else 9) + 10 * at)
            pdf.cell(wide, 9, line, align="L" if n < 3 else "R")
        x += wide
    pdf.set_xy(LEFT, y + 30)


def _row(pdf: FPDF, row: Row) -> None:
    pdf.set_font("Helvetica", size=9)
    amounts = (row.charge, row.insurance_paid, row.adjusted, row.patient_paid, row.owed)
    cells = (
        day(row.on),
        _fitting(pdf, row.patient, WIDTHS[1] - 4),
        _fitting(pdf, row.number, WIDTHS[2] - 4),
    )
    for n, (cell, wide) in enumerate(zip((*cells, *(_amount(c) for c in amounts)), WIDTHS, strict=True)):
        pdf.cell(wide, ROW, latin(cell), align="L" if n < 3 else "R")
    pdf.set_draw_color(210)
    pdf.line(LEFT, pdf.get_y() + ROW, LEFT + WIDTH, pdf.get_y() + ROW)
    pdf.ln(ROW)


def _sum(pdf: FPDF, of: Statement) -> None:
    pdf.set_font("Helvetica", "B", 10)
    pdf.ln(3)
    pdf.cell(sum(WIDTHS[:-1]), ROW, "Amount due", align="R")
    pdf.cell(WIDTHS[-1], ROW, dollars(of.owed), align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    labels = ("Up to 30 days", "31 to 60 days", "61 to 90 days", "Over 90 days")
    pdf.ln(4)
    for label, cents in zip(labels, of.ages, strict=True):
        x, y = pdf.get_x(), pdf.get_y()
        pdf.set_font("Helvetica", size=8)
        pdf.set_text_color(90)
        pdf.cell(WIDTH / 4, 10, label)
        pdf.set_text_color(0)
        pdf.set_xy(x, y + 10)
        pdf.set_font("Helvetica", size=9)
        pdf.cell(WIDTH / 4, 12, dollars(cents))
        pdf.set_xy(x + WIDTH / 4, y)
    pdf.set_xy(LEFT, pdf.get_y() + 30)


def _words(pdf: FPDF, of: Statement) -> None:
    call = f"{of.practice.contact_name} at {phone(of.practice.contact_phone)}"
    pdf.set_font("Helvetica", size=9)
    for text in (
        f"Your insurance has decided on these services. {dollars(of.owed)} is yours to pay, by "
        f"{of.due_on:%m/%d/%Y}.",
        f"Is something wrong, or can't you pay all of it now? Please call {call} before that day. We can "
        "agree on a payment plan, and you can ask for financial assistance.",
    ):
        pdf.multi_cell(WIDTH, 12, latin(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        pdf.ln(2)


def _coupon(pdf: FPDF, of: Statement) -> None:
    pdf.set_draw_color(120)
    pdf.set_dash_pattern(dash=4, gap=3)
    pdf.line(LEFT, COUPON, LEFT + WIDTH, COUPON)
    pdf.set_dash_pattern()
    pdf.set_xy(LEFT, COUPON + 4)
    pdf.set_font("Helvetica", size=8)
    pdf.cell(WIDTH, 10, "Please detach and send this part with your payment", align="C")
    pdf.set_xy(LEFT, COUPON + 24)
    _text(pdf, of.guarantor, 10, 240, leading=13)
    _text(pdf, f"Make checks payable to {of.practice.name}", 9, 240, leading=13)
    _text(pdf, "Write the account on your check.", 9, 240, leading=13)
    _text(pdf, f"To pay by card, call {phone(of.practice.contact_phone)}.", 9, 240, leading=13)
    box = (
        ("Account", of.account),
        ("Statement", of.number),
        ("Please pay by", f"{of.due_on:%m/%d/%Y}"),
        ("Amount due", dollars(of.owed)),
        ("Amount enclosed", "$"),
    )
    pdf.set_draw_color(120)
    for n, (label, value) in enumerate(box):
        y = COUPON + 24 + 19 * n
        pdf.set_font("Helvetica", "B" if n == 3 else "", 9.5)
        pdf.set_xy(LEFT + 300, y)
        pdf.cell(100, 17, label)
        pdf.rect(LEFT + 400, y, 112, 17)
        pdf.set_xy(LEFT + 404, y)
        pdf.cell(104, 17, latin(value), align="L" if value == "$" else "R")
    pdf.set_xy(LEFT, COUPON + 112)
    for line in (of.practice.name, *lines_of(of.practice.pay_to or of.practice.address)):
        _text(pdf, line.upper(), 10, 280, leading=13)


def _foot(pdf: FPDF, of: Statement) -> None:
    pdf.set_xy(LEFT, HEIGHT - 30)
    pdf.set_font("Helvetica", size=8)
    pdf.set_text_color(100)
    pdf.cell(WIDTH / 2, 10, latin(f"{of.practice.name}, account {of.account}"))
    pdf.cell(WIDTH / 2, 10, f"Page {pdf.page_no()} of {{nb}}", align="R")
    pdf.set_text_color(0)


def _text(pdf: FPDF, text: str, size: float, wide: float, *, leading: float, bold: bool = False) -> None:
    x = pdf.get_x()
    pdf.set_font("Helvetica", "B" if bold else "", size)
    pdf.cell(wide, leading, latin(text))
    pdf.set_xy(x, pdf.get_y() + leading)


def _fitting(pdf: FPDF, text: str, wide: float) -> str:
    """As much of a text as a cell has room for."""
    found = latin(text)
    while found and pdf.get_string_width(found) > wide:
        found = found[:-1]
    return found


def _amount(cents: int) -> str:
    return f"-{-cents / 100:,.2f}" if cents < 0 else f"{cents / 100:,.2f}"
