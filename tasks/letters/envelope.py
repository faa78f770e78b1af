"""Whom a letter goes to, where the window of its envelope shows it."""

from typing import Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from intake.parties import Address
from tasks.letters.letter import latin

WINDOW: Final = (63.0, 160.0)
"""Points from the left and the top: where the window of a #10 envelope begins to show the page."""


def address(pdf: FPDF, name: str, of: Address) -> None:
    """Writes a person's name and address into the window."""
    pdf.set_xy(*WINDOW)
    pdf.set_font("Helvetica", size=11)
    for line in (name, *lines_of(of)):
        pdf.set_x(WINDOW[0])
        pdf.cell(300, 14, latin(line), new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def lines_of(of: Address) -> list[str]:
    """A person's address in lines, in the letters of an envelope."""
    zip_code = f"{of.zip[:5]}-{of.zip[5:]}" if len(of.zip) == 9 and of.zip.isdecimal() else of.zip
    return [line.upper() for line in (of.line1, of.line2, f"{of.city} {of.state} {zip_code}") if line]
