"""What denials of one code have in common: the facts that tell most, and since when. Pure.

Lines are told by facts (`coding.denied_lines.FACTS`, and the payer). A pattern is a few facts and a first
month: among the lines that have them since then, the code comes far more often than among all others. Of all
such groups the most telling one is taken, by the ratio of likelihoods of two rates against one; each further
fact must earn what it costs. Its denials are put aside, and the next one is looked for in what is left.
"""

from collections import Counter, defaultdict
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
class Group:
    """Lines of one month with the same facts: how many."""

    facts: Facts
    month: str
    lines: int


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


class Lines:
    """Every answered line, counted by facts and month; asked for one code after another."""

    def __init__(self, groups: Iterable[Group]) -> None:
        counted: Counter[tuple[Facts, str]] = Counter()
        for one in groups:
            counted[one.facts, one.month] += one.lines
        self._all = [Group(facts, month, lines) for (facts, month), lines in counted.items()]
        self._total = sum(one.lines for one in self._all)
        self._having: dict[Fact, list[Group]] = defaultdict(list)
        for one in self._all:
            for fact in enumerate(one.facts):
                self._having[fact].append(one)

    def patterns(self, hits: Sequence[Group]) -> list[Pattern]:
        """The patterns of the hits of one code, the most telling first."""
        left, found = list(hits), []
        while (best := self._best(left)) is not None:
            found.append(best)
            left = [one for one in left if not (has(one, best.facts) and one.month >= best.since)]
        return found

    def _best(self, hits: Sequence[Group]) -> Pattern | None:
        number = sum(one.lines for one in hits)
        if number < LEAST_HITS:
            return None
        best: Pattern | None = None
        beam: list[tuple[Fact, ...]] = [()]
        for _ in range(MOST_FACTS):
            tried = {
                tuple(sorted((*facts, fact)))
                for facts in beam
                for fact in self._facts_of(hits, facts)
                if fact[0] not in {place for place, _ in facts}
            }
            rated = [one for facts in tried if (one := self._rated(hits, number, facts)) is not None]
            rated.sort(key=lambda one: (-one.telling, one.facts))
            beam = [one.facts for one in rated[:BEAM]]
            if rated and (best is None or rated[0].telling > best.telling):
                best = rated[0]
        return best if best is not None and best.telling >= LEAST_TELLING else None

    def _facts_of(self, hits: Sequence[Group], facts: tuple[Fact, ...]) -> set[Fact]:
        """The facts that enough of the hits with these facts have, too."""
        counts: Counter[Fact] = Counter()
        for one in hits:
            if has(one, facts):
                for fact in enumerate(one.facts):
                    counts[fact] += one.lines
        return {fact for fact, lines in counts.items() if lines >= LEAST_HITS}

    def _rated(self, hits: Sequence[Group], number: int, facts: tuple[Fact, ...]) -> Pattern | None:
        """These facts with the month since which they tell most."""
        of_hits: Counter[str] = Counter()
        of_lines: Counter[str] = Counter()
        for one in hits:
            if has(one, facts):
                of_hits[one.month] += one.lines
        rarest = min((self._having[fact] for fact in facts), key=len)
        for one in rarest:
            if has(one, facts):
                of_lines[one.month] += one.lines
        best: Pattern | None = None
        for since in of_hits:
            inside = sum(count for month, count in of_hits.items() if month >= since)
            lines = max(sum(count for month, count in of_lines.items() if month >= since), inside)
            others = max(self._total - lines, number - inside, 1)
            elsewhere = (number - inside) / others
            if inside < LEAST_HITS or inside / lines < LEAST_LIFT * elsewhere:
                continue
            telling = _ratio(inside, lines, number - inside, others) - A_FACT_COSTS * len(facts)
            if best is None or (telling, since) > (best.telling, best.since):
                best = Pattern(facts, since, inside, lines, elsewhere, telling)
        return best


def has(one: Group, facts: Iterable[Fact]) -> bool:
    return all(one.facts[place] == value for place, value in facts)


def _ratio(hits: int, lines: int, others: int, other_lines: int) -> float:
    """The log of how much likelier two rates are than one."""
    one_rate = (hits + others) / (lines + other_lines)
    two = _likelihood(hits, lines, hits / lines) + _likelihood(others, other_lines, others / other_lines)
    return two - _likelihood(hits, lines, one_rate) - _likelihood(others, other_lines, one_rate)


def _likelihood(hits: int, lines: int, rate: float) -> float:
    value = hits * log(rate) if hits else 0.0
    return value + ((lines - hits) * log(1 - rate) if lines > hits else 0.0)
