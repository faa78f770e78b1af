"""`cleanclaim serve`: the scheduler of the nightly runs, with Prefect's pages beside it."""

import logging
import os
import signal
import time
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from config.log import open_log
from config.schedule import next_due
from config.settings import Settings, load, require_home
from console.answer import ALL_DONE, FAILED, CommandError, console, leave, print_json, visible
from console.beside import check_listening, check_port, console_beside
from console.clearinghouse_process import clearinghouse_served, has_mock
from console.options import HomeOption, InboxOption, JsonOption
from console.prefect_environment import prepare, unsuitable
from console.prefect_server import Server, server
from console.served import only_one, suffix
from tasks.home.home import open_home
from tasks.runs import schedule, schedule_check

if TYPE_CHECKING:
    from flows.deployments import Deployed

log = logging.getLogger("cleanclaim.serve")


def serve(
    home: HomeOption = None,
    inbox: InboxOption = None,
    port: Annotated[int, typer.Option(help="Port of Prefect's pages on this machine.")] = 4200,
    with_console: Annotated[
        bool,
        typer.Option("--console/--no-console", help="Run the web console too, as `cleanclaim console` does."),
    ] = True,
    json: JsonOption = False,
) -> None:
    """Start the schedule and the web console, until stopped: nightly runs by Prefect, pages to look at.

    Without `prefect_api_url` in the home's settings a Prefect server of its own runs beside it,
    reachable from this machine only. It looks after the schedule: a run that does not start is an
    alert, and the exit code 1.
    """
    settings = load(home, inbox=inbox)
    require_home(settings)
    wrong = unsuitable()
    if wrong:
        raise CommandError("SRV-03", wrong)
    if with_console:
        check_listening(settings)
    with only_one(settings):
        if with_console:
            check_port(settings)
        open_log(settings, shown=True)
        prepare(settings, quiet=False)
        if not (settings.prefect_api_url or json):
            console.print("Starting Prefect's server; the first start takes a minute or two.")
        beside = console_beside(settings, json=json) if with_console else nullcontext()
        mock = clearinghouse_served(settings) if has_mock(settings) else nullcontext()
        with beside, mock, server(settings, port) as found:
            os.environ["PREFECT_API_URL"] = found.address
            from flows.deployments import registry

            deployed = registry(settings, suffix(settings))
            _say(found, tuple(d for d in deployed if d.cron), json=json)
            failed = _until_stopped(settings, found, deployed)
    leave(FAILED if failed else ALL_DONE)


def _say(found: Server, scheduled: "tuple[Deployed, ...]", *, json: bool) -> None:
    now = datetime.now(UTC)
    if json:
        print_json(
            {
                "prefect_api_url": found.address,
                "deployments": [
                    {
                        "name": s.name,
                        "cron": s.cron,
                        "time_zone": s.time_zone,
                        "next": next_due(s.cron, s.time_zone, now),
                    }
                    for s in scheduled
                ],
            }
        )
        return
    console.print(f"Prefect's pages: {found.address.removesuffix('/api')}")
    for s in scheduled:
        due = next_due(s.cron, s.time_zone, now)
        hours = f"{s.cron} ({s.time_zone}), next {due:%Y-%m-%d %H:%M %Z}"
        console.print(visible(f"{s.name}: {s.description}; {hours}"))
    console.print(
        "Each run is reported here and in the home's logs/cleanclaim.log. Ctrl-C ends the schedule."
    )


def _until_stopped(settings: Settings, found: Server, deployed: "tuple[Deployed, ...]") -> bool:
    """Runs what is due until a person or a supervisor stops it. True: something did not start."""
    from flows.serving import Serving
    from flows.watch import Watch

    scheduled = [d for d in deployed if d.cron]
    with open_home(settings) as opened:
        schedule_check.forget(opened)
        planned = (schedule.Planned(d.name, d.cron, d.time_zone) for d in scheduled)
        schedule.keep(opened, planned, datetime.now(UTC))
    serving = Serving(deployed)
    watching = Watch(settings, serving, lambda: os.kill(os.getpid(), signal.SIGTERM))
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # also while no run is waited for
    served = False
    try:
        while True:
            try:
                serving.register()
                if not served:
                    watching.start()
                served = True
                log.info("serving %s on %s", ", ".join(s.name for s in scheduled), found.address)
                serving.run()
            except Exception as error:
                _lost(found, error, first=not served)
            signal.signal(signal.SIGTERM, signal.default_int_handler)  # the runner's own ended with it
            while not found.answers():
                if found.ended:
                    _lost(found, None, first=False)
                time.sleep(1)
            serving = watching.serving = Serving(deployed)
    except (KeyboardInterrupt, SystemExit):
        log.info("stopped; a run that was at work is finished by the next one")
    finally:
        if served:
            watching.stop()
    return watching.failed


def _lost(found: Server, error: Exception | None, *, first: bool) -> None:
    """The server is away, or refuses: at the start and for our own server that ends `serve`."""
    kind = type(error).__name__ if error else "it ended"
    if found.process is not None and found.ended:
        raise CommandError("SRV-01", f"the Prefect server beside this command is gone ({kind}); start again")
    if first:
        raise CommandError(
            "SRV-07", f"the Prefect server at {found.address} took no deployment ({kind}); see its log"
        )
    log.error("SRV-07 Prefect's server at %s was lost (%s); waiting for it", found.address, kind)
