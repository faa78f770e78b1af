"""Several payers: each has its own place in the order, and those before the receiver have decided.

X222A1 and X223A2, 2000B SBR01, loops 2320, 2330B and 2430.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from edi.checks.rules import Fault, Run, rule
from edi.findings import Answer, kind
from edi.records import PAYER_ORDERS

GUIDES: Final = "837P 837I 837D"
_ABSENT: Final = Answer("999", segment="I6")
ORDER: Final = kind(
    "SIT-21",
    "Two payers at the same place in the order",
    4,
    "Give each payer its own SBR01.",
    Answer("277CA", category="A7", status="284"),
)
NO_OTHER: Final = kind(
    "SIT-22",
    "Secondary claim that names no payer before it",
    4,
    "Add loop 2320 for each payer before this one.",
    Answer("999", segment="I7"),
)
UNPAID: Final = kind(
    "SIT-23",
    "Payer before this one without its payment",
    4,
    "Add AMT D with what it paid, 0 where it paid nothing.",
    Answer("277CA", category="A6", status="286"),
)
UNDATED: Final = kind(
    "SIT-24",
    "Other payer decided, but no date of it is given",
    4,
    "Add DTP 573 to loop 2330B, or to each of its lines in 2430.",
    _ABSENT,
)
STRANGER: Final = kind(
    "SIT-25",
    "Line decided by a payer that the claim does not name",
    4,
    "Let SVD01 be NM109 of one of the claim's loops 2330B.",
    Answer("999", segment="8", element="I12"),
)
LATER: Final = ("S", "T")
RANKS: Final = {code: rank for rank, code in enumerate(PAYER_ORDERS)}


def _destination(claim: Any) -> Any:
    """The SBR of the payer that receives the claim; None where it is missing."""
    above = claim.parent
    if above is not None and above.ID == "2000C":
        above = above.parent
    return (above.coverage or None) if above is not None and above.ID == "2000B" else None


@rule(NO_OTHER, GUIDES, loop="2300")
def others_are_named(claim: Any, run: Run) -> Iterable[Fault]:
    """A claim to a payer that is not the first names those before it."""
    if "other_payers" in claim.__dict__:
        return ()
    sbr = _destination(claim)
    if sbr is None or len(sbr._e) < 2 or sbr._e[1] not in LATER:
        return ()
    if run.transaction.get("no other payer") == sbr.position:
        return ()  # reported once a subscriber
    run.transaction["no other payer"] = sbr.position
    message = "SBR01 says that others pay before it"
    return [Fault("SBR", "", message, "2320", cause=(sbr, "1", "2000B"))]


@rule(ORDER, GUIDES, loop="2300", needs="other_payers")
def payers_stand_in_order(claim: Any, run: Run) -> Iterator[Fault]:
    """SBR01 of the receiver and of the other payers; what is required of those before the receiver."""
    sbr = _destination(claim)
    order = sbr.order if sbr is not None else ""
    taken = {order} if order else set()
    rank = RANKS.get(order, -1)
    for other in claim.other_payers:
        coverage = other.coverage
        mine = coverage.order if coverage else ""
        if mine in taken and mine != "U":
            yield Fault(coverage, "1", "another payer of the claim has it", "2320", value=mine)
        taken.add(mine)
        if RANKS.get(mine, 99) < rank and not other.paid and not other.non_covered:  # AMT A8: not billed
            yield Fault("AMT", "", "no AMT D follows", "2320", UNPAID, position=other.position)


@rule(UNDATED, GUIDES, loop="2300", needs="other_payers")
def decisions_are_dated(claim: Any, run: Run) -> Iterator[Fault]:
    """AMT D of 2320 against DTP 573; SVD01 against the payers of the claim."""
    others = claim.other_payers
    known = [e[9] for other in others if len(e := other.payer.name.elements) > 9 and e[9]]
    named = len(known) == len(others)  # a missing identifier is reported already
    by_line: set[str] = set()  # payers that decided on a line
    for line in claim.lines:
        for decision in line.adjudications:
            payer = decision.decision.payer_id
            by_line.add(payer)
            if payer and payer not in known and named:
                yield Fault(decision.decision, "1", "no loop 2330B has it", "2430", STRANGER, payer)
    for other in others:
        name = other.payer.name
        if other.paid and not other.payer.adjudicated and name.id and name.id not in by_line:
            message = "AMT D says what it paid, not when"
            yield Fault("DTP", "", message, "2330B", cause=(other.paid, "1", "2320"), position=name.position)


@rule(STRANGER, GUIDES, loop="2400", needs="adjudications")
def deciding_payers_are_named(line: Any, run: Run) -> Iterator[Fault]:
    """A line with a decision in a claim without any other payer."""
    claim = line.parent
    if claim is None or "other_payers" in claim.__dict__:
        return
    sbr = _destination(claim)
    if sbr is None or sbr.order not in LATER:  # else the payers before it are reported as missing
        for decision in line.adjudications:
            yield Fault(decision.decision, "1", "the claim names no other payer", "2430")
