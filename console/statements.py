"""`cleanclaim statements`: what patients are asked for, and what keeps them from being asked."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from config.counted import counted
from config.dollars import dollars
from config.settings import load
from console.act_options import AnyAct, act_command
from console.answer import ALL_DONE, WRONG_USE, CommandError, console, leave, print_json, table, visible
from console.chosen import Chosen, PracticeOption, next_after, show_more
from console.days import next_night
from console.options import AfterOption, HomeOption, InboxOption, JsonOption, LimitOption
from console.patients import AccountArgument
from console.private_file import hand_out
from ledger.patients import statements as kept
from ledger.patients.holds import KINDS, Hold
from ledger.patients.statements import Made
from ledger.queries.statements import STATEMENTS, of_batch
from tasks.home.home import open_home
from tasks.operations import statements
from tasks.operations.statements import Run
from tasks.patients.accounts import Account
from tasks.patients.due import REASONS

app = typer.Typer(help="What patients are asked for, and what keeps them from it.", no_args_is_help=True)

DAY = ["%Y-%m-%d"]
FromOption = Annotated[
    datetime | None, typer.Option("--from", formats=DAY, help="From this day on. Default: today.")
]


@app.command("preview")
def preview(
    practice: PracticeOption = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Who would get a statement today, and each claim that is left out with the reason. Writes nothing."""
    with open_home(load(home, inbox=inbox)) as opened:
        chosen = Chosen(practice=practice, partners=opened.partners)
        found = chosen.of(
            statements.preview(opened, next_night(opened)), practice=lambda one: one.account.practice
        )
    asked = [one for one in found if one.claims]
    left = [(one.account, out) for one in found for out in one.left_out]
    if json:
        print_json(
            {
                "statements": [
                    {"account": one.account.number, "guarantor": one.account.name, "cents": one.cents,
                     "claims": [c.id for c in one.claims]}
                    for one in asked
                ],
                "left_out": [
                    {"account": out.account, "claim": out.claim.id, "cents": out.cents, "reason": out.reason,
                     "words": out.words}
                    for _, out in left
                ],
            }
        )  # fmt: skip
        leave(ALL_DONE)
    table(
        "Statements that are due",
        ("account", "practice", "guarantor", "claims", "amount"),
        [
            (one.account.number, one.account.practice, one.account.name, len(one.claims), dollars(one.cents))
            for one in asked
        ],
        right=("account", "claims", "amount"),
    )
    table(
        "Left out",
        ("account", "guarantor", "claim", "owes", "why"),
        [
            (out.account, account.name, out.claim.number, dollars(out.cents), out.words)
            for account, out in left
        ],
        right=("account", "owes"),
    )
    leave(ALL_DONE)


def _shown_run(run: Run, json: bool) -> None:
    if json:
        print_json(
            {
                "dry_run": run.dry_run,
                "batch": run.batch,
                "statements": run.statements,
                "cents": run.cents,
                "file": str(run.file) if run.file else "",
                "left_out": {reason: {"claims": n, "cents": c} for reason, (n, c) in run.by_reason.items()},
            }
        )
        return
    said = "would be made" if run.dry_run else f"made, batch {run.batch}" if run.batch else "due"
    console.print(visible(f"{counted(run.statements, 'statement')} {said}: {dollars(run.cents)}"))
    if run.file is not None:
        console.print(visible(f"For the mailing house: cleanclaim statements file {run.batch} --out FILE"))
    table(
        "Left out",
        ("claims", "owe", "why"),
        [(n, dollars(cents), REASONS[reason]) for reason, (n, cents) in run.by_reason.items()],
        right=("claims", "owe"),
    )


@act_command(app, "make", _shown_run)
def make(practice: PracticeOption = None) -> AnyAct[Run]:
    """The statements that are due are made, once a cycle, with the file for a mailing house."""
    return lambda h, day, by, dry: statements.make(h, day, by, practice=practice or "", dry_run=dry)


@app.command("list")
def list_statements(
    batch: Annotated[int, typer.Option("--batch", help="Only of this batch.")] = 0,
    practice: PracticeOption = None,
    limit: LimitOption = 50,
    after: AfterOption = 0,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Batches, newest first, and statements, oldest first."""
    with open_home(load(home, inbox=inbox)) as opened:
        with opened.ledger.read() as connection:
            batches = [one for one in kept.batches(connection) if batch in (0, one.id)]
        chosen, listing = Chosen(practice=practice, partners=opened.partners), STATEMENTS
        if batch:
            listing = of_batch(batch)
        shown = listing.read(opened.ledger, chosen.page(opened.ledger, listing, after=after, limit=limit))
    more = next_after(shown, limit, lambda one: one.id)
    if json:
        print_json(
            {
                "batches": [asdict(one) for one in batches],
                "statements": [asdict(one) for one in shown],
                "next_after": more,
            }
        )
        leave(ALL_DONE)
    table(
        "Batches",
        ("batch", "made on", "statements", "void", "amount"),
        [(b.id, b.business_on, b.statements, b.void or "", dollars(b.cents)) for b in batches],
        right=("batch", "statements", "void", "amount"),
    )
    table(
        "Statements",
        ("statement", "batch", "account", "practice", "made on", "amount", "pay by", "state"),
        [
            (s.id, s.batch_id, s.account, s.practice, s.business_on, dollars(s.cents), s.due_on,
             "void" if s.void else "")
            for s in shown
        ],
        right=("statement", "batch", "account", "amount"),
    )  # fmt: skip
    show_more(more)
    leave(ALL_DONE)


def _shown_void(made: Sequence[Made], json: bool) -> None:
    if json:
        print_json({"void": [asdict(one) for one in made]})
        return
    for one in made:
        console.print(visible(f"statement {one.id} of account {one.account}, {dollars(one.cents)}: void"))


@act_command(app, "void", _shown_void)
def void(
    numbers: Annotated[
        list[int] | None, typer.Argument(metavar="STATEMENT...", help="As the list shows them.")
    ] = None,
    batch: Annotated[int, typer.Option("--batch", help="All statements of this batch.")] = 0,
) -> AnyAct[list[Made]]:
    """Statements do not count: they were not mailed, or are wrong. They are due again."""
    if bool(numbers) == bool(batch):
        raise CommandError("STM-02", "name statements, or --batch BATCH", exit_code=WRONG_USE)
    return lambda h, day, by, dry: statements.void(h, day, by, numbers or [], batch=batch, dry_run=dry)


@app.command("file")
def file(
    batch: Annotated[int, typer.Argument(metavar="BATCH", help="As the list shows it.")],
    out: Annotated[Path, typer.Option("--out", help="The CSV file to write.")],
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Writes the mailing house's file of a batch: it names patients, so send it on a safe way."""
    with open_home(load(home, inbox=inbox)) as opened:
        data = statements.file_of(opened, batch)
    hand_out(out, data, f"Batch {batch}", {"batch": batch}, json=json)


@app.command("page")
def page(
    number: Annotated[int, typer.Argument(metavar="STATEMENT", help="As the list shows it.")],
    out: Annotated[Path, typer.Option("--out", help="The PDF to write.")],
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Writes one statement as PDF, to be printed or shown."""
    with open_home(load(home, inbox=inbox)) as opened:
        data = statements.page_of(opened, number)
    hand_out(out, data, f"Statement {number}", {"statement": number}, json=json)


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file for the mailing house.")],
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Proves that a file is a batch of this home, whole and as it was made; else says which line is not."""
    with open_home(load(home, inbox=inbox)) as opened:
        found = statements.check(opened, file)
    if json:
        print_json(asdict(found))
        leave(ALL_DONE)
    console.print(
        visible(
            f"Batch {found.batch} is whole: {counted(found.statements, 'statement')}, "
            f"{counted(found.claims, 'claim')}, {dollars(found.cents)}"
        )
    )
    leave(ALL_DONE)


def _shown_hold(done: tuple[Account, Hold], json: bool) -> None:
    account, held = done
    if json:
        print_json({"account": account.number, "guarantor": account.name, **asdict(held)})
        return
    what = f"account {account.number} ({account.name})" if held.whole else f"claim {held.claim_id}"
    console.print(visible(f"No statement asks for {what} from {held.from_on}: {KINDS[held.kind]}"))


@act_command(app, "hold", _shown_hold)
def hold(
    account: AccountArgument,
    kind: Annotated[str, typer.Option("--kind", help=f"One of {', '.join(KINDS)}.")],
    from_: FromOption = None,
    claim_alone: Annotated[
        bool, typer.Option("--claim-alone", help="Only the claim that ACCOUNT names, not the whole account.")
    ] = False,
) -> AnyAct[tuple[Account, Hold]]:
    """No statement goes to an account, or asks for one of its claims, until the hold is released."""
    day = from_.date() if from_ else None
    return lambda h, today, by, dry: statements.hold(
        h, today, by, account, kind, from_on=day, claim_alone=claim_alone, dry_run=dry
    )


def _shown_release(held: Hold, json: bool) -> None:
    if json:
        print_json(asdict(held))
        return
    console.print(visible(f"Hold {held.id} ({held.kind}, from {held.from_on}) is ended"))


@act_command(app, "release", _shown_release)
def release(
    number: Annotated[int, typer.Argument(metavar="HOLD", help="As `patients show` shows it.")],
    from_: FromOption = None,
) -> AnyAct[Hold]:
    """A hold ends: its account may get statements again."""
    day = from_.date() if from_ else None
    return lambda h, today, by, dry: statements.release(h, today, by, number, from_on=day, dry_run=dry)
