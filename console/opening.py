"""`cleanclaim opening`: the open items of an older system are taken over."""

from pathlib import Path
from typing import Annotated

import typer

from config.dollars import dollars
from console.act_options import AsOption, DryRunOption, SecondOption, WhyOption, amount, by, under_lease
from console.answer import ALL_DONE, console, leave, print_json, table, visible
from console.options import HomeOption, InboxOption, JsonOption
from tasks.operations.import_opening import import_opening

app = typer.Typer(help="Open items of an older system: import.", no_args_is_help=True)


@app.callback()
def opening() -> None:
    """Open items of an older system."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV; docs/runbook.md has its columns.")],
    expect_total: Annotated[
        str | None, typer.Option("--expect-total", help="What the old aging comes to, in dollars.")
    ] = None,
    why: WhyOption = "",
    as_: AsOption = None,
    second: SecondOption = "",
    dry_run: DryRunOption = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Each row becomes a claim that counts as sent, with what payer and patient still owe.

    The same file again changes nothing.
    """
    expected, signed = amount(None, expect_total), by(why or "opening receivables", as_, second)
    done = under_lease(
        lambda h, day: import_opening(h, day, signed, file, expected, dry_run=dry_run),
        home,
        inbox,
        dry_run=dry_run,
    )
    totals = [
        {"practice": practice, "payer": payer, "payer_cents": a, "patient_cents": b}
        for (practice, payer), (a, b) in done.totals.items()
    ]
    if json:
        print_json({"what": done.done.what, "dry_run": dry_run, "cents": done.cents, "totals": totals})
        leave(ALL_DONE)
    console.print(visible(done.done.what))
    table(
        f"Open receivables, {dollars(done.cents)}",
        ("practice", "payer", "payers owe", "patients owe"),
        [(p, q, dollars(a), dollars(b)) for (p, q), (a, b) in done.totals.items()],
        right=("payers owe", "patients owe"),
    )
    leave(ALL_DONE)
