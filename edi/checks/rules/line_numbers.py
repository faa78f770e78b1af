"""Lines are numbered 1, 2, 3 in each claim, and a line control number comes once in it (LX01, REF 6R)."""

from collections.abc import Iterable
from typing import Any, Final

from edi.checks.rules import Fault, Run, rule
from edi.findings import Answer, kind

_PATTERN: Final = Answer("999", segment="8", element="I12")
NUMBER: Final = kind(
    "SIT-18", "Line number is not the next one", 4, "Number the lines of each claim from 1.", _PATTERN
)
CONTROL: Final = kind(
    "SIT-19", "Line control number used twice in a claim", 4, "Give each line its own REF 6R.", _PATTERN
)


@rule(NUMBER, "837P 837I 837D", loop="2300")
def lines_count_from_one(claim: Any, run: Run) -> Iterable[Fault]:
    """LX01 against a counter, reported once a claim; REF 6R against those before."""
    lines = claim.lines
    found: list[Fault] = []
    seen: set[str] = set()
    for n, line in enumerate(lines, 1):
        here = line.__dict__
        lx = here.get("number")
        if lx is not None:
            text = lx._e[1] if len(lx._e) > 1 else ""
            if text != _NUMBERS[n % 1000] and _MISNUMBERED not in seen and _another(text, n):
                found.append(Fault(lx, "1", f"it should be {n}", "2400", value=text))
                seen.add(_MISNUMBERED)
        ref = here.get("control_number")
        if ref is not None and len(lines) > 1 and len(ref._e) > 2:
            text = ref._e[2]
            if text in seen:
                found.append(Fault(ref, "2", "a line before has it", "2400", CONTROL, text))
            seen.add(text)
    return found


def _another(text: str, n: int) -> bool:
    return text.isascii() and text.isdigit() and (len(text) > 9 or int(text) != n)


_NUMBERS: Final = tuple(str(n) for n in range(1000))
_MISNUMBERED: Final = ""  # among line control numbers, which are never empty
