"""The processes that share the large steps of a run: Prefect's process pool, started when a step first asks.

A worker that dies takes the pool with it. What its pieces wrote holds; what they did not, the caller does:
every piece may be done again.
"""

import logging
import os
import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture, as_completed
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.task_runners import ProcessPoolTaskRunner
from prefect.tasks import Task

log = logging.getLogger("cleanclaim.night")

AnyState = State[Any]
"""What a task run ends in. Pydantic names the class after the module that asked for it first, which differs
from process to process: named after this one, a run and its workers can read each other's."""
AnyState.__module__, AnyState.__qualname__ = __name__, "AnyState"
PARENT_LOOKS = 1.0  # seconds between two looks of a worker whether its run lives


class Pool(AbstractContextManager["Pool"]):
    """Worker processes of one run. They are spawned, and end with the run, however that ends."""

    def __init__(self) -> None:
        self._runner: ProcessPoolTaskRunner | None = None
        self._size = 0

    def do(
        self,
        task: Task[..., Any],
        pieces: list[dict[str, Any]],
        processes: int,
        ended: Callable[[int, State[Any] | None], None],
    ) -> list[int]:
        """Does the pieces (the task's arguments) in that many processes, in their order. `ended` is told the
        place and the state of each, None where a worker died with it. The places of those that are left.
        """
        runner = self._started(processes)
        waiting = deque(enumerate(pieces))
        running: dict[PrefectFuture[Any], int] = {}
        left: list[int] = []
        while (waiting and not left) or running:
            while waiting and not left and len(running) < processes:
                place, arguments = waiting.popleft()
                with temporary_settings({PREFECT_API_URL: _api_url()}):
                    running[runner.submit(task, arguments)] = place
            done = next(as_completed(list(running)))
            place = running.pop(done)
            try:
                done.wait()
            except Exception as error:  # of the pool: what a task raises is its state
                left.append(place)
                ended(place, None)
                log.error("NIT-05 a process that shared the work failed it: %s", type(error).__name__)
            else:
                ended(place, done.state)
        if left:
            self.close()
        return sorted([*left, *(place for place, _ in waiting)])

    def _started(self, processes: int) -> ProcessPoolTaskRunner:
        if self._runner is None or self._size < processes:
            self.close()
            made = ProcessPoolTaskRunner(
                max_workers=processes, initializer=begin_worker, initargs=(os.getpid(),)
            )
            self._runner, self._size = made.__enter__(), processes
        return self._runner

    def close(self) -> None:
        """Waits until every worker has ended."""
        runner, self._runner = self._runner, None
        if runner is not None:
            runner.__exit__(None, None, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _api_url() -> str:
    """Of the server that this run talks to. A worker is told: it would start a temporary one of its own."""
    with get_client(sync_client=True) as client:
        return str(client.api_url)


def begin_worker(parent: int) -> None:
    """In a worker, first: it will end when the run that started it is gone, which could not tell it."""

    def watch() -> None:
        pause = threading.Event()
        while os.getppid() == parent:
            pause.wait(PARENT_LOOKS)
        os._exit(1)

    threading.Thread(target=watch, name="ends-with-its-run", daemon=True).start()
