"""A disk that fills up under a run, for the rest of the process's life.

The ledger's own database says so when it may not take another page; every other file of the home
cannot be opened for writing any more, which Python's audit hook sees to.
"""

import errno
import os
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from tests.crash.points import WRITES, below


def fill(home: Path, pages: int, files: int) -> None:
    """Room for so many more pages of the SQLite ledger, and for so many files."""
    left = files

    def opening(name: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if name == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & WRITES and below(path, str(home)):
                left -= 1
                if left < 0:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def connected(connection: Any, record: object) -> None:
        size = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {size + pages}")

    sys.addaudithook(opening)
    event.listen(Engine, "connect", connected)
