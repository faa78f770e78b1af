"""The data types of X12 elements: what a value looks like, and how it becomes a Python value.

A type has a pattern (for the fast path: one regular expression a segment), a reader and a
writer. A value that cannot be read never raises: it is given as the type's zero (0, "" or None)
and `edi.check` reports it. Amounts are integer cents. Lengths are those of the X12 005010 data
dictionary; a monetary amount has at most ten digits with its cents (HIPAA guides, appendix B).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

# Patterns are written for the usual delimiters; other files are translated to them first.
PRINTABLE: Final = r"[ -)+-9;-\]_-~]"  # printable ASCII without * : ^
END: Final = r"(?=[*:^]|\Z)"

_LONG = r"(?:0[13578]|1[02])(?:0[1-9]|[12]\d|3[01])"
_SHORT = r"(?:0[469]|11)(?:0[1-9]|[12]\d|30)"
_FEBRUARY = r"02(?:0[1-9]|1\d|2[0-8])"
_LEAP = r"(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[2468][048]|[13579][26])00)0229"
DATE8: Final = rf"(?:(?!0000)\d{{4}}(?:{_LONG}|{_SHORT}|{_FEBRUARY})|{_LEAP})"
DATE6: Final = rf"(?:\d\d(?:{_LONG}|{_SHORT}|02(?:0[1-9]|[12]\d)))"
TIME: Final = r"(?:[01]\d|2[0-3])[0-5]\d"
# The formats of a date time period (element 1251) by their qualifier (element 1250).
PERIODS: Final = {
    "D8": DATE8,
    "RD8": f"{DATE8}-{DATE8}",
    "DT": f"{DATE8}{TIME}",
    "RDT": f"{DATE8}{TIME}-{DATE8}{TIME}",
    "TM": f"{TIME}(?:[0-5]\\d)?",
    "D6": DATE6,
}

LONGEST_AMOUNT: Final = 40  # twice what a guide allows; thousands of digits would cost more than the file
_DATE8 = re.compile(DATE8)
_AMOUNT = re.compile(r"(-?)(\d*)(?:\.(\d{0,2})0*)?")


def to_cents(text: str) -> int | None:
    """Cents of a monetary amount on the wire ("430.5" is 43050); None when it is none or longer than any."""
    if len(text) > LONGEST_AMOUNT:
        return None
    whole, _, part = text.partition(".")
    if len(part) < 3 and (digits := whole + part).isdigit() and digits.isascii():
        return int(digits) * (1, 10, 100)[2 - len(part)]
    match = _AMOUNT.fullmatch(text)
    if not match or not (match[2] or match[3]) or not text.isascii():
        return None
    cents = int(match[2] or "0") * 100 + int(((match[3] or "") + "00")[:2])
    return -cents if match[1] else cents


def to_date(text: str) -> date | None:
    """The date of CCYYMMDD; None when it is none."""
    if len(text) != 8 or not _DATE8.fullmatch(text) or not text.isascii():
        return None
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


class Memory(dict[Any, Any]):
    """What was converted before, bounded, so that a hot path pays one look-up a value."""

    __slots__ = ("convert",)

    def __init__(self, convert: Callable[[Any], Any]) -> None:
        super().__init__()
        self.convert = convert

    def __missing__(self, key: Any) -> Any:
        value = self.convert(key)
        if len(self) > 20_000:
            self.clear()
        self[key] = value
        return value


CENTS: Final[dict[str, int | None]] = Memory(to_cents)
DATES: Final[dict[str, date | None]] = Memory(to_date)


def number(text: str) -> int:
    """A count on the wire; -1 where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1


def isa_date(text: str) -> date | None:
    """YYMMDD of this century; None where it is none."""
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:6])) if len(text) == 6 else None
    except ValueError:
        return None


def from_cents(cents: int) -> str:
    """The shortest wire form: no decimals where they are zero, none that trail."""
    if cents < 0:
        return "-" + from_cents(-cents)
    whole, part = divmod(cents, 100)
    if not part:
        return str(whole)
    return f"{whole}.{part // 10}" if part % 10 == 0 else f"{whole}.{part:02d}"


def from_date(day: date) -> str:
    """CCYYMMDD."""
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"


CENTS_TEXTS: Final[dict[int, str]] = Memory(from_cents)
DATE_TEXTS: Final[dict[date, str]] = Memory(from_date)


@dataclass(frozen=True, slots=True)
class Type:
    """One element type: its X12 letter, lengths, pattern, and the Python type it reads to."""

    name: str
    minimum: int
    maximum: int
    pattern: str
    python: str = "str"  # str, cents, date

    @property
    def label(self) -> str:
        """As a page of the guide shows it: "AN 1-60"."""
        size = str(self.minimum) if self.minimum == self.maximum else f"{self.minimum}-{self.maximum}"
        return f"{self.name} {size}"


def AN(minimum: int, maximum: int) -> Type:  # noqa: N802 - the standard's name
    """A string: printable characters, not blank."""
    return Type("AN", minimum, maximum, f"(?! *{END}){PRINTABLE}{{{minimum},{maximum}}}")


def ID(minimum: int, maximum: int) -> Type:  # noqa: N802
    """A code."""
    return Type("ID", minimum, maximum, f"(?! *{END}){PRINTABLE}{{{minimum},{maximum}}}")


def N0(minimum: int, maximum: int) -> Type:  # noqa: N802
    """A whole number; the sign does not count."""
    return Type("N0", minimum, maximum, rf"-?\d{{{minimum},{maximum}}}")


def N2(minimum: int, maximum: int) -> Type:  # noqa: N802
    """A number with two implied decimals."""
    return Type("N2", minimum, maximum, rf"-?\d{{{minimum},{maximum}}}")


def R(minimum: int, maximum: int) -> Type:  # noqa: N802
    """A decimal number; neither sign nor point count."""
    decimal = rf"(?=[\d.]{{2,{maximum + 1}}}{END})\d*\.\d+"
    return Type("R", minimum, maximum, rf"-?(?:\d{{{minimum},{maximum}}}{END}|{decimal})")


AMOUNT: Final = Type("R", 1, 18, r"-?(?:\d{1,8}(?:\.\d{0,2})?|\.\d{1,2})", "cents")
DT: Final = Type("DT", 8, 8, DATE8, "date")
DT6: Final = Type("DT", 6, 6, DATE6)
TM: Final = Type("TM", 4, 8, rf"{TIME}(?:[0-5]\d(?:\d{{1,2}})?)?")
# A date, time or range whose format the element before it names.
PERIOD: Final = Type("AN", 1, 35, f"{PRINTABLE}{{1,35}}")
