"""Days as people write them, and which encounter a day belongs to: the only one whose days hold it."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from itertools import accumulate

# 2026-11-16, 20261116 or 11/16/2026, the first two as spreadsheets and programs write them too: with
# the midnight at which every day starts.
_DAY = re.compile(
    r"(?:(?P<y>\d{4})(?P<mark>-?)(?P<m>\d\d)(?P=mark)(?P<d>\d\d)|(?P<m2>\d\d?)/(?P<d2>\d\d?)/(?P<y2>\d{4}))"
    r"(?:[T ]0?0:00(?::00(?:\.0+)?)?Z?)?",
    re.ASCII,
)


@lru_cache(maxsize=20_000)  # a night has few days of service, and each is read several times
def day_of(text: str) -> date | None:
    """The day, or None where the text is none or could be two (09.11.2026, 11/9/26)."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return date(*(int(found[name] or found[f"{name}2"]) for name in "ymd"))
    except ValueError:
        return None


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
