"""Figures of this moment that are worked out once for as long as nothing is written that they are of.

They are right while no table was written to that work may be derived from (`queue_changes.mark`). It holds
sums, of the practices of who asked.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

from ledger.books.queue_changes import mark
from web.desk import Visit

Found = TypeVar("Found")


@dataclass(frozen=True)
class FiguresNow:
    """Those of one console, at most so many: the least recently shown goes first."""

    most: int
    _kept: OrderedDict[Any, Any] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def of(
        self, visit: Visit, name: str, practices: Collection[str] | None, work_out: Callable[[], Found]
    ) -> Found:
        """A figure of these practices (None: of all) by its name and the day that is looked at. It is of no
        table of those of which no work is derived."""
        seen = None if practices is None else tuple(sorted(practices))
        key = (name, visit.day, seen, mark(visit.home.ledger))  # read first: what comes after it is newer
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                found: Found = self._kept[key]
                return found
        made = work_out()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)
        return made
