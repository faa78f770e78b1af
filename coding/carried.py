"""What a claim carries, so that an edit about a few codes is not called for the others.

Of its lines: a procedure (`99417`), the first two characters of one and a star (`00*`), a modifier (`LT`),
`modifier` for any, `unit:MJ` for a unit other than UN, `units` where they are not 1. Of its diagnoses:
`diagnosis:doubtful` where one is missing, or may not be valid on a day that judges it, `diagnosis:marked`
where the code set says something of one (age, sex, side), `diagnosis:seventh` with a 7th character,
`diagnosis:injury`, `diagnosis:order` where the first may not be, or two not together. And `accident`.
"""

from functools import lru_cache
from typing import TYPE_CHECKING

from coding.days import first_day
from edi.records import Claim

if TYPE_CHECKING:
    from coding.codes.store import Codes

MODIFIED = frozenset({"modifier"})


def families(*beginnings: str) -> frozenset[str]:
    """Procedures by their first two characters, as `carries` writes them."""
    return frozenset(f"{beginning}*" for beginning in beginnings)


@lru_cache(maxsize=20_000)
def _line(procedure: str, modifiers: tuple[str, ...], unit_code: str, units: str) -> frozenset[str]:
    found = {procedure, f"{procedure[:2]}*", *modifiers}
    if modifiers:
        found.add("modifier")
    if unit_code != "UN":
        found.add(f"unit:{unit_code}")
    if units != "1":
        found.add("units")
    return frozenset(found)


def carried(claim: Claim, codes: "Codes") -> set[str]:
    """Everything that the claim carries."""
    found: set[str] = set()
    lines = claim.lines
    day = first_day(claim)
    for line in lines:
        found |= _line(line.procedure, line.modifiers, line.unit_code, line.units)
        if line.service_from != day:
            found.add("diagnosis:doubtful")  # judged by the days of the lines that point at it
    if day is None or not claim.diagnoses or claim.institutional is not None:
        found.add("diagnosis:doubtful")
    if claim.accident is not None:
        found.add("accident")
    if day is not None:
        diagnoses = claim.diagnoses
        for code in diagnoses:
            found |= codes.carried(code, day)
        if codes.in_doubtful_order(diagnoses):
            found.add("diagnosis:order")
    return found
