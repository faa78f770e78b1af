"""What a partner's file may bring into the ledger: the range and form of amounts, days, numbers and texts.

The tables hold 64-bit cents and index texts; what exceeds either would be refused by the database in
the middle of a transaction, every night again. So it is looked at here first, and a transaction set
that fails is quarantined with its reason, without quoting it.
"""

import re
from collections.abc import Collection
from datetime import date, timedelta

from ledger.errors import DoesNotBalance, KeyRefused, LedgerError, ValueRefused

LARGEST = 10**13  # cents: a thousand times what a guide allows, and a million of them fit 64 bits
LONGEST = 80  # characters: the longest identifier of X12
EARLIEST = date(1990, 1, 1)
AHEAD = timedelta(days=366)  # a payment or service is not dated later than a year from tonight

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")
_SHOWN = re.compile(r"[0-9]{1,9}|[0-9]{6}X[0-9A-Za-z]{1,6}|[0-9]{2}[0-9A-Z]|TA1|[PTI]")
_NUMBER = re.compile(r"[0-9]{1,9}")


def amount_fault(cents: int) -> str:
    """What is wrong with an amount in cents; "" nothing."""
    return "" if -LARGEST < cents < LARGEST else "the amount is larger than any payment"


def amounts_fit(amounts: Collection[int]) -> bool:
    """Whether no amount in cents has a fault."""
    return min(amounts, default=0) > -LARGEST and max(amounts, default=0) < LARGEST


def text_fault(text: str, longest: int = LONGEST) -> str:
    """What is wrong with an identifier, code or name; "" nothing."""
    if len(text) > longest:
        return f"it is longer than {longest} characters"
    return "it holds a control character" if _UNPRINTABLE.search(text) else ""


def texts_fit(texts: Collection[str]) -> bool:
    """Whether no text has a fault: one look at all of them. False may be wrong, where a letter is a rare one;
    then `text_fault` says which one it is."""
    return "".join(texts).isprintable() and max(map(len, texts), default=0) <= LONGEST


def day_fault(day: date, as_of: date) -> str:
    """What is wrong with the day of a payment or service; "" nothing."""
    return "" if day >= EARLIEST and day - as_of <= AHEAD else "there is no date, or one that cannot be"


def number_fault(text: str) -> str:
    """What is wrong with a control number, at most nine digits; "" nothing."""
    return "" if _NUMBER.fullmatch(text.strip()) else "it is no control number"


def kept(text: str) -> str:
    """A text from an envelope as it may be stored: short, and without what a terminal would obey."""
    return text.encode("unicode_escape").decode("ascii")[:40]


def shown(text: str) -> str:
    """A control number, version or code as it may stand in a message; "?" for what may be anything else.

    Of a damaged file any text can stand in their place, a patient's name among them.
    """
    return text.strip() if _SHOWN.fullmatch(text.strip()) else "?"


def of_content(error: Exception) -> bool:
    """Whether an error may come from what one file says, so that only this file is quarantined.

    The ledger's other errors, the disk's, memory's and the line's are the machinery's: they are
    raised and the work is done again.
    """
    if isinstance(error, LedgerError):
        return isinstance(error, ValueRefused | KeyRefused | DoesNotBalance)
    return not isinstance(error, (OSError, MemoryError)) and "sqlalchemy" not in type(error).__module__
