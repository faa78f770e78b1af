"""`cleanclaim rejections`: claims refused before adjudication, with place, desk and remedy."""

from dataclasses import asdict, replace
from typing import Annotated, Any

import typer

from config.counted import counted
from config.dollars import dollars
from config.settings import load
from console.act_options import AsOption
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
from console.chosen import Chosen, OwnerOption, PayerOption, PracticeOption, next_after, show_more
from console.days import next_night
from console.options import AfterOption, HomeOption, InboxOption, JsonOption, LimitOption
from ledger.queries.claims import REJECTED, Rejected, rejected_cents
from ledger.queries.claims import rejections as refused_claims
from tasks.home.home import open_home, user_name
from tasks.operations.money_acts import By
from tasks.operations.resubmit_rejected import resubmit
from tasks.work.owners import owner_of, work_of

app = typer.Typer(help="Claims refused before adjudication: list, send again.", invoke_without_command=True)


@app.callback()
def rejections(
    context: typer.Context,
    owner: OwnerOption = None,
    payer: PayerOption = None,
    practice: PracticeOption = None,
    limit: LimitOption = 50,
    after: AfterOption = 0,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Claims that a TA1, 999 or 277CA refused: what is wrong, whose it is, what to do. No payer saw them."""
    if context.invoked_subcommand is not None:
        return
    show_rejections(Chosen(owner, payer, practice), limit, after, home, inbox, json)


@app.command("list")
def list_rejections(
    owner: OwnerOption = None,
    payer: PayerOption = None,
    practice: PracticeOption = None,
    limit: LimitOption = 50,
    after: AfterOption = 0,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """The same list."""
    show_rejections(Chosen(owner, payer, practice), limit, after, home, inbox, json)


@app.command("again")
def send_again(
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="[CLAIM]...", help="Claims by their number in the list.")
    ] = None,
    batch: Annotated[
        int | None,
        typer.Option("--batch", help="All of this batch in which nothing is wrong: their file was refused."),
    ] = None,
    why: Annotated[
        str, typer.Option("--why", help="What was corrected, in a line. Required except for a dry run.")
    ] = "",
    as_: AsOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show which would go; nothing is written.")
    ] = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Send refused claims again with the next run, as their encounters and the partners' files are now.

    Each goes out as a new claim. For a claim whose encounter is wrong, send that as a higher version.
    """
    if not numbers and batch is None:
        raise CommandError("REJ-02", "name claims, or --batch", exit_code=WRONG_USE)
    if not (dry_run or why.strip()):
        raise CommandError("REJ-02", "say why by --why; it stays in the history", exit_code=WRONG_USE)
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        by = By(as_ if as_ is not None else user_name(), why)
        going = resubmit(opened, next_night(opened), numbers or (), batch, by, really=not dry_run)
    total = sum(r.charge_cents for r in going)
    message = f"{counted(len(going), 'claim')}, {dollars(total)}: " + (
        "these would go out again; nothing was written" if dry_run else "sent again with the next run"
    )
    if json:
        sent = [r.patient_control_number for r in going]
        print_json({"claims": sent, "cents": total, "dry_run": dry_run, "message": message})
    else:
        console.print(message)
        for r in going:
            console.print(visible(f"  {r.patient_control_number} {r.external_id}"))
    leave(ALL_DONE)


def show_rejections(
    asked: Chosen, limit: int, after: int, home: HomeOption, inbox: InboxOption, json: bool
) -> None:
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        chosen = replace(asked, partners=opened.partners)
        page = chosen.page(opened.ledger, REJECTED, owner=owner_of, after=after, limit=limit)
        found = refused_claims(opened.ledger, page)
        total = rejected_cents(opened.ledger, page)
    more = next_after(found, limit, lambda r: r.submission_id)
    if json:
        print_json({"rejections": [plain(r) for r in found], "cents": total, "next_after": more})
    else:
        show(found, chosen.words)
        show_more(more)
    leave(DONE_WITH_HOLDS if found else ALL_DONE)


def plain(rejected: Rejected) -> dict[str, Any]:
    """A rejection for a program."""
    work = work_of(rejected)
    return {**asdict(rejected), "meaning": work.words, "owner": work.owner, "remedy": work.remedy}


def show(found: list[Rejected], chosen: str = "") -> None:
    """Rejections as a table."""
    table(
        f"Rejected before adjudication{chosen}",
        ("encounter", "practice", "payer", "claim", "batch", "by", "what is wrong", "owner", "charged",
         "since", "what to do"),
        [
            (r.external_id, r.practice, r.payer, r.patient_control_number, r.batch_id, r.kind,
             f"{work.words} ({r.codes})" if r.codes else work.words, work.owner, dollars(r.charge_cents),
             r.business_on, work.remedy)
            for r in found
            for work in (work_of(r),)
        ],
        right=("charged", "batch"),
    )  # fmt: skip
