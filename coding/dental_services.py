"""What a dental procedure is given for, by its number alone: a tooth, its surfaces, a quadrant, an arch.

The numbers are facts that payers' public manuals print; the texts belong to the American Dental
Association and are not here. What no range names asks for nothing. Source: Medi-Cal Dental Provider
Handbook (October 2021), sections 4 and 5, and Oklahoma Administrative Code 317:30-5-696 to 703.
"""

from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple


class Asks(NamedTuple):
    """What the claim must say beside the number. `surfaces` is how many: from, to (0, 0: none)."""

    tooth: bool = False
    surfaces: tuple[int, int] = (0, 0)
    where: str = ""  # which teeth: front, back, premolar, molar; "" any
    quadrant: bool = False
    prosthesis: bool = False  # replaces or covers teeth: is it the first one, or a replacement (SV305)
    replaces_teeth: bool = False  # stands where teeth are missing
    whole_arch: bool = False  # of all teeth of a jaw, which its area (SV304) names
    removes: bool = False  # the tooth is gone afterwards
    orthodontic: bool = False


#: Ranges without gaps between first and last number, in ascending order.
_RANGES: tuple[tuple[int, int, Asks], ...] = (
    (1351, 1354, Asks(tooth=True)),
    (2140, 2140, Asks(tooth=True, surfaces=(1, 1))),
    (2150, 2150, Asks(tooth=True, surfaces=(2, 2))),
    (2160, 2160, Asks(tooth=True, surfaces=(3, 3))),
    (2161, 2161, Asks(tooth=True, surfaces=(4, 5))),
    (2330, 2330, Asks(tooth=True, surfaces=(1, 1), where="front")),
    (2331, 2331, Asks(tooth=True, surfaces=(2, 2), where="front")),
    (2332, 2332, Asks(tooth=True, surfaces=(3, 3), where="front")),
    (2335, 2335, Asks(tooth=True, surfaces=(4, 5), where="front")),
    (2391, 2391, Asks(tooth=True, surfaces=(1, 1), where="back")),
    (2392, 2392, Asks(tooth=True, surfaces=(2, 2), where="back")),
    (2393, 2393, Asks(tooth=True, surfaces=(3, 3), where="back")),
    (2394, 2394, Asks(tooth=True, surfaces=(4, 5), where="back")),
    (2710, 2799, Asks(tooth=True, prosthesis=True)),
    (2910, 2949, Asks(tooth=True)),
    (2950, 2957, Asks(tooth=True)),
    (3220, 3222, Asks(tooth=True)),
    (3310, 3310, Asks(tooth=True, where="front")),
    (3320, 3320, Asks(tooth=True, where="premolar")),
    (3330, 3330, Asks(tooth=True, where="molar")),
    (4341, 4342, Asks(quadrant=True)),
    (5110, 5140, Asks(prosthesis=True, replaces_teeth=True, whole_arch=True)),
    (5211, 5286, Asks(prosthesis=True, replaces_teeth=True)),
    (6010, 6010, Asks(tooth=True, replaces_teeth=True)),
    (6058, 6077, Asks(tooth=True, prosthesis=True)),
    (6205, 6252, Asks(tooth=True, prosthesis=True, replaces_teeth=True)),
    (6710, 6794, Asks(tooth=True, prosthesis=True)),
    (7111, 7251, Asks(tooth=True, removes=True)),
    (7310, 7321, Asks(quadrant=True)),
    (8010, 8090, Asks(orthodontic=True)),
)
_STARTS = [first for first, _, _ in _RANGES]
NOTHING = Asks()


@lru_cache(maxsize=2000)
def asks(procedure: str) -> Asks:
    """What a procedure number (D and four digits) asks for."""
    if len(procedure) != 5 or procedure[0] != "D" or not procedure[1:].isdigit():
        return NOTHING
    number = int(procedure[1:])
    at = bisect_right(_STARTS, number) - 1
    return _RANGES[at][2] if at >= 0 and number <= _RANGES[at][1] else NOTHING
