"""A good-faith estimate as a patient gets it (45 CFR 149.610(c)): what is expected, by whom, for how much."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from config.dollars import dollars
from config.practice import Practice
from tasks.estimates.said import Item, Provider, Said
from tasks.letters import envelope
from tasks.letters.letter import latin
from tasks.letters.pages import Pages
from tasks.letters.words import day, lines_of, phone

LEFT, TOP, WIDTH = 50.0, 40.0, 512.0  # points, of a US letter page
COLUMNS: Final = ("Expected item or service", "Code", "Diagnosis", "Units", "Times", "Expected charge")
WIDTHS: Final = (196, 66, 84, 42, 40, 84)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What stands on it. `replaces`: the day of the version before, None the first one. `contact`: where to
    start a dispute."""

    number: int
    version: int
    said: Said
    practice: Practice
    on: date
    replaces: date | None
    contact: str


def printed(of: Estimate) -> bytes:
    """The estimate as PDF. Its bytes depend on nothing but what it says."""
    foot = f"{of.practice.name}: good faith estimate {of.number}, version {of.version}"
    pdf = Pages(foot, of.on, margin=LEFT, top=TOP)
    pdf.add_page()
    _head(pdf, of)
    pdf.set_xy(LEFT, 140)
    if of.said.address is not None:
        envelope.address(pdf, of.said.name, of.said.address)
        pdf.set_xy(LEFT, 222)
    _about(pdf, of)
    for one in of.said.providers:
        _provider(pdf, one, of.said.of(one.npi))
    _total(pdf, of.said)
    _separate(pdf, of)
    _heading(pdf, "What you should know")
    for text in _disclaimers(of):
        _text(pdf, text)
    return bytes(pdf.output())


def _head(pdf: FPDF, of: Estimate) -> None:
    practice = of.practice
    pdf.set_font("Helvetica", "B", 15)
    pdf.multi_cell(290, 18, latin(practice.name), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.set_font("Helvetica", size=9)
    for line in (*lines_of(practice.address), f"Phone {phone(practice.contact_phone)}"):
        pdf.cell(290, 12, latin(line), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    version = f" (version {of.version})" if of.version > 1 else ""
    box = (("Date", f"{of.on:%m/%d/%Y}"), ("Estimate", f"{of.number}{version}"))
    x, wide = LEFT + 312, 200.0
    pdf.set_fill_color(238)
    pdf.rect(x, TOP, wide, 80, style="F")
    pdf.set_xy(x + 10, TOP + 8)
    pdf.set_font("Helvetica", "B", 12)
    pdf.cell(wide - 20, 16, "GOOD FAITH ESTIMATE")
    for n, (label, value) in enumerate(box):
        pdf.set_xy(x + 10, TOP + 27 + 12.5 * n)
        pdf.set_font("Helvetica", size=9)
        pdf.cell(80, 12, label)
        pdf.cell(wide - 100, 12, value, align="R")
    pdf.set_xy(x + 10, TOP + 57)
    pdf.set_font("Helvetica", "B", 11)
    pdf.cell(110, 16, "Total expected")
    pdf.cell(wide - 130, 16, dollars(of.said.cents), align="R")


def _about(pdf: FPDF, of: Estimate) -> None:
    said = of.said
    first = said.items[0]
    when = day(said.service_on) or "not scheduled yet"
    if said.until_on:
        when += f" to {day(said.until_on)}"
    rows = (
        ("Patient", f"{said.name}, born {day(said.birth_on)}"),
        ("Record number", said.medical_record_number),
        ("Primary service", f"{first.words} ({first.procedure})"),
        ("Diagnosis", ", ".join(dict.fromkeys(code for one in said.items for code in one.diagnoses))),
        ("Date of service", when),
        ("Scheduled on", day(said.scheduled_on)),
        ("Asked for on", day(said.requested_on)),
        ("Replaces", f"the estimate of {of.replaces:%m/%d/%Y}" if of.replaces else ""),
    )
    for label, value in rows:
        if not value:
            continue
        pdf.set_font("Helvetica", size=9.5)
        pdf.set_text_color(90)
        pdf.cell(110, 13, label)
        pdf.set_text_color(0)
        pdf.multi_cell(WIDTH - 110, 13, latin(value), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(10)


def _provider(pdf: FPDF, of: Provider, items: Sequence[Item]) -> None:
    if pdf.will_page_break(90):
        pdf.add_page()  # a name never stands apart from its services
    pdf.set_font("Helvetica", "B", 10.5)
    pdf.cell(WIDTH, 14, latin(of.name), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.set_font("Helvetica", size=9)
    tax_id = f"{of.tax_id[:2]}-{of.tax_id[2:]}"
    facts = f"NPI {of.npi}    Tax id {tax_id}    {of.place}"
    pdf.multi_cell(WIDTH, 12, latin(facts), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(2)
    total = dollars(sum(one.total for one in items))
    last = ("Expected from this provider or facility", "", "", "", "", total)
    with pdf.table(
        width=int(WIDTH),
        col_widths=WIDTHS,
        line_height=13,
        text_align=("LEFT", "LEFT", "LEFT", "RIGHT", "RIGHT", "RIGHT"),
        borders_layout="HORIZONTAL_LINES",
        headings_style=FontFace(emphasis="BOLD", fill_color=238),
        cell_fill_mode="NONE",
    ) as table:
        for cells in (COLUMNS, *(_cells(one) for one in items), last):
            row = table.row(style=FontFace(emphasis="BOLD") if cells is last else None)
            for cell in cells:
                row.cell(latin(cell))
    pdf.ln(12)


def _cells(one: Item) -> tuple[str, ...]:
    code = "-".join((one.procedure, *one.modifiers))
    return (one.words, code, ", ".join(one.diagnoses), one.units, str(one.times), dollars(one.total))


def _total(pdf: FPDF, said: Said) -> None:
    pdf.set_fill_color(238)
    pdf.set_font("Helvetica", "B", 11)
    pdf.cell(WIDTH - 130, 20, "  Total expected charges", fill=True)
    pdf.cell(130, 20, f"{dollars(said.cents)}  ", align="R", fill=True, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(12)


def _separate(pdf: FPDF, of: Estimate) -> None:
    if not of.said.separate:
        return
    _heading(pdf, "Services that are to be scheduled separately")
    listed = "; ".join(
        f"{one.words} ({one.procedure})" if one.procedure else one.words for one in of.said.separate
    )
    call = f"{of.practice.contact_name} at {phone(of.practice.contact_phone)}"
    _text(
        pdf,
        f"Before or after this care we expect that you will also need: {listed}. These are not in this "
        f"estimate. You get an estimate of each when you schedule it, or when you ask for one: {call}.",
    )


def _disclaimers(of: Estimate) -> tuple[str, ...]:
    practice = of.practice
    call = f"{practice.contact_name} at {phone(practice.contact_phone)}"
    recurs = (
        f"It covers services from {day(of.said.service_on)} to {day(of.said.until_on)}. "
        if of.said.until_on
        else ""
    )
    return (
        "This is only an estimate. It has the items and services that we reasonably expect at the time it is "
        f"made. {recurs}What is done and what is charged may differ.",
        "As part of your care we may recommend other items or services. They are scheduled or requested "
        "separately and are not in this estimate.",
        "This estimate is not a contract. You need not get the items or services from any provider or "
        "facility that is named here.",
        "If a provider or facility named here bills you $400 or more above its total in this estimate, you "
        "have the right to dispute the bill in the patient-provider dispute resolution process. You must "
        "start it within 120 calendar days after you get the first bill. How to start it, and what it costs: "
        f"{of.contact}. Starting it does not affect the quality of the care that you get.",
        f"You may also call us first: {call}. Please keep a copy of this estimate; you may need it.",
    )


def _heading(pdf: FPDF, text: str) -> None:
    if pdf.will_page_break(60):
        pdf.add_page()
    pdf.set_font("Helvetica", "B", 10.5)
    pdf.cell(WIDTH, 15, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _text(pdf: FPDF, text: str) -> None:
    pdf.set_font("Helvetica", size=9.5)
    lines = int(pdf.get_string_width(latin(text)) / (0.95 * WIDTH)) + 1
    if pdf.will_page_break(12.5 * lines):
        pdf.add_page()  # a paragraph is read in one piece
    pdf.multi_cell(WIDTH, 12.5, latin(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(5)
