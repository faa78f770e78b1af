"""The interval in which a share lies, seen in some of a number of cases (Wilson, 1927)."""

from math import sqrt
from statistics import NormalDist

#: The normal deviate of 95 %.
_Z = 1.959964


def deviate_of(confidence: float) -> float:
    """The normal deviate of a confidence between 0 and 1, to both sides."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def interval(hits: int, of: int) -> tuple[float, float]:
    """The lowest and highest share that `hits` among `of` cases allow, to 95 %; 0 and 1 where there are none.

    Raises:
        ValueError: hits below 0 or above `of`.
    """
    if not 0 <= hits <= max(of, 0):
        raise ValueError("hits lie between 0 and the number of cases")
    if of == 0:
        return 0.0, 1.0
    return wilson(hits / of, of)


def wilson(share: float, of: float, deviate: float = _Z) -> tuple[float, float]:
    """The same of a share between 0 and 1 of `of` cases, which need be no whole number; `deviate` is the
    normal one of the confidence."""
    square = deviate * deviate
    middle = share + square / (2 * of)
    reach = deviate * sqrt(share * (1 - share) / of + square / (4 * of * of))
    whole = 1 + square / of
    return max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole)


def differ(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two shares (hits, of how many) differ by more than chance: 0 lies outside the 95 % interval of
    their difference (Newcombe, 1998, method 10, which is made of Wilson's intervals)."""
    (share, low, high), (beside, lowest, highest) = ((of[0] / of[1], *interval(*of)) for of in (one, other))
    apart = share - beside
    below = sqrt((share - low) ** 2 + (highest - beside) ** 2)
    above = sqrt((high - share) ** 2 + (beside - lowest) ** 2)
    return apart - below > 0 or apart + above < 0
