"""What a printed page says and where, read back from the PDF by a program that did not write it."""

from dataclasses import dataclass

import pypdfium2
from pypdfium2 import raw

from tasks.paper.grid import COLUMN, LEFT, LINE, TOP

HEIGHT = 792.0
SMALL = 6.0  # points; field numbers and the form's title are smaller


@dataclass(frozen=True)
class Run:
    """A run of characters without a gap: its line and first column, and its edges in points."""

    line: int
    column: int
    text: str
    left: float
    right: float


def pages(data: bytes) -> list[list[Run]]:
    """The values of each page, from top to bottom and left to right."""
    pdf = pypdfium2.PdfDocument(data)
    return [_runs(pdf[n]) for n in range(len(pdf))]


def golden(data: bytes) -> str:
    """Every value with its page, line and column, a line each: what golden files hold."""
    return "".join(
        f"{n} {run.line:>2}:{run.column:<2} {run.text}\n"
        for n, page in enumerate(pages(data), start=1)
        for run in page
    )


def _runs(page: pypdfium2.PdfPage) -> list[Run]:
    text = page.get_textpage()
    found: list[tuple[int, float, float, str]] = []
    for at in range(text.count_chars()):
        character = text.get_text_range(at, 1)
        if raw.FPDFText_GetFontSize(text, at) < SMALL or not character.strip():
            continue
        left, bottom, right, _ = text.get_charbox(at, loose=True)
        found.append((round((HEIGHT - bottom - TOP) / LINE), left, right, character))
    runs: list[Run] = []
    for line, left, right, character in sorted(found):
        last = runs[-1] if runs else None
        if last is not None and last.line == line and left - last.right < COLUMN / 2:
            runs[-1] = Run(line, last.column, last.text + character, last.left, right)
        else:
            runs.append(Run(line, round((left - LEFT) / COLUMN) + 1, character, left, right))
    return runs
