"""Workers that share the large steps of a run, started or reached when a step first asks.

Which they are is a setting (`runner`): Prefect's process pool, or Dask's workers. Once a worker is lost, the
step is shared no more. What was written holds; what was not, the caller does: every piece may be done again.
"""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Protocol, Self

from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.task_runners import TaskRunner
from prefect.tasks import Task

from config.counted import counted
from config.settings import Settings
from flows.any_state import AnyState
from tasks.errors import StepError

log = logging.getLogger("cleanclaim.night")

LOOKS = 1.0  # seconds without an end after which a pool looks whether its workers are there


class Workers(Protocol):
    """What does the shares."""

    @property
    def runner(self) -> TaskRunner[Any]:
        """Prefect's, which takes them."""

    def there(self) -> int:
        """How many of them work; 0 where that can't be asked."""

    def close(self) -> None:
        """Lets go of them; those of this machine have ended then."""


class Pool(AbstractContextManager["Pool"]):
    """The workers of one run."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._workers: Workers | None = None
        self._most = 0

    def do(
        self,
        task: Task[..., Any],
        shares: Sequence[dict[str, Any]],
        most: int,
        ended: Callable[[AnyState], None],
        quiet: Callable[[], None],
    ) -> bool:
        """Runs the task with each of these arguments, so many at the same time, in their order.

        `ended` is told the state of each that was run to its end. The others are left, since a worker was
        lost or none could be had; whoever worked at one may still do so until the step is called off.
        `quiet` is called when none has ended for a while. True where shares are left; the log says so.
        """
        waiting = deque(shares)
        running: set[Any] = set()  # Prefect's futures of what they wrap
        over: SimpleQueue[Any] = SimpleQueue()
        try:
            workers = self._started(most)
            api_url = _api_url()
            while waiting or running:
                while waiting and len(running) < min(most, workers.there()):
                    with temporary_settings({PREFECT_API_URL: api_url}):
                        future: Any = workers.runner.submit(task, waiting[0])
                    waiting.popleft()
                    running.add(future)
                    future.add_done_callback(over.put)
                try:
                    done = over.get(timeout=LOOKS)
                except Empty:
                    if len(running) > workers.there() or not running:
                        raise _Lost from None
                    quiet()
                    continue
                state = done.wrapped_future.result()
                running.remove(done)
                ended(state)
        except StepError as error:
            log.error("%s", error)
        except Exception as error:  # of the runner: what a task raises is its state
            for future in list(running):
                if (state := _state(future)) is not None:
                    running.remove(future)
                    ended(state)
            left = counted(len(running) + len(waiting), "share")
            log.error(
                "NIT-05 a worker that shared the work was lost (%s): %s left", type(error).__name__, left
            )
        else:
            return False
        return True

    def _started(self, most: int) -> Workers:
        if self._workers is None or self._most < most:
            self.close()
            self._workers, self._most = _start(self._settings, most), most
        return self._workers

    def close(self) -> None:
        """Lets go of the workers."""
        workers, self._workers = self._workers, None
        if workers is not None:
            workers.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Lost(Exception):
    """Fewer workers are there than shares were given to."""


def _start(settings: Settings, most: int) -> Workers:
    """Raises StepError where they can't be had."""
    if settings.runner == "processes":
        from flows.processes import Processes

        return Processes(most)
    from flows.dask_workers import DaskWorkers

    return DaskWorkers(settings, most)


def _state(future: Any) -> AnyState | None:
    """What a share ended in; None where it did not, or its worker was lost."""
    try:
        return future.wrapped_future.result() if future.wrapped_future.done() else None
    except Exception:
        return None


def _api_url() -> str:
    """Of the server that this run talks to. A worker is told: it would start a temporary one of its own."""
    with get_client(sync_client=True) as client:
        return str(client.api_url)
