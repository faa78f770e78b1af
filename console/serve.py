"""`cleanclaim serve`: the scheduler of the nightly runs, with Prefect's pages beside it."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from config.settings import Settings, load, require_home
from console.answer import CommandError, console, print_json
from console.clearinghouse_process import CHECKOUT
from console.log import open_log
from console.options import HomeOption, InboxOption, JsonOption
from console.prefect_environment import prepare

START_WITHIN = 120  # seconds; the first start makes Prefect's database


def serve(
    home: HomeOption = None,
    inbox: InboxOption = None,
    port: Annotated[int, typer.Option(help="Port of Prefect's pages on this machine.")] = 4200,
    json: JsonOption = False,
) -> None:
    """Start the schedule: nightly runs by Prefect, until stopped.

    Without `prefect_api_url` in the home's settings a Prefect server of its own runs beside it,
    reachable from this machine only.
    """
    settings = load(home, inbox=inbox)
    require_home(settings)
    open_log(settings)
    prepare(settings, quiet=False)
    with _server(settings, port) as address:
        os.environ["PREFECT_API_URL"] = address
        from prefect import serve as serve_deployments

        from flows.deployments import registry

        os.chdir(CHECKOUT)  # deployments name their flow by its path in the checkout
        scheduled = registry(settings)
        if json:
            print_json(
                {
                    "prefect_api_url": address,
                    "deployments": [
                        {"name": s.name, "cron": s.cron, "time_zone": s.time_zone} for s in scheduled
                    ],
                }
            )
        else:
            console.print(f"Prefect's pages: {address.removesuffix('/api')}")
            for s in scheduled:
                console.print(f"{s.name}: {s.cron} ({s.time_zone}), {s.description.lower()}")
        serve_deployments(
            *(s.deployment() for s in scheduled),
            pause_on_shutdown=False,  # the next start goes on; pausing would ask a server that may be gone
            print_starting_message=False,
        )


@contextmanager
def _server(settings: Settings, port: int) -> Iterator[str]:
    """The address of the Prefect API: the configured one, or that of a server run beside us."""
    if settings.prefect_api_url:
        yield settings.prefect_api_url
        return
    address = f"http://127.0.0.1:{port}/api"
    environment = {
        **os.environ,
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_UI_API_URL": address,  # its pages call 4200 otherwise
        "PREFECT_SERVER_UI_API_URL": address,
        "PREFECT_LOGGING_LEVEL": "WARNING",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(process, address)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", address: str) -> None:
    end = time.monotonic() + START_WITHIN
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise CommandError("SRV-01", f"no Prefect server came up at {address}; is the port in use? try --port")
