"""Visits that differ by their level alone: one place and kind of patient, from the lowest to the highest.

Numbers only, in our own words: the text of CPT belongs to the AMA.
"""

from typing import Final

FAMILIES: Final[dict[str, tuple[str, ...]]] = {
    "office, new": ("99202", "99203", "99204", "99205"),
    "office, established": ("99211", "99212", "99213", "99214", "99215"),
    "hospital, initial": ("99221", "99222", "99223"),
    "hospital, subsequent": ("99231", "99232", "99233"),
    "hospital, same day": ("99234", "99235", "99236"),
    "consultation, office": ("99242", "99243", "99244", "99245"),
    "consultation, hospital": ("99252", "99253", "99254", "99255"),
    "emergency": ("99281", "99282", "99283", "99284", "99285"),
    "nursing facility, initial": ("99304", "99305", "99306"),
    "nursing facility, subsequent": ("99307", "99308", "99309", "99310"),
    "home, new": ("99341", "99342", "99344", "99345"),
    "home, established": ("99347", "99348", "99349", "99350"),
    "video, new": ("98000", "98001", "98002", "98003"),
    "video, established": ("98004", "98005", "98006", "98007"),
    "audio, new": ("98008", "98009", "98010", "98011"),
    "audio, established": ("98012", "98013", "98014", "98015"),
}

_FAMILY: Final = {code: name for name, codes in FAMILIES.items() for code in codes}


def family_of(procedure: str) -> str:
    """The family of a visit, "" where it has no levels."""
    return _FAMILY.get(procedure, "")


def step(billed: str, right: str) -> int | None:
    """How many levels the right code is above (below: negative) the one that was billed; None where they are
    not of one family."""
    family = family_of(billed)
    if not family or family_of(right) != family:
        return None
    return FAMILIES[family].index(right) - FAMILIES[family].index(billed)
