"""What share of its charge a paid line gets, by code, modifiers and place, each leaning on the one above."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from tasks.twin.answered import Service

DEPTH: Final = 3
"""The features that count: procedure, modifiers, place."""
WIDEST: Final = 0.04
"""The variance between codes that is assumed where there are too few to see it: two tenths either way."""

Path = tuple[str, ...]


@dataclass(slots=True)
class _Sums:
    seen: float = 0.0
    total: float = 0.0
    squares: float = 0.0

    def add(self, share: float, weight: float) -> None:
        self.seen += weight
        self.total += weight * share
        self.squares += weight * share * share

    @property
    def mean(self) -> float:
        return self.total / self.seen if self.seen else 0.0

    @property
    def scatter(self) -> float:
        """The sum of squares about the mean."""
        return max(self.squares - self.total * self.mean, 0.0)


@dataclass(frozen=True, slots=True)
class PooledShares:
    """What was learned: shares from 0 to 1. `between` is the variance between groups of each depth from 1,
    `within` that of a line about its group."""

    seen: Mapping[Path, float]
    means: Mapping[Path, float]
    between: tuple[float, ...]
    within: float

    def of(self, service: Service) -> float:
        """The share that a paid line is expected to get."""
        path: Path = tuple(service[:DEPTH])
        while path not in self.means and path:
            path = path[:-1]
        return self.means.get(path, 0.0)

    def variance(self, loads: Mapping[Service, float]) -> float:
        """The variance of a sum of loads times shares, from what is not known of the shares."""
        now: dict[Path, float] = defaultdict(float)
        for service, load in loads.items():
            now[tuple(service[:DEPTH])] += load
        whole = 0.0
        for depth in range(DEPTH, 0, -1):
            above: dict[Path, float] = defaultdict(float)
            for path, load in now.items():
                left = _left(self.seen.get(path, 0.0), self.between[depth - 1], self.within)
                whole += load * load * self.between[depth - 1] * left
                above[path[:-1]] += load * left
            now = above
        seen = self.seen.get((), 0.0)
        return whole + sum(load * load for load in now.values()) * (self.within + WIDEST / 4) / (seen + 1)


def _left(seen: float, between: float, within: float) -> float:
    """How much of a group's mean is still that of the group above."""
    whole = within + seen * between
    return within / whole if whole else float(not seen)


def pooled_shares(seen: Iterable[tuple[Service, float, float]]) -> PooledShares:
    """Learn from paid lines: what each is, its share of the charge, and its weight."""
    sums: dict[Path, _Sums] = defaultdict(_Sums)
    for service, share, weight in seen:
        for depth in range(DEPTH + 1):
            sums[tuple(service[:depth])].add(share, weight)
    smallest = [of for path, of in sums.items() if len(path) == DEPTH]
    free = sum(of.seen for of in smallest) - len(smallest)
    within = sum(of.scatter for of in smallest) / free if free > 0 else WIDEST
    means: dict[Path, float] = {(): sums[()].mean}
    between: list[float] = []
    for depth in range(1, DEPTH + 1):
        groups = {path: of for path, of in sums.items() if len(path) == depth}
        between.append(_between(groups, means, within))
        for path, of in groups.items():
            left = _left(of.seen, between[-1], within)
            means[path] = (1 - left) * of.mean + left * means[path[:-1]]
    return PooledShares({path: of.seen for path, of in sums.items()}, means, tuple(between), within)


def _between(groups: Mapping[Path, _Sums], above: Mapping[Path, float], within: float) -> float:
    """The variance between groups, by moments: what their means scatter more than their lines explain."""
    if len(groups) < 3:
        return WIDEST
    scatter = sum((of.mean - above[path[:-1]]) ** 2 - within / of.seen for path, of in groups.items())
    return max(scatter / len(groups), 0.0)
