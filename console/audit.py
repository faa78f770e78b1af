"""`cleanclaim audit`: who did what, and whether the trail of it is whole."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from config.counted import counted
from config.settings import load
from console.answer import ALL_DONE, FAILED, complaints, console, leave, print_json, table, visible
from console.options import HomeOption, InboxOption, JsonOption
from ledger.trail import audit
from tasks.home import audit_trail
from tasks.home.home import open_home

app = typer.Typer(help="Who did what, and whether the trail is whole: verify, show.", no_args_is_help=True)


@app.command("verify")
def verify(
    heads: Annotated[
        Path | None, typer.Option("--heads", help="Folder with copies of HOME/audit kept elsewhere.")
    ] = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Look over the whole trail. A changed, removed or slipped-in row is named."""
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        found = audit_trail.verify(opened, heads)
    if json:
        print_json(
            {
                "holds": found.holds,
                "rows": found.rows,
                "heads": found.heads,
                "faults": [asdict(fault) for fault in found.faults],
                "more": found.more,
            }
        )
    elif found.holds:
        console.print(
            f"{counted(found.rows, 'row')} fit, and {counted(found.heads, 'head')} kept outside the database"
        )
    else:
        for fault in found.faults:
            line = f"row {fault.id}: {fault.what}"
            if fault.row is not None:
                line += f" ({fault.row.recorded_at} {fault.row.actor}: {fault.row.act}, {fault.row.subject})"
            complaints.print(f"[red]{visible(line)}[/red]")
        more = f" and {found.more} more" if found.more else ""
        complaints.print(f"{counted(len(found.faults), 'fault')}{more} in {counted(found.rows, 'row')}")
    leave(ALL_DONE if found.holds else FAILED)


@app.command("show")
def show(
    subject: Annotated[str, typer.Option(help="Of what, as `batch 12` or `remittance 3`.")] = "",
    act: Annotated[str, typer.Option(help="Which act, as `batch released`.")] = "",
    most: Annotated[int, typer.Option(min=1, max=100_000, help="Rows at most, the newest first.")] = 50,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """The acts, newest first."""
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        found = audit.rows(opened.ledger, subject=subject, act=act, most=most)
    if json:
        print_json({"rows": [asdict(row) for row in found]})
    else:
        table(
            "Audit trail",
            ("row", "at (UTC)", "business date", "who", "act", "of what", "detail"),
            [(r.id, r.recorded_at, r.business_on, r.actor, r.act, r.subject, r.detail) for r in found],
            right=("row",),
        )
    leave(ALL_DONE)
