"""`cleanclaim refunds`: money that is paid back to a payer by itself."""

from typing import Annotated

import typer

from console.act_options import Act, CentsOption, DollarsOption, amount, money_act
from tasks.operations import claim_money

app = typer.Typer(help="Refunds to payers that are of no single claim: pay.", no_args_is_help=True)


@app.callback()
def refunds() -> None:
    """Refunds to payers that are of no single claim."""


@money_act(app, "pay")
def pay(
    payer: Annotated[str, typer.Option("--payer", help="The payer, by its key.")],
    practice: Annotated[str, typer.Option("--practice", help="The practice that pays, by its key.")],
    reference: Annotated[
        str, typer.Option("--reference", help="The payer's reference of the recoupment (PLB03-2).")
    ],
    cents: CentsOption = None,
    dollars: DollarsOption = None,
) -> Act:
    """A refund to a payer: the recoupment that it announced under a reference is over with it.

    Without an amount it is what the payer announced.
    """
    wanted = amount(cents, dollars)
    return lambda h, day, by, dry: claim_money.pay_refund(
        h, day, by, payer, practice, reference, wanted, dry_run=dry
    )
