"""Visits by their numbers: which codes are visits, new-patient visits, and what each level asks for.

Numbers, minutes and levels only, in our own words: the text of CPT belongs to the AMA. Levels since
1 January 2021 (office) and 1 January 2023 (the others).
"""

from datetime import date
from typing import NamedTuple

OFFICE_SINCE = date(2021, 1, 1)
OTHERS_SINCE = date(2023, 1, 1)


class Level(NamedTuple):
    """A visit level: least minutes on the day (None: time does not count) and least decision making."""

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


NEW_PATIENT = frozenset(
    {"92002", "92004", "99202", "99203", "99204", "99205", "99341", "99342", "99344", "99345"}
    | {str(n) for n in range(99381, 99388)}
)


def is_visit(procedure: str) -> bool:
    """An evaluation and management or ophthalmological visit."""
    return "99202" <= procedure <= "99499" or procedure in ("92002", "92004", "92012", "92014")


def is_face_to_face(procedure: str) -> bool:
    """A professional service that makes a patient established: not laboratory, not imaging's technique."""
    return procedure[:1].isdigit() and not ("70000" <= procedure <= "89999") and procedure[4:].isdigit()


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
