"""From a diagnosis that is not valid on a day to the valid ones that it may stand for.

Only what the code itself says is used: a heading's codes, a placeholder or 7th character left out, what came
after an ended code, a character too many, a letter for a digit. Nothing is chosen: a person does that from
the documentation, the side above all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from coding.codes.icd10cm import Diagnoses
from coding.codes.shown import came_after, dotted
from coding.codes.validity import Validity

_SLIPS = str.maketrans("OIL", "011")


@dataclass(frozen=True, slots=True)
class Instead:
    """Valid codes for one that is not, with why these: `reason` ends a sentence."""

    codes: tuple[str, ...]
    reason: str


def valid_instead(diagnoses: Diagnoses, code: str, day: date) -> Instead | None:
    """What an invalid code may stand for on the day, the surest reading first; None where nothing is near
    or the code is valid. `code` has no dot."""
    if not 3 <= len(code) <= 8 or not code.isascii() or not diagnoses.covers(day):
        return None
    if diagnoses.get(code).valid_on(day) is Validity.VALID:
        return None
    return next((found for found in _readings(diagnoses, code, day) if found.codes), None)


def _readings(diagnoses: Diagnoses, code: str, day: date) -> Iterator[Instead]:
    yield Instead(diagnoses.children(code, day), "it is a heading")
    ended = max((end for _, end, _ in diagnoses.get(code).spans if end < day), default=None)
    if ended is not None:
        after = tuple(c for c in came_after(diagnoses, code, ended) if _valid(diagnoses, c, day))
        yield Instead(after, "these came after it")
    if len(code) < 7 and code[-1].isalpha():
        filled = code[:-1].ljust(6, "X") + code[-1]
        yield Instead(_only(diagnoses, filled, day), "the placeholder X is missing")
    if len(code) == 7 and code[6].isalpha():
        others = tuple(c for c in diagnoses.children(code[:6], day) if len(c) == 7)
        yield Instead(others, f"{code[6]} is none of its 7th characters")
    plain = code[0] + code[1:].translate(_SLIPS)
    if plain != code:
        yield Instead(
            _only(diagnoses, plain, day) or diagnoses.children(plain, day), "a letter stands for a digit"
        )
    for length in range(len(code) - 1, 2, -1):
        shorter = code[:length]
        if _valid(diagnoses, shorter, day):
            yield Instead((shorter,), "it has more characters than the code")
            return
        below = diagnoses.children(shorter, day)
        if below and length > 3:
            yield Instead(below, f"below {dotted(shorter)} there are these")
            return


def _valid(diagnoses: Diagnoses, code: str, day: date) -> bool:
    return diagnoses.get(code).valid_on(day) is Validity.VALID


def _only(diagnoses: Diagnoses, code: str, day: date) -> tuple[str, ...]:
    return (code,) if _valid(diagnoses, code, day) else ()
