"""A line points at its diagnoses by their place in HI; a pointer past the list has none (SV107, SV311)."""

import re
from collections.abc import Iterable
from typing import Any, Final

from edi.checks.rules import Fault, Run, rule
from edi.checks.rules.lines import views
from edi.findings import Answer, kind

POINTER: Final = kind(
    "SIT-01",
    "Diagnosis pointer past the list",
    4,
    "Point the line at a diagnosis of the claim, or add the missing diagnosis.",
    Answer("999", segment="8", element="I12"),
)
POINTERS: Final = frozenset(str(n) for n in range(1, 13))
POINTERS_AT: Final = {"SV1": 7, "SV3": 11}


@rule(POINTER, "837P 837D", loop="2300")
def pointers_within_the_list(claim: Any, run: Run) -> Iterable[Fault]:
    """Each pointer of each line against the number of diagnoses."""
    diagnoses = claim.diagnoses
    listed = len(diagnoses._e) - 1 if diagnoses else 0
    found: list[Fault] = []
    for line, e, _, _ in views(claim, run):
        at = POINTERS_AT.get(e[0], 7)
        if len(e) <= at or (not listed and at == 7):  # the 837P's HI is required and reported as missing
            continue
        text = e[at]
        if text == "1" or FURTHEST[text] <= listed:
            continue
        service = line.service
        for n, pointer in enumerate(text.split(service.d.component), 1):
            if pointer in POINTERS and int(pointer) > listed:  # others are reported as no pointers
                found.append(Fault(service, f"{at}-{n}", f"the claim lists {listed}", "2400", value=pointer))
                if not listed:  # no HI is one fault, however many point at it
                    return found
    return found


class _Furthest(dict[str, int]):
    """The highest pointer that may stand in a text, whatever parts it."""

    def __missing__(self, text: str) -> int:
        if len(self) > 5000:
            self.clear()
        self[text] = most = max((int(n) for n in _DIGITS.findall(text)), default=0)
        return most


_DIGITS: Final = re.compile("[0-9]{1,9}")  # a longer one is no pointer, and dear to convert
FURTHEST: Final = _Furthest()
