"""The pages that a report is printed on: landscape letter."""

from datetime import UTC, date, datetime
from typing import Final

from fpdf import FPDF

from tasks.letters.letter import latin

MARGIN, WIDTH, FOOT = 36.0, 720.0, 40.0  # points
TALL: Final = 612.0


class Pages(FPDF):
    """Pages with a title and a state above and the page's number below; their bytes depend on nothing but
    what is printed on them. `strong`: the state must not be missed."""

    def __init__(self, title: str, state: str, day: date, *, strong: bool = False) -> None:
        super().__init__(unit="pt", format="letter", orientation="landscape")
        self._title, self._state, self._strong = latin(title), latin(state), strong
        self.alias_nb_pages()
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(False)
        self.set_creation_date(datetime(day.year, day.month, day.day, tzinfo=UTC))
        self.set_producer("CleanClaim")
        self.set_title(self._title)

    def header(self) -> None:
        self.set_font("Helvetica", "B", 10)
        self.set_xy(MARGIN, 22)
        self.cell(WIDTH / 2, 12, self._title)
        self.set_font("Helvetica", "B" if self._strong else "", 9)
        self.cell(WIDTH / 2, 12, self._state, align="R")
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
