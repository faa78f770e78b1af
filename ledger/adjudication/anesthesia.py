"""Anesthesia: base units and units of time at dollars a unit, and what a modifier leaves of them. Pure.

The units of a procedure stand in rows of their own (`base_units`); a row with a modifier adds units (P3).
Time comes from the minutes of the line, which `time` turns into units: so many minutes each, and how a part
of a unit counts.

| `time` | 22 minutes are |
|---|---|
| `15` | 1.5 units: to a tenth, as Medicare counts |
| `15 up` | 2: each one that is begun |
| `15 down` | 1: each one that is full |
| `15 half` | 1: from a half of one on (8 minutes of 15) |
"""

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Final

MINUTES: Final = "MJ"
"""SV103 of a line whose units are minutes."""
PER_UNIT: Final = "15"
"""What holds where a contract does not say it."""
SHARES: Final = {
    "AA": Decimal(100),
    "QZ": Decimal(100),
    "QK": Decimal(50),
    "QX": Decimal(50),
    "QY": Decimal(50),
}
"""The percentage that is paid to whom: alone (AA, QZ), and each of the two where one directs the other
(42 CFR 414.46, 414.60). A contract's own row for the modifier goes before. AD has none: it is paid by
other units."""
SUPERVISED: Final = "AD"
"""Who directs more than four at once: paid by units of its own, whatever the procedure and the time."""
SUPERVISED_UNITS: Final = Decimal(3)
"""Those units (42 CFR 414.46(f)). One more is paid to who was there at the induction, which no claim says: a
contract's row of base units for the modifier names another number."""

_STEPS: Final = {
    "": (Decimal("0.1"), ROUND_HALF_UP),
    "up": (Decimal(1), ROUND_CEILING),
    "down": (Decimal(1), ROUND_DOWN),
    "half": (Decimal(1), ROUND_HALF_UP),
}


def is_time_rule(text: str) -> bool:
    """Whether a text says how minutes become units."""
    minutes, _, step = text.partition(" ")
    return minutes.isascii() and minutes.isdigit() and 1 <= int(minutes) <= 60 and step in _STEPS


def time_units(minutes: Decimal, rule: str) -> Decimal:
    """The units of time of so many minutes; `rule` as in `is_time_rule`, "" is a fourth of an hour."""
    each, _, step = (rule or PER_UNIT).partition(" ")
    to, how = _STEPS[step]
    return (minutes / Decimal(each)).quantize(to, rounding=how)


def share(modifiers: Sequence[str]) -> tuple[str, Decimal]:
    """The modifier that says who did it, with its percentage; "" and all of it where none does."""
    found = next((one for one in modifiers if one in SHARES), "")
    return found, SHARES.get(found, Decimal(100))
