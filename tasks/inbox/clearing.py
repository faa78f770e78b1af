"""Files that were read end in the inbox where the settings say so: the ledger has their bytes.

A file goes only where it stands as it was read, all of it was taken, and that is long enough ago. The folder
of a manifest, and what is below it, stays whole, since a manifest counts what lies there.
"""

import os
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from intake.manifest import is_manifest
from ledger.encounters import inbox
from tasks.home.home import Home
from tasks.inbox.files import facts_at


def clear(home: Home, as_of: date) -> int:
    """Removes the files that were taken `clear_inbox_after_days` ago or longer; how many.

    Killed in the middle, the next run removes the rest. A file that can't be removed stays.
    """
    until = as_of - timedelta(days=home.settings.clear_inbox_after_days - 1)
    removed = 0
    for file, facts in _old(home, until):
        if facts_at(file) == facts:
            try:
                file.unlink()
            except OSError:
                continue  # of another owner, or gone: a person may still remove it
            removed += 1
            if suffix := home.settings.done_suffix:
                file.with_name(f"{file.name}{suffix}").unlink(missing_ok=True)
    if removed:
        inbox.note_cleared(home.ledger, as_of.isoformat(), removed)
    return removed


def _old(home: Home, until: date) -> Iterator[tuple[Path, str]]:
    top = home.settings.inbox

    @cache
    def counted(folder: Path) -> bool:
        """Whether a manifest counts the files of a folder, from there or from above it."""
        try:
            names = os.listdir(folder)
        except OSError:
            return True
        return any(map(is_manifest, names)) or (folder != top and counted(folder.parent))

    for name, facts in inbox.read_before(home.ledger, until.isoformat()).items():
        file = top / name
        if not counted(file.parent):
            yield file, facts
