"""The kill switch: counts this process's side effects and kills it at the Nth.

A side effect is a commit of the ledger, a change of a file under the home, or an operation on a
partner's site (counted before and after it). Nothing is replaced: the commit is seen by SQLAlchemy's
own event, files by Python's audit hook, and the site's real transport does the work.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

import transport

FILE_EVENTS = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.truncate")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Points:
    """Side effects so far. At `kill_at` the process dies by SIGKILL; 0: it never does.

    `only` counts those of one kind: commit, file or site.
    """

    def __init__(self, home: Path, kill_at: int = 0, only: str = "") -> None:
        self.home = str(home)
        self.kill_at = kill_at
        self.only = only
        self.count = 0

    def hit(self, kind: str) -> None:
        if self.only not in ("", kind):
            return
        self.count += 1
        if self.count == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def install(self) -> None:
        """For the rest of this process's life."""
        event.listen(Engine, "commit", self._commit)
        sys.addaudithook(self._audit)
        opened = transport.open
        # The watched transport stands in for the function that opens one.
        transport.open = lambda *args, **named: Watched(opened(*args, **named), self._site)  # type: ignore[assignment]

    def _site(self, moment: str) -> None:
        self.hit("site")

    def _commit(self, connection: Connection) -> None:
        if writes(connection):
            self.hit("commit")

    def _audit(self, name: str, arguments: tuple[Any, ...]) -> None:
        if name == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & WRITES and below(path, self.home):
                self.hit("file")
        elif name in FILE_EVENTS and below(arguments[0], self.home):
            self.hit("file")


def below(path: object, folder: str) -> bool:
    """Whether what an audit event names is a path in the folder."""
    return isinstance(path, str | os.PathLike) and os.fspath(path).startswith(f"{folder}{os.sep}")


def writes(connection: Connection) -> bool:
    """Whether what a connection commits can have changed anything, on either database."""
    options = connection.get_execution_options()
    return not (options.get("cleanclaim_read") or options.get("postgresql_readonly"))


class Watched:
    """A partner's real site; `comes` is called before and after each operation, as `before_commit`."""

    def __init__(self, real: Any, comes: Callable[[str], None]) -> None:
        self._real, self._comes = real, comes

    def __enter__(self) -> "Watched":
        self._real.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._real.__exit__(*error)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if not callable(found):
            return found

        def watched(*arguments: Any, **named: Any) -> Any:
            self._comes(f"before_{name}")
            answer = found(*arguments, **named)
            self._comes(f"after_{name}")
            return answer

        return watched
