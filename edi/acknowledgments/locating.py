"""What an answer means when it names a segment of a file of claims by its position: loop and claims.

A 999 has four characters for a loop (IK303), so that "2310B" comes as "2310": the file itself says
which one it is.
"""

from collections.abc import Sequence
from typing import Final

from edi import guides

_ABOVE: Final = ("2000B", "2010BA", "2010BB", "2000C", "2010CA")  # a subscriber's and patient's, before CLM
_LEVELS: Final = {b"20": "2000A", b"22": "2000B", b"23": "2000C"}


class ClaimFile:
    """The first transaction set of a file of claims; positions count from ST, which is 1."""

    def __init__(self, data: bytes) -> None:
        whole = len(data) > 106 and data[:3] == b"ISA"
        self._separator = data[3:4] if whole else b"*"
        pieces = [piece.strip() for piece in data.split(data[105:106])] if whole else []
        rows = [piece.split(self._separator) for piece in pieces]
        start = next((n for n, row in enumerate(rows) if row[0] == b"ST"), len(rows))
        end = next((n for n, row in enumerate(rows) if n > start and row[0] == b"SE"), len(rows))
        group = next((row for row in rows if row[0] == b"GS" and len(row) > 8), None)
        self._version = group[8].decode("ascii", "replace") if group is not None else ""
        self._rows: Sequence[list[bytes]] = rows[start:end]

    def loop_at(self, position: int, loop: str) -> str:
        """The whole id of the loop that an answer calls `loop`; as it came where the file does not say."""
        if loop == "2000":
            return _LEVELS.get(self._last(position, b"HL", 3), loop)
        guide = guides.find(self._version, "837")
        if len(loop) != 4 or guide is None:
            return loop
        entity = self._last(position, b"NM1", 1).decode("ascii", "replace")
        for place in guide.places():
            first = place.steps[0] if place.steps else None
            if place.id.startswith(loop) and first is not None and first.new.ID == "NM1":
                codes = next((slot.codes for slot in first.pattern.slots if slot.position == 1), ())
                if entity in codes:
                    return place.id
        return loop

    def claims_at(self, position: int, loop: str) -> tuple[str, ...]:
        """The patient control numbers of the claims that a segment belongs to; none where it is not a
        claim's: the billing provider's, or outside the file."""
        if not 0 < position <= len(self._rows):
            return ()
        if loop.startswith(("23", "24")):
            number = self._last(position, b"CLM", 1)
            return (number.decode("ascii", "replace"),) if number else ()
        if not loop.startswith(_ABOVE):
            return ()
        found: list[str] = []
        for row in self._rows[position:]:
            if row[0] == b"HL" and (found or row[3:4] != [b"23"]):
                break
            if row[0] == b"CLM" and len(row) > 1:
                found.append(row[1].decode("ascii", "replace"))
        return tuple(found)

    def _last(self, position: int, name: bytes, element: int) -> bytes:
        """An element of the last segment of this name at or before a position; b"" without one."""
        for row in reversed(self._rows[: max(position, 0)]):
            if row[0] == name:
                return row[element] if len(row) > element else b""
        return b""
