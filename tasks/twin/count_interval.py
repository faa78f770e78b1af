"""The interval in which a count lies, from its mean and variance.

A count that varies more than by chance alone is negative binomial, one that varies less is binomial: both are
taken with the mean and variance given. The ends are those of the mid-distribution (half of the probability
of a count counts as below it): of a whole number, plain quantiles would cover too much.
"""

from collections.abc import Iterator
from math import ceil, exp, lgamma, log, sqrt
from statistics import NormalDist
from typing import Final

COVERED: Final = 0.80
"""How likely what is foretold lies in the interval."""
_LARGE: Final = 5_000


def interval(mean: float, variance: float, covered: float = COVERED) -> tuple[int, int]:
    """The lowest and highest count. A mean of nothing is (0, 0)."""
    if mean <= 0:
        return 0, 0
    tail = (1 - covered) / 2
    if mean > _LARGE:
        reach = NormalDist().inv_cdf(1 - tail) * sqrt(max(variance, 0.0))
        return max(round(mean - reach), 0), round(mean + reach)
    low: int | None = None
    high, below = 0, 0.0
    for count, chance in enumerate(_chances(mean, variance)):
        middle = below + chance / 2
        if low is None and middle >= tail:
            low = count
        if middle <= 1 - tail:
            high = count
        else:
            break
        below += chance
    return min(low or 0, high), high


def _chances(mean: float, variance: float) -> Iterator[float]:
    """The probability of 0, 1, 2 and so on, to where hardly anything is left."""
    furthest = ceil(mean + 12 * sqrt(max(variance, mean)) + 20)
    if variance > mean * 1.001:
        size = mean * mean / (variance - mean)
        odds = mean / (mean + size)
        for count in range(furthest):
            start = lgamma(count + size) - lgamma(size) - lgamma(count + 1)
            yield exp(start + size * log(1 - odds) + count * log(odds))
    elif variance < mean * 0.999:
        of = max(ceil(mean * mean / (mean - variance)), ceil(mean))
        share = min(mean / of, 1 - 1e-12)
        for count in range(of + 1):
            ways = lgamma(of + 1) - lgamma(count + 1) - lgamma(of - count + 1)
            yield exp(ways + count * log(share) + (of - count) * log(1 - share))
    else:
        for count in range(furthest):
            yield exp(count * log(mean) - mean - lgamma(count + 1))
