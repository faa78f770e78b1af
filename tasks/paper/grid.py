"""Values at the lines and columns of a standard form, on plain paper.

The forms are printed at ten characters an inch and six lines an inch; a place is a line from 1 to 66 and a
column from 1. What is drawn beside the values is our own: a box for each place and the form's field number
in small print. The artwork of the NUCC, the NUBC and the ADA is theirs and not here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

COLUMN, LINE = 7.2, 12.0  # points
LEFT, TOP = 9.0, 6.0
SIZE = 10.0  # of the values; their width is stretched to the column
_LABEL = 4.5
_NATURAL = 0.6 * SIZE  # a Courier character
_LEAST = 0.6  # a value that must be narrower than this part of its column goes to the next sheet


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field is printed. `right`: amounts end at its last column."""

    line: int
    column: int
    width: int
    label: str = ""
    right: bool = False


@dataclass(slots=True)
class Sheet:
    """One form: its title, its places, and what stands at each."""

    title: str
    places: Mapping[str, Place]
    values: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, value: str) -> None:
        """A value at its place; an empty one leaves it blank."""
        if value:
            self.values[name] = value

    @property
    def too_long(self) -> list[tuple[str, str]]:
        """Label and value of what does not fit its place."""
        return [
            (self.places[name].label or name, value)
            for name, value in self.values.items()
            if len(value) * _LEAST > self.places[name].width
        ]


def row(
    prefix: str, line: int, columns: Mapping[str, tuple[int, int]], *, right: Iterable[str] = ()
) -> dict[str, Place]:
    """The places of one row of a table, by `prefix` and the column's name."""
    return {
        f"{prefix}{name}": Place(line, at, width, right=name in right)
        for name, (at, width) in columns.items()
    }


class Paper:
    """A PDF of sheets and pages of text. Its bytes depend on nothing but what is printed."""

    def __init__(self, on: date) -> None:
        from fpdf import FPDF  # a third of a second, which only a run that prints has to spend

        self._pdf = FPDF(unit="pt", format="letter")
        self._pdf.set_auto_page_break(False)
        self._pdf.set_creation_date(_midnight(on))
        self._pdf.set_producer("CleanClaim")

    def sheet(self, sheet: Sheet) -> None:
        """One page with the boxes and values of a form."""
        pdf = self._pdf
        pdf.add_page()
        self._small(LEFT, 789, sheet.title)
        for name, place in sheet.places.items():
            x, top = LEFT + (place.column - 1) * COLUMN, TOP + (place.line - 1) * LINE
            pdf.set_draw_color(190)
            pdf.set_line_width(0.3)
            pdf.rect(x - 1, top + 1, place.width * COLUMN + 1, LINE - 1)
            if place.label:
                self._small(x, top, place.label)
            value = sheet.values.get(name, "")
            if value:
                self._value(place, _fitted(value, place.width))

    def text(self, title: str, lines: Sequence[str]) -> None:
        """Pages of plain lines under a title."""
        for start in range(0, max(len(lines), 1), 60):
            self._pdf.add_page()
            self._value(Place(3, 2, 78), title[:78])
            for n, line in enumerate(lines[start : start + 60]):
                self._value(Place(5 + n, 2, 78), line[:78])

    def _value(self, place: Place, text: str) -> None:
        if not text:
            return
        pdf = self._pdf
        pdf.set_font("Courier", size=SIZE)
        pdf.set_text_color(0)
        width = min(COLUMN, place.width * COLUMN / len(text))
        pdf.set_stretching(100 * min(1.0, width / _NATURAL))
        pdf.set_char_spacing(max(0.0, width - _NATURAL))
        x = LEFT + (place.column - 1) * COLUMN
        if place.right:
            x += place.width * COLUMN - len(text) * width
        pdf.text(x, TOP + place.line * LINE - 3, text)

    def _small(self, x: float, y: float, text: str) -> None:
        pdf = self._pdf
        pdf.set_font("Helvetica", size=_LABEL)
        pdf.set_stretching(100)
        pdf.set_char_spacing(0)
        pdf.set_text_color(120)
        pdf.text(x, y, text)

    def data(self) -> bytes:
        return bytes(self._pdf.output())


def _fitted(value: str, width: int) -> str:
    """The whole value, narrower where it must be; what does not fit even so is on the sheet after it."""
    most = int(width / _LEAST)
    return value if len(value) <= most else value[: most - 1] + "+"


def _midnight(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, tzinfo=UTC)
