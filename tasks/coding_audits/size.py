"""How many lines a coding audit needs, and how they are shared among strata.

Lines for an interval of a wanted width: n0 = z^2 p (1-p) / d^2 with d half the width, times the design
effect, then the finite population correction n = n0 / (1 + (n0 - 1) / N) (Cochran, Sampling Techniques,
3rd ed., 4.4 and 4.5). Shares among strata go by their units times their weight (ibid., 5.5).
"""

from collections.abc import Mapping
from math import ceil
from typing import Final

from tasks.reports.proportion import deviate_of

#: Least units of a stratum, where it has them: the variance within one needs two.
LEAST: Final = 2
#: How alike lines of one claim are taken to err, before anything is known (intraclass correlation).
ALIKE: Final = 0.2


def lines_for(frame: int, width: float, confidence: float, expected: float, effect: float = 1.0) -> int:
    """The lines that a frame of `frame` lines needs for an interval `width` wide; at most all of it.
    `expected` is the error rate that is expected, `effect` the design effect."""
    z = deviate_of(confidence)
    endless = effect * z * z * expected * (1 - expected) / (width / 2) ** 2
    return min(frame, max(LEAST, ceil(round(endless / (1 + (endless - 1) / frame), 9)))) if frame else 0


def effect_of_claims(sizes: Mapping[int, int]) -> float:
    """The design effect of whole claims, by how many have so many lines: 1 + (b - 1) * intraclass
    correlation, b the lines of a line's claim on average (Kish, Survey Sampling, 5.4 and 5.6)."""
    lines = sum(size * claims for size, claims in sizes.items())
    mean = sum(size * size * claims for size, claims in sizes.items()) / lines if lines else 1.0
    return 1 + (mean - 1) * ALIKE


def effect_of_weights(units: Mapping[float, int]) -> float:
    """The design effect of unequal chances, by how many units have each weight (Kish, ibid., 11.7)."""
    whole = sum(units.values())
    if not whole:
        return 1.0
    ordered = sorted(units.items())  # the same to the last place, in whatever order they came
    mean = sum(weight * n for weight, n in ordered) / whole
    return mean * sum(n / weight for weight, n in ordered) / whole


def shared(size: int, units: Mapping[str, int], weights: Mapping[str, float]) -> dict[str, int]:
    """How many units each stratum gives: at least two where it has them, the rest by units times weight,
    never more than it has. What rounding leaves goes to the largest remainders."""
    given = {name: min(LEAST, there) for name, there in units.items()}
    size = min(max(size, sum(given.values())), sum(units.values()))
    ideal = _ideal(size, units, weights)
    for name, there in units.items():
        given[name] = min(there, max(given[name], int(ideal[name])))
    by_need = sorted(units, key=lambda name: (given[name] - ideal[name], name))
    while (left := size - sum(given.values())) != 0:
        for name in by_need if left > 0 else reversed(by_need):
            step = 1 if left > 0 else -1
            if not min(LEAST, units[name]) <= given[name] + step <= units[name]:
                continue
            given[name] += step
            left -= step
            if not left:
                break
    return given


def _ideal(size: int, units: Mapping[str, int], weights: Mapping[str, float]) -> dict[str, float]:
    """Shares by units times weight; what a full stratum can't give, the others do."""
    ideal: dict[str, float] = {}
    open_ = dict(units)
    while open_:
        whole = sum(there * weights[name] for name, there in open_.items())
        room = size - sum(ideal.values())
        part = {name: room * there * weights[name] / whole for name, there in open_.items()}
        full = [name for name, there in open_.items() if part[name] > there]
        if not full:
            return {**ideal, **part}
        for name in full:
            ideal[name] = float(open_.pop(name))
    return ideal
