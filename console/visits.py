"""`cleanclaim visits`: the appointment book beside the encounters, so that no visit goes unbilled."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from config.settings import load
from console.act_options import Act, AnyAct, act_command
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
from console.chosen import Chosen, PracticeOption, next_after, show_more
from console.options import AfterOption, HomeOption, InboxOption, JsonOption, LimitOption
from ledger.books.acts import Done
from ledger.encounters.visits import REASONS
from ledger.queries.visits import OPEN, STATES, VISITS, possible, unbooked
from tasks.home.home import open_home
from tasks.operations import book_visits
from tasks.operations.book_visits import Imported

app = typer.Typer(help="The appointment book beside the encounters.", no_args_is_help=True)

VisitArgument = Annotated[int, typer.Argument(metavar="VISIT", help="As the list shows it.")]


def _imported(done: Imported, json: bool) -> None:
    if json:
        print_json({"what": done.done.what, "dry_run": done.done.dry_run, **asdict(done.taken)})
    else:
        console.print(visible(f"{'dry run: ' if done.done.dry_run else ''}{done.done.what}"))


@act_command(app, "import", _imported)
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV; docs/runbook.md has its columns.")],
) -> AnyAct[Imported]:
    """An appointment book: what is new or changed is taken, all of it or nothing, and matched."""
    return lambda h, day, by, dry: book_visits.import_visits(
        h, day, replace(by, why=by.why or "the appointment book"), file, dry_run=dry
    )


@app.command("list")
def list_visits(
    state: Annotated[
        str | None, typer.Option("--state", help=f"Only {', '.join(STATES)}.", show_default=False)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every visit, whatever its state.")] = False,
    practice: PracticeOption = None,
    limit: LimitOption = 50,
    after: AfterOption = 0,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Kept visits that no encounter documents, with those they may be; encounters without a visit."""
    if state is not None and state not in STATES:
        raise CommandError("LST-01", f"the state is one of {', '.join(STATES)}", exit_code=WRONG_USE)
    with open_home(load(home, inbox=inbox)) as opened:
        chosen = Chosen(practice=practice, partners=opened.partners)
        listing = VISITS if every or state is not None else OPEN
        page = chosen.page(opened.ledger, listing, after=after, limit=limit)
        page = page if state is None else replace(page, codes=[state])
        found = listing.read(opened.ledger, page)
        may_be = possible(opened.ledger)
        alone = [
            one for one in unbooked(opened.ledger) if page.practices is None or one.practice in page.practices
        ]
    more = next_after(found, limit, lambda v: v.id)
    if json:
        print_json(
            {
                "visits": [{**asdict(v), "candidates": may_be.get(v.id, [])} for v in found],
                "unbooked": [asdict(one) for one in alone],
                "next_after": more,
            }
        )
    else:
        table(
            f"Visits{'' if listing is VISITS else ' that nothing documents'}{chosen.words}",
            ("id", "practice", "visit", "day", "provider", "status", "state", "encounter?", "reason"),
            [
                (v.id, v.practice, v.number, v.visit_on, v.provider_npi, v.status, v.state,
                 v.encounter or ", ".join(may_be.get(v.id, ())), v.reason)
                for v in found
            ],
            right=("id",),
        )  # fmt: skip
        table(
            "Encounters that are no visit of the appointment book",
            ("encounter", "practice", "service day", "state"),
            [(one.external_id, one.practice, one.service_on, one.state) for one in alone],
        )
        show_more(more)
    waits = alone or any(v.state in ("unbilled", "contradicts") for v in found)
    leave(DONE_WITH_HOLDS if waits else ALL_DONE)


def shown(done: Done, json: bool) -> None:
    """What an act came to: it moves no money."""
    if json:
        print_json({"what": done.what, "dry_run": done.dry_run})
    else:
        console.print(visible(f"{'dry run: ' if done.dry_run else ''}{done.what}"))


@act_command(app, "dismiss", shown)
def dismiss(
    visit: VisitArgument,
    reason: Annotated[str, typer.Option("--reason", help=f"One of {', '.join(REASONS)}.")],
) -> Act:
    """A kept visit is not billed, or a request for an estimate is over; its reason stays."""
    return lambda h, day, by, dry: book_visits.dismiss(h, day, by, visit, reason, dry_run=dry)


@act_command(app, "restore", shown)
def restore(visit: VisitArgument) -> Act:
    """A dismissed visit waits for its encounter again, a request for its estimate."""
    return lambda h, day, by, dry: book_visits.restore(h, day, by, visit, dry_run=dry)
