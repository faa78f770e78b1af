"""What denials of one code have in common: the facts that tell most, and since when. Pure.

Lines are told by facts (`coding.denied_lines.FACTS`, and the payer). A pattern is a few facts and a first
month: among the lines that have them since then, the code comes far more often than among all others. Of all
such groups the most telling one is taken, by the ratio of likelihoods of two rates against one; each further
fact must earn what it costs. Its denials are left out, and the next one is looked for in what is left.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

MOST_FACTS: Final = 3
LEAST_HITS: Final = 4
LEAST_TELLING: Final = 12.0
"""The log ratio below which chance may have made a group."""
A_FACT_COSTS: Final = 3.0
LEAST_LIFT: Final = 3.0
"""How many times as often as elsewhere the code comes in a pattern at least."""
BEAM: Final = 6
"""Groups that are looked into further at each step."""

Fact = tuple[int, str]  # the place among the facts of a line, and the value there
Facts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line by its facts, in the month of its answer."""

    facts: Facts
    month: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """Facts that denials of a code have in common since a month: `hits` of `lines` lines were denied under
    it, `elsewhere` is the rate among all others."""

    facts: tuple[Fact, ...]
    since: str
    hits: int
    lines: int
    elsewhere: float
    telling: float


class _Marked:
    """Lines as bits: a whole number for each fact and each month has the bit of every line that has it, so
    that lines of several facts are counted at once however many there are."""

    def __init__(self, lines: Sequence[Line]) -> None:
        marks: dict[Fact | str, bytearray] = {}
        self.number, size = len(lines), len(lines) // 8 + 1
        for n, one in enumerate(lines):
            place, bit = n >> 3, 1 << (n & 7)
            keys: list[Fact | str] = [one.month, *enumerate(one.facts)]
            for key in keys:
                mark = marks.get(key)
                if mark is None:
                    mark = marks[key] = bytearray(size)
                mark[place] |= bit
        found = {key: int.from_bytes(mark, "little") for key, mark in marks.items()}
        self.facts = {key: bits for key, bits in found.items() if isinstance(key, tuple)}
        self.months = {key: bits for key, bits in found.items() if isinstance(key, str)}

    def having(self, facts: Iterable[Fact]) -> int:
        """The bits of the lines that have all these facts."""
        bits = (1 << self.number) - 1
        for fact in facts:
            bits &= self.facts.get(fact, 0)
        return bits

    def by_month(self, bits: int) -> dict[str, int]:
        """How many of these lines each month has."""
        counts = {month: (bits & of_month).bit_count() for month, of_month in self.months.items()}
        return {month: count for month, count in counts.items() if count}


class Lines:
    """Every answered line; asked for one code after another."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._all = _Marked(list(lines))

    def patterns(self, hits: Sequence[Line]) -> list[Pattern]:
        """The patterns of the hits of one code, the most telling first."""
        left, found = list(hits), []
        while (best := self._best(_Marked(left))) is not None:
            found.append(best)
            left = [one for one in left if not is_in(one, best)]
        return found

    def _best(self, hits: _Marked) -> Pattern | None:
        if hits.number < LEAST_HITS:
            return None
        best: Pattern | None = None
        beam: list[tuple[Fact, ...]] = [()]
        for _ in range(MOST_FACTS):
            tried = {
                tuple(sorted((*facts, fact)))
                for facts in beam
                for fact, bits in hits.facts.items()
                if fact[0] not in {place for place, _ in facts}
                and (hits.having(facts) & bits).bit_count() >= LEAST_HITS
            }
            rated = [one for facts in tried if (one := self._rated(hits, facts)) is not None]
            rated.sort(key=lambda one: (-one.telling, one.facts))
            beam = [one.facts for one in rated[:BEAM]]
            if rated and (best is None or rated[0].telling > best.telling):
                best = rated[0]
        return best if best is not None and best.telling >= LEAST_TELLING else None

    def _rated(self, hits: _Marked, facts: tuple[Fact, ...]) -> Pattern | None:
        """These facts with the month since which they tell most."""
        of_hits = hits.by_month(hits.having(facts))
        of_lines = self._all.by_month(self._all.having(facts))
        best: Pattern | None = None
        for since in of_hits:
            inside = sum(count for month, count in of_hits.items() if month >= since)
            lines = max(sum(count for month, count in of_lines.items() if month >= since), inside)
            others = max(self._all.number - lines, hits.number - inside, 1)
            elsewhere = (hits.number - inside) / others
            if inside < LEAST_HITS or inside / lines < LEAST_LIFT * elsewhere:
                continue
            telling = _ratio(inside, lines, hits.number - inside, others) - A_FACT_COSTS * len(facts)
            if best is None or (telling, since) > (best.telling, best.since):
                best = Pattern(facts, since, inside, lines, elsewhere, telling)
        return best


def is_in(line: Line, pattern: Pattern) -> bool:
    """Whether a line is one of a pattern's."""
    return line.month >= pattern.since and all(line.facts[place] == value for place, value in pattern.facts)


def _ratio(hits: int, lines: int, others: int, other_lines: int) -> float:
    """The log of how much likelier two rates are than one."""
    one_rate = (hits + others) / (lines + other_lines)
    two = _likelihood(hits, lines, hits / lines) + _likelihood(others, other_lines, others / other_lines)
    return two - _likelihood(hits, lines, one_rate) - _likelihood(others, other_lines, one_rate)


def _likelihood(hits: int, lines: int, rate: float) -> float:
    value = hits * log(rate) if hits else 0.0
    return value + ((lines - hits) * log(1 - rate) if lines > hits else 0.0)
