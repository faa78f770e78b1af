"""The options of an act about money (`--why`, `--as`, `--second`, `--dry-run`), and how it is printed."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from config.settings import load
from console.answer import (
    ALL_DONE,
    WRONG_USE,
    CommandError,
    console,
    dollars,
    leave,
    print_json,
    table,
    visible,
)
from console.days import next_night
from console.options import HomeOption, InboxOption
from ledger.acts import Done
from tasks.home.home import Home, open_home, user_name
from tasks.operations.money_acts import By
from tasks.runs.lease import lease

WhyOption = Annotated[
    str, typer.Option("--why", help="The reason; it stays in the history. Needed but for a dry run.")
]
AsOption = Annotated[
    str | None,
    typer.Option("--as", help="Who does it. Default: the user of this machine.", show_default=False),
]
SecondOption = Annotated[
    str, typer.Option("--second", help="Who signs too, above what one person may decide alone.")
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Only print the postings that it would make; nothing is written.")
]
CentsOption = Annotated[int | None, typer.Option("--cents", min=1, help="The amount in cents.")]
DollarsOption = Annotated[str | None, typer.Option("--dollars", help="The amount in dollars, like 25.00.")]
PayerOption = Annotated[
    str | None, typer.Option("--payer", help="The payer, by its key.", show_default=False)
]
PatientOption = Annotated[bool, typer.Option("--patient", help="The patient, not a payer.")]
ClaimArgument = Annotated[
    str, typer.Argument(metavar="NUMBER", help="Patient control number, encounter number, or the list's id.")
]
PaymentArgument = Annotated[
    int, typer.Argument(metavar="PAYMENT", help="The payment's id, as lists and `claims show` print it.")
]


def by(why: str, who: str | None, second: str) -> By:
    """Who signs."""
    return By(who if who is not None else user_name(), why, second)


def amount(cents: int | None, dollars_: str | None) -> int | None:
    """The amount asked for in cents, None where none is. Raises CommandError ACT-02."""
    if dollars_ is None:
        return cents
    whole, point, part = dollars_.strip().removeprefix("$").replace(",", "").partition(".")
    if cents is not None or not whole.isdecimal() or (point and not (part.isdecimal() and len(part) == 2)):
        raise CommandError("ACT-02", "give one amount, --cents 2500 or --dollars 25.00", exit_code=WRONG_USE)
    return int(whole) * 100 + int(part or 0)


def whose(payer: str | None, patient: bool) -> str:
    """The payer's key, "" the patient. Raises CommandError ACT-03 where neither or both are named."""
    if (payer is None) == (not patient):
        raise CommandError("ACT-03", "say whose it is: --payer KEY or --patient", exit_code=WRONG_USE)
    return payer or ""


def act(
    do: Callable[[Home, date], Done], *, home: HomeOption, inbox: InboxOption, json: bool, dry_run: bool
) -> None:
    """Does it under the lease, so that no run works on the same claims; a dry run needs none."""
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        day = next_night(opened)
        if dry_run:
            done = do(opened, day)
    if not dry_run:
        with lease(str(settings.home), str(settings.inbox), day, opens_night=False) as taken:
            if taken.home is None:
                raise CommandError("NIT-01", taken.message)
            done = do(taken.home, day)
    show(done, json)
    leave(ALL_DONE)


def show(done: Done, json: bool) -> None:
    """What was done with its postings."""
    if json:
        print_json(asdict(done))
        return
    console.print(visible(f"{'dry run: ' if done.dry_run else ''}{done.what}"))
    table(
        "Postings",
        ("entry", "account", "claim", "payer", "practice", "amount"),
        [(p.entry, p.account, p.claim, p.payer, p.practice, dollars(p.cents)) for p in done.postings],
        right=("amount",),
    )
