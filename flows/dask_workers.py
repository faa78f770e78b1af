"""Dask's workers: those of a cluster by its address, or of one of this machine that ends with the run.

A scheduler is told ids, dates and counts, since pieces are no more than that. Whoever reaches it can run
anything, so a cluster of this machine has TLS too, with a certificate that it makes for itself.
"""

import logging
from importlib import metadata
from typing import Any

from config import dask_cluster
from config.settings import Settings
from flows.any_state import AnyState
from flows.dask_scheduler import NOT_INSTALLED, REACHED_WITHIN, security, unsuitable
from tasks.errors import StepError

try:
    import dask
    import distributed
    from prefect_dask.task_runners import DaskTaskRunner
except ImportError:
    raise StepError("NIT-06", NOT_INSTALLED) from None

for name in ("distributed", "distributed.client", "distributed.nanny", "distributed.worker"):
    logging.getLogger(name).setLevel(logging.CRITICAL)  # what is lost is said by our own log


dask.config.set({f"distributed.{one}.http.routes": [] for one in ("scheduler", "worker")})  # no pages
"""Both listen to HTTP in any case, without a certificate."""


class Begin(distributed.WorkerPlugin):
    """What a worker does first. To read it, it imports this module, and so names states as a run does."""

    name = "cleanclaim"
    states = AnyState

    def __init__(self) -> None:
        self.version = metadata.version("cleanclaim")

    def setup(self, worker: distributed.Worker) -> None:
        """Refuses to work for a run of another version."""
        if metadata.version("cleanclaim") != self.version:
            raise RuntimeError(f"this worker has another version of cleanclaim than {self.version}")


class DaskWorkers:
    """The workers of a cluster. One does one share at a time, as a process of the pool does."""

    def __init__(self, settings: Settings, most: int) -> None:
        address = settings.dask_scheduler
        if wrong := dask_cluster.lacking(settings):
            raise StepError("NIT-06", wrong)
        self.runner = DaskTaskRunner(
            address=address or None,
            client_kwargs={"timeout": REACHED_WITHIN, "security": security(settings)} if address else None,
            cluster_kwargs=None if address else _of_this_machine(most),
        ).__enter__()
        try:
            self._client = self.runner.client
            self._client.register_plugin(Begin())
            threads = self._client.nthreads()
        except Exception as error:
            self.close()
            where = address or "this machine"
            raise StepError(
                "NIT-06", f"no Dask cluster at {where} ({type(error).__name__}); `cleanclaim doctor` looks"
            ) from None
        if wrong := unsuitable(threads):
            self.close()
            raise StepError("NIT-06", f"{address}: {wrong}")

    def there(self) -> int:
        """How many workers the scheduler knows."""
        try:
            return len(self._client.nthreads())
        except Exception:  # it is gone
            return 0

    def close(self) -> None:
        """Leaves the cluster; one of this machine ends."""
        self.runner.__exit__(None, None, None)


def _of_this_machine(workers: int) -> dict[str, Any]:
    return {
        "n_workers": workers,
        "threads_per_worker": 1,
        "processes": True,
        "host": "127.0.0.1",
        "security": True,
        "dashboard_address": None,
        "scheduler_kwargs": {"dashboard": False, "dashboard_address": "127.0.0.1:0"},  # with no pages
        "memory_limit": 0,  # else a worker is ended at a share of the machine's memory
        "silence_logs": logging.CRITICAL,
    }
