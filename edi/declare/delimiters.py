"""The four delimiters of an interchange and the line break between its segments."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Delimiters:
    """Read from the ISA, never assumed. `newline` follows each terminator ("" for none)."""

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    terminator: str = "~"
    newline: str = ""

    def to_usual(self) -> dict[int, int] | None:
        """A translation that swaps these delimiters with the usual ones; None when they are the same.

        Patterns are compiled once, for the usual delimiters; a text in others is translated before
        it is matched. The swap is one to one, so no two characters become the same.
        """
        table: dict[int, int] = {}
        for mine, usual in ((self.element, "*"), (self.component, ":"), (self.repetition, "^")):
            now = chr(table.get(ord(mine), ord(mine)))
            if now == usual:
                continue
            holder = next((k for k, v in table.items() if v == ord(usual)), ord(usual))
            table[holder] = ord(now)
            table[ord(mine)] = ord(usual)
        return table or None


USUAL: Final = Delimiters()
