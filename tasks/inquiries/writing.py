"""What one kind of inquiry adds to the writing of files."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from edi.records import Envelope
from ledger.sending.inquiries import Inquiry
from tasks.home.home import Home


@dataclass(slots=True)
class Made:
    """What is asked, by the id of its inquiry, and why the others are not."""

    records: dict[int, Any] = field(default_factory=dict)
    dropped: dict[int, str] = field(default_factory=dict)


class Writer(Protocol):
    """A kind of inquiry: what it asks, and how a file of it is written."""

    def make(self, home: Home, as_of: date, asked: Sequence[Inquiry]) -> Made:
        """Reads what these inquiries are about, as it is now. Writes nothing."""

    def write(self, asked: Sequence[tuple[str, Any]], head: Envelope) -> bytes:
        """One interchange of these records, each under its trace (TRN02). Raises EdiError."""
