"""`cleanclaim month`: the months of the books, and their close."""

from dataclasses import asdict
from typing import Annotated

import typer

from config.settings import load
from console.answer import ALL_DONE, WRONG_USE, CommandError, console, leave, print_json, table
from console.days import next_night
from console.options import HomeOption, InboxOption, JsonOption
from ledger.books.months import months
from tasks.home.home import open_home
from tasks.operations import close_month as operation

app = typer.Typer(help="The months of the books: list, close.", no_args_is_help=True)


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
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Close a month and those before it. What comes later for it counts in the first open month."""
    if not why.strip():
        raise CommandError("LGR-02", "say why by --why; it stays in the audit trail", exit_code=WRONG_USE)
    with open_home(load(home, inbox=inbox)) as opened:
        operation.close_month(opened, next_night(opened), month, why)
    if json:
        print_json({"closed": month})
    else:
        console.print(f"{month} is closed, and every month before it.")
    leave(ALL_DONE)
