"""What the levels of 270, 271, 276 and 277 have in common: their beginning, their numbers and their dates."""

from datetime import date

from edi.records.claim import Envelope
from edi.records.party import Party
from edi.write.interchange import Output, day
from edi.write.segments import Lines


class InquiryLevels:
    """Writes BHT, HL and DTP of a transaction set whose levels follow payer and provider."""

    def __init__(self, out: Output, lines: Lines, envelope: Envelope) -> None:
        self.add = out.add
        self.lines = lines
        self.envelope = envelope
        self._last = 0
        self._payer: Party | None = None
        self._provider: Party | None = None

    def begin(self, structure: str, purpose: str, reference: str, type_: str = "") -> None:
        """BHT; `structure` is BHT01, `purpose` BHT02, `reference` BHT03, `type_` BHT06."""
        made = self.envelope
        self.add(
            self.lines.bht(
                structure=structure,
                purpose=purpose,
                reference=reference,
                date=made.created,
                time=made.time or "0000",
                type=type_,
            )
        )

    def level(self, parent: int, code: str, child: str) -> int:
        """HL under another one (0: none); gives its number."""
        self._last += 1
        above = str(parent) if parent else ""
        self.add(self.lines.hl(id=str(self._last), parent=above, level=code, child=child))
        return self._last

    def dated(self, qualifier: str, start: date | None, end: date | None) -> None:
        """DTP of a day, or of a period where it ends on another one."""
        if start is None:
            return
        several = end is not None and end != start
        value = f"{day(start)}-{day(end)}" if several else day(start)
        self.add(self.lines.dtp(qualifier=qualifier, format="RD8" if several else "D8", value=value))
