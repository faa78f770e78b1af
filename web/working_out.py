"""A figure that is worked out in a process of its own, so that no page waits while it is."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from config.settings import Settings, load
from ledger.queries.measures.scope import Scope
from tasks.home.home import open_home
from web.errors import Refused, as_refused


def worked_out(settings: Settings, work_out: Callable[..., Any], scope: Scope) -> Any:
    """What `work_out(home, of=scope)` gives, in a new process. It can be pickled, and so can what it gives.

    Raises Refused: as the work was refused, or WEB-09 where the process ended.
    """
    spawning = multiprocessing.get_context("spawn")
    ours, theirs = spawning.Pipe(duplex=False)
    given = (theirs, settings.home, settings.inbox, work_out, scope)
    process = spawning.Process(target=_answer, args=given, daemon=True)
    process.start()
    theirs.close()
    try:
        refused, found = ours.recv()
    except EOFError:
        process.join()
        raise Refused(
            500, "WEB-09", f"working out these figures ended with {process.exitcode}; ask for fewer days"
        ) from None
    finally:
        ours.close()
    process.join()
    if refused is not None:
        raise Refused(*refused)
    return found


def _answer(to: Connection, home: Path, inbox: Path, work_out: Callable[..., Any], scope: Scope) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the console's, which ends this process
    os.nice(5)  # pages and nights go first
    try:
        with open_home(load(home, inbox=inbox)) as opened:
            to.send((None, work_out(opened, of=scope)))
    except Exception as error:
        refused = as_refused(error)
        to.send(((refused.status, refused.code, refused.message), None))
