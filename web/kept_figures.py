"""Figures that are worked out once for as long as the ledger stays as it is.

They are read from tables that only grow (`newest` of the measures), so what was worked out is right while
none of them has a new row. It holds sums and ids, of the scope and practices of who asked.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

from ledger.queries.measures.reading import newest
from ledger.queries.measures.scope import Scope
from web.desk import Visit

Found = TypeVar("Found")


@dataclass(frozen=True)
class KeptFigures:
    """Those of one console, at most so many: the least recently shown goes first."""

    most: int
    _kept: OrderedDict[Any, Any] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, visit: Visit, name: str, scope: Scope, work_out: Callable[[], Found]) -> Found:
        """A figure by its name and scope, as the ledger is now."""
        seen = None if scope.practices is None else tuple(sorted(scope.practices))
        asked = (name, scope.since, scope.until, scope.as_of, seen, scope.payer)
        key = (*asked, newest(visit.home.ledger))
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
