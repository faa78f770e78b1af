"""A payer that pays another share of the charge from a day on: a new fee schedule, its or the practice's."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import accumulate
from math import log
from typing import Final, NamedTuple

from tasks.twin.answered import Service
from tasks.twin.changes import LEAST_LINES, SURE, WITHIN_MONTH, Change, begins_month, split_at

SHARE: Final = "share"
LEAST_APART: Final = 0.01
FINEST: Final = 0.002
"""Cents are whole, so that shares of a fixed fee scatter so much."""


class Paid(NamedTuple):
    """A paid line on the day it was sent, with the share of its charge that it got."""

    day: date
    service: Service
    share: float


def share_changes(paid: Iterable[Paid]) -> list[Change]:
    """The last change of each code with its modifiers, where the shares speak for one."""
    streams: dict[tuple[str, str], list[tuple[date, float]]] = defaultdict(list)
    for day, service, share in paid:
        streams[service.procedure, service.modifiers].append((day, share))
    months = len({(day.year, day.month) for of in streams.values() for day, _ in of})
    needed = SURE + log(max(len(streams) * months, 1))
    found = []
    for (procedure, modifiers), of in sorted(streams.items()):
        of.sort()
        where = (("procedure", procedure), ("modifiers", modifiers))
        change = None
        while (later := _split(of, where, needed)) is not None:
            change = later
            of = [one for one in of if one[0] >= later.from_on]
        if change is not None:
            found.append(change)
    return found


def _split(
    of: Sequence[tuple[date, float]], where: tuple[tuple[str, str], ...], needed: float
) -> Change | None:
    """The day that divides the shares best, if it makes them so much more likely (normal)."""
    shares = [share for _, share in of]
    sums, squares = [0.0, *accumulate(shares)], [0.0, *accumulate(share * share for share in shares)]

    def scatter(start: int, end: int) -> float:
        total = sums[end] - sums[start]
        return max(squares[end] - squares[start] - total * total / (end - start), 0.0)

    gains: dict[int, float] = {}
    days = [day for day, _ in of]
    for place in range(LEAST_LINES, len(of) - LEAST_LINES + 1):
        if days[place] == days[place - 1]:
            continue
        apart = scatter(0, place) + scatter(place, len(of)) + len(of) * FINEST**2
        gain = len(of) / 2 * log((scatter(0, len(of)) + len(of) * FINEST**2) / apart)
        if not begins_month(days, place):
            gain -= WITHIN_MONTH
        gains[place] = gain
    place = max(gains, key=gains.__getitem__, default=0)
    if not gains or gains[place] < needed:
        return None
    split = split_at({days[at]: gain for at, gain in gains.items()}, days[place])
    before, after = sums[place] / place, (sums[-1] - sums[place]) / (len(of) - place)
    if abs(after - before) < LEAST_APART:
        return None
    return Change(
        reason="paid share",
        where=where,
        from_on=split.day,
        earliest_on=split.earliest,
        latest_on=split.latest,
        before=before,
        after=after,
        lines_before=place,
        lines_after=len(of) - place,
        stage=SHARE,
    )
