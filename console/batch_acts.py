"""`cleanclaim batches rerun | resend | release | abandon | mailed`: the acts on a batch, their dry runs."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime
from typing import Annotated, NoReturn

import typer

from config.dollars import dollars
from config.log import open_log
from config.settings import Settings, load, require_home
from console.act_options import AsOption, by
from console.answer import (
    ALL_DONE,
    DONE_WITH_HOLDS,
    FAILED,
    WRONG_USE,
    CommandError,
    console,
    leave,
    print_json,
    table,
    visible,
)
from console.clearinghouse_process import clearinghouse
from console.days import next_night
from console.options import HomeOption, InboxOption, JsonOption
from ledger.sending import batches
from tasks.batches.choices import Act, Choice, choose, partner_choice
from tasks.home.home import Home, open_home
from tasks.operations import decide_batch, mail_batch
from tasks.operations.rerun_batch import Rerun, rerun
from tasks.operations.resend_batch import resend
from tasks.runs.lease import lease

Number = Annotated[int, typer.Argument(metavar="ID")]
Why = Annotated[
    str,
    typer.Option(
        "--why", help="What is known now, in a line; it stays in the history. Needed but for a dry run."
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what it would touch; nothing is written.")]


def rerun_batch(
    number: Number,
    dry_run: DryRun = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Go on with a batch where it stopped. Safe in every state: a sent one is never sent again."""
    settings = load(home, inbox=inbox)
    if dry_run:
        _preview(settings, lambda opened: choose(opened, number, "rerun"), f"batch {number}", json=json)
    _send(settings, number, "rerun", rerun, json=json)


def resend_batch(
    number: Number,
    why: Why = "",
    dry_run: DryRun = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Send a batch once more, same number and same bytes: only when the partner says it lacks it."""
    settings = load(home, inbox=inbox)
    if dry_run:
        _preview(settings, lambda opened: choose(opened, number, "resend"), f"batch {number}", json=json)
    _asked(why)
    _send(settings, number, "resend", lambda opened, day, batch: resend(opened, day, batch, why), json=json)


def release(
    what: Annotated[str, typer.Argument(metavar="ID|PARTNER")],
    why: Why = "",
    dry_run: DryRun = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Release a held batch, or a partner to which sending stopped, to the next run."""
    settings = load(home, inbox=inbox)
    if dry_run and what.isdigit():
        _preview(settings, lambda opened: choose(opened, int(what), "release"), f"batch {what}", json=json)
    if dry_run:
        _preview(settings, lambda opened: partner_choice(opened, what), what, json=json)
    _asked(why)
    with open_home(settings) as opened:
        day = next_night(opened)
        if what.isdigit():
            message = decide_batch.release(opened, day, int(what), why)
        else:
            choice = decide_batch.release_partner(opened, day, what, why)
            message = f"{what} is sent to again with the next run; {choice.because}"
    if json:
        print_json({"released": what, "message": message})
    else:
        console.print(visible(message))
    leave(ALL_DONE)


def abandon(
    number: Number,
    why: Why = "",
    dry_run: DryRun = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Give an unsent batch up: its claims are ready again and travel under a new number."""
    settings = load(home, inbox=inbox)
    if dry_run:
        _preview(settings, lambda opened: choose(opened, number, "abandon"), f"batch {number}", json=json)
    _asked(why)
    with open_home(settings) as opened:
        moves_claims = choose(opened, number, "abandon").claims
        claims = decide_batch.abandon(opened, next_night(opened), number, why)
    message = f"batch {number} is given up; {claims} claims travel with the next run under a new number"
    if not moves_claims:
        message = f"the resend of batch {number} is taken back; it stays sent and its answer is awaited"
    if json:
        print_json({"id": number, "claims": claims, "message": message})
    else:
        console.print(visible(message))
    leave(ALL_DONE)


def mailed(
    number: Number,
    on: Annotated[
        datetime | None,
        typer.Option("--on", metavar="DATE", formats=["%Y-%m-%d"], help="The day it was mailed."),
    ] = None,
    why: Why = "",
    as_: AsOption = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """A printed batch was mailed: the date, and the proof of it. Its claims count as sent on that day."""
    settings = load(home, inbox=inbox)
    if on is None:
        raise CommandError("BAT-08", "say by --on on which day it was mailed", exit_code=WRONG_USE)
    _asked(why)
    with open_home(settings) as opened:
        message = mail_batch.mailed(opened, next_night(opened), by(why, as_, ""), number, on.date())
    if json:
        print_json({"id": number, "mailed": on.date().isoformat(), "message": message})
    else:
        console.print(visible(message))
    leave(ALL_DONE)


def _asked(why: str) -> None:
    if not why.strip():
        raise CommandError("BAT-05", "say why by --why; it stays in the history", exit_code=WRONG_USE)


def _preview(settings: Settings, look: Callable[[Home], Choice], of: str, *, json: bool) -> NoReturn:
    """A dry run: what the act would touch. Nothing is written, no partner is reached."""
    with open_home(settings) as opened:
        found = look(opened)
    if json:
        print_json({"of": of, "dry_run": True, **plain(found)})
    else:
        table(
            f"Dry run: {found.act} of {of}. Nothing was written or sent",
            ("", ""),
            [
                ("now", f"{found.answer}: {found.because}"),
                ("claims", f"{found.claims}, {dollars(found.charge)} charged"),
                *(("file", f"{file.name}, {file.size:,} bytes") for file in found.files),
                ("begins with", found.begins_with or "nothing at the partner"),
            ],
        )
    leave(FAILED if found.answer == "no" else ALL_DONE)


def plain(choice: Choice) -> dict[str, object]:
    """A choice for programs."""
    return {
        "act": choice.act,
        "answer": choice.answer,
        "open": choice.open,
        "because": choice.because,
        "begins_with": choice.begins_with,
        "claims": choice.claims,
        "charge_cents": choice.charge,
        "files": [{"name": file.name, "bytes": file.size} for file in choice.files],
    }


def _send(
    settings: Settings, number: int, act: Act, do: Callable[[Home, date, int], Rerun], *, json: bool
) -> NoReturn:
    """An act that may reach the partner: under the run's lease, in a demo home with the mock beside it."""
    require_home(settings)
    open_log(settings)
    with open_home(settings) as opened:
        choice = choose(opened, number, act)
        before = batches.get(opened.ledger, number)
        day = next_night(opened)
    with ExitStack() as beside:
        if choice.open and settings.demo:
            beside.enter_context(clearinghouse(settings.home, day))
        with lease(str(settings.home), str(settings.inbox), day, opens_night=False) as taken:
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
