"""What the lines of a claim carry, so that an edit about a few codes is not called for the others.

Written as: a procedure (`99417`), the first two characters of one and a star (`00*`), a modifier (`LT`),
`modifier` for any, `unit:MJ` for a unit other than UN, `units` where they are not 1.
"""

from functools import lru_cache

from edi.records import Claim

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


def carried(claim: Claim) -> frozenset[str]:
    """Everything that a line of the claim carries."""
    lines = claim.lines
    if len(lines) == 1:
        line = lines[0]
        return _line(line.procedure, line.modifiers, line.unit_code, line.units)
    return frozenset().union(
        *[_line(line.procedure, line.modifiers, line.unit_code, line.units) for line in lines]
    )
