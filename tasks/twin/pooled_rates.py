"""Rates of outcomes by what a line is, each group leaning on the one above it as far as it must.

A Dirichlet-multinomial for each group, whose prior is the rates of the group above: all of the payer, then
those of one code, then of that code with one modifier, and so on. How much a group leans on the one above,
and which feature comes next, is what makes the counts most likely (empirical Bayes); a feature that tells
nothing is left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import lgamma, log
from typing import Final

from tasks.twin.answered import FEATURES, PAID, Service

OTHER: Final = "other"
"""Any outcome that was not seen yet."""
STRENGTHS: Final = (1.0, 3.0, 8.0, 20.0, 50.0, 150.0, 600.0)
LEAST_GAIN: Final = 3.0
"""How much more likely (natural logarithm) a feature must make the counts to be used."""

Counts = dict[str, float]
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """The groups of one feature more: `strength` is how many lines the group above counts as."""

    feature: str
    strength: float


@dataclass(frozen=True, slots=True)
class PooledRates:
    """What was learned. `counts` are those of each group, by its path: the empty one is all of the payer."""

    outcomes: tuple[str, ...]
    levels: tuple[Level, ...]
    counts: Mapping[Path, Counts]
    rates: Mapping[Path, Mapping[str, float]]

    def path(self, service: Service) -> Path:
        """The group of a line, the smallest one."""
        return tuple(getattr(service, level.feature) for level in self.levels)

    def of(self, service: Service) -> Mapping[str, float]:
        """The probability of each outcome: of the smallest group that was seen."""
        return self._of_group(self.path(service))

    def variance(self, loads: Mapping[Service, float], outcome: str) -> float:
        """The variance of a sum, over lines, of a load times the probability of an outcome: how far what is
        not known of the rates may carry a forecast."""
        now: dict[Path, float] = defaultdict(float)
        for service, load in loads.items():
            now[self.path(service)] += load
        whole = 0.0
        for depth in range(len(self.levels), -1, -1):
            strength = self.levels[depth - 1].strength if depth else len(self.outcomes) / 2
            above: dict[Path, float] = defaultdict(float)
            for path, load in now.items():
                seen = sum(self.counts.get(path, {}).values())
                rates = self._of_group(path)
                share = rates.get(outcome, rates[OTHER])
                whole += load * load * share * (1 - share) / (seen + strength + 1)
                above[path[:-1]] += load * strength / (seen + strength)
            now = above
        return whole

    def _of_group(self, path: Path) -> Mapping[str, float]:
        while path not in self.rates:
            path = path[:-1]
        return self.rates[path]


def pooled(seen: Iterable[tuple[Service, str, float]]) -> PooledRates:
    """Learn from lines: what each is, its outcome, and its weight (1 counts it whole)."""
    cells: dict[Service, Counts] = defaultdict(lambda: defaultdict(float))
    for service, outcome, weight in seen:
        cells[service][outcome] += weight
    whole = _summed(cells, ())
    found = sorted({PAID, OTHER, *(outcome for counts in whole.values() for outcome in counts)})
    total = sum(whole.get((), {}).values())
    rates: dict[Path, Mapping[str, float]] = {
        (): {o: (whole.get((), {}).get(o, 0.0) + 0.5) / (total + 0.5 * len(found)) for o in found}
    }
    counts: dict[Path, Counts] = dict(whole)
    levels: list[Level] = []
    left = list(FEATURES)
    while left:
        tried = [_tried(cells, tuple(level.feature for level in levels), one, rates) for one in left]
        gain, level, groups = max(tried, key=lambda one: one[0])
        if gain < LEAST_GAIN:
            break
        levels.append(level)
        left.remove(level.feature)
        counts |= groups
        for path, of in groups.items():
            rates[path] = _leaning(of, rates[path[:-1]], level.strength)
    return PooledRates(tuple(found), tuple(levels), counts, rates)


def _summed(cells: Mapping[Service, Counts], features: Path) -> dict[Path, Counts]:
    found: dict[Path, Counts] = {}
    places = [FEATURES.index(one) for one in features]
    for service, counts in cells.items():
        into = found.setdefault(tuple(service[place] for place in places), defaultdict(float))
        for outcome, weight in counts.items():
            into[outcome] += weight
    return found


def _tried(
    cells: Mapping[Service, Counts], before: Path, feature: str, rates: Mapping[Path, Mapping[str, float]]
) -> tuple[float, Level, dict[Path, Counts]]:
    """What one feature more is worth, at the strength that is best for it."""
    groups = _summed(cells, (*before, feature))
    above = [(list(of.items()), rates[path[:-1]], sum(of.values())) for path, of in groups.items()]
    plain = sum(weight * log(rate[outcome]) for of, rate, _ in above for outcome, weight in of)
    best, strength = max((_evidence(above, strength), strength) for strength in STRENGTHS)
    return best - plain, Level(feature, strength), groups


def _evidence(
    groups: list[tuple[list[tuple[str, float]], Mapping[str, float], float]], strength: float
) -> float:
    start = lgamma(strength)
    whole = 0.0
    for of, rates, seen in groups:
        whole += start - lgamma(strength + seen)
        for outcome, weight in of:
            prior = strength * rates[outcome]
            whole += lgamma(prior + weight) - lgamma(prior)
    return whole


def _leaning(counts: Counts, above: Mapping[str, float], strength: float) -> Mapping[str, float]:
    whole = sum(counts.values()) + strength
    return {outcome: (counts.get(outcome, 0.0) + strength * rate) / whole for outcome, rate in above.items()}
