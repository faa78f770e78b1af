"""Weeks of gestation and weight of a newborn in a coder's words: its P07 and P08 codes.

What else is asked stands beside them. Where both are known both are coded, the weight first (the note at P07;
ICD-10-CM guideline I.C.16.d).
"""

import re
from collections.abc import Iterator

from coding.codes.gestation import of_mother

_BORN = re.compile(
    r"\b(?:newborn|premature|preterm|preemie|neonat\w*|born|birth ?weight|weeker)\b", re.IGNORECASE
)
_WEEKS = re.compile(
    r"(?:\b(?:born )?at )?\b(\d\d)(?: ?[+/] ?[0-6])?[ -]*(?:weeks?|wks?|weeker)\b(?! old)"
    r"(?: of)?(?: gestation(?:al age)?)?",
    re.IGNORECASE,
)
_WEIGHS = r"\b(?:weigh\w* |birth ?weight )?(?:of |is |was )?"
_GRAMS = re.compile(_WEIGHS + r"(\d{3,4}) ?(?:g|gm|grams?)\b", re.IGNORECASE)
_KILOGRAMS = re.compile(_WEIGHS + r"(\d\.\d{1,3}) ?(?:kg|kilos?|kilograms?)\b", re.IGNORECASE)
_POUNDS = re.compile(
    _WEIGHS + r"(\d{1,2}) ?(?:lbs?|pounds?)(?:(?: and)? (\d{1,2}) ?(?:oz|ounces?))?\b", re.IGNORECASE
)
#: What names the child and no condition of it.
_ONLY = re.compile(
    r"\b(?:newborn|premature(?:ly)?|preterm|preemie|neonat\w*|baby|infant|girl|boy|child|born|birth|birthweight"
    r"|low|weight|weighs|weighing|at|of|with|and|a|was|is|weeks?|gestation(?:al)?|age|early|delivered)\b|\W",
    re.IGNORECASE,
)
_OUNCE, _POUND = 28.3495, 453.592  # grams
#: below so many grams -> code; at 2,500 and above weight alone is none, from 4,000 it is a large newborn
_LIGHT = (
    (500, "P0701"), (750, "P0702"), (1000, "P0703"), (1250, "P0714"), (1500, "P0715"), (1750, "P0716"),
    (2000, "P0717"), (2500, "P0718"),
)  # fmt: skip
_HEAVY, _VERY_HEAVY = 4000, 4500
_FIRST, _TERM, _LATE, _LATEST = 20, 37, 41, 42  # completed weeks


def newborn(text: str) -> tuple[tuple[str, ...], str] | None:
    """(the codes of the weight and the weeks said, the question without them, "" where it has no more); None
    where neither is said, or of no newborn."""
    if _BORN.search(text) is None or of_mother(text):
        return None
    codes: list[str] = []
    rest = text
    for pattern in (_GRAMS, _KILOGRAMS, _POUNDS):
        found = pattern.search(rest)
        if found is not None:
            codes += _by_weight(_grams(pattern, found))
            rest = f"{rest[: found.start()]} {rest[found.end() :]}"
            break
    found = _WEEKS.search(rest)
    if found is not None and (code := _by_weeks(int(found[1]))):
        codes.append(code)
        rest = f"{rest[: found.start()]} {rest[found.end() :]}"
    if not codes:
        return None
    return tuple(codes), rest if _ONLY.sub("", rest) else ""


def _grams(pattern: re.Pattern[str], found: re.Match[str]) -> float:
    if pattern is _POUNDS:
        return int(found[1]) * _POUND + int(found[2] or 0) * _OUNCE
    return float(found[1]) * (1000 if pattern is _KILOGRAMS else 1)


def _by_weight(grams: float) -> Iterator[str]:
    for below, code in _LIGHT:
        if grams < below:
            yield code
            return
    if grams >= _HEAVY:
        yield "P080" if grams >= _VERY_HEAVY else "P081"


def _by_weeks(weeks: int) -> str:
    """ "" for a child born at term, and for weeks that no living newborn has."""
    if weeks < _FIRST or _TERM <= weeks < _LATE:
        return ""
    if weeks >= _LATE:
        return "P0822" if weeks > _LATEST else "P0821"
    return f"P07{max(weeks - 1, 21)}" if weeks < 28 else f"P07{weeks + 3}"
