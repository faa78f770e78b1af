"""What is to be killed runs in a process of its own, forked from one that has everything imported."""

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import NoReturn

import ledger.migrations  # noqa: F401 - the product imports it when it first opens a ledger
import transport.sftp  # noqa: F401 - and this when it first connects
from tasks import nightly_run
from tasks.runs.lease import lease
from tests.crash.points import Points
from tests.faults.evenings import done

BUSY = 75  # exit code of a run that found another one at work
BROKE = 70  # something unforeseen, which is never right


def start(home: Path, work: Callable[[], int], points: Points | None = None) -> int:
    """Begins `work` in a process of its own; gives its number. It notes its points, and what broke."""
    pid = os.fork()
    if pid == 0:
        inside(home, work, points or Points(home))
    return pid


def inside(home: Path, work: Callable[[], int], points: Points) -> NoReturn:
    """The rest of a process that may be killed."""
    code = BROKE
    try:
        silent()
        points.install()
        code = work()
        beside(home, "points").write_text(str(points.count))
    except Exception:
        beside(home, "broke").write_text(traceback.format_exc())
    finally:
        os._exit(code)


def start_run(home: Path, day: date, kill_at: int = 0) -> int:
    """A night in a process of its own, without Prefect; gives its number."""
    return start(home, lambda: run(home, day), Points(home, kill_at))


def run(home: Path, day: date) -> int:
    """The night as the flow walks it: what fails is noted and the rest goes on."""
    failures: list[str] = []
    try:
        with lease(str(home), "", day) as taken:
            if not taken:
                return BUSY
            _walk(home, day, failures)
            taken.close(failures)
    except Exception as error:
        if not getattr(error, "code", None):
            raise
        failures.append(str(error))  # the run ends here, with a clear message
    return _code(home, failures)


def _walk(home: Path, day: date, failures: list[str]) -> None:
    for step in nightly_run.NIGHT:
        failures += done(str(home), day, step)


def _code(home: Path, failures: Sequence[str]) -> int:
    beside(home, "failures").write_text("\n".join(failures))
    if unforeseen := [failure for failure in failures if "NIT-09" in failure]:
        beside(home, "broke").write_text("\n".join(unforeseen))
        return BROKE
    return 1 if failures else 0


def wait(pid: int) -> int:
    """The exit code; negative: the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def beside(home: Path, kind: str) -> Path:
    """A file about a home that is not in it."""
    return home.parent / f"{home.name}.{kind}"


def silent() -> None:
    """Nothing of a child goes to the terminal."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - for the rest of the process
