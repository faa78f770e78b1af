"""`cleanclaim run`: the nightly run, now."""

from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from config.log import open_log
from config.settings import Settings, load, require_home
from console.answer import FAILED, WRONG_USE, CommandError, complaints, leave, print_json, visible
from console.clearinghouse_process import clearinghouse
from console.days import next_night, today
from console.options import HomeOption, InboxOption, JsonOption
from console.running import Ended, run_night
from console.summary import show_summary
from tasks.home.home import open_home
from tasks.reports.summary import summary
from tasks.runs import days


def run(
    home: HomeOption = None,
    inbox: InboxOption = None,
    day: Annotated[
        datetime | None,
        typer.Option(
            "--date", formats=["%Y-%m-%d"], help="Business date. Default: today in the home's zone."
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Run the nightly steps: pick up, validate, send, collect, post, queue, report."""
    settings = load(home, inbox=inbox)
    require_home(settings)
    open_log(settings)
    if day and (reason := days.never_worked_for(settings, day.date(), today(settings))):
        raise CommandError("RUN-03", reason, exit_code=WRONG_USE)
    ended = one_night(settings, day.date() if day else None, title="Night", quiet=json)
    answer(settings, ended, json=json)
    leave(ended.exit_code)


def one_night(settings: Settings, day: date | None, *, title: str, quiet: bool) -> Ended:
    """A nightly run of this home; in a demo home with the mock clearinghouse beside it."""
    with open_home(settings) as opened:
        night = day or next_night(opened)
    with ExitStack() as beside:
        if settings.demo:
            beside.enter_context(clearinghouse(settings.home, night))
        return run_night(settings, night, title=title, quiet=quiet)


def answer(settings: Settings, ended: Ended, *, json: bool, more: dict[str, Any] | None = None) -> None:
    """The summary of the home with how the run ended."""
    with open_home(settings) as opened:
        found = summary(opened)
    if json:
        print_json({**found, "state": ended.state, "message": ended.message, **(more or {})})
        return
    show_summary(found)
    if ended.exit_code == FAILED:
        complaints.print(f"[red]The run failed:[/red] {visible(ended.message)}")


def log_file(home: Path) -> Path:
    """Where the log of a home lies."""
    return home / "logs" / "cleanclaim.log"
