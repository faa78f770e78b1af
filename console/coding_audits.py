"""`cleanclaim coding-audits`: samples of billed lines that a second person judges, and their error rates."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from config.dollars import dollars
from config.settings import load
from console.act_options import AnyAct, act_command
from console.answer import ALL_DONE, WRONG_USE, CommandError, console, leave, print_json, table, visible
from console.chosen import Chosen, PracticeOption, page_of, show_more
from console.days import today
from console.options import AfterOption, HomeOption, InboxOption, JsonOption, LimitOption
from console.private_file import hand_out
from ledger.encounters import coding_audits as kept
from ledger.encounters.coding_audits import Counted, Review
from tasks.coding_audits.frame import BY, METHODS, RANDOM, Line
from tasks.coding_audits.opened import Open, opened, title
from tasks.coding_audits.result import Result
from tasks.coding_audits.review import VERDICTS, Said
from tasks.coding_audits.sample import Wanted
from tasks.home.home import open_home
from tasks.operations import draw_coding_audit, review_coding
from tasks.operations.draw_coding_audit import Drawn, Plan
from tasks.operations.review_coding import Recorded

if TYPE_CHECKING:
    from tasks.reports.tables import Table

app = typer.Typer(
    help="Coding audits: draw, list, show, sheet, record, import, report.", no_args_is_help=True
)

DAY = ["%Y-%m-%d"]
AuditArgument = Annotated[int, typer.Argument(metavar="AUDIT", help="As the list shows it.")]
KeyOption = Annotated[str, typer.Option("--practice", help="The practice, by its key.")]
OutOption = Annotated[Path, typer.Option("--out", help="The file to write: NAME.xlsx or NAME.pdf.")]
PaperOption = Annotated[
    Path | None,
    typer.Option("--out", help="Also write it: NAME.xlsx or NAME.pdf.", show_default=False),
]


@app.command("list")
def list_audits(
    practice: PracticeOption = None,
    limit: LimitOption = 50,
    after: AfterOption = 0,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Every coding audit with how far it is."""
    with open_home(load(home, inbox=inbox)) as opened_:
        with opened_.ledger.read() as connection:
            every = kept.every(connection)
        chosen = Chosen(practice=practice, partners=opened_.partners)
        found = chosen.of(every, practice=lambda one: one.audit.practice)
    shown, more = page_of(found, lambda one: one.audit.id, after=after, limit=limit)
    if json:
        print_json({"audits": [_facts(one) for one in shown], "next_after": more})
        leave(ALL_DONE)
    table(
        f"Coding audits{chosen.words}",
        ("audit", "practice", "services", "method", "frame", "drawn", "reviewed", "disagree", "by", "on"),
        [
            (one.audit.id, one.audit.practice, f"{one.audit.from_on} to {one.audit.to_on}",
             f"{one.audit.method} {one.audit.strata_by}".strip(), one.audit.frame_lines, one.lines,
             one.reviewed, one.disagreed, one.audit.actor, one.audit.business_on)
            for one in shown
        ],
        right=("audit", "frame", "drawn", "reviewed", "disagree"),
    )  # fmt: skip
    show_more(more)
    leave(ALL_DONE)


def _facts(one: Counted) -> dict[str, object]:
    return {**asdict(one.audit), "lines": one.lines, "reviewed": one.reviewed, "disagreed": one.disagreed}


def _shown_drawn(done: Drawn, json: bool) -> None:
    if json:
        print_json(
            {
                "dry_run": done.dry_run,
                "audit": done.number,
                "lines": done.lines,
                "frame_lines": done.audit.frame_lines,
                "frame_sha256": done.audit.frame_sha256,
                "seed": done.audit.seed,
                "design_effect": round(done.effect, 3),
                "strata": [asdict(part) for part in done.parts],
            }
        )
        return
    name = "dry run" if done.dry_run else f"Coding audit {done.number}"
    console.print(visible(f"{name}: {done.what}"))
    table(
        "What gives lines" if not done.dry_run else "What would give lines",
        ("stratum", "in the frame", "drawn"),
        [(part.stratum or "all", part.units, part.drawn) for part in done.parts],
        right=("in the frame", "drawn"),
    )
    if not done.dry_run:
        console.print(f"The sheet: cleanclaim coding-audits sheet {done.number} --out FILE.xlsx")


@act_command(app, "draw", _shown_drawn, of_the_books=False)
def draw(
    practice: KeyOption,
    from_: Annotated[datetime, typer.Option("--from", formats=DAY, help="The first day of service.")],
    until: Annotated[datetime, typer.Option("--to", formats=DAY, help="The last day of service.")],
    method: Annotated[str, typer.Option("--method", help=f"One of {', '.join(METHODS)}.")] = RANDOM,
    by: Annotated[str, typer.Option("--by", help=f"With strata: one of {', '.join(BY)}.")] = "",
    provider: Annotated[
        list[str] | None, typer.Option("--provider", help="Only lines of this NPI; repeat it.")
    ] = None,
    code: Annotated[
        list[str] | None, typer.Option("--code", help="Only lines with this procedure; repeat it.")
    ] = None,
    payer: Annotated[
        list[str] | None, typer.Option("--payer", help="Only lines of this payer's key; repeat it.")
    ] = None,
    lines: Annotated[
        int | None, typer.Option("--lines", min=1, help="How many lines, instead of a width.")
    ] = None,
    width: Annotated[
        float | None, typer.Option("--width", help="Width of the interval in points. Default: 10.")
    ] = None,
    confidence: Annotated[float, typer.Option("--confidence", help="In percent.")] = 95.0,
    expected: Annotated[
        float, typer.Option("--expected", help="The error rate expected, in percent.")
    ] = 10.0,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, max=2**62, help="Default: made of the plan itself.")
    ] = None,
) -> AnyAct[Drawn]:
    """Draws a sample of billed lines; the frame is kept as it is now."""
    if lines is not None and width is not None:
        raise CommandError("CAU-01", "give --lines or --width, not both", exit_code=WRONG_USE)
    asked = Plan(
        practice=practice,
        from_on=from_.date(),
        to_on=until.date(),
        method=method,
        by=by,
        providers=tuple(provider or ()),
        codes=tuple(one.upper() for one in code or ()),
        payers=tuple(payer or ()),
        seed=seed,
        wanted=Wanted(
            lines=lines,
            width=(10.0 if width is None else width) / 100,
            confidence=confidence / 100,
            expected=expected / 100,
        ),
    )
    return lambda h, day, who, dry: draw_coding_audit.plan(h, day, who, asked, dry_run=dry)


@app.command("show")
def show(
    audit: AuditArgument, home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False
) -> None:
    """One audit: its lines with the latest word about each."""
    with open_home(load(home, inbox=inbox)) as opened_:
        found = opened(opened_, audit)
        about = title(opened_.partners, found.audit)
    if json:
        print_json(
            {
                **asdict(found.audit),
                "lines": [
                    {
                        "place": place,
                        **asdict(line),
                        "review": asdict(found.latest[place]) if place in found.latest else None,
                    }
                    for place, line in found.lines.items()
                ],
            }
        )
        leave(ALL_DONE)
    console.print(
        visible(f"Coding audit {audit}: {about}; {len(found.latest)} of {len(found.lines)} reviewed")
    )
    table(
        "Lines",
        ("", "claim", "line", "day", "provider", "payer", "code", "charge", "verdict", "why"),
        [_row(found, place, line) for place, line in found.lines.items()],
        right=("", "line", "charge"),
    )
    leave(ALL_DONE)


def _row(found: Open, place: int, line: Line) -> tuple[object, ...]:
    said = found.latest.get(place)
    return (
        place, line.claim, line.number, line.service_on, line.provider, line.payer, line.code,
        dollars(line.charge_cents), _verdict(said), said.reason if said else "",
    )  # fmt: skip


def _verdict(said: Review | None) -> str:
    if said is None:
        return ""
    if said.agrees:
        return f"agrees ({said.actor})"
    return f"{said.elements}: {said.should_be} ({said.actor})"


@app.command("sheet")
def sheet(
    audit: AuditArgument,
    out: OutOption,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Writes the review sheet: the drawn lines with their documentation. Fill it in and import it."""
    from tasks.operations.print_coding_audit import sheet_of

    with open_home(load(home, inbox=inbox)) as opened_:
        pdf = _is_pdf(out)
        data = sheet_of(opened_, today(opened_.settings), audit, pdf=pdf)
    hand_out(out, data, f"Review sheet of coding audit {audit}", {"audit": audit}, json=json)


def _is_pdf(out: Path) -> bool:
    """Raises CommandError CAU-10: neither."""
    kind = out.suffix.casefold()
    if kind not in (".pdf", ".xlsx"):
        raise CommandError("CAU-10", "--out names a file that ends in .xlsx or .pdf", exit_code=WRONG_USE)
    return kind == ".pdf"


def _shown_recorded(done: Recorded, json: bool) -> None:
    if json:
        print_json(asdict(done))
        return
    console.print(
        f"{'dry run: ' if done.dry_run else ''}coding audit {done.number}: {done.agreed} agree, "
        f"{done.disagreed} disagree, {done.as_before} as before; {done.left} not reviewed yet"
    )


@act_command(app, "record", _shown_recorded, of_the_books=False)
def record(
    audit: AuditArgument,
    line: Annotated[int, typer.Argument(metavar="LINE", help="Its place on the sheet.")],
    verdict: Annotated[str, typer.Option("--verdict", help=f"One of {', '.join(VERDICTS)}.")],
    code: Annotated[
        str, typer.Option("--code", help="What the code or level should be; NONE: not to be billed.")
    ] = "",
    modifiers: Annotated[
        str, typer.Option("--modifiers", help="What they should be, a blank between; NONE: none.")
    ] = "",
    diagnoses: Annotated[str, typer.Option("--diagnoses", help="Those of the line, as they should be.")] = "",
) -> AnyAct[Recorded]:
    """Says of one line that it agrees, or what it should be and why. The latest word counts."""
    said = Said(verdict=verdict, procedure=code, modifiers=modifiers, diagnoses=diagnoses)
    return lambda h, day, who, dry: review_coding.record(h, day, who, audit, line, said, dry_run=dry)


@act_command(app, "import", _shown_recorded, of_the_books=False)
def import_sheet(
    audit: AuditArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The filled-in sheet, XLSX or CSV.")],
) -> AnyAct[Recorded]:
    """Keeps what a filled-in review sheet says: all of it, or nothing. Empty rows are not reviewed yet."""
    return lambda h, day, who, dry: review_coding.import_sheet(h, day, who, audit, file, dry_run=dry)


@app.command("report")
def report(
    audit: AuditArgument,
    benchmark: Annotated[
        Path | None,
        typer.Option("--benchmark", help="Published shares of visit levels, CSV.", show_default=False),
    ] = None,
    out: PaperOption = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """What the reviews come to: error rates with intervals, cents, providers, levels of visits."""
    from tasks.operations import print_coding_audit as operation

    pdf = _is_pdf(out) if out is not None else False
    with open_home(load(home, inbox=inbox)) as opened_:
        found, result = operation.report(opened_, audit, operation.benchmark(benchmark))
        if out is not None:
            data = operation.paper_of(opened_, today(opened_.settings), found, result, pdf=pdf)
            hand_out(out, data, f"Report of coding audit {audit}", _figures(found, result), json=json)
        if json:
            print_json(_figures(found, result))
            leave(ALL_DONE)
        tables = operation.tables_of(opened_, found, result)
    for one in tables:
        _show(one)
    leave(ALL_DONE)


def _figures(found: Open, of: Result) -> dict[str, object]:
    return {
        "audit": found.audit.id,
        "practice": found.audit.practice,
        "frame_lines": of.frame_lines,
        "lines": of.drawn,
        "reviewed": of.reviewed,
        "rates": {name: asdict(one) for name, one in of.rates.items()},
        "overpaid": asdict(of.overpaid),
        "underpaid": asdict(of.underpaid),
        "unpriced": of.unpriced,
        "not_reviewed_strata": of.silent,
        "providers": [asdict(card) for card in of.cards],
        "wrong": [asdict(one) for one in of.wrong],
        "levels": [asdict(one) for one in of.levels],
    }


def _show(one: "Table") -> None:
    from tasks.reports.values import printed

    rows = [
        tuple(printed(value, column.kind) for value, column in zip(row, one.columns, strict=True))
        for row in one.rows
    ]
    names = tuple(column.title for column in one.columns)
    table(one.title, names, rows, right=tuple(c.title for c in one.columns if c.kind != "text"))
    if one.note:
        console.print(one.note)
