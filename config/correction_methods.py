"""How a claim that is out is corrected: the table, and what a payer's file says instead.

The table is `config/data/correction_methods.tsv`; its rows hold from a day until a day, both included.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, cast, get_args

from config.payer import CorrectionMethod, CorrectionState, Payer

FILE = Path(__file__).parent / "data" / "correction_methods.tsv"
COLUMNS = ("filing_code", "kind", "state", "method", "since", "until", "source")
TAKES_A_VOID: tuple[str, ...] = ("replacement",)
"""Where claims are replaced, frequency 8 is taken too."""


@dataclass(frozen=True, slots=True)
class CorrectionRule:
    """One row; `*` fits every filing code, kind or state."""

    filing_code: str
    kind: str
    state: str
    method: CorrectionMethod
    since: date | None
    until: date | None
    source: str

    def fits(self, filing_code: str, kind: str, state: str, on: date) -> bool:
        return (
            self.filing_code in ("*", filing_code)
            and self.kind in ("*", kind)
            and self.state in ("*", state)
            and (self.since is None or self.since <= on)
            and (self.until is None or on <= self.until)
        )


@cache
def load() -> tuple[CorrectionRule, ...]:
    """The rows in their order. Raises ValueError with the line where the table is damaged."""
    lines = [line for line in FILE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    if tuple(lines[0].split("\t")) != COLUMNS:
        raise ValueError(f"the columns are not {', '.join(COLUMNS)}")
    rows = []
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        if len(cells) != len(COLUMNS) or cells[3] not in get_args(CorrectionMethod):
            raise ValueError(f"row {number}: {line!r} is no rule")
        filing_code, kind, state, method_, since, until, source = cells
        rows.append(
            CorrectionRule(
                filing_code,
                kind,
                state,
                cast(CorrectionMethod, method_),
                date.fromisoformat(since) if since else None,
                date.fromisoformat(until) if until else None,
                source,
            )
        )
    return tuple(rows)


def method(payer: Payer, kind: Literal["P", "I", "D"], state: CorrectionState, on: date) -> CorrectionMethod:
    """How a payer wants a claim of this kind corrected that came to this state, on a day."""
    for own in payer.corrections:
        if own.fits(kind, state, on):
            return own.method
    return next(rule.method for rule in load() if rule.fits(payer.filing_code, kind, state, on))


def takes_void(payer: Payer, kind: Literal["P", "I", "D"], on: date) -> bool:
    """Whether it takes frequency 8 for a claim that it paid."""
    return method(payer, kind, "paid", on) in TAKES_A_VOID
