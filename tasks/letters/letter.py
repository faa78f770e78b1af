"""A letter as an office writes it: head, addressee, subject, paragraphs, a table, signature, enclosures.

What it says is here; how it is drawn is in `pages`.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What stands in a letter. `about` are label and value; `rows` a table under `columns`, amounts last."""

    sender: Sequence[str]
    addressee: Sequence[str]
    on: date
    subject: str
    about: Sequence[tuple[str, str]]
    paragraphs: Sequence[str]
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    widths: Sequence[int] = ()  # of the columns, in points; none: all alike
    enclosures: Sequence[str] = ()
    signed_by: Sequence[str] = ()
    reference: str = ""


def latin(text: str) -> str:
    """As the standard fonts can print it: what they lack without its accent, else a question mark."""
    text = "".join(c for c in text if c == "\n" or unicodedata.category(c) != "Cc")
    plain = "".join(c if _fits(c) else unicodedata.normalize("NFKD", c) for c in text)
    return (
        "".join(c for c in plain if not unicodedata.combining(c))
        .encode("latin-1", "replace")
        .decode("latin-1")
    )


def _fits(character: str) -> bool:
    return ord(character) < 256
