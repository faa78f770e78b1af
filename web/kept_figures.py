"""Figures that are worked out once for as long as the ledger stays as it is.

They are read from tables that only grow (`newest` of the measures), so what was worked out is right while
none of them has a new row. It holds sums and ids, of the scope and practices of who asked.

Of a small ledger a page works them out itself. Of a large one that takes seconds: a process beside it does,
one at a time, and meanwhile the page shows the figures before with the time that they are of, or says that it
waits.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar
from zoneinfo import ZoneInfo

from config.settings import Settings
from ledger.queries.measures.reading import newest
from ledger.queries.measures.scope import Scope
from tasks.home.home import Home
from web.working_out import worked_out

Found = TypeVar("Found")

LARGE: Final = 15_000
"""Rows of the tables from which working out takes more than a page has time for."""
MOST: Final = 96
MOST_LARGE: Final = 12
"""Figures that are kept; fewer of a large ledger, whose causes have tens of thousands of lines."""
MOST_GOING: Final = 8
"""Figures that are worked out or wait for it; what is asked beyond them is asked again."""
AGAIN_SECONDS: Final = 3
"""After which a page that waits asks again."""


@dataclass(frozen=True, slots=True)
class Figure(Generic[Found]):
    """What was worked out, and when. `is_newest`: the ledger has had no new row since."""

    found: Found
    at: datetime
    is_newest: bool


@dataclass(frozen=True, slots=True)
class _Kept:
    found: Any
    at: datetime
    newest: tuple[int, ...]


class KeptFigures:
    """Those of one console, at most `MOST`: the least recently shown goes first."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime], large: int = LARGE) -> None:
        self.large = large
        self._settings, self._clock = settings, clock
        self._kept: OrderedDict[Any, _Kept] = OrderedDict()
        self._going: dict[Any, Future[_Kept]] = {}
        self._guard, self._turn = threading.Lock(), threading.Lock()

    def of(self, home: Home, scope: Scope, name: str, work_out: Callable[..., Found]) -> Figure[Found] | None:
        """A figure by its name and scope, `work_out(home, of=scope)`; None: it is being worked out.

        Raises what working out raised.
        """
        key, now = _key(name, scope), newest(home.ledger)
        kept = self._found(key)
        if kept is None or kept.newest != now:
            if sum(now) < self.large:
                kept = _Kept(work_out(home, of=scope), self._now(), now)
                self._keep(key, kept)
            else:
                self._begin(key, scope, work_out, now)
        return Figure(kept.found, kept.at, kept.newest == now) if kept is not None else None

    def ahead(self, home: Home, scope: Scope, name: str, work_out: Callable[..., Any]) -> None:
        """Begins what will be asked soon, where it takes long and was not worked out for this scope."""
        key, now = _key(name, scope), newest(home.ledger)
        with self._guard:
            known = key in self._kept or key in self._going
        if not known and sum(now) >= self.large:
            self._begin(key, scope, work_out, now)

    def wait(self) -> None:
        """Waits until what is being worked out is there, or has failed."""
        with self._guard:
            going = list(self._going.values())
        wait(going)

    def _found(self, key: Any) -> _Kept | None:
        with self._guard:
            going = self._going.get(key)
            if going is not None and going.done():
                self._put(key, self._going.pop(key).result())
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: Any, kept: _Kept) -> None:
        with self._guard:
            self._put(key, kept)

    def _put(self, key: Any, kept: _Kept) -> None:
        self._kept[key] = kept
        self._kept.move_to_end(key)
        while len(self._kept) > (MOST_LARGE if sum(kept.newest) >= self.large else MOST):
            self._kept.popitem(last=False)

    def _begin(self, key: Any, scope: Scope, work_out: Callable[..., Any], now: tuple[int, ...]) -> None:
        """Works it out beside, once however often it is asked meanwhile."""
        with self._guard:
            self._take_in()
            if key in self._going or len(self._going) >= MOST_GOING:
                return
            going = self._going[key] = Future()
        at = self._now()

        def run() -> None:
            with self._turn:
                try:
                    going.set_result(_Kept(worked_out(self._settings, work_out, scope), at, now))
                except BaseException as error:  # it is raised where the figure is asked for
                    going.set_exception(error)

        threading.Thread(target=run, daemon=True, name="figures").start()

    def _now(self) -> datetime:
        """The time in the home's zone."""
        return self._clock().astimezone(ZoneInfo(self._settings.time_zone))

    def _take_in(self) -> None:
        """Keeps what is done; what failed and nobody asked for again is forgotten."""
        for key in [key for key, one in self._going.items() if one.done()]:
            going = self._going.pop(key)
            if going.exception() is None:
                self._put(key, going.result())


def _key(name: str, scope: Scope) -> tuple[Any, ...]:
    seen = None if scope.practices is None else tuple(sorted(scope.practices))
    return (name, scope.since, scope.until, scope.as_of, seen, scope.payer)
