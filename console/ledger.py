"""`cleanclaim ledger`: which ledger this is, and the decision that it goes on."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from config.counted import counted
from config.dollars import dollars
from config.settings import load
from console.answer import (
    ALL_DONE,
    DONE_WITH_HOLDS,
    FAILED,
    WRONG_USE,
    CommandError,
    complaints,
    console,
    leave,
    print_json,
    table,
    visible,
)
from console.days import next_night
from console.options import HomeOption, InboxOption, JsonOption
from ledger.maintenance import epochs
from ledger.queries.proof import of_all
from tasks.batches import partner_evidence
from tasks.home import told_by
from tasks.home.home import open_home
from tasks.operations import claims_out as claims_by
from tasks.operations.accept_ledger import Accepted
from tasks.operations.accept_ledger import accept as accept_it
from tasks.runs.lease import lease

app = typer.Typer(
    help="Which ledger this is, whether its books are proven, and where it goes on: show, prove, accept, "
    "claims-out.",
    no_args_is_help=True,
)

Why = Annotated[
    str,
    typer.Option("--why", help="What is known, in a line; it stays in the audit trail.", show_default=False),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only report what it would do; nothing is written.")]
KnownOut = Annotated[
    Path | None,
    typer.Option(
        "--known-out",
        help="A partner's list with the patient control numbers it has, in any text: none is given again.",
    ),
]


@app.command("show")
def show(home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False) -> None:
    """Which ledger it is, its last numbers, and whether its head outside the database fits it."""
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        now = epochs.now(opened.ledger)
        doubt = opened.doubt or partner_evidence.standing(opened)
    facts: dict[str, object] = {"in_doubt": doubt}
    if now is not None:
        facts |= {"ledger": now.ledger, "epoch": now.head.epoch, "row": now.head.id, "numbers": now.numbers}
    if json:
        print_json(facts)
    else:
        numbers = now.numbers.items() if now is not None else ()
        table(
            "Ledger",
            ("", ""),
            [
                ("in doubt", doubt or "no: its head outside fits"),
                *((name, facts[name]) for name in ("ledger", "epoch", "row") if name in facts),
                *((f"last number, {name}", last) for name, last in sorted(numbers)),
            ],
        )
    leave(FAILED if doubt else ALL_DONE)


@app.command("prove")
def prove(home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False) -> None:
    """Prove the books from every row: entries, remittances, closed months, and every claim's receivables."""
    with open_home(load(home, inbox=inbox)) as opened:
        proven = of_all(opened.ledger)
        anew = told_by.unsettled(opened.ledger)
    if json:
        print_json({"holds": proven.holds, "claims": proven.claims, "faults": proven.faults})
    elif proven.holds:
        console.print(f"The books of {counted(proven.claims, 'claim')} are proven: every cent is explained.")
    else:
        for fault in proven.faults:
            complaints.print(f"[red]{visible(fault)}[/red]")
        if anew:
            of = "the program" if anew.rules else f"what is agreed with {', '.join(anew.payers)}"
            complaints.print(f"{visible(of)} changed since the last run, which settles those claims anew")
    leave(ALL_DONE if proven.holds else FAILED)


@app.command("accept")
def accept(
    why: Why = "",
    nothing_since: Annotated[
        bool,
        typer.Option(
            "--nothing-since",
            help="Nothing was sent that this ledger does not know of (the home was moved, or its head "
            "was removed): go on without stopping partners.",
        ),
    ] = False,
    known_out: KnownOut = None,
    dry_run: DryRun = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Say that a ledger in doubt is the one that goes on. Partners are stopped and a new epoch begins."""
    asked(why, dry_run)
    settings = load(home, inbox=inbox)
    listed = listed_in(known_out)
    with open_home(settings) as opened:
        day = next_night(opened)
    place = str(settings.home), str(settings.inbox)
    with lease(*place, day, opens_night=False, in_doubt=True) as taken:
        if taken.home is None:
            raise CommandError("NIT-01", taken.message)
        done = accept_it(taken.home, day, why, nothing_since=nothing_since, listed=listed, really=not dry_run)
    if json:
        print_json({"dry_run": dry_run, **asdict(done)})
    else:
        _show(done, dry_run)
    leave(DONE_WITH_HOLDS if done.stopped or done.held else ALL_DONE)


@app.command("claims-out")
def claims_out(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE", help="The partner's list: any text with the patient control numbers it has."
        ),
    ] = None,
    from_sent: Annotated[
        bool,
        typer.Option(
            "--from-sent",
            help="Take the copies in HOME/edi/sent and what the archive has, instead of a list.",
        ),
    ] = False,
    why: Why = "",
    dry_run: DryRun = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Say which claims were sent already, so that a restored ledger does not send them again."""
    if (file is None) != from_sent:
        raise CommandError("LGR-05", "name the partner's list, or say --from-sent", exit_code=WRONG_USE)
    asked(why, dry_run)
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        day = next_night(opened)
    with lease(str(settings.home), str(settings.inbox), day, opens_night=False) as taken:
        if taken.home is None:
            raise CommandError("NIT-01", taken.message)
        if file is None:
            found = claims_by.from_sent(taken.home, day, why, really=not dry_run)
        else:
            found = claims_by.from_list(taken.home, day, file.absolute(), why, really=not dry_run)
    if json:
        print_json({"dry_run": dry_run, "files": [asdict(one) for one in found]})
    else:
        table(
            "Dry run: claims that were out. Nothing was written" if dry_run else "Claims that were out",
            ("file", "claims", "charged", "not found here"),
            [(one.name, one.claims, dollars(one.charge), one.not_found) for one in found],
            right=("claims", "charged", "not found here"),
        )
        if any(one.not_found for one in found):
            console.print(
                "What is not found here has no claim yet that waits: `run` once, so that it is built from "
                "the inbox, and say this again before the partner is released."
            )
    leave(DONE_WITH_HOLDS if any(one.not_found for one in found) else ALL_DONE)


def _show(done: Accepted, dry_run: bool) -> None:
    console.print("Dry run: nothing was written." if dry_run else f"Epoch {done.epoch} begins.")
    console.print(f"It was in doubt because {visible(done.doubt)}.")
    if done.stopped:
        console.print(
            f"Stopped: {visible(', '.join(done.stopped))}; "
            f"{counted(done.held, 'unsent batch', 'unsent batches')} held. Ask each partner what came, say "
            "what was out by `cleanclaim ledger claims-out`, then `cleanclaim batches release`."
        )


def asked(why: str, dry_run: bool) -> None:
    """Raises where a decision comes without its reason."""
    if not dry_run and not why.strip():
        raise CommandError("LGR-02", "say why by --why; it stays in the audit trail", exit_code=WRONG_USE)


def listed_in(file: Path | None) -> bytes:
    """A partner's list as bytes."""
    if file is None:
        return b""
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError("LGR-03", f"{file} can't be read: {error.strerror}", exit_code=WRONG_USE) from None
