"""The options of an act about money (`--why`, `--as`, `--second`, `--dry-run`), and how it is printed."""

import inspect
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, TypeVar

import typer

from config.dollars import cents_of, dollars
from config.settings import load
from console import second_signature
from console.answer import ALL_DONE, WRONG_USE, CommandError, console, leave, print_json, table, visible
from console.days import next_night, today
from console.options import HomeOption, InboxOption, JsonOption
from ledger.books.acts import Done
from tasks.home.home import Home, open_home, user_name
from tasks.operations.money_acts import By
from tasks.runs.lease import lease
from tasks.work.causes import keep_queue

WhyOption = Annotated[
    str, typer.Option("--why", help="The reason; it stays in the history. Needed but for a dry run.")
]
AsOption = Annotated[
    str | None,
    typer.Option("--as", help="Who does it. Default: the user of this machine.", show_default=False),
]
SecondOption = Annotated[
    str,
    typer.Option(
        "--second",
        help="Who signs too, above what one person may decide alone; both are asked for their passwords.",
    ),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Only print what it would do; nothing is written.")
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
    """Who signs. A name that is typed proves nothing, so the limit of the machine's user counts too."""
    return By(who if who is not None else user_name(), why, second, typed_by=user_name())


def amount(cents: int | None, dollars_: str | None) -> int | None:
    """The amount asked for in cents, None where none is. Raises CommandError ACT-02."""
    if dollars_ is None:
        return cents
    typed = cents_of(dollars_)
    if cents is not None or typed is None:
        raise CommandError("ACT-02", "give one amount, --cents 2500 or --dollars 25.00", exit_code=WRONG_USE)
    return typed


def whose(payer: str | None, patient: bool) -> str:
    """The payer's key, "" the patient. Raises CommandError ACT-03 where neither or both are named."""
    if (payer is None) == (not patient):
        raise CommandError("ACT-03", "say whose it is: --payer KEY or --patient", exit_code=WRONG_USE)
    return payer or ""


Result = TypeVar("Result")

AnyAct = Callable[[Home, date, By, bool], Result]
"""An operation with its own arguments given: asked with the home, the business date, who signs, and whether
it is a dry run."""

Act = AnyAct[Done]
"""One about money."""


def money_act(app: typer.Typer, name: str) -> Callable[[Callable[..., Act]], Callable[..., None]]:
    """Declares a command that is an act about money.

        @money_act(app, "unpost")
        def unpost(payment: PaymentArgument) -> Act:
            \"\"\"A payment goes from its claim back to suspense.\"\"\"
            return lambda home, day, by, dry: place_payment.unpost(home, day, by, payment, dry_run=dry)

    The function has the arguments and options that are the act's own and refuses what makes no sense
    before the home is opened. `--why`, `--as`, `--second`, `--dry-run`, `--home`, `--inbox` and `--json`
    are every act's.
    """
    return act_command(app, name, show)


def act_command(
    app: typer.Typer, name: str, shown_by: Callable[[Result, bool], None], *, of_the_books: bool = True
) -> Callable[[Callable[..., AnyAct[Result]]], Callable[..., None]]:
    """The same for an act of any kind; `shown_by` prints what it came to, as JSON or in words.

    One that is not `of_the_books` touches no claim and no money: it waits for no run, and has no `--second`.
    """

    def declare(made: Callable[..., AnyAct[Result]]) -> Callable[..., None]:
        own = inspect.signature(made).parameters.values()

        def command(
            why: WhyOption = "",
            as_: AsOption = None,
            second: SecondOption = "",
            dry_run: DryRunOption = False,
            home: HomeOption = None,
            inbox: InboxOption = None,
            json: JsonOption = False,
            **given: Any,
        ) -> None:
            act, signed = made(**given), by(why, as_, second)

            def do(opened: Home, day: date) -> Result:
                return act(opened, day, signed, dry_run)

            if not of_the_books:
                done = _at_once(do, home, inbox)
            elif second.strip() and not dry_run:
                done = _by_two(act, signed, shown_by, home, inbox)
            else:
                done = under_lease(do, home, inbox, dry_run=dry_run)
            shown_by(done, json)
            leave(ALL_DONE)

        left_out = () if of_the_books else ("second",)
        every = [
            p
            for p in inspect.signature(command).parameters.values()
            if p.kind is not p.VAR_KEYWORD and p.name not in left_out
        ]
        shown = inspect.Signature([p.replace(kind=p.KEYWORD_ONLY) for p in (*own, *every)])
        command.__signature__ = shown  # type: ignore[attr-defined]  # Typer reads it; mypy knows no such attribute
        command.__annotations__ = {p.name: p.annotation for p in shown.parameters.values()}
        command.__doc__ = made.__doc__
        app.command(name)(command)
        return command

    return declare


BUSY = (
    "a run or another act works on this home at this moment; nothing was done: do it again when that is over"
)


def _at_once(do: Callable[[Home, date], Result], home: HomeOption, inbox: InboxOption) -> Result:
    """Does it on today's date, beside whatever run is at work."""
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        return do(opened, today(settings))


def _by_two(
    act: AnyAct[Result],
    signed: By,
    shown_by: Callable[[Result, bool], None],
    home: HomeOption,
    inbox: InboxOption,
) -> Result:
    """Shows the preview, asks both persons, and does what they read. Raises as `second_signature` and
    `under_lease`."""
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        read = act(opened, next_night(opened), signed, True)
        second_signature.show(lambda: shown_by(read, False))
        both = second_signature.signed_by_both(opened, today(settings), signed)

    def do(opened: Home, day: date) -> Result:
        second_signature.check_read(read, act(opened, day, both, True))
        return act(opened, day, both, False)

    return under_lease(do, home, inbox, dry_run=False)


def under_lease(
    do: Callable[[Home, date], Result], home: HomeOption, inbox: InboxOption, *, dry_run: bool
) -> Result:
    """Does it under the lease, so that no run works on the same claims; a dry run needs none.

    Raises CommandError NIT-01 where a run is at work.
    """
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        day = next_night(opened)
        if dry_run:
            return do(opened, day)
    with lease(str(settings.home), str(settings.inbox), day, opens_night=False) as taken:
        if taken.home is None:
            raise CommandError("NIT-01", BUSY)
        done = do(taken.home, day)
        keep_queue(taken.home, day)
        return done


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
