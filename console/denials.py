"""`cleanclaim denials`: the open work about money, in the order to work it: what payers denied, paid short,
took back, or keep beside their claims."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from config.adjustment_codes import find
from config.counted import counted
from config.dollars import dollars
from config.settings import load
from console.answer import ALL_DONE, CommandError, console, leave, print_json, table, visible
from console.chosen import Chosen, OwnerOption, PayerOption, PracticeOption, next_after, show_more
from console.csv_text import as_csv
from console.days import looked_at
from console.options import AfterOption, HomeOption, InboxOption, JsonOption, LimitOption
from ledger.queries.work import Denial, Wanted, adjustments_of, at_stake, parties
from ledger.queries.work import denial as denial_of
from ledger.queries.work import denials as denials_of
from tasks.home.home import Home, open_home, write_private

app = typer.Typer(help="Denials and other open work about money: list, show, export.", no_args_is_help=True)

COLUMNS = (
    "id", "practice", "payer", "patient_control_number", "external_id", "line", "procedure", "group", "carc",
    "rarcs", "cents", "category", "owner", "action", "due_on", "days_left", "trace", "business_on",
)  # fmt: skip


def _open(home: HomeOption, inbox: InboxOption) -> Home:
    settings = load(home, inbox=inbox)
    return open_home(settings)


@app.command("list")
def list_denials(
    owner: OwnerOption = None,
    payer: PayerOption = None,
    practice: PracticeOption = None,
    limit: LimitOption = 50,
    after: AfterOption = 0,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Open denials and other work about money: little time left first, then much money."""
    with _open(home, inbox) as opened:
        chosen = Chosen(owner, payer, practice, opened.partners)
        wanted = choose(opened, chosen)
        found = denials_of(opened.ledger, looked_at(opened), wanted, after=after, limit=limit)
        count, cents = at_stake(opened.ledger, wanted)
    more = next_after(found, limit, lambda d: d.id)
    if json:
        print_json(
            {
                "denials": [asdict(d) for d in found],
                "count": count,
                "cents": cents,
                "next_after": more,
            }
        )
    else:
        table(
            f"Denials and other work about money, most urgent first{chosen.words}",
            ("id", "encounter", "practice", "payer", "reason", "at stake", "days left", "owner", "next"),
            [
                (
                    d.id,
                    d.external_id,
                    d.practice,
                    d.payer,
                    reason(d),
                    dollars(d.cents),
                    d.days_left,
                    d.owner,
                    d.action,
                )
                for d in found
            ],
            right=("id", "at stake", "days left"),
        )
        console.print(f"{count} open, {dollars(cents)} at stake")
        show_more(more)
    leave(ALL_DONE)


@app.command("show")
def show_denial(
    number: Annotated[int, typer.Argument(metavar="ID")],
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """One denial with every adjustment of its payment."""
    with _open(home, inbox) as opened:
        found = denial_of(opened.ledger, looked_at(opened), number)
        if found is None:
            raise CommandError("DEN-01", f"there is no denial {number}; see `cleanclaim denials list`")
        adjusted = adjustments_of(opened.ledger, number)
    if json:
        print_json({**asdict(found), "adjustments": [asdict(a) for a in adjusted]})
        leave(ALL_DONE)
    meaning = find("CARC", found.carc)
    table(
        f"Denial {found.id}: {reason(found)}, {dollars(found.cents)} at stake",
        ("", ""),
        [
            ("claim", f"{found.patient_control_number} (encounter {found.external_id})"),
            ("practice, payer", f"{found.practice}, {found.payer}"),
            ("payer's claim number", found.payer_claim_control_number),
            ("line", f"{found.line or 'whole claim'} {found.procedure}"),
            ("means", meaning.meaning if meaning else ""),
            ("owner, next", f"{found.owner}: {found.action}"),
            ("way", f"{found.fix_path}; correctable {found.correctable}, appealable {found.appealable}"),
            ("until", f"{found.due_on or 'not known'} ({found.days_left} days left)"),
            ("remittance", found.trace),
            ("state", found.state),
        ],
    )
    table(
        "Adjustments of its payment",
        ("line", "procedure", "group", "CARC", "amount"),
        [
            (
                a.line or "claim",
                a.procedure,
                a.group,
                a.carc,
                dollars(a.cents),
            )
            for a in adjusted
        ],
        right=("amount",),
    )
    leave(ALL_DONE)


@app.command("export")
def export_denials(
    out: Annotated[Path | None, typer.Option("--out", help="File to write; default standard output.")] = None,
    owner: OwnerOption = None,
    payer: PayerOption = None,
    practice: PracticeOption = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Open denials as CSV, for a spreadsheet."""
    with _open(home, inbox) as opened:
        chosen = Chosen(owner, payer, practice, opened.partners)
        found = denials_of(opened.ledger, looked_at(opened), choose(opened, chosen))
    text = as_csv([asdict(d) for d in found], COLUMNS)
    if out is not None:
        write_private(out.absolute(), text.encode("utf-8"))
    if json:
        print_json(
            {
                "denials": len(found),
                "file": str(out.absolute()) if out else None,
                "csv": None if out else text,
            }
        )
    elif out is None:
        typer.echo(text, nl=False)
    else:
        console.print(f"{counted(len(found), 'denial')} written to {visible(str(out))}")
    leave(ALL_DONE)


def choose(opened: Home, chosen: Chosen) -> Wanted:
    """The open work that was asked for. Raises CommandError LST-01 for a name that nothing has."""
    kept = chosen.of(
        parties(opened.ledger), owner=lambda p: p[0], payer=lambda p: p[1], practice=lambda p: p[2]
    )
    return Wanted(
        owners={p[0] for p in kept} if chosen.owner else None,
        payers={p[1] for p in kept} if chosen.payer else None,
        practices={p[2] for p in kept} if chosen.practice else None,
    )


def reason(found: Denial) -> str:
    """Group, CARC and remarks as billers write them."""
    return " ".join(part for part in (found.group, found.carc, found.rarcs) if part)
