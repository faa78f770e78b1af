"""The files that the `edi` commands are given: paths, or `-` for standard input."""

import sys
from pathlib import Path
from typing import Annotated

import typer

import edi
from console.answer import WRONG_USE, CommandError
from edi.read.envelope_faults import NOT_X12

CLEAN = 0
FAULTY = 1
NO_X12 = 2

Source = Path | bytes

FilesArgument = Annotated[
    list[Path],
    typer.Argument(metavar="FILE...", help="Files to read; - is standard input.", show_default=False),
]
FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="File to read; - is standard input.", show_default=False)
]
AArgument = Annotated[
    Path, typer.Argument(metavar="A", help="One file; - is standard input.", show_default=False)
]
BArgument = Annotated[Path, typer.Argument(metavar="B", help="The other file.", show_default=False)]
PhiOption = Annotated[
    bool,
    typer.Option(
        "--show-phi", help="Show what identifies patients; without it names, ids and notes are masked."
    ),
]

SetsOption = Annotated[
    Path | None,
    typer.Option("--home", help="A home whose loaded code sets are asked too.", show_default=False),
]


def source_of(file: Path) -> Source:
    """A file, or all of standard input. Raises `CommandError` for one that cannot be read."""
    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        with file.open("rb"):
            return file
    except OSError as error:
        raise CommandError(
            "EDI-04",
            f"{file}: {(error.strerror or 'cannot be read').lower()}; name a file",
            exit_code=WRONG_USE,
        ) from None


def name_of(file: Path) -> str:
    return "standard input" if str(file) == "-" else str(file)


def no_x12(source: Source, findings: list[edi.Finding]) -> bool:
    """Whether nothing in the source could be read as X12: then there is one finding that says so."""
    return len(findings) == 1 and findings[0].code == NOT_X12.code and not edi.read_envelopes(source)


def exit_code(source: Source, findings: list[edi.Finding]) -> int:
    """0 clean, 1 with an error, 2 for what is no X12. Warnings and unchecked codes are clean."""
    if no_x12(source, findings):
        return NO_X12
    return FAULTY if any(f.severity == "error" for f in findings) else CLEAN
