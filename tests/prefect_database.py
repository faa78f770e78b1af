"""A Prefect database that is migrated already.

Prefect's migrations take ten seconds of processor time when a server first meets an empty database.
Here they run once a test run, and a server of a test begins with a copy. Only the demo makes its own.
"""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

_CREATE = (
    "import asyncio; from prefect.server.database import provide_database_interface;"
    "asyncio.run(provide_database_interface().create_db())"
)


@pytest.fixture(scope="session")
def prefect_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated Prefect database, to be copied. One for all workers of a test run."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    made = folder / "prefect.db"
    with (folder / "prefect.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _make(tmp_path_factory.mktemp("migrating"), made)
    return made


def _make(folder: Path, made: Path) -> None:
    of_prefect = {
        "PREFECT_HOME": str(folder),
        "PREFECT_PROFILES_PATH": str(folder / "profiles.toml"),
        "PREFECT_API_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{folder / 'new.db'}",
    }
    subprocess.run([sys.executable, "-c", _CREATE], env=os.environ | of_prefect, check=True)
    database = sqlite3.connect(folder / "new.db")
    database.execute("VACUUM INTO ?", (str(folder / "whole.db"),))  # one file, without its log beside it
    database.close()
    (folder / "whole.db").rename(made)


def begin_with(database: Path, file: Path) -> None:
    """Puts a copy where a server will look for its database, unless it has one."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not file.exists():
        shutil.copy(database, file)
