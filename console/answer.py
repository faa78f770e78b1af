"""How a command answers: tables for a person, one JSON object for a program, an exit code for both.

Exit codes: 0 all done, 3 done and work waits for a person, 1 failed, 2 wrong use or configuration.
"""

import dataclasses
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

ALL_DONE = 0
FAILED = 1
WRONG_USE = 2
DONE_WITH_HOLDS = 3

WIDE = 140  # columns where nobody's terminal says: a pipe, a log of CI

console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
"""What a person reads, on standard output."""

complaints = Console(stderr=True, highlight=False)
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


def dollars(cents: int | None) -> str:
    """Cents as dollars, for people."""
    if cents is None:
        return ""
    sign = "-" if cents < 0 else ""
    return f"{sign}${abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def share(part: int, whole: int, width: int = 24) -> str:
    """A part of a whole as a bar with its per cent; "" where there is no whole."""
    if whole <= 0:
        return ""
    filled = max(0, min(width, round(width * part / whole)))
    return f"{'█' * filled:{width}} {100 * part / whole:3.0f} %"


def table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Iterable[str] = ()
) -> None:
    """A table on standard output; `right` names the columns of amounts and counts."""
    found = [[visible(str("" if cell is None else cell)) for cell in row] for row in rows]
    made = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for column in columns:
        made.add_column(
            column, justify="right" if column in right else "left", overflow="fold", no_wrap=column in right
        )
    for row in found:
        made.add_row(*row)
    console.print(made if found else f"[bold]{title}[/bold]: none")


def visible(text: str) -> str:
    """Without control characters and Rich markup: content from files cannot steer a terminal."""
    plain = "".join(c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" for c in text)
    return plain.replace("[", "\\[")


def leave(exit_code: int) -> NoReturn:
    raise typer.Exit(exit_code)
