"""`cleanclaim day`: the desk's day, its sheet and its close."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from config.dollars import dollars
from config.settings import load
from console.act_options import AnyAct, act_command
from console.answer import ALL_DONE, console, leave, print_json, table, visible
from console.options import HomeOption, InboxOption, JsonOption
from console.private_file import hand_out
from ledger.payments import days
from ledger.payments.days import VISIT, Count
from tasks.home.home import open_home
from tasks.operations import close_day
from tasks.operations.close_day import ClosedSheet

app = typer.Typer(help="The desk's day: sheet, close, list.", no_args_is_help=True)

PracticeArgument = Annotated[str, typer.Argument(metavar="PRACTICE", help="By its key.")]
HEAD = ("drawer", "method", "payments", "in the books", "counted", "why")


@app.command("sheet")
def sheet(
    practice: PracticeArgument,
    day: Annotated[
        str | None, typer.Option("--day", help="A closed day, like 2026-11-17.", show_default=False)
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", help="File for the PDF of a closed day.", show_default=False)
    ] = Path("day-sheet.pdf"),
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """What patients paid since the last closed day; with --day the sheet and slip of a closed one, as PDF."""
    with open_home(load(home, inbox=inbox)) as opened:
        if day is not None:
            data = close_day.closed_sheet(opened, practice, day)
            hand_out(out, data, f"Day sheet of {day}", {"day": day}, json=json)
        found = close_day.open_day(opened, practice)
    sums: dict[tuple[str, str], list[int]] = {}
    for one in found:
        sums.setdefault((one.drawer, one.method), []).append(one.cents)
    if json:
        print_json({"practice": practice, "payments": [asdict(one) for one in found]})
        leave(ALL_DONE)
    table(
        f"Paid by patients since the last closed day, {practice}",
        ("drawer", "method", "payments", "amount", "count it as"),
        [
            (
                drawer or VISIT,
                method or "not said",
                len(of),
                dollars(sum(of)),
                f"{days.named(drawer, method)}=...",
            )
            for (drawer, method), of in sorted(sums.items())
        ],
        right=("payments", "amount"),
    )
    leave(ALL_DONE)


def shown(done: ClosedSheet, json: bool) -> None:
    """What was counted, and where the sheet lies."""
    if json:
        print_json(
            {
                "what": done.done.what,
                "dry_run": done.done.dry_run,
                "counts": [asdict(c) for c in done.counts],
                "deposit_cents": done.deposit,
            }
        )
        return
    console.print(visible(f"{'dry run: ' if done.done.dry_run else ''}{done.done.what}"))
    table("Drawers", HEAD, [_row(c) for c in done.counts], right=HEAD[2:5])
    console.print("`cleanclaim day sheet PRACTICE --day DAY` prints its sheet and deposit slip.")


def _row(one: Count) -> tuple[object, ...]:
    return (
        one.drawer or VISIT,
        one.method or "not said",
        one.payments,
        dollars(one.cents),
        dollars(one.counted),
        one.reason,
    )


@act_command(app, "close", shown)
def close(
    practice: PracticeArgument,
    count: Annotated[
        list[str] | None,
        typer.Option("--count", metavar="DRAWER:METHOD=DOLLARS", help="What was counted, drawer by drawer."),
    ] = None,
    difference: Annotated[
        str, typer.Option("--difference", help="Why what was counted is not what the books say.")
    ] = "",
) -> AnyAct[ClosedSheet]:
    """Close a practice's day with what was counted; what is entered later belongs to the next one."""
    counts = close_day.counted(count or [])
    return lambda h, day, by, dry: close_day.close_day(h, day, by, practice, counts, difference, dry_run=dry)


@app.command("list")
def list_days(home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False) -> None:
    """The closed days, newest first."""
    with open_home(load(home, inbox=inbox)) as opened, opened.ledger.read() as connection:
        found = days.closed(connection)
    if json:
        print_json({"days": [asdict(one) for one in found]})
        leave(ALL_DONE)
    table(
        "Closed days",
        ("day", "practice", "payments", "in the books", "counted", "by", "why"),
        [
            (
                one.day,
                one.practice,
                sum(c.payments for c in one.counts),
                dollars(sum(c.cents for c in one.counts)),
                dollars(sum(c.counted for c in one.counts)),
                one.actor,
                one.why,
            )
            for one in found
        ],
        right=("payments", "in the books", "counted"),
    )
    leave(ALL_DONE)
