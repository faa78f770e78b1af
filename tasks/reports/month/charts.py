"""Bars with their amounts written on them, drawn in black, white and hatching: colour is never needed."""

from collections.abc import Sequence
from dataclasses import dataclass

from fpdf import FPDF

from tasks.letters.letter import latin
from tasks.reports.values import in_millions, short

DARK, LIGHT, RULE = 70, 225, 150  # greys
LARGEST, SMALLEST = 7.5, 5.5
"""Points of a label; below the smallest one an amount is written in millions instead."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from one amount to another, in cents. `label` stands below it; `light`: not filled dark."""

    label: str
    from_cents: int
    to_cents: int
    light: bool = False

    @property
    def cents(self) -> int:
        return self.to_cents - self.from_cents


def bars(
    pdf: FPDF, x: float, y: float, width: float, height: float, title: str, drawn: Sequence[Bar]
) -> None:
    """A chart with its title above it; nothing but the title where every amount is 0."""
    pdf.set_font("Helvetica", "B", 9)
    pdf.set_xy(x, y)
    pdf.cell(width, 12, latin(title))
    edges = [0, *(b.from_cents for b in drawn), *(b.to_cents for b in drawn)]
    low, high = min(edges), max(edges)
    if low == high:
        pdf.set_font("Helvetica", size=8)
        pdf.set_xy(x, y + 16)
        pdf.cell(width, 12, "Nothing to show.")
        return
    top, bottom = y + 26, y + height - 26
    scale = (bottom - top) / (high - low)

    def at(cents: int) -> float:
        return bottom - (cents - low) * scale

    each = width / len(drawn)
    pdf.set_draw_color(RULE)
    pdf.line(x, at(0), x + width, at(0))
    for n, bar in enumerate(drawn):
        _bar(pdf, x + n * each, each, at(bar.from_cents), at(bar.to_cents), bar)
        _fit(pdf, each - 2 * pdf.c_margin, max(bar.label.split(), key=len))
        pdf.set_xy(x + n * each, y + height - 24)
        pdf.multi_cell(each, 8.5, latin(bar.label), align="C")
    pdf.set_draw_color(0)


def _bar(pdf: FPDF, x: float, each: float, start: float, end: float, bar: Bar) -> None:
    top, tall = min(start, end), abs(end - start)
    wide = min(each * 0.62, 46)
    left = x + (each - wide) / 2
    pdf.set_draw_color(DARK)
    pdf.set_fill_color(LIGHT if bar.light else DARK)
    if tall > 0.2:
        pdf.rect(left, top, wide, tall, style="DF")
    text = short(bar.cents)
    if _fit(pdf, each, text) < SMALLEST:
        text = in_millions(bar.cents)
        _fit(pdf, each, text)
    pdf.set_xy(x, top - 10)
    pdf.cell(each, 9, text, align="C")


def _fit(pdf: FPDF, each: float, text: str) -> float:
    """Sets the size in which a text stands in the room of a bar, and gives it."""
    pdf.set_font("Helvetica", size=LARGEST)
    size = min(LARGEST, LARGEST * (each - 1) / max(pdf.get_string_width(latin(text)), 1.0))
    pdf.set_font("Helvetica", size=size)
    return size
