"""`cleanclaim key`: the keys that seal the archive of files sent and received."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated

import typer

from config.settings import load
from console.act_options import AsOption, by
from console.answer import ALL_DONE, CommandError, console, leave, print_json, visible
from console.days import next_night
from console.options import HomeOption, InboxOption, JsonOption
from ledger.storage import documents
from tasks.home.home import Home, open_home
from tasks.home.keys import archive_folder, archive_of
from tasks.operations.money_acts import By
from tasks.operations.seal_archive import Sealed, first_key, rotate
from tasks.runs.lease import lease

app = typer.Typer(help="Keys that seal the archive: new, rotate, show.", no_args_is_help=True)

_WHY = "The reason; it stays in the audit trail."


@app.command("new")
def new_key(
    why: Annotated[str, typer.Option("--why", help=_WHY)] = "the archive is sealed from now on",
    as_: AsOption = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Make the archive's first key and seal what is stored: files taken in, sent and received."""
    _seal(first_key, by(why, as_, ""), home, inbox, json=json)


@app.command("rotate")
def rotate_key(
    why: Annotated[str, typer.Option("--why", help=_WHY, show_default=False)],
    as_: AsOption = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Make the next key and seal everything under it. Earlier keys stay: backups may need them."""
    _seal(rotate, by(why, as_, ""), home, inbox, json=json)


@app.command("show")
def show_keys(home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False) -> None:
    """Which keys there are, and how many documents lie under each. No secret is shown."""
    settings = load(home, inbox=inbox)
    archive = archive_of(settings)
    with open_home(settings) as opened:
        counts = documents.by_key(opened.ledger)
    current = archive.current if archive else None
    if json:
        print_json({"current": current, "folder": str(archive_folder(settings)), "documents": counts})
    else:
        for name, count in sorted(counts.items()):
            console.print(f"{name or 'plain'}{' (current)' if name == current else ''}: {count} documents")
        console.print(
            f"keys lie in {visible(str(archive_folder(settings)))}" if archive else "there is no key"
        )
    leave(ALL_DONE)


def _seal(
    act: Callable[[Home, date, By], Sealed], signed: By, home: HomeOption, inbox: InboxOption, *, json: bool
) -> None:
    with working_home(home, inbox) as (opened, day):
        done = act(opened, day, signed)
        folder = archive_folder(opened.settings)
    if json:
        print_json({"key": done.key_id, "documents": done.documents, "copies": done.copies})
    else:
        console.print(f"{done.documents} documents and {done.copies} copies lie under key {done.key_id} now")
        console.print(
            f"Put {visible(str(folder))} into a safe place as well: without it nobody can read them."
        )
    leave(ALL_DONE)


@contextmanager
def working_home(home: HomeOption, inbox: InboxOption) -> Iterator[tuple[Home, date]]:
    """The home under the run's lease: no run works on it meanwhile. With the business date of the act.

    Raises CommandError NIT-01 where a run works.
    """
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        day = next_night(opened)
    with lease(str(settings.home), str(settings.inbox), day, opens_night=False) as taken:
        if taken.home is None:
            raise CommandError("NIT-01", taken.message)
        yield taken.home, day
