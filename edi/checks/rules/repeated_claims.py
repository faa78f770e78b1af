"""A patient control number names one claim of a file: CLM01 used twice cannot be answered apart.

A warning: others number accounts, not claims, and no guide forbids it. What we write has each number once.
"""

from array import array
from collections.abc import Iterable
from typing import Any, Final

from edi.checks.rules import Fault, Run, rule
from edi.findings import Answer, kind

TWICE: Final = kind(
    "SIT-20",
    "Patient control number used twice",
    4,
    "Send each claim once, and give each its own CLM01.",
    Answer("277CA", category="A3", status="54"),
    "warning",
)


class Seen:
    """A set of texts in eight bytes each, so that a file of any size is checked in little memory.

    It holds hashes of 64 bits (open addressing): that two of a million numbers meet is less likely
    than one in ten million.
    """

    __slots__ = ("_count", "_slots")

    def __init__(self) -> None:
        self._slots = array("q", bytes(8 * 1024))
        self._count = 0

    def add(self, text: str) -> bool:
        """Whether it is new."""
        if not self._put(self._slots, hash(text) or 1):
            return False
        self._count += 1
        if self._count * 3 > len(self._slots) * 2:
            wider = array("q", bytes(16 * len(self._slots)))
            for value in self._slots:
                if value:
                    self._put(wider, value)
            self._slots = wider
        return True

    @staticmethod
    def _put(slots: "array[int]", value: int) -> bool:
        last = len(slots) - 1
        at = value & last
        while slots[at]:
            if slots[at] == value:
                return False
            at = (at + 1) & last
        slots[at] = value
        return True


@rule(TWICE, "837P 837I 837D", loop="2300", entering=True)
def numbers_are_used_once(claim: Any, run: Run) -> Iterable[Fault]:
    """CLM01 against all before it in the file."""
    e = claim.claim._e
    if len(e) < 2 or not e[1]:
        return ()
    seen = run.memory.get("claims")
    if seen is None:
        seen = run.memory["claims"] = Seen()
    return () if seen.add(e[1]) else [Fault(claim.claim, "1", "a claim before in this file has it")]
