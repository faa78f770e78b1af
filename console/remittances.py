"""`cleanclaim remittances`: the payers' payments, and what a person decides of one that is in conflict."""

from dataclasses import asdict
from typing import Annotated

import typer

from config.dollars import dollars
from config.settings import load
from console.act_options import Act, money_act
from console.answer import ALL_DONE, CommandError, console, leave, print_json, table
from console.chosen import Chosen, OwnerOption, PayerOption, PracticeOption, next_after, show_more
from console.options import AfterOption, HomeOption, InboxOption, JsonOption, LimitOption
from ledger.queries.money import REMITTANCES, UNPOSTED, remittances
from tasks.home.home import open_home
from tasks.operations import decide_remittance
from tasks.work.owners import POSTING

app = typer.Typer(help="The payers' payments: list, show, release, refuse.", no_args_is_help=True)
NumberArgument = Annotated[int, typer.Argument(metavar="ID", help="As the list shows it.")]


@app.command("list")
def list_remittances(
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those that wait for a person.")] = False,
    owner: OwnerOption = None,
    payer: PayerOption = None,
    practice: PracticeOption = None,
    limit: LimitOption = 50,
    after: AfterOption = 0,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Remittances, the newest first."""
    with open_home(load(home, inbox=inbox)) as opened:
        chosen = Chosen(owner, payer, practice, partners=opened.partners)
        listing = UNPOSTED if waiting else REMITTANCES
        page = chosen.page(opened.ledger, listing, owner=lambda _: POSTING, after=after, limit=limit)
        found = listing.read(opened.ledger, page)
    more = next_after(found, limit, lambda r: r.id)
    if json:
        print_json({"remittances": [asdict(r) for r in found], "next_after": more})
        leave(ALL_DONE)
    table(
        f"Remittances{chosen.words}",
        ("id", "paid on", "payer", "practice", "trace", "amount", "claims", "state", "out by"),
        [
            (r.id, r.paid_on, r.payer, r.practice or r.payee, r.trace, dollars(r.paid_cents), r.claims,
             r.state.replace("_", " "), dollars(r.difference_cents) if r.difference_cents else "")
            for r in found
        ],
        right=("id", "amount", "claims", "out by"),
    )  # fmt: skip
    show_more(more)
    leave(ALL_DONE)


@app.command("show")
def show_remittance(
    number: NumberArgument,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """One remittance with its parts, read from its stored bytes, and the claims that they match now."""
    with open_home(load(home, inbox=inbox)) as opened:
        found = remittances(opened.ledger, number=number)
        if not found:
            raise CommandError(
                "RMT-01", f"there is no remittance {number}; see `cleanclaim remittances list`"
            )
        [row] = found
        facts = decide_remittance.read_again(opened, number)
        parts = decide_remittance.parts_of(opened, number, facts)
    if json:
        print_json({**asdict(row), "parts": [asdict(p) for p in parts]})
        leave(ALL_DONE)
    table(
        f"Remittance {number} of {row.payer}, trace {row.trace}: {row.state.replace('_', ' ')}, "
        f"{dollars(row.paid_cents)}",
        ("part", "claim number", "status", "charged", "paid", "goes to claim", "released"),
        [
            (p.part, p.claim, p.status, dollars(p.charge), dollars(p.paid), p.matches,
             "yes" if p.released else "")
            for p in parts
        ],
        right=("part", "charged", "paid"),
    )  # fmt: skip
    if row.state == "conflict":
        console.print(
            "Another content is posted under its trace number. To post it after all: cleanclaim remittances "
            f"release {number} [--part N] --why ... Never: cleanclaim remittances refuse {number} --why ..."
        )
    leave(ALL_DONE)


@money_act(app, "release")
def release(
    number: NumberArgument,
    part: Annotated[int, typer.Option("--part", min=0, help="One part, as `show` numbers them; 0: all.")] = 0,
) -> Act:
    """A remittance in conflict with a posted one is posted after all, whole or part by part."""
    return lambda h, day, by, dry: decide_remittance.release(h, day, by, number, part, dry_run=dry)


@money_act(app, "refuse")
def refuse(
    number: NumberArgument,
) -> Act:
    """A remittance, or what was not released of it, is not posted; it leaves quarantine."""
    return lambda h, day, by, dry: decide_remittance.refuse(h, day, by, number, dry_run=dry)
