"""`cleanclaim contracts`: what payers agreed to pay, and what a claim comes to under it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from config.dollars import dollars
from config.settings import load
from console.act_options import AnyAct, ClaimArgument, act_command
from console.answer import ALL_DONE, CommandError, console, leave, print_json, table, visible
from console.chosen import Chosen, payer_key
from console.options import HomeOption, InboxOption, JsonOption
from ledger.adjudication.contract_prices import MEDICARE, Rate
from ledger.agreed import contracts
from ledger.agreed.contracts import WITHDRAWN, Contract
from ledger.queries.prices import price_claim
from tasks.home.home import open_home
from tasks.operations import agree_prices
from tasks.operations.agree_prices import Agreed, Whose
from tasks.operations.money_acts import claim_of

app = typer.Typer(
    help="Contracts with payers: fee schedules, and what a claim comes to under them.", no_args_is_help=True
)

NumberArgument = Annotated[int, typer.Argument(metavar="NUMBER", help="As the list shows it.")]
DAY = ["%Y-%m-%d"]
MOST_ROWS = 200
"""Rows of a contract that are shown where no procedure is asked for."""


@app.command("list")
def list_contracts(
    payer: Annotated[
        str | None, typer.Option("--payer", help="Only of this payer.", show_default=False)
    ] = None,
    practice: Annotated[
        str | None,
        typer.Option("--practice", help="Only what prices claims of this practice.", show_default=False),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Those that were withdrawn, too.")] = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """The contracts that are kept. A payer without one is paid as it says: nothing is compared."""
    with open_home(load(home, inbox=inbox)) as opened:
        known = contracts.of(opened.ledger)
        partners = opened.partners
        key = payer_key(opened.partners, payer)
        _, whose = Chosen(practice=practice, partners=partners).keys()
    kept = [one for one in known if one.state != WITHDRAWN]
    found = [
        one
        for one in (known if everything else kept)
        if key in (None, one.payer) and (whose is None or one.practice in ("", whose))
    ]
    without = sorted(set(partners.payers) - {one.payer for one in kept})
    if json:
        print_json({"contracts": [asdict(one) for one in found], "without": without})
        leave(ALL_DONE)
    table(
        "Contracts",
        ("number", "payer", "practice", "file", "rows", "state", "from", "to", "said by", "on"),
        [
            (c.number, _payer(c), c.practice or "every one", c.name, c.rates, c.state.replace("_", " "),
             c.from_on, c.to_on, c.actor, c.business_on)
            for c in found
        ],
        right=("number", "rows"),
    )  # fmt: skip
    if without:
        console.print(visible(f"No contract is kept with {', '.join(without)}: no price is compared there."))
    leave(ALL_DONE)


@app.command("show")
def show_contract(
    number: NumberArgument,
    procedure: Annotated[
        str | None, typer.Option("--procedure", help="Only what may price this code.", show_default=False)
    ] = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """A contract's rows, and all that was said of it: who, when and why."""
    with open_home(load(home, inbox=inbox)) as opened:
        said = contracts.history(opened.ledger, number)
        code = (procedure or "").strip().upper()
        rows = contracts.rows_of(opened.ledger, said[-1], code) if said else []
    if not said:
        raise CommandError("CTR-03", f"there is no contract {number}; see `cleanclaim contracts list`")
    one = said[-1]
    if json:
        shown_rows = [_plain_rate(rate) for rate in rows]
        print_json({"contract": asdict(one), "rows": shown_rows, "history": [asdict(each) for each in said]})
        leave(ALL_DONE)
    _show_rows(one, rows)
    if len(rows) > MOST_ROWS:
        more = f"{len(rows) - MOST_ROWS} more rows; --procedure CODE shows those of one code."
        console.print(visible(more))
    table(
        "What was said",
        ("on", "who", "what", "why"),
        [(each.business_on, each.actor, each.words(), each.why) for each in said],
    )
    leave(ALL_DONE)


@app.command("price")
def price(
    number: ClaimArgument, home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False
) -> None:
    """What a claim's first payer should allow for each line, by which row, and what it allowed."""
    with open_home(load(home, inbox=inbox)) as opened:
        found = price_claim(opened.ledger, claim_of(opened, number))
    if json:
        print_json({"claim": found.claim, "payer": found.payer, "lines": [asdict(x) for x in found.lines]})
        leave(ALL_DONE)
    table(
        f"Claim {found.claim} with {found.payer or 'no payer'}",
        ("line", "code", "units", "charge", "expected", "allowed", "why"),
        [
            (x.line or "all", x.procedure, x.units, dollars(x.charge), _money(x.expected),
             _money(x.allowed), x.words)
            for x in found.lines
        ],
        right=("line", "units", "charge", "expected", "allowed"),
    )  # fmt: skip
    for words in found.work:
        console.print(visible(words))
    leave(ALL_DONE)


def shown(done: Agreed, json: bool) -> None:
    """What an act changed, and what it did to the work."""
    if json:
        print_json({**asdict(done), "effect": done.effect if done.changes else ""})
        return
    for change in done.changes:
        console.print(visible(f"{'dry run: ' if done.dry_run else ''}{change}"))
    console.print(visible(done.effect) if done.changes else "Nothing to change: that is how it stands.")


PriceAct = AnyAct[Agreed]


@act_command(app, "import", shown)
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV; docs/runbook.md has its columns.")],
    from_: Annotated[datetime, typer.Option("--from", formats=DAY, help="First day of service.")],
    payer: Annotated[str, typer.Option("--payer", help="The payer, by its key.", show_default=False)] = "",
    medicare: Annotated[
        bool, typer.Option("--medicare", help="Medicare's own prices, which percent_of_medicare means.")
    ] = False,
    practice: Annotated[
        str, typer.Option("--practice", help="Only for this practice. Default: for every one.")
    ] = "",
    to: Annotated[datetime | None, typer.Option("--to", formats=DAY, help="Last day of service.")] = None,
    replaces: Annotated[
        int | None, typer.Option("--replaces", help="The contract that it takes the place of.")
    ] = None,
) -> PriceAct:
    """A fee schedule is taken in, all of it or nothing; the same file again changes nothing."""
    whose = Whose(
        payer=payer,
        medicare=medicare,
        practice=practice,
        from_on=f"{from_:%Y-%m-%d}",
        to_on=f"{to:%Y-%m-%d}" if to else "",
        replaces=replaces,
    )
    return lambda h, day, by, dry: agree_prices.import_file(h, day, by, file, whose, dry_run=dry)


@act_command(app, "end", shown)
def end(
    number: NumberArgument,
    on: Annotated[datetime, typer.Option("--on", formats=DAY, help="Its last day of service.")],
) -> PriceAct:
    """A contract holds until a day and no longer."""
    return lambda h, day, by, dry: agree_prices.end(h, day, by, number, on.date(), dry_run=dry)


@act_command(app, "withdraw", shown)
def withdraw(number: NumberArgument) -> PriceAct:
    """A contract was imported by mistake: it never held."""
    return lambda h, day, by, dry: agree_prices.withdraw(h, day, by, number, dry_run=dry)


def _show_rows(one: Contract, rows: Sequence[Rate]) -> None:
    table(
        f"Contract {one.number}, {one.whose}: {one.words()}",
        ("line", "rule", "code", "modifier", "place", "plan", "revenue", "DRG", "rate", "multiple",
         "lesser of", "time", "apart", "stop-loss", "from", "to"),
        [
            (r.line, r.rule, _code(r), " ".join(r.modifiers), " ".join(r.places), r.plan, r.revenue_code,
             r.drg, f"{r.rate:f}", "/".join(f"{s:f}" for s in r.multiple), "yes" if r.lesser_of else "no",
             r.time, "yes" if r.carve_out else "", r.stop_loss, r.from_on, r.to_on)
            for r in rows[:MOST_ROWS]
        ],
        right=("line", "rate"),
    )  # fmt: skip


def _code(rate: Rate) -> str:
    return f"{rate.procedure}-{rate.procedure_to}" if rate.procedure_to else rate.procedure


def _payer(one: Contract) -> str:
    return "Medicare's prices" if one.payer == MEDICARE else one.payer


def _money(cents: int | None) -> str:
    return "" if cents is None else dollars(cents)


def _plain_rate(rate: Rate) -> dict[str, Any]:
    return {
        **asdict(rate),
        "rate": f"{rate.rate:f}",
        "multiple": [f"{step:f}" for step in rate.multiple],
    }
