"""Visits by their numbers: which codes are visits, new-patient visits, and what each level asks for.

Numbers, minutes and levels only, in our own words: the text of CPT belongs to the AMA. Levels since
1 January 2021 (office), 1 January 2023 (the others) and 1 January 2025 (audio and video).
"""

from datetime import date
from typing import NamedTuple

OFFICE_SINCE = date(2021, 1, 1)
OTHERS_SINCE = date(2023, 1, 1)
REMOTE_SINCE = date(2025, 1, 1)


class Level(NamedTuple):
    """A visit level: least minutes on the day (None: time does not count) and least decision making
    ("": it does not count, the visit goes by time alone)."""

    minutes: int | None
    decision_making: str
    since: date = OTHERS_SINCE


RANK = {"straightforward": 1, "low": 2, "moderate": 3, "high": 4}
_S, _L, _M, _H = RANK
LEVELS: dict[str, Level] = {
    "99202": Level(15, _S, OFFICE_SINCE),
    "99203": Level(30, _L, OFFICE_SINCE),
    "99204": Level(45, _M, OFFICE_SINCE),
    "99205": Level(60, _H, OFFICE_SINCE),
    "99212": Level(10, _S, OFFICE_SINCE),
    "99213": Level(20, _L, OFFICE_SINCE),
    "99214": Level(30, _M, OFFICE_SINCE),
    "99215": Level(40, _H, OFFICE_SINCE),
    "99221": Level(40, _S),
    "99222": Level(55, _M),
    "99223": Level(75, _H),
    "99239": Level(31, "", OFFICE_SINCE),
    "99291": Level(30, "", OFFICE_SINCE),
    "99316": Level(31, "", OFFICE_SINCE),
    "99231": Level(25, _S),
    "99232": Level(35, _M),
    "99233": Level(50, _H),
    "99234": Level(45, _S),
    "99235": Level(70, _M),
    "99236": Level(85, _H),
    "99242": Level(20, _S),
    "99243": Level(30, _L),
    "99244": Level(40, _M),
    "99245": Level(55, _H),
    "99252": Level(35, _S),
    "99253": Level(45, _L),
    "99254": Level(60, _M),
    "99255": Level(80, _H),
    "99282": Level(None, _S),
    "99283": Level(None, _L),
    "99284": Level(None, _M),
    "99285": Level(None, _H),
    "99304": Level(25, _S),
    "99305": Level(35, _M),
    "99306": Level(45, _H),
    "99307": Level(10, _S),
    "99308": Level(15, _L),
    "99309": Level(30, _M),
    "99310": Level(45, _H),
    "99341": Level(15, _S),
    "99342": Level(30, _L),
    "99344": Level(60, _M),
    "99345": Level(75, _H),
    "99347": Level(20, _S),
    "99348": Level(30, _L),
    "99349": Level(40, _M),
    "99350": Level(60, _H),
    "98000": Level(15, _S, REMOTE_SINCE),
    "98001": Level(30, _L, REMOTE_SINCE),
    "98002": Level(45, _M, REMOTE_SINCE),
    "98003": Level(60, _H, REMOTE_SINCE),
    "98004": Level(10, _S, REMOTE_SINCE),
    "98005": Level(20, _L, REMOTE_SINCE),
    "98006": Level(30, _M, REMOTE_SINCE),
    "98007": Level(40, _H, REMOTE_SINCE),
    "98008": Level(15, _S, REMOTE_SINCE),
    "98009": Level(30, _L, REMOTE_SINCE),
    "98010": Level(45, _M, REMOTE_SINCE),
    "98011": Level(60, _H, REMOTE_SINCE),
    "98012": Level(10, _S, REMOTE_SINCE),
    "98013": Level(20, _L, REMOTE_SINCE),
    "98014": Level(30, _M, REMOTE_SINCE),
    "98015": Level(40, _H, REMOTE_SINCE),
}
#: Minutes that CPT changed later.
_CHANGED = {"99306": (date(2024, 1, 1), 50), "99308": (date(2024, 1, 1), 20)}


def level_on(procedure: str, day: date) -> Level | None:
    """What a visit's level asks for on a day; None where it is no levelled visit, or not yet."""
    level = LEVELS.get(procedure)
    if level is None or day < level.since:
        return None
    changed = _CHANGED.get(procedure)
    return level._replace(minutes=changed[1]) if changed is not None and day >= changed[0] else level


class Prolonged(NamedTuple):
    """Prolonged time: by the visit it adds to, the minutes from which its first unit counts; each
    further unit takes 15 more. `since` is the first day of service."""

    least: dict[str, int]
    since: date


#: CPT counts from the highest level's least time, Medicare's G2212 from its former most.
PROLONGED: dict[str, Prolonged] = {
    "99417": Prolonged(
        {"99205": 75, "99215": 55, "99245": 70, "99345": 90, "99350": 75, "98003": 75, "98007": 55}
        | {"98011": 75, "98015": 55},
        OFFICE_SINCE,
    ),
    "99418": Prolonged(
        {"99223": 90, "99233": 65, "99236": 100, "99255": 95, "99306": 65, "99310": 60}, date(2024, 1, 1)
    ),
    "G2212": Prolonged({"99205": 89, "99215": 69}, OFFICE_SINCE),
}


NEW_PATIENT = frozenset(
    {"92002", "92004", "99202", "99203", "99204", "99205", "99341", "99342", "99344", "99345"}
    | {"98000", "98001", "98002", "98003", "98008", "98009", "98010", "98011"}
    | {str(n) for n in range(99381, 99388)}
)


def is_visit(procedure: str) -> bool:
    """An evaluation and management or ophthalmological visit."""
    return (
        "99202" <= procedure <= "99499"
        or "98000" <= procedure <= "98016"
        or procedure in ("92002", "92004", "92012", "92014")
    )


#: Services that nobody of the profession gave face to face: blood draws and handling, vaccines and
#: their administration, interpretation alone, records, calls, messages, monitoring and care management.
_NOT_FACE_TO_FACE = (
    ("36415", "36416"),
    ("70000", "89999"),
    ("90471", "90474"),
    ("90476", "90759"),
    ("91300", "91322"),
    ("93010", "93010"),
    ("93018", "93018"),
    ("93042", "93042"),
    ("99000", "99002"),
    ("99080", "99080"),
    ("99091", "99091"),
    ("99358", "99359"),
    ("99374", "99380"),
    ("99421", "99427"),
    ("99437", "99458"),
    ("99473", "99474"),
    ("99484", "99494"),
)
_FACE_TO_FACE_HCPCS = frozenset({"G0101", "G0402", "G0438", "G0439"})


def is_face_to_face(procedure: str, modifiers: tuple[str, ...] = ()) -> bool:
    """A professional service that makes a patient established.

    The interpretation of a test alone (modifier 26) makes nobody a patient (Claims Processing Manual
    chapter 12, 30.6.7.A).
    """
    if procedure in _FACE_TO_FACE_HCPCS:
        return True
    if not (len(procedure) == 5 and procedure.isascii() and procedure.isdigit()) or "26" in modifiers:
        return False
    return not any(first <= procedure <= last for first, last in _NOT_FACE_TO_FACE)


#: Preventive visits: first and last year of age for each pair of codes (new, established).
PREVENTIVE_AGES: dict[str, tuple[int, int]] = {
    "99381": (0, 0),
    "99391": (0, 0),
    "99382": (1, 4),
    "99392": (1, 4),
    "99383": (5, 11),
    "99393": (5, 11),
    "99384": (12, 17),
    "99394": (12, 17),
    "99385": (18, 39),
    "99395": (18, 39),
    "99386": (40, 64),
    "99396": (40, 64),
    "99387": (65, 200),
    "99397": (65, 200),
}
