"""`cleanclaim alerts`: what a person must know and no queue shows; settles it, and notifies people of it."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from config.counted import counted
from config.settings import load, require_home
from console.answer import (
    ALL_DONE,
    DONE_WITH_HOLDS,
    FAILED,
    console,
    leave,
    print_json,
    table,
    visible,
)
from console.chosen import Chosen, OwnerOption, PayerOption, PracticeOption, next_after, show_more
from console.days import next_night
from console.options import AfterOption, HomeOption, InboxOption, JsonOption, LimitOption
from ledger.queries import notices, work
from ledger.queries.listing import Page
from ledger.queries.work import Alert
from tasks.home.home import open_home
from tasks.notices.going_out import go_out
from tasks.notices.recipients import recipients
from tasks.notices.trying import send_test
from tasks.operations import settle_alert as operation
from tasks.work.owners import owner_of_code

app = typer.Typer(
    help="What a person must know: list, settle; notify people of them: test, send, sent.",
    no_args_is_help=True,
)
NOBODY = "Nobody is notified of alerts: notify_emails and webhook_url in the settings say who is."


@app.command("list")
def list_alerts(
    owner: OwnerOption = None,
    payer: PayerOption = None,
    practice: PracticeOption = None,
    limit: LimitOption = 50,
    after: AfterOption = 0,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Open alerts, newest first. An alert about the whole home is of no payer or practice."""
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        chosen = Chosen(owner, payer, practice, opened.partners)
        page = chosen.page(opened.ledger, work.ALERTS, owner=owner_of_code, after=after, limit=limit)
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


@app.command("test")
def try_notices(home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False) -> None:
    """Send a test message to everybody who is notified of alerts."""
    settings = load(home, inbox=inbox)
    require_home(settings)
    found = send_test(settings, datetime.now(UTC))
    if json:
        print_json({"recipients": [{"recipient": name, "fault": why or ""} for name, why in found.items()]})
    elif found:
        table("Test messages", ("to", "came of it"), [(name, why or "taken") for name, why in found.items()])
    else:
        console.print(NOBODY)
    leave(FAILED if any(found.values()) else ALL_DONE)


@app.command("send")
def send_notices(home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False) -> None:
    """Send what people were not notified of yet. Every run does so by itself."""
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        done = go_out(opened, datetime.now(UTC))
    if json:
        print_json({"sent": done.sent, "failed": dict(done.failed)})
    else:
        console.print(f"{counted(done.sent, 'notice')} sent" if recipients(settings) else NOBODY)
        for name, why in done.failed.items():
            console.print(visible(f"not to {name}: {why}"))
    leave(FAILED if done.failed else ALL_DONE)


@app.command("sent")
def list_notices(
    limit: LimitOption = 50,
    after: AfterOption = 0,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """What went out to whom, newest first, and what waits to."""
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        found = notices.notices(opened.ledger, Page(after=after, limit=limit))
    more = next_after(found, limit, lambda n: n.id)
    if json:
        print_json({"notices": [asdict(n) for n in found], "next_after": more})
    else:
        table(
            "Notices",
            ("id", "day", "what", "alerts", "to", "came of it", "on"),
            [
                (n.id, n.business_on, n.kind, n.alerts, n.recipient, n.outcome or "waits", n.ended_on)
                for n in found
            ],
            right=("id", "alerts"),
        )
        show_more(more)
    leave(ALL_DONE)


def show_alerts(found: list[Alert]) -> None:
    """Open alerts as a table."""
    table(
        "Alerts: cleanclaim alerts settle ID --why ...",
        ("id", "since", "code", "what", "owner", "remedy"),
        [(a.id, a.business_on, a.code, a.message, owner_of_code(a.code), a.remedy) for a in found],
        right=("id",),
    )
