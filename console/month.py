"""`cleanclaim month`: the months of the books, their close, and the package of each."""

import json as json_
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from config.dollars import dollars
from config.settings import load
from console.act_options import DryRunOption, under_lease
from console.answer import (
    ALL_DONE,
    DONE_WITH_HOLDS,
    WRONG_USE,
    CommandError,
    console,
    leave,
    print_json,
    table,
)
from console.days import next_night
from console.options import HomeOption, InboxOption, JsonOption
from ledger.books.months import months
from tasks.home.home import Home, open_home
from tasks.operations import close_month as operation
from tasks.operations.print_month import print_month
from tasks.reports.month.package import to_bytes

app = typer.Typer(help="The months of the books: list, close, package.", no_args_is_help=True)


@app.command("list")
def list_months(home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False) -> None:
    """Every month with entries, and when it was closed."""
    with open_home(load(home, inbox=inbox)) as opened:
        found = months(opened.ledger)
    if json:
        print_json({"months": [asdict(m) for m in found]})
    else:
        table(
            "Months of the books",
            ("month", "entries", "closed on", "by", "why"),
            [(m.month, m.entries, m.closed_on or "open", m.actor, m.why) for m in found],
            right=("entries",),
        )
    leave(ALL_DONE)


@app.command("close")
def close(
    month: Annotated[str, typer.Argument(metavar="YYYY-MM")],
    why: Annotated[
        str, typer.Option("--why", help="Why it is closed, in a line; it stays in the audit trail.")
    ],
    dry_run: DryRunOption = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Close a month and those before it. What comes later for it counts in the first open month."""
    if not why.strip():
        raise CommandError("LGR-02", "say why by --why; it stays in the audit trail", exit_code=WRONG_USE)

    def act(opened: Home, day: date) -> operation.Closed:
        return operation.close_month(opened, day, month, why, dry_run=dry_run)

    done = under_lease(act, home, inbox, dry_run=dry_run)
    if json:
        print_json({"closed": month, **asdict(done)})
        leave(ALL_DONE)
    said = "would be closed" if dry_run else "is closed"
    console.print(f"{month} {said}, and every month before it; `cleanclaim month package {month}` prints it.")
    if done.transit:
        table(
            "In transit at its end, listed in its package",
            ("what", "id", "practice", "payer", "trace", "day", "amount"),
            [(i.kind, i.number, i.practice, i.payer, i.trace, i.on, dollars(i.cents)) for i in done.transit],
            right=("id", "amount"),
        )
    leave(ALL_DONE)


@app.command("package")
def package(
    month: Annotated[str, typer.Argument(metavar="YYYY-MM")],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder to print to. Default: HOME/reports/months.", show_default=False),
    ] = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Print a month's package (PDF, workbook): as it was closed, or a draft of an open month."""
    with open_home(load(home, inbox=inbox)) as opened:
        done = print_month(opened, next_night(opened), month, out)
    found = done.package
    faults = found.facts.faults
    if json:
        figures = json_.loads(to_bytes(found))
        print_json({"draft": found.draft, "files": [str(f) for f in done.files], "faults": faults, **figures})
    else:
        state = "draft" if found.draft else f"closed on {found.made_on}"
        console.print(f"{month} ({state}): {', '.join(str(f) for f in done.files)}")
        for fault in faults:
            console.print(f"does not hold: {fault}")
    leave(DONE_WITH_HOLDS if faults else ALL_DONE)
