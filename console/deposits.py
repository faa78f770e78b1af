"""`cleanclaim deposits`: what came to the bank, beside what payers said they paid."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from config.counted import counted
from config.dollars import dollars
from config.settings import load
from console.act_options import Act, AnyAct, act_command, amount, money_act
from console.answer import (
    ALL_DONE,
    DONE_WITH_HOLDS,
    WRONG_USE,
    CommandError,
    console,
    leave,
    print_json,
    table,
    visible,
)
from console.chosen import Chosen, PayerOption, PracticeOption, next_after, show_more
from console.options import AfterOption, HomeOption, InboxOption, JsonOption, LimitOption
from ledger.payments.deposits import MEANINGS
from ledger.queries import deposits as queries
from ledger.queries.deposits import DEPOSITS, OPEN, DepositRow, Undeposited, candidates, together, undeposited
from tasks.home.home import open_home
from tasks.operations import place_deposit
from tasks.operations.close_month import is_month
from tasks.operations.import_deposits import Imported, import_deposits

app = typer.Typer(
    help="The bank beside the books: import, list, match, settle, unmatch, a month.", no_args_is_help=True
)

DepositArgument = Annotated[int, typer.Argument(metavar="DEPOSIT", help="As the list shows it.")]
MOST = 3  # candidates that a line of the list has room for


def _imported(done: Imported, json: bool) -> None:
    dry_run = done.done.dry_run
    if json:
        print_json(
            {"what": done.done.what, "dry_run": dry_run, "cents": done.cents, "left_out": done.left_out,
             **asdict(done.taken)}
        )  # fmt: skip
        return
    console.print(
        visible(f"{'dry run: ' if dry_run else ''}{done.done.what}; {dollars(done.cents)} in the file")
    )
    if done.left_out:
        console.print(f"{counted(done.left_out, 'debit')} left out: they take no deposit back")


@act_command(app, "import", _imported)
def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV or BAI2; docs/runbook.md has its columns.")
    ],
) -> AnyAct[Imported]:
    """The lines of a bank's file are taken once, and matched to remittances where only one pair fits."""
    return lambda h, day, by, dry: import_deposits(
        h, day, replace(by, why=by.why or "the bank's file"), file, dry_run=dry
    )


@app.command("list")
def list_deposits(
    every: Annotated[bool, typer.Option("--all", help="Those that are explained too.")] = False,
    payer: PayerOption = None,
    practice: PracticeOption = None,
    limit: LimitOption = 50,
    after: AfterOption = 0,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Deposits that no remittance explains, with those they may be of; remittances without a deposit."""
    with open_home(load(home, inbox=inbox)) as opened:
        chosen = Chosen(payer=payer, practice=practice, partners=opened.partners)
        listing = DEPOSITS if every else OPEN
        page = chosen.page(opened.ledger, listing, after=after, limit=limit)
        found = listing.read(opened.ledger, page)
        missing = undeposited(opened.ledger, replace(page, after=0, limit=None))
    more = next_after(found, limit, lambda d: d.id)
    fitting = {one.id: _fitting(one, missing) for one in found if one.open_cents}
    if json:
        print_json(
            {
                "deposits": [
                    {**asdict(one), "candidates": [[r.id for r in some] for some in fitting.get(one.id, ())]}
                    for one in found
                ],
                "undeposited": [asdict(one) for one in missing],
                "next_after": more,
            }
        )
    else:
        table(
            f"Deposits{'' if every else ' that nothing explains'}{chosen.words}",
            ("id", "deposited on", "practice", "payer", "kind", "trace", "amount", "open", "remittance?"),
            [
                (d.id, d.deposited_on, d.practice, d.payer, d.kind, d.trace, dollars(d.cents),
                 dollars(d.open_cents), _named(fitting.get(d.id, ())))
                for d in found
            ],
            right=("id", "amount", "open"),
        )  # fmt: skip
        table(
            "Remittances that are not in the bank",
            ("remittance", "paid on", "practice", "payer", "trace", "missing"),
            [(r.id, r.paid_on, r.practice, r.payer, r.trace, dollars(r.cents)) for r in missing],
            right=("remittance", "missing"),
        )
        show_more(more)
    leave(DONE_WITH_HOLDS if missing or any(one.open_cents for one in found) else ALL_DONE)


def _fitting(one: DepositRow, missing: Sequence[Undeposited]) -> list[tuple[Undeposited, ...]]:
    """What a deposit may be of: several that come to it, then each that may be a part of it."""
    several = together(one, missing)
    return [*([several] if several else ()), *((c,) for c in candidates(one, missing)[:MOST])]


def _named(fitting: Sequence[tuple[Undeposited, ...]]) -> str:
    return ", ".join(" + ".join(str(r.id) for r in sorted(some, key=lambda r: r.id)) for some in fitting)


@money_act(app, "match")
def match(
    deposit: DepositArgument,
    remittances: Annotated[list[int], typer.Argument(metavar="REMITTANCE...", help="Those that it pays.")],
    fee_cents: Annotated[
        int | None, typer.Option("--fee-cents", min=1, help="What a card processor kept, in cents.")
    ] = None,
    fee_dollars: Annotated[
        str | None, typer.Option("--fee-dollars", help="The same in dollars, like 2.50.")
    ] = None,
) -> Act:
    """A deposit pays these remittances; what is left of it stays open.

    Of a payer's virtual card the processor keeps a fee: deposit and fee are the remittances, to the cent.
    """
    fee = amount(fee_cents, fee_dollars) or 0
    return lambda h, day, by, dry: place_deposit.match(h, day, by, deposit, remittances, fee, dry_run=dry)


@money_act(app, "settle")
def settle(
    deposit: DepositArgument,
    meaning: Annotated[str, typer.Option("--as-what", help=f"One of {', '.join(MEANINGS)}.")],
) -> Act:
    """A deposit is no payer's money: it is explained without a remittance."""
    return lambda h, day, by, dry: place_deposit.settle(h, day, by, deposit, meaning, dry_run=dry)


@money_act(app, "unmatch")
def unmatch(deposit: DepositArgument) -> Act:
    """What explained a deposit is undone: it is open again, and so are its remittances."""
    return lambda h, day, by, dry: place_deposit.unmatch(h, day, by, deposit, dry_run=dry)


@app.command("month")
def month(
    which: Annotated[str, typer.Argument(metavar="MONTH", help="Like 2026-11.")],
    practice: PracticeOption = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """A month of the bank and of the books, with what explains that they differ."""
    if not is_month(which):
        raise CommandError("MON-01", "give the month as YYYY-MM, as 2026-11", exit_code=WRONG_USE)
    with open_home(load(home, inbox=inbox)) as opened:
        chosen = Chosen(practice=practice, partners=opened.partners)
        page = chosen.page(opened.ledger, DEPOSITS, after=0, limit=None)
        found = queries.month(opened.ledger, which, page.practices)
    if json:
        print_json({"month": which, "practices": [asdict(m) for m in found]})
    else:
        table(
            f"Bank and books, {which}{chosen.words}",
            ("practice", "books", "not yet in the bank", "not in the books", "no remittance", "bank"),
            [
                (m.practice, dollars(m.books), dollars(-m.not_deposited), dollars(m.not_booked),
                 dollars(m.other), dollars(m.bank))
                for m in found
            ],
            right=("books", "not yet in the bank", "not in the books", "no remittance", "bank"),
        )  # fmt: skip
    leave(ALL_DONE)
