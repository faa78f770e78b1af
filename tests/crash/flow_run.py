"""A night as a real flow run in a process of its own, which may die at its Nth side effect.

python -m tests.crash.flow_run HOME DAY KILL_AT
"""

import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from tests.crash import prefect_server, processes
from tests.crash.documents import CHECKOUT
from tests.crash.points import Points


def on_server(address: str, folder: Path) -> Callable[[Path, date, int], int]:
    """Starts nights as flow runs on this server; Prefect's own files lie in `folder`."""
    environ = prefect_server.environment(folder / "prefect-client") | {
        "PREFECT_API_URL": address,
        "PYTHONPATH": str(CHECKOUT),
    }

    def start(home: Path, day: date, kill_at: int = 0) -> int:
        command = [sys.executable, "-m", "tests.crash.flow_run", str(home), day.isoformat(), str(kill_at)]
        return os.spawnve(os.P_NOWAIT, sys.executable, command, environ)

    return start


def _work(home: Path, day: date) -> int:
    from flows.nightly import nightly

    state = nightly(str(home), "", day, return_state=True)
    processes.beside(home, "failures").write_text(state.message or "")
    return 0 if state.is_completed() else 1


if __name__ == "__main__":
    at = Path(sys.argv[1])
    processes.inside(at, lambda: _work(at, date.fromisoformat(sys.argv[2])), Points(at, int(sys.argv[3])))
