"""The Dask scheduler that the settings name: how it is reached, and whether its workers fit a run."""

from importlib.util import find_spec
from typing import TYPE_CHECKING

from config import dask_cluster
from config.settings import Settings

if TYPE_CHECKING:
    from distributed import Security

NOT_INSTALLED = "runner is dask, which is not installed: pip install 'cleanclaim[dask]', or set processes"
REACHED_WITHIN = "10s"


def trouble(settings: Settings) -> str:
    """Why a large run could not be shared on Dask, with the remedy; "" where it can."""
    if find_spec("distributed") is None or find_spec("prefect_dask") is None:
        return NOT_INSTALLED
    if not settings.dask_scheduler:
        return ""
    if wrong := dask_cluster.lacking(settings):
        return wrong
    try:
        threads = _ask(settings)
    except Exception as error:
        says = f"no answer from {settings.dask_scheduler} ({type(error).__name__})"
        return f"{says}; start it: dask scheduler, or correct its address and certificates"
    return unsuitable(threads)


def unsuitable(threads: dict[str, int]) -> str:
    """Why a cluster's workers can't do a run's work, given how many threads each has; "" where they can."""
    if not threads:
        return "no worker has joined the scheduler; start some: dask worker --nthreads 1"
    if max(threads.values()) > 1:
        return "a worker has several threads; start each with --nthreads 1, and more of them"
    return ""


def security(settings: Settings) -> "Security | None":
    """Our certificate and those that the scheduler's is verified by; None where it is not encrypted."""
    from distributed import Security

    if not settings.dask_scheduler.startswith("tls:"):
        return None
    return Security(
        tls_ca_file=str(settings.dask_authorities),
        tls_client_cert=str(settings.dask_certificate),
        tls_client_key=str(settings.dask_certificate_key),
        require_encryption=True,
    )


def _ask(settings: Settings) -> dict[str, int]:
    """The threads of each of its workers."""
    from distributed import Client

    with Client(
        settings.dask_scheduler,
        timeout=REACHED_WITHIN,
        security=security(settings),
        set_as_default=False,
    ) as client:
        found: dict[str, int] = client.nthreads()
        return found
