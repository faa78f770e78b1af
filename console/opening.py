"""`cleanclaim opening`: the open items of an older system are taken over."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from config.dollars import dollars
from console.act_options import AnyAct, act_command, amount
from console.answer import console, print_json, table, visible
from tasks.operations.import_opening import Imported, import_opening

app = typer.Typer(help="Open items of an older system: import.", no_args_is_help=True)


@app.callback()
def opening() -> None:
    """Open items of an older system."""


def _shown(done: Imported, json: bool) -> None:
    totals = [
        {"practice": practice, "payer": payer, "payer_cents": a, "patient_cents": b}
        for (practice, payer), (a, b) in done.totals.items()
    ]
    if json:
        said = {"what": done.done.what, "dry_run": done.done.dry_run}
        print_json({**said, "cents": done.cents, "totals": totals})
        return
    console.print(visible(done.done.what))
    table(
        f"Open receivables, {dollars(done.cents)}",
        ("practice", "payer", "payers owe", "patients owe"),
        [(p, q, dollars(a), dollars(b)) for (p, q), (a, b) in done.totals.items()],
        right=("payers owe", "patients owe"),
    )


@act_command(app, "import", _shown)
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV; docs/runbook.md has its columns.")],
    expect_total: Annotated[
        str | None, typer.Option("--expect-total", help="What the old aging comes to, in dollars.")
    ] = None,
) -> AnyAct[Imported]:
    """Each row becomes a claim that counts as sent, with what payer and patient still owe.

    The same file again changes nothing.
    """
    expected = amount(None, expect_total)
    return lambda h, day, by, dry: import_opening(
        h, day, replace(by, why=by.why or "opening receivables"), file, expected, dry_run=dry
    )
