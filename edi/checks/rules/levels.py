"""The tree of HL segments: numbered in wire order, each naming its parent and whether it has children."""

from collections.abc import Iterator
from typing import Any, Final

from edi.checks.rules import Fault, Run, rule
from edi.findings import Answer, kind

GUIDES: Final = "837P 837I 837D 277CA 270 271 276 277 277RFI"
LEVELS: Final = "2000A 2000B 2000C 2000D 2000E"


def _kind(code: str, title: str, fix: str) -> Any:
    return kind(code, title, 1, fix, Answer("999", segment="8", element="I12"))


NUMBER: Final = _kind("HL-01", "HL01 is not the next number", "Number the levels from 1, without gaps.")
PARENT: Final = _kind("HL-02", "HL02 is not the level above", "Give the HL01 of the level above.")
CHILD: Final = _kind("HL-03", "HL04 does not fit what follows", "Give 1 where levels follow below, else 0.")


@rule(NUMBER, GUIDES, LEVELS, entering=True)
def numbered_in_order(level: Any, run: Run) -> Iterator[Fault]:
    """HL01 against a counter; HL02 against the loop that encloses this one."""
    hl = level.level  # a level without its HL, which is reported as missing, counts too
    memory = run.transaction
    count = memory["levels"] = memory.get("levels", 0) + 1
    memory[f"level {level.ID}"] = str(count)
    if hl.id and hl.id != str(count) and "misnumbered" not in memory:
        memory["misnumbered"] = True  # reported once: all that follow are shifted by it
        yield Fault(hl, "1", f"it should be {count}")
    above = level.parent
    if above is not None and above.parent is not None and above.level:
        memory.setdefault("with children", set()).add(above.level.position)
        if hl.parent and hl.parent not in (above.level.id, memory.get(f"level {above.ID}")):
            yield Fault(hl, "2", "it names another level", kind=PARENT)


@rule(CHILD, GUIDES, LEVELS)
def children_as_announced(level: Any, run: Run) -> Iterator[Fault]:
    """HL04 against the levels that came."""
    hl = level.level
    if not hl or not hl.child:
        return
    parents = run.transaction.get("with children", ())
    has = hl.position in parents
    if has:
        parents.remove(hl.position)
    allowed = level.MEMBERS[0].uses.get("child")
    if allowed is not None and allowed.codes and hl.child not in allowed.codes:
        return  # reported already
    if has and hl.child == "0":
        yield Fault(hl, "4", "levels follow below")
    elif not has and hl.child == "1":
        yield Fault(hl, "4", "no level follows below")
