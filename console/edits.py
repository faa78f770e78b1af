"""`cleanclaim edits`: the rules that a claim is held to, tried on a document or on the past."""

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coding.edit import Edit
from coding.registry import EDITS
from config.counted import counted
from config.dollars import dollars
from console.answer import ALL_DONE, DONE_WITH_HOLDS, CommandError, console, leave, print_json, table, visible
from console.csv_text import as_csv
from console.options import HomeOption, JsonOption

if TYPE_CHECKING:
    from tasks.operations.replay_claims import Replay
    from tasks.operations.try_encounter import Trial
    from tasks.reports.edit_report import EditReport

app = typer.Typer(
    help="Edits: list, show, try on a document, replay over the past, report what followed.",
    no_args_is_help=True,
)

MAX_BYTES = 100_000_000
DayOption = Annotated[
    datetime | None,
    typer.Option("--date", formats=["%Y-%m-%d"], help="Business date to judge as of. Default: today."),
]


@app.command("list")
def list_edits(json: JsonOption = False) -> None:
    """Every edit with its severity and the denials it heads off."""
    if json:
        print_json({"edits": [_plain(e) for e in EDITS.values()]})
        leave(ALL_DONE)
    table(
        f"{len(EDITS)} edits",
        ("id", "", "what", "since", "heads off", "authority"),
        [
            (e.id, e.severity, e.title, e.since, " ".join(e.prevents), e.source.authority)
            for e in EDITS.values()
        ],
    )
    leave(ALL_DONE)


@app.command("show")
def show_edit(edit_id: Annotated[str, typer.Argument(metavar="ID")], json: JsonOption = False) -> None:
    """One edit: why, authority, dates, fix, what it heads off."""
    edit = EDITS.get(edit_id.strip().upper())
    if edit is None:
        raise CommandError("EDT-01", f"there is no edit {edit_id}; see `cleanclaim edits list`")
    if json:
        print_json(_plain(edit))
        leave(ALL_DONE)
    table(
        f"{edit.id} {edit.title}",
        ("", ""),
        [
            ("why", edit.why),
            ("severity", "holds the claim" if edit.severity == "hold" else "lets it go with a remark"),
            ("authority", f"{edit.source} {edit.source.url}".strip()),
            ("services", f"{edit.since} to {edit.until or 'now'}"),
            ("claims", ", ".join(_KINDS[kind] for kind in edit.kinds)),
            ("heads off", " ".join(edit.prevents)),
            ("fix", edit.fix),
            ("payer's switch", f'[[edits_off]] or [[edits_raised]]: id = "{edit.id}", reason, until'),
        ],
    )
    leave(ALL_DONE)


_KINDS = {"P": "professional", "I": "institutional", "D": "dental"}


def _plain(edit: Edit) -> dict[str, Any]:
    return {
        "id": edit.id,
        "title": edit.title,
        "severity": edit.severity,
        "why": edit.why,
        "source": str(edit.source),
        "url": edit.source.url,
        "since": edit.since,
        "until": edit.until,
        "kinds": [_KINDS[kind] for kind in edit.kinds],
        "prevents": edit.prevents,
        "fix": edit.fix,
    }


@app.command("try")
def try_edits(
    file: Annotated[
        Path, typer.Argument(help="A document as practices send it.", exists=True, dir_okay=False)
    ],
    practice: Annotated[
        str, typer.Option("--practice", help="Key of the practice, where the document names none.")
    ] = "",
    day: DayOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """What the edits say of a document. Nothing is kept and nothing goes out."""
    from config.settings import load
    from console.days import looked_at
    from tasks.home.home import open_home
    from tasks.operations.try_encounter import try_document

    if file.stat().st_size > MAX_BYTES:
        raise CommandError("EDT-02", f"{file.name} is larger than {MAX_BYTES // 1_000_000} MB; split it")
    settings = load(home)
    with open_home(settings) as opened:
        if practice and practice not in opened.partners.practices:
            raise CommandError("EDT-03", f"there is no practice {practice} in partners/practices")
        trial = try_document(
            opened, file.name, file.read_bytes(), day.date() if day else looked_at(opened), practice
        )
    if json:
        print_json(
            {
                "format": trial.format,
                "encounters": [asdict(e) for e in trial.encounters],
                "problems": [asdict(p) for p in trial.problems],
            }
        )
    else:
        _show_trial(file.name, trial)
    waits = trial.problems or any(e.held for e in trial.encounters)
    leave(DONE_WITH_HOLDS if waits or not trial.encounters else ALL_DONE)


def _show_trial(name: str, trial: "Trial") -> None:
    from tasks.work.hold_words import words

    held = sum(e.held for e in trial.encounters)
    console.print(
        f"{visible(name)} ({trial.format or 'no known format'}): "
        f"{counted(len(trial.encounters), 'encounter')}, {held} would be held"
    )
    for one in trial.encounters:
        table(
            f"{visible(one.external_id)}, {one.practice or 'practice not known'}, "
            f"{one.payer or 'payer not known'}, {dollars(one.charge)}: {'held' if one.held else 'goes out'}",
            ("edit", "", "line", "place", "what", "remedy"),
            [
                (f.edit_id, f.severity, f.line or "", f.place, f.detail, words(f.edit_id)[1])
                for f in one.findings
            ],
        )
    if trial.problems:
        table(
            "Not read",
            ("code", "place", "what is wrong", "remedy"),
            [(p.code, p.place, p.message, p.remedy) for p in trial.problems],
        )


@app.command("replay")
def replay_edits(
    since: Annotated[
        datetime, typer.Option("--since", formats=["%Y-%m-%d"], help="First business date to judge again.")
    ],
    warnings: Annotated[
        bool, typer.Option("--warnings", help="Count warnings as if they stopped a claim too.")
    ] = False,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Which past claims today's edits would have stopped, and the denials that would have spared."""
    from config.settings import load
    from tasks.home.home import open_home
    from tasks.operations.replay_claims import replay

    settings = load(home)
    with open_home(settings) as opened:
        found = replay(opened, since.date(), warnings=warnings)
    if json:
        print_json({**asdict(found), "edits": [asdict(s) for s in _ranked(found)], "warnings": warnings})
    else:
        _show_replay(found)
    leave(ALL_DONE)


@app.command("report")
def report_edits(
    since: Annotated[
        datetime, typer.Option("--since", formats=["%Y-%m-%d"], help="First business date that counts.")
    ],
    csv: Annotated[
        bool, typer.Option("--csv", help="A row each edit and payer as CSV, for a spreadsheet.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="File for the CSV; default standard output.")
    ] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Each edit by what came after: held, overridden, paid or denied, and how often it was right by payer."""
    from config.settings import load
    from console.days import looked_at
    from tasks.home.home import open_home
    from tasks.reports.edit_report import edit_report

    if json and csv:
        raise CommandError("EDT-04", "--json and --csv are two answers; give one of them")
    settings = load(home)
    with open_home(settings) as opened:
        found = edit_report(opened, since.date(), looked_at(opened))
    if json:
        print_json(asdict(found))
    elif csv or out is not None:
        _write_report(as_csv([asdict(line) for line in found.payers], PAYER_COLUMNS), out)
    else:
        _show_report(found)
    leave(ALL_DONE)


PAYER_COLUMNS = (
    *("edit_id", "payer", "sent", "answered", "paid", "denied", "foretold", "precision", "low", "high"),
    *("codes", "switch", "candidate"),
)


def _write_report(text: str, out: Path | None) -> None:
    from tasks.home.home import write_private

    if out is None:
        typer.echo(text, nl=False)
        return
    write_private(out.absolute(), text.encode("utf-8"))
    console.print(f"written to {visible(str(out))}")


_OUTCOMES = (
    *("edit", "payer", "sent", "paid", "denied", "foretold", "right", "95 %"),
    *("codes", "today", "candidate"),
)


def _show_report(found: "EditReport") -> None:
    table(
        f"Edits since {found.since}, in versions of encounters",
        ("edit", "what", "held", "waiting", "corrected", "overridden", "warned"),
        [(e.edit_id, e.title, e.held, e.waiting, e.corrected, e.overridden, e.warned) for e in found.edits],
        right=("held", "waiting", "corrected", "overridden", "warned"),
    )
    table(
        "Claims that went out all the same",
        _OUTCOMES,
        [
            (
                p.edit_id, p.payer, p.sent, p.paid, p.denied, p.foretold,
                "" if p.precision is None else f"{p.precision / 10:.1f} %",
                "" if p.precision is None else f"{p.low / 10:.0f} to {p.high / 10:.0f}",
                p.codes, p.switch, {"off": "switch off", "raise": "raise to a hold"}.get(p.candidate, ""),
            )
            for p in found.payers
        ],
        right=("sent", "paid", "denied", "foretold", "right"),
    )  # fmt: skip
    table(
        "Switched off in payers' files",
        ("edit", "payer", "until", "denials it heads off", "reason"),
        [(o.edit_id, o.payer, o.until, o.denials, visible(o.reason)) for o in found.switched_off],
        right=("denials it heads off",),
    )
    console.print(
        "Right: of the answered claims, those denied with a code that the edit heads off. Before a switch is "
        "changed, `cleanclaim edits replay` tells which claims it would have stopped."
    )


def _ranked(found: "Replay") -> list[Any]:
    from tasks.operations.replay_claims import ranked

    return ranked(found.edits.values())


def _show_replay(found: "Replay") -> None:
    day: date = found.since
    console.print(
        f"Since {day}: {counted(found.claims, 'claim')} went out, {counted(found.denials, 'denial')} of "
        f"{dollars(found.denied_cents)}. Today's edits would have stopped "
        f"{counted(len(found.stopped), 'claim')} and "
        f"spared {counted(found.spared, 'denial')} of {dollars(found.spared_cents)}."
    )
    if found.unchecked:
        some = ", ".join(f"{edit} {counted(n, 'claim')}" for edit, n in sorted(found.unchecked.items()))
        console.print(f"Not judged, a code set or a fact is missing (cleanclaim codes status): {some}")
    table(
        "By edit",
        ("edit", "what", "claims stopped", "denials spared", "at stake", "paid all the same"),
        [
            (s.edit_id, EDITS[s.edit_id].title, s.stopped, s.denials, dollars(s.cents), s.paid)
            for s in _ranked(found)
        ],
        right=("claims stopped", "denials spared", "at stake", "paid all the same"),
    )
    table(
        "Claims that would have been stopped",
        (
            "claim",
            "encounter",
            "practice",
            "business date",
            "state",
            "edits",
            "denials",
            "spared",
            "at stake",
        ),
        [
            (
                s.patient_control_number,
                s.external_id,
                s.practice,
                s.business_on,
                s.state,
                " ".join(s.edits),
                s.denied,
                s.spared,
                dollars(s.cents),
            )
            for s in found.stopped[:100]
        ],
        right=("denials", "spared", "at stake"),
    )
    if len(found.stopped) > 100:
        console.print(f"and {len(found.stopped) - 100} more; --json has them all")
