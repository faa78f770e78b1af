"""`cleanclaim payments`: a paper remittance is entered, a posted claim payment goes elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from console.act_options import Act, ClaimArgument, PaymentArgument, money_act
from ledger.payments.payment_batches import KINDS
from tasks.operations import enter_payment, place_payment
from tasks.operations.import_payments import import_payments

app = typer.Typer(
    help="Payments: enter a paper remittance, import a batch; unpost or reallocate one.", no_args_is_help=True
)


@money_act(app, "enter")
def enter(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="TOML, JSON or CSV; docs/runbook.md has an example.")
    ],
) -> Act:
    """A remittance that came on paper: posted, or queued, as one that came as an 835."""
    return lambda h, day, by, dry: enter_payment.enter(h, day, by, file, dry_run=dry)


@money_act(app, "import-batch")
def import_batch(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV; docs/runbook.md has its columns.")],
    kind: Annotated[str, typer.Option("--kind", help=f"One of {', '.join(KINDS)}.")] = "lockbox",
) -> Act:
    """Patients' payments of a lockbox or a card terminal: all of them, once. No card number is kept."""
    return lambda h, day, by, dry: import_payments(h, day, by, file, kind, dry_run=dry).done


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
