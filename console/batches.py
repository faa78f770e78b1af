"""`cleanclaim batches`: what was sent, and what is known of it."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from datetime import date
from typing import Annotated, NoReturn, TypeVar

import typer

from config.settings import Settings, load
from console.answer import (
    ALL_DONE,
    DONE_WITH_HOLDS,
    CommandError,
    console,
    dollars,
    leave,
    print_json,
    table,
    visible,
)
from console.clearinghouse_process import clearinghouse
from console.days import next_night
from console.log import open_log
from console.options import HomeOption, InboxOption, JsonOption
from console.run import made
from ledger import batches, decisions
from ledger.errors import StateConflict
from ledger.queries.batches import all_batches
from ledger.queries.batches import show as story_of
from tasks import night
from tasks.batch_choices import Act, choose
from tasks.home import Home, open_home
from tasks.rerun_batch import Rerun, rerun
from tasks.resend_batch import resend

app = typer.Typer(
    help="What was sent, and what is known of it: list, show, rerun, resend, release, abandon.",
    no_args_is_help=True,
)
Number = Annotated[int, typer.Argument(metavar="ID")]
T = TypeVar("T")


@app.command("list")
def list_batches(home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False) -> None:
    """Every batch with its state."""
    settings = load(home, inbox=inbox)
    made(settings)
    with open_home(settings) as opened:
        found = all_batches(opened.ledger)
    if json:
        print_json({"batches": [{**asdict(b), "isa13": f"{b.isa13:09d}"} for b in found]})
    else:
        table(
            "Batches",
            ("id", "night", "clearinghouse", "interchange", "claims", "charged", "state", "held because"),
            [
                (
                    b.id,
                    b.night,
                    b.clearinghouse,
                    f"{b.isa13:09d}",
                    b.claims,
                    dollars(b.charge),
                    b.state.replace("_", " "),
                    b.hold,
                )
                for b in found
            ],
            right=("id", "claims", "charged"),
        )
    leave(ALL_DONE)


@app.command("show")
def show_batch(
    number: Number, home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False
) -> None:
    """One batch: its history, its answers, its claims by state."""
    settings = load(home, inbox=inbox)
    made(settings)
    with open_home(settings) as opened:
        found = story_of(opened.ledger, number)
        file = opened.sent / found.batch.clearinghouse / found.batch.name if found else None
    if found is None:
        raise CommandError("BAT-01", f"there is no batch {number}; see `cleanclaim batches list`")
    b = found.batch
    if json:
        print_json(
            {
                **asdict(b),
                "isa13": f"{b.isa13:09d}",
                "file": str(file) if file and file.exists() else None,
                "events": [asdict(e) for e in found.events],
                "answers": [
                    {"kind": kind, "status": state, "codes": codes, "night": when}
                    for kind, state, codes, when in found.answers
                ],
                "claims_by_state": dict(found.claims),
            }
        )
        leave(ALL_DONE)
    table(
        f"Batch {b.id}: {b.state.replace('_', ' ')}",
        ("", ""),
        [
            ("to", f"{b.clearinghouse} ({b.receiver})"),
            ("interchange", f"{b.isa13:09d}"),
            ("claims", f"{b.claims}, {dollars(b.charge)} charged"),
            ("SHA-256", b.sha256),
            ("file", str(file) if file and file.exists() else f"{b.name}, not sent yet"),
            ("held because", b.hold or "nothing holds it"),
        ],
    )
    table("History", ("night", "event", "detail"), [(e.night, e.event, e.detail) for e in found.events])
    table("Answers", ("kind", "status", "codes", "night"), found.answers)
    table("Its claims", ("state", "claims"), sorted(found.claims.items()), right=("claims",))
    leave(ALL_DONE)


Why = Annotated[str, typer.Option("--why", help="What is known now, in a line; it stays in the history.")]


@app.command("rerun")
def rerun_batch(
    number: Number, home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False
) -> None:
    """Go on with a batch where it stopped. Safe in every state: a sent one is never sent again."""
    settings = load(home, inbox=inbox)
    _send(settings, number, "rerun", rerun, json=json)


@app.command("resend")
def resend_batch(
    number: Number, why: Why, home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False
) -> None:
    """Send a batch once more, same number and same bytes: only when the partner says it lacks it."""
    settings = load(home, inbox=inbox)
    _send(settings, number, "resend", lambda opened, day, batch: resend(opened, day, batch, why), json=json)


def _send(
    settings: Settings, number: int, act: Act, do: Callable[[Home, date, int], Rerun], *, json: bool
) -> NoReturn:
    """An act that may reach the partner: under the run's lease, in a demo home with the mock beside it."""
    made(settings)
    open_log(settings)
    with open_home(settings) as opened:
        choice = choose(opened, number, act)
        before = batches.get(opened.ledger, number)
        day = next_night(opened)
    with ExitStack() as beside:
        if choice.open and settings.demo:
            beside.enter_context(clearinghouse(settings.home, day))
        with night.lease(str(settings.home), str(settings.inbox), day, opens_night=False) as taken:
            if taken.home is None:
                raise CommandError("NIT-01", taken.message)
            done = do(taken.home, day, number)
    if json:
        print_json(
            {
                "id": number,
                "was": before.state,
                "state": done.batch.state,
                "sent": done.sent,
                "message": done.message,
            }
        )
    else:
        console.print(visible(done.message))
    leave(DONE_WITH_HOLDS if done.batch.hold else ALL_DONE)


@app.command()
def release(
    what: Annotated[str, typer.Argument(metavar="ID|PARTNER")],
    why: Why,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Let a held batch, or a partner to whom sending stopped, go on with the next run."""
    settings = load(home, inbox=inbox)
    made(settings)
    with open_home(settings) as opened:
        day = next_night(opened).isoformat()
        if what.isdigit():
            _decided(lambda: decisions.release(opened.ledger, int(what), day, why))
            message = f"batch {what} goes on with the next run"
        elif batches.release_partner(opened.ledger, what, day, why):
            message = f"{what} is sent to again with the next run"
        else:
            raise CommandError("BAT-03", f"nothing is stopped for {what}; `cleanclaim status` shows what is")
    if json:
        print_json({"released": what, "message": message})
    else:
        console.print(visible(message))
    leave(ALL_DONE)


@app.command()
def abandon(
    number: Number, why: Why, home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False
) -> None:
    """Give an unsent batch up: its claims are ready again and travel under a new number."""
    settings = load(home, inbox=inbox)
    made(settings)
    with open_home(settings) as opened:
        day = next_night(opened).isoformat()
        claims = _decided(lambda: decisions.abandon(opened.ledger, number, day, why))
    message = f"batch {number} is given up; {claims} claims travel with the next run under a new number"
    if json:
        print_json({"id": number, "claims": claims, "message": message})
    else:
        console.print(visible(message))
    leave(ALL_DONE)


def _decided(act: Callable[[], T]) -> T:
    try:
        return act()
    except StateConflict as error:
        raise CommandError(error.code, error.message) from None
