"""`cleanclaim payments`: a paper remittance is entered, a posted claim payment goes elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from console.act_options import (
    AsOption,
    ClaimArgument,
    DryRunOption,
    PaymentArgument,
    SecondOption,
    WhyOption,
    act,
    by,
)
from console.options import HomeOption, InboxOption, JsonOption
from tasks.operations import enter_payment, place_payment

app = typer.Typer(
    help="Payments: enter a paper remittance; unpost or reallocate a posted one.", no_args_is_help=True
)


@app.command("enter")
def enter(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="TOML, JSON or CSV; docs/runbook.md has an example.")
    ],
    why: WhyOption = "",
    as_: AsOption = None,
    second: SecondOption = "",
    dry_run: DryRunOption = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """A remittance that came on paper: posted, or queued, as one that came as an 835."""
    act(
        lambda h, day: enter_payment.enter(h, day, by(why, as_, second), file, dry_run=dry_run),
        home=home,
        inbox=inbox,
        json=json,
        dry_run=dry_run,
    )


@app.command("unpost")
def unpost(
    payment: PaymentArgument,
    why: WhyOption = "",
    as_: AsOption = None,
    second: SecondOption = "",
    dry_run: DryRunOption = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """A payment goes from its claim back to suspense; reversing entries only."""
    act(
        lambda h, day: place_payment.unpost(h, day, by(why, as_, second), payment, dry_run=dry_run),
        home=home,
        inbox=inbox,
        json=json,
        dry_run=dry_run,
    )


@app.command("reallocate")
def reallocate(
    payment: PaymentArgument,
    claim: ClaimArgument,
    why: WhyOption = "",
    as_: AsOption = None,
    second: SecondOption = "",
    dry_run: DryRunOption = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """A payment goes from its claim to another one."""
    act(
        lambda h, day: place_payment.reallocate(
            h, day, by(why, as_, second), payment, claim, dry_run=dry_run
        ),
        home=home,
        inbox=inbox,
        json=json,
        dry_run=dry_run,
    )
