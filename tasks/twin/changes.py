"""A payer that decides otherwise from a day on: in what, for which reason, and at what rate before and after.

What is compared is not the rate but what was seen against what the rates of all the time foretell, so that a
practice that sends other claims than before is no change of the payer's. A change is named where it makes the
answers far more likely than no change does, after all the places were counted where one was looked for, and
after what the payer's days differ among themselves.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from math import log
from typing import Final, NamedTuple

from tasks.twin.answered import PAID, Service
from tasks.twin.pooled_rates import OTHER, PooledRates

LEAST_DENIED: Final = 10
"""Fewer denials of a reason tell no change."""
LEAST_DAYS: Final = 4
"""Batch days that must lie before and after it."""
LEAST_LINES: Final = 11
"""Lines that must lie before and after it."""
LEAST_APART: Final = 0.03
SURE: Final = 2.5
"""How much more likely (natural logarithm) than no change, beyond the number of places looked at."""
NEARLY: Final = 2.0
"""A day of so little less (natural logarithm) may be the true one too: it is among them 19 times in 20."""
ALIKE: Final = 0.97
"""Of changes that are nearly as clear as the clearest, that of the fewest lines is named: what a payer
changes for one code, it changes for all its lines together too."""
WITHIN_MONTH: Final = 6.0
"""How much more it takes for a day that no month begins with."""


class Seen(NamedTuple):
    """A line, or a claim by its lead, on its day, with its outcome."""

    day: date
    service: Service
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """From `from_on` on the payer decides otherwise: the likeliest of the days from `earliest_on` to
    `latest_on` that it may have begun on. `where` pairs features with values, empty is all that it gets; the
    rates are those of the reason among the lines, before and after."""

    reason: str
    where: tuple[tuple[str, str], ...]
    from_on: date
    earliest_on: date
    latest_on: date
    before: float
    after: float
    lines_before: int
    lines_after: int
    stage: str = "denial"

    def concerns(self, service: Service) -> bool:
        """Whether a line is one of those that it is about."""
        return all(getattr(service, feature) == value for feature, value in self.where)

    @property
    def month(self) -> str:
        """YYYY-MM."""
        return self.from_on.isoformat()[:7]

    @property
    def months(self) -> str:
        """The month in which it began, or the first and the last in which it may have."""
        first, last = self.earliest_on.isoformat()[:7], self.latest_on.isoformat()[:7]
        return first if first == last else f"{first} to {last}"


Where = tuple[tuple[str, str], ...]


class Split(NamedTuple):
    """How much more likely a change on a day makes what was seen (natural logarithm), and the first and the
    last day that it may as well have come on."""

    gain: float
    day: date
    earliest: date
    latest: date


@dataclass(frozen=True, slots=True)
class _Day:
    """Lines of one day, or of several: how many were denied, and how many that was foretold of."""

    seen: float = 0.0
    foretold: float = 0.0
    lines: int = 0

    def plus(self, other: "_Day") -> "_Day":
        return _Day(self.seen + other.seen, self.foretold + other.foretold, self.lines + other.lines)

    def less(self, other: "_Day") -> "_Day":
        return _Day(self.seen - other.seen, self.foretold - other.foretold, self.lines - other.lines)


def strongest(seen: Iterable[Seen], rates: PooledRates) -> Change | None:
    """The change that the answers speak for most clearly; None where they speak for none."""
    streams = _streams(seen, rates)
    days = sorted({day for stream in streams.values() for day in stream})
    months = len({(day.year, day.month) for day in days})
    needed = SURE + log(max(len(streams) * months, 1))
    changes: list[tuple[float, Change]] = []
    for (where, reason), stream in streams.items():
        found = _split(stream)
        if found is not None and found.gain >= needed:
            changes.append((found.gain, _told(where, reason, stream, found)))
    if not changes:
        return None
    best = max(gain for gain, _ in changes)
    alike = [change for gain, change in changes if gain >= ALIKE * best]
    change = min(alike, key=lambda one: one.lines_before + one.lines_after)
    few = min(change.lines_before, change.lines_after) < LEAST_LINES
    return change if abs(change.after - change.before) >= LEAST_APART and not few else None


def _streams(seen: Iterable[Seen], rates: PooledRates) -> dict[tuple[Where, str], dict[date, _Day]]:
    """By what the lines have in common and reason, each day's denials and those that were foretold."""
    cells: dict[tuple[date, Service], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for day, service, outcome in seen:
        cells[day, service][outcome] += 1
    places = _often(cells, [one for one in rates.outcomes if one not in (PAID, OTHER)])
    found: dict[tuple[Where, str], dict[date, _Day]] = defaultdict(lambda: defaultdict(_Day))
    for (day, service), counts in cells.items():
        lines, of = sum(counts.values()), rates.of(service)
        for where, reason in places[service]:
            one = _Day(counts.get(reason, 0), lines * of[reason], lines)
            found[where, reason][day] = found[where, reason][day].plus(one)
    return found


def _often(
    cells: Mapping[tuple[date, Service], Mapping[str, int]], reasons: Iterable[str]
) -> dict[Service, list[tuple[Where, str]]]:
    """By service, the streams that it belongs to, of those with denials enough to tell a change."""
    whole: dict[Service, Counter[str]] = defaultdict(Counter)
    for (_, service), counts in cells.items():
        whole[service].update(counts)
    sums: Counter[tuple[Where, str]] = Counter()
    for service, of in whole.items():
        for where in _places(service):
            sums.update({(where, reason): number for reason, number in of.items()})
    return {
        service: [
            (where, reason)
            for where in _places(service)
            for reason in reasons
            if sums[where, reason] >= LEAST_DENIED
        ]
        for service in whole
    }


def _places(service: Service) -> Iterator[Where]:
    """What lines may have in common: nothing, one feature, a code with its modifiers or its diagnosis."""
    yield ()
    pairs = tuple(zip(Service._fields, service, strict=True))
    for pair in pairs:
        yield (pair,)
    yield pairs[0], pairs[1]
    yield pairs[0], pairs[3]


def _split(stream: Mapping[date, _Day]) -> Split | None:
    """The day that divides a stream best, and how much more likely that makes it."""
    days = sorted(stream)
    sums = list(accumulate((stream[day] for day in days), _Day.plus, initial=_Day()))
    gains = {
        place: _gain(sums[place], sums[-1]) - (0.0 if begins_month(days, place) else WITHIN_MONTH)
        for place in range(LEAST_DAYS, len(days) - LEAST_DAYS + 1)
    }
    if not gains:
        return None
    place = max(gains, key=gains.__getitem__)
    scatter = _scatter([stream[day] for day in days], place, sums)
    return split_at({days[at]: gain / scatter for at, gain in gains.items()}, days[place])


def split_at(gains: Mapping[date, float], day: date) -> Split:
    """The division at a day, with those that the answers speak for nearly as clearly."""
    near = [other for other, gain in gains.items() if gain >= gains[day] - NEARLY]
    return Split(gains[day], day, min(near), max(near))


def begins_month(days: Sequence[date], place: int) -> bool:
    """Whether a day is the first one of its month that is there."""
    day = days[place]
    return bisect_left(days, day.replace(day=1)) == place


def _gain(before: _Day, every: _Day) -> float:
    """The logarithm of how much more likely two rates make the counts than one (binomial)."""

    def of(number: float, mean: float) -> float:
        return number * log(number / mean) if number > 0 and mean > 0 else 0.0

    alike = every.seen / every.foretold if every.foretold > 0 else 0.0
    gain = 0.0
    for part in (before, every.less(before)):
        mean = min(part.foretold * alike, part.lines)
        gain += of(part.seen, mean) + of(part.lines - part.seen, part.lines - mean)
    return gain


def _scatter(days: Sequence[_Day], place: int, sums: Sequence[_Day]) -> float:
    """How much more the days of each part scatter than chance lets them; 1 where they do not."""
    apart = chance = 0.0
    for start, end in ((0, place), (place, len(days))):
        part = sums[end].less(sums[start])
        often = part.seen / part.lines if part.lines else 0.0
        for day in days[start:end]:
            mean = day.foretold * part.seen / part.foretold if part.foretold > 0 else 0.0
            apart += (day.seen - mean) ** 2
            chance += mean * (1 - often)
    return max(apart / chance, 1.0) if chance > 0 else 1.0


def _told(where: Where, reason: str, stream: Mapping[date, _Day], split: Split) -> Change:
    day = split.day
    parts = [
        [one for on, one in stream.items() if on < day],
        [one for on, one in stream.items() if on >= day],
    ]
    lines = [sum(one.lines for one in part) for part in parts]
    shares = [
        sum(one.seen for one in part) / of if of else 0.0 for part, of in zip(parts, lines, strict=True)
    ]
    return Change(
        reason=reason,
        where=where,
        from_on=day,
        earliest_on=split.earliest,
        latest_on=split.latest,
        before=shares[0],
        after=shares[1],
        lines_before=lines[0],
        lines_after=lines[1],
    )
