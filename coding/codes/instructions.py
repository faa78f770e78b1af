"""What the tabular asks for beside a code: its cause first, another code with it, what excludes it.

Where a note names codes, those that are valid on the day are offered, the ones that a phrase speaks of first.
"""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import date

from coding.codes.icd10cm import Diagnoses
from coding.codes.tabular import Tabular
from coding.codes.tokens import terms
from coding.codes.validity import Validity

_KINDS = ("code_first", "use_additional", "code_also", "excludes1", "excludes2")
_OFFERING = frozenset({"code_first", "use_additional", "code_also"})
_CODE = r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?"
_NAMED = re.compile(rf"({_CODE})(?:\s*(?:-|to)\s*({_CODE}))?")
_MOST_BELOW, _MOST = 40, 12


@dataclass(frozen=True, slots=True)
class Instruction:
    """A note that holds for a code: its kind, where it stands, what it says, and the codes it offers
    as (code, title)."""

    kind: str
    place: str
    text: str
    offers: tuple[tuple[str, str], ...] = ()


def instructions_for(
    tabular: Tabular, diagnoses: Diagnoses, code: str, day: date, said: Set[str] = frozenset()
) -> tuple[Instruction, ...]:
    """The notes that hold for a code or heading, from its chapter down, kind by kind, then the 7th
    character with the placeholders that it needs."""
    found = []
    for kind in _KINDS:
        for place, text in tabular.notes_for(code, kind):
            offers = _offers(tabular, diagnoses, text, day, said) if kind in _OFFERING else ()
            found.append(Instruction(kind, place, text, offers))
    entry = tabular.get(code)
    if entry is not None and entry.seventh and len(code) < 7:
        found.append(Instruction("seventh", code, "a 7th character is needed; X fills the places before it"))
    if entry is not None and len(code) == 7 and not code[6].isdigit():
        held = "X" in code[3:6]
        where = f"; placeholder X in position {code.index('X', 3) + 1}" if held else ""
        found.append(Instruction("seventh", code, f"the 7th character is {code[6]}{where}"))
    return tuple(found)


def _offers(
    tabular: Tabular, diagnoses: Diagnoses, text: str, day: date, said: Set[str]
) -> tuple[tuple[str, str], ...]:
    codes = dict.fromkeys(c for named in _named(text) for c in _valid(tabular, diagnoses, named, day))
    titled = [(code, tabular.title(code)) for code in codes]
    if "type" in said:
        said = said - {"1", "2"}  # the type of diabetes is no stage
    titled.sort(key=lambda pair: -len(set(terms(pair[1])) & said))
    return tuple(titled[:_MOST])


def _named(text: str) -> Iterator[tuple[str, str]]:
    """(first, last) of each range of codes in a note; a code by itself is both."""
    for first, last in _NAMED.findall(text):
        start = first.replace(".", "")
        yield start, (last or first).replace(".", "")


def _valid(tabular: Tabular, diagnoses: Diagnoses, named: tuple[str, str], day: date) -> Iterator[str]:
    """The valid codes of a range within one category, of a heading that has few; else the heading."""
    first, last = named
    if first[:3] != last[:3]:
        yield from (place for place in (first[:3], last[:3]) if tabular.has(place))
        return
    below = [first] if diagnoses.get(first).valid_on(day) is Validity.VALID else []
    below += [c for c in diagnoses.children(first[:3], day) if first <= c and c[: len(last)] <= last]
    few = list(dict.fromkeys(below))
    if len(few) <= _MOST_BELOW:
        yield from few
    elif tabular.has(first):
        yield first
