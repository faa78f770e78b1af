"""Which encounter a day belongs to: the only one whose days hold it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import accumulate


def only_holders(spans: Sequence[tuple[date | None, date | None]], wanted: Iterable[date]) -> dict[date, int]:
    """For each wanted day the place of the only span that holds it; days of none or several are absent.

    A span without a last day is its first day; one without a first day holds nothing. One sweep: how
    many spans are open on a day, and the sum of their places, which is the place where it is one.
    """
    days = sorted(set(wanted))
    opened, places = [0] * (len(days) + 1), [0] * (len(days) + 1)
    for place, (first, last) in enumerate(spans):
        if first is None:
            continue
        start, end = bisect_left(days, first), bisect_right(days, last or first)
        opened[start] += 1
        opened[end] -= 1
        places[start] += place
        places[end] -= place
    many, total = accumulate(opened), accumulate(places)
    return {day: at for day, count, at in zip(days, many, total, strict=False) if count == 1}
