"""Measures and causes in words, the same on the command line and on the console's pages."""

from typing import Final

from coding.denied_lines import in_words
from config.counted import counted
from config.dollars import dollars
from ledger.queries.measures.lines import DENIED
from tasks.measures.causes import Cause
from tasks.measures.formulas import Counts, Unit

_NOUNS: Final = {
    "claims": ("claim", "claims"),
    "touches": ("touch", "touches"),
    "deadlines": ("deadline", "deadlines"),
}


def percent(share: float | None) -> str:
    """A share of 1 as per cent; "" where there is nothing to divide by."""
    return "" if share is None else f"{100 * share:.1f} %"


def value_of(value: float | None, unit: Unit) -> str:
    """A measure's value; "" where there is nothing to divide by."""
    if value is None or unit == "rate":
        return percent(value)
    return f"{value:.1f} days" if unit == "days" else f"{value:.2f}"


def amount(number: int, counts: Counts) -> str:
    """What stands above or below the line: dollars, or 1 claim, 2 touches."""
    return dollars(number) if counts == "cents" else counted(number, *_NOUNS[counts])


def named(one: Cause) -> str:
    """A cause's code and facts in a line."""
    code = one.label if one.kind == DENIED else f"rejected {one.label}"
    return f"{code}, {in_words(one.facts)}"
