"""The pages that a package is printed on: landscape letter, the month above, the page's number below."""

from datetime import date
from typing import Final

from fpdf import FPDF

from tasks.letters.sheet import latin
from tasks.reports.month.package import Package

MARGIN, WIDTH, FOOT = 36.0, 720.0, 40.0  # points
TALL: Final = 612.0


def spelled(month: str) -> str:
    """A month in words, as November 2026."""
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"


class Pages(FPDF):
    """Pages with the month above and the page's number below; a draft says so on each."""

    def __init__(self, package: Package) -> None:
        super().__init__(unit="pt", format="letter", orientation="landscape")
        self._package = package
        self.alias_nb_pages()
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(False)

    def header(self) -> None:
        package = self._package
        self.set_font("Helvetica", "B", 10)
        self.set_xy(MARGIN, 22)
        self.cell(WIDTH / 2, 12, latin(f"Month package, {spelled(package.facts.month)}"))
        self.set_font("Helvetica", "B" if package.draft else "", 9)
        state = (
            f"DRAFT of {package.made_on}: the month is open"
            if package.draft
            else f"Closed on {package.made_on} by {package.closed_by}"
        )
        self.cell(WIDTH / 2, 12, latin(state), align="R")
        self.set_draw_color(120)
        self.line(MARGIN, 37, MARGIN + WIDTH, 37)
        self.set_draw_color(0)
        self.set_y(46)

    def footer(self) -> None:
        self.set_y(TALL - 28)
        self.set_font("Helvetica", size=8)
        self.set_text_color(90)
        self.cell(WIDTH / 2, 10, "US dollars. Parentheses: below zero.")
        self.cell(WIDTH / 2, 10, f"Page {self.page_no()} of {{nb}}", align="R")
        self.set_text_color(0)

    @property
    def room(self) -> float:
        """What is left of this page, in points."""
        return float(TALL - FOOT - self.get_y())
