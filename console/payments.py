"""`cleanclaim payments`: a paper remittance is entered, a posted claim payment goes elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from console.act_options import Act, ClaimArgument, PaymentArgument, money_act
from tasks.operations import enter_payment, place_payment

app = typer.Typer(
    help="Payments: enter a paper remittance; unpost or reallocate a posted one.", no_args_is_help=True
)


@money_act(app, "enter")
def enter(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="TOML, JSON or CSV; docs/runbook.md has an example.")
    ],
) -> Act:
    """A remittance that came on paper: posted, or queued, as one that came as an 835."""
    return lambda h, day, by, dry: enter_payment.enter(h, day, by, file, dry_run=dry)


@money_act(app, "unpost")
def unpost(
    payment: PaymentArgument,
) -> Act:
    """A payment goes from its claim back to suspense; reversing entries only."""
    return lambda h, day, by, dry: place_payment.unpost(h, day, by, payment, dry_run=dry)


@money_act(app, "reallocate")
def reallocate(
    payment: PaymentArgument,
    claim: ClaimArgument,
) -> Act:
    """A payment goes from its claim to another one."""
    return lambda h, day, by, dry: place_payment.reallocate(h, day, by, payment, claim, dry_run=dry)
