"""`cleanclaim alerts`: what a person must know and no queue shows; settles it."""

from dataclasses import asdict
from typing import Annotated

import typer

from config.settings import load
from console.answer import (
    ALL_DONE,
    DONE_WITH_HOLDS,
    console,
    leave,
    print_json,
    table,
    visible,
)
from console.chosen import Chosen, OwnerOption, next_after, show_more
from console.days import next_night
from console.options import AfterOption, HomeOption, InboxOption, JsonOption, LimitOption
from ledger.queries import work
from ledger.queries.work import Alert
from tasks.home.home import open_home
from tasks.operations import settle_alert as operation
from tasks.work.owners import owner_of_code

app = typer.Typer(help="What a person must know: list, settle.", no_args_is_help=True)


@app.command("list")
def list_alerts(
    owner: OwnerOption = None,
    limit: LimitOption = 50,
    after: AfterOption = 0,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Open alerts, newest first."""
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        page = Chosen(owner).page(opened.ledger, work.ALERTS, owner=owner_of_code, after=after, limit=limit)
        found = work.alerts(opened.ledger, page)
    more = next_after(found, limit, lambda a: a.id)
    if json:
        rows = [{**asdict(a), "owner": owner_of_code(a.code)} for a in found]
        print_json({"alerts": rows, "next_after": more})
    else:
        show_alerts(found)
        show_more(more)
    leave(DONE_WITH_HOLDS if found else ALL_DONE)


@app.command("settle")
def settle_alert(
    number: Annotated[int, typer.Argument(metavar="ID")],
    why: Annotated[str, typer.Option("--why", help="What was done, in a line; it stays in the audit trail.")],
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Say that an alert is dealt with. It is raised again when its cause comes again."""
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        operation.settle_alert(opened, next_night(opened), number, why)
    message = f"alert {number} is settled"
    if json:
        print_json({"id": number, "message": message})
    else:
        console.print(visible(message))
    leave(ALL_DONE)


def show_alerts(found: list[Alert]) -> None:
    """Open alerts as a table."""
    table(
        "Alerts: cleanclaim alerts settle ID --why ...",
        ("id", "since", "code", "what", "owner", "remedy"),
        [(a.id, a.business_on, a.code, a.message, owner_of_code(a.code), a.remedy) for a in found],
        right=("id",),
    )
