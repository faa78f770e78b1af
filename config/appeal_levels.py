"""The levels of an appeal, by program: `config/data/appeal_levels.tsv`."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from config.payer import Payer

MEDICAID_CODE = "MC"


@dataclass(frozen=True, slots=True)
class Level:
    """One level. Days to file from the decision that is appealed, days to answer from the filing (0: none
    is set)."""

    program: str
    number: int
    name: str
    days_to_file: int
    days_to_answer: int


@cache
def load() -> tuple[Level, ...]:
    """Every level, of each program in order."""
    text = (files("config") / "data" / "appeal_levels.tsv").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return tuple(
        Level(
            row["program"],
            int(row["level"]),
            row["name"],
            int(row["days_to_file"]),
            int(row["days_to_answer"]),
        )
        for row in csv.DictReader(lines, delimiter="\t")
    )


def levels_of(payer: Payer | None) -> tuple[Level, ...]:
    """The levels that a payer's claims go through, the first one first."""
    program = "commercial"
    if payer is not None and payer.medicare:
        program = "medicare"
    elif payer is not None and payer.filing_code == MEDICAID_CODE:
        program = "medicaid"
    return tuple(level for level in load() if level.program == program)
