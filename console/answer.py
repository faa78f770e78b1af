"""How a command answers: tables for a person, one JSON object for a program, an exit code for both.

Exit codes: 0 all done, 3 done and work waits for a person, 1 failed, 2 wrong use or configuration.
"""

import dataclasses
import json
import os
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from textwrap import wrap
from typing import Any, Literal, NoReturn

import typer
from rich.cells import cell_len
from rich.console import Console, ConsoleDimensions
from rich.table import Table

ALL_DONE = 0
FAILED = 1
WRONG_USE = 2
DONE_WITH_HOLDS = 3

WIDE = 120
"""Columns where nobody says how wide it is: a pipe, a log of CI. COLUMNS says it, on a terminal too."""

GAP = 2
"""Blanks between two columns."""

READABLE = 26
"""A column of sentences narrower than this is hard to read: then rows are shown as blocks instead."""


class _Out(Console):
    """As wide as the terminal or COLUMNS says at the time of printing, else `WIDE`."""

    @property
    def size(self) -> ConsoleDimensions:
        asked = os.environ.get("COLUMNS", "")
        if asked.isdigit() and int(asked):
            return ConsoleDimensions(int(asked), 25)
        return super().size if self.is_terminal else ConsoleDimensions(WIDE, 25)

    @size.setter
    def size(self, new: tuple[int, int]) -> None:
        raise AttributeError("the terminal says it")


console = _Out(highlight=False, soft_wrap=False)
"""What a person reads, on standard output. Colour is never alone, and there is none in a pipe."""

complaints = _Out(stderr=True, highlight=False)
"""What went wrong, on standard error."""


class CommandError(Exception):
    """A command cannot do what was asked. Says what and the remedy; `code` is stable."""

    def __init__(self, code: str, message: str, *, exit_code: int = FAILED) -> None:
        self.code, self.exit_code = code, exit_code
        super().__init__(message)


def print_json(found: Any) -> None:
    """One object on standard output, nothing else."""
    typer.echo(json.dumps(found, default=_plain, ensure_ascii=False, indent=2))


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def share(part: int, whole: int, width: int = 24) -> str:
    """A part of a whole as a bar with its per cent; "" where there is no whole."""
    if whole <= 0:
        return ""
    filled = max(0, min(width, round(width * part / whole)))
    return f"{'█' * filled:{width}} {round(100 * part / whole):3d} %"


def table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Iterable[str] = ()
) -> None:
    """A table on standard output; `right` names the columns of amounts and counts.

    Nothing in it is cut. Where its words do not fit beside each other, each row is a block of lines.
    """
    found = [[visible(str("" if cell is None else cell)) for cell in row] for row in rows]
    if not found:
        console.print(f"[bold]{title}[/bold]: none")
        return
    kept = [n for n, column in enumerate(columns) if any(row[n] for row in found) or not column]
    columns, found = [columns[n] for n in kept], [[row[n] for n in kept] for row in found]
    least = [_least(column, [row[n] for row in found]) for n, column in enumerate(columns)]
    if sum(least) + GAP * len(least) > console.width:  # Rich reckons with a gap after the last column too
        _blocks(title, columns, found)
        return
    console.print(f"[bold]{title}[/bold]")
    made = Table(
        header_style="bold", box=None, padding=(0, GAP, 0, 0), pad_edge=False, show_header=any(columns)
    )
    for column, width in zip(columns, least, strict=True):
        side: Literal["left", "right"] = "right" if column in right else "left"
        made.add_column(column, justify=side, overflow="fold", min_width=width)
    if any(columns):
        made.add_row(*("-" * cell_len(column) for column in columns))
    for row in found:
        made.add_row(*row)
    console.print(made)


def _least(column: str, cells: Sequence[str]) -> int:
    text = [column, *cells]
    word = max(cell_len(w) for t in text for w in (t.split() or [""]))
    whole = max(cell_len(line) for t in text for line in (t.splitlines() or [""]))
    return max(word, min(whole, READABLE))


def _blocks(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Each row as lines of "column  content", wrapped between words under each other."""
    console.print(f"[bold]{title}[/bold]")
    label = max(cell_len(column) for column in columns)
    for row in rows:
        console.print()
        for column, cell in zip(columns, row, strict=True):
            name = column
            for line in cell.splitlines():
                for part in wrap(line, max(console.width - label - 4, 20), break_on_hyphens=False):
                    console.print(f"  {name:{label}}  {part}", soft_wrap=True)
                    name = ""
    console.print()


def visible(text: str) -> str:
    """Without control characters and Rich markup: content from files cannot steer a terminal."""
    plain = "".join(c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" for c in text)
    return plain.replace("[", "\\[")


def leave(exit_code: int) -> NoReturn:
    raise typer.Exit(exit_code)
