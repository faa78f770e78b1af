"""`cleanclaim rejections`: claims refused before adjudication, with place, desk and remedy."""

from dataclasses import asdict
from typing import Any

import typer

from config.settings import load
from console.answer import ALL_DONE, DONE_WITH_HOLDS, dollars, leave, print_json, table
from console.chosen import Chosen, OwnerOption, PayerOption, PracticeOption
from console.options import HomeOption, InboxOption, JsonOption
from ledger.queries.claims import Rejected
from ledger.queries.claims import rejections as refused_claims
from tasks.home import open_home
from tasks.rejected import work_of

app = typer.Typer(help="Claims refused before adjudication: list.", invoke_without_command=True)


@app.callback()
def rejections(
    context: typer.Context,
    owner: OwnerOption = None,
    payer: PayerOption = None,
    practice: PracticeOption = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Claims that a TA1, 999 or 277CA refused: what is wrong, whose it is, what to do. No payer saw them."""
    if context.invoked_subcommand is not None:
        return
    show_rejections(owner, payer, practice, home, inbox, json)


@app.command("list")
def list_rejections(
    owner: OwnerOption = None,
    payer: PayerOption = None,
    practice: PracticeOption = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """The same list."""
    show_rejections(owner, payer, practice, home, inbox, json)


def show_rejections(
    owner: str | None,
    payer: str | None,
    practice: str | None,
    home: HomeOption,
    inbox: InboxOption,
    json: bool,
) -> None:
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        chosen = Chosen(owner, payer, practice, opened.partners)
        found = choose(chosen, refused_claims(opened.ledger))
    if json:
        print_json({"rejections": [plain(r) for r in found], "cents": sum(r.charge for r in found)})
    else:
        show(found, chosen.words)
    leave(DONE_WITH_HOLDS if found else ALL_DONE)


def choose(chosen: Chosen, found: list[Rejected]) -> list[Rejected]:
    """Those that were asked for."""
    return chosen.of(
        found, owner=lambda r: work_of(r).owner, payer=lambda r: r.payer, practice=lambda r: r.practice
    )


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
             f"{work.words} ({r.codes})" if r.codes else work.words, work.owner, dollars(r.charge), r.night,
             work.remedy)
            for r in found
            for work in (work_of(r),)
        ],
        right=("charged", "batch"),
    )  # fmt: skip
