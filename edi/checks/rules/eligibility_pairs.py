"""270 and 271: LS and LE stand around the parties of a benefit, and an inquiry asks something."""

from collections.abc import Iterator
from typing import Any, Final

from edi.checks.rules import Fault, Run, rule
from edi.findings import Answer, kind

BRACKETS: Final = kind(
    "SIT-42",
    "LS and LE do not stand around the related parties",
    4,
    "Give LS before and LE behind the loops 2120, or neither where there are none.",
    Answer("999", segment="I6"),
)
ASKS_NOTHING: Final = kind(
    "SIT-43",
    "Inquiry that asks for nothing",
    4,
    "Add EQ for the person who is asked about, or let a dependent's level follow.",
    Answer("999", segment="I7"),
)


@rule(BRACKETS, "271", loop="2110C 2110D", needs="related_begin parties related_end")
def parties_stand_between_their_bounds(benefit: Any, run: Run) -> Iterator[Fault]:
    """LS, 2120 and LE: all of them or none. One fault a benefit."""
    begin, parties, end = benefit.related_begin, benefit.parties, benefit.related_end
    if parties and begin is None:
        yield Fault("LS", "", "no LS stands before them", position=parties[0].position)
    elif parties and end is None:
        last = parties[-1]._wire[-1].position
        yield Fault("LE", "", "no LE follows them", position=last + 1)
    elif not parties and begin is not None and end is not None and end.position > begin.position + 1:
        return  # what is between them is reported already
    elif not parties and (begin is not None or end is not None):
        empty = Answer("999", segment="2")
        yield Fault(begin if begin is not None else end, "", "there are none", answer=empty)


@rule(ASKS_NOTHING, "270", loop="2000C")
def subscriber_is_asked_about(level: Any, run: Run) -> Iterator[Fault]:
    """TRN and EQ of a subscriber without dependents."""
    if level.name and not level.name.inquiries and not level.dependents and level.level.child != "1":
        last = level.name._wire[-1].position
        yield Fault("EQ", "", "no EQ follows", "2110C", position=last + 1)


@rule(ASKS_NOTHING, "270", loop="2000D")
def dependent_is_asked_about(level: Any, run: Run) -> Iterator[Fault]:
    """EQ of a dependent: the level is there for nothing else."""
    if level.name and not level.name.inquiries:
        last = level.name._wire[-1].position
        yield Fault("EQ", "", "no EQ follows", "2110D", position=last + 1)
