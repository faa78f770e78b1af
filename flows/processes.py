"""Worker processes of one run: Prefect's process pool. They are spawned, and end with the run, however that
ends.

A worker that dies takes the pool with it.
"""

import os
import threading
from typing import Any

from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner

from flows.any_state import AnyState

PARENT_LOOKS = 1.0  # seconds between two looks of a worker whether its run lives


class Processes:
    """So many worker processes. Each imports this module first, and so names states as its run does."""

    states = AnyState

    def __init__(self, most: int) -> None:
        self._most = most
        started = ProcessPoolTaskRunner(max_workers=most, initializer=begin_worker, initargs=(os.getpid(),))
        self.runner: TaskRunner[Any] = started.__enter__()

    def there(self) -> int:
        """All: where one is lost, so is what every one of them did."""
        return self._most

    def close(self) -> None:
        """Waits until every worker has ended."""
        self.runner.__exit__(None, None, None)


def begin_worker(parent: int) -> None:
    """In a worker, first: it will end when the run that started it is gone, which could not tell it."""

    def watch() -> None:
        pause = threading.Event()
        while os.getppid() == parent:
            pause.wait(PARENT_LOOKS)
        os._exit(1)

    threading.Thread(target=watch, name="ends-with-its-run", daemon=True).start()
