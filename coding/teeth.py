"""Teeth by the universal numbering: 1 to 32, A to T, and supernumerary ones beside them (51 to 82, AS to TS).

Source: the numbering that X12 005010X224A2 calls JP (TOO01), as Oklahoma Administrative Code 317:30-5-703
describes it. A surface is M mesial, D distal, O occlusal, I incisal, B buccal, F facial or L lingual.
"""

from functools import lru_cache

SURFACES = "MODBFLI"
#: Areas of the mouth (SV304): 00 all of it, 01 and 02 upper and lower jaw, 10 to 40 the quadrants.
QUADRANTS = frozenset({"10", "20", "30", "40"})
_LETTERS = "ABCDEFGHIJKLMNOPQRST"


@lru_cache(maxsize=200)
def position(tooth: str) -> int | None:
    """Where in the mouth: 1 to 32 as the permanent teeth count, also of a primary or supernumerary tooth;
    None where there is no such tooth."""
    if tooth.isascii() and tooth.isdigit():
        number = int(tooth)
        if 1 <= number <= 32:
            return number
        return number - 50 if 51 <= number <= 82 and len(tooth) == 2 else None
    letter = tooth[:1]
    if letter in _LETTERS and letter and tooth[1:] in ("", "S"):
        at = _LETTERS.index(letter)
        return at + 4 if at < 10 else at + 10
    return None


def is_tooth(tooth: str) -> bool:
    return position(tooth) is not None


def is_front(tooth: str) -> bool:
    """Incisors and canines: they have an edge (I), not a biting surface (O)."""
    at = position(tooth)
    return at is not None and (6 <= at <= 11 or 22 <= at <= 27)


def is_premolar(tooth: str) -> bool:
    """Of the permanent teeth alone: primary teeth have none."""
    return tooth.isdigit() and position(tooth) in (4, 5, 12, 13, 20, 21, 28, 29)


def is_molar(tooth: str) -> bool:
    return is_tooth(tooth) and not is_front(tooth) and not is_premolar(tooth)


def quadrant(tooth: str) -> str:
    """10 upper right, 20 upper left, 30 lower left, 40 lower right."""
    at = position(tooth)
    return "" if at is None else ("10", "20", "30", "40")[(at - 1) // 8]
