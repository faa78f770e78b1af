"""`cleanclaim codes`: the dated code sets of a home, and the encoder over them."""

from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from coding.codes import library
from coding.codes.inpatient import DRG, PCS
from coding.codes.look_up import NAMES, how_to_load, look_up
from coding.codes.procedure_facts import Procedure, facts_of, rvu, said_by_cms
from coding.codes.shown import Shown, dotted, place_name, undotted
from coding.codes.status import SetStatus, status
from coding.codes.store import procedure_set, set_of
from coding.codes.valid_instead import valid_instead
from coding.codes.validity import Validity
from config import settings
from console.answer import ALL_DONE, CommandError, console, leave, print_json, table, visible
from console.codes_guide import guide
from console.codes_opened import DayOption, opened, searchable
from console.options import HomeOption, JsonOption

app = typer.Typer(help="Code sets: load, status, search, guide, show.", no_args_is_help=True)
app.command("guide")(guide)


@app.command("load")
def load_files(
    files: Annotated[
        list[Path],
        typer.Argument(help="Official files or their .zip, as downloaded.", exists=True, dir_okay=False),
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Apply the changes without asking.")] = False,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Take official files in: shows what they change, then applies it. A damaged file is refused whole."""
    folder, codes, _ = opened(home, None, writes=True)
    prepared = library.prepare(files, codes)
    if not json:
        for name, layout in zip(prepared.files, prepared.layouts, strict=True):
            console.print(f"{visible(name)}: {layout}")
        table(
            "What changes",
            ("set", "release", "before", "codes or pairs", "added", "ended", "revised", "for example"),
            [
                (
                    c.set,
                    c.release,
                    c.previous or "not loaded",
                    f"{c.rows:,}",
                    f"{c.added:,}",
                    f"{c.ended:,}",
                    f"{c.revised:,}",
                    "loaded already"
                    if c.loaded_already
                    else "; ".join(f"{what} {', '.join(some[:4])}" for what, some in c.examples),
                )
                for c in prepared.changes
            ],
            right=("codes or pairs", "added", "ended", "revised"),
        )
        for c in prepared.changes:
            if c.ends_much:
                console.print(
                    f"[bold]Look:[/bold] {c.set} {c.release} ends {c.ended:,} codes or pairs and keeps "
                    f"{c.rows:,}. Is the file whole?"
                )
        if not prepared.tables:
            console.print("All of it is loaded already; nothing was changed.")
            leave(ALL_DONE)
    wanted = yes or (not json and console.is_terminal and typer.confirm("Apply these changes?"))
    written = library.apply(prepared, folder) if wanted else []
    if json:
        print_json(
            {
                "files": [str(f) for f in files],
                "read": prepared.files,
                "layouts": prepared.layouts,
                "changes": [{**asdict(c), "examples": dict(c.examples)} for c in prepared.changes],
                "applied": wanted,
                "written": [str(p) for p in written],
            }
        )
    elif wanted:
        console.print(f"Applied; earlier releases stay. The sets lie in {visible(str(folder))}")
    else:
        console.print("Nothing was changed; say --yes to apply it.")
    leave(ALL_DONE)


@app.command("status")
def show_status(day: DayOption = None, home: HomeOption = None, json: JsonOption = False) -> None:
    """Which sets are loaded, how old they are, and which release is due."""
    _, codes, as_of = opened(home, day)
    found = status(codes, as_of)
    if json:
        print_json({"date": as_of, "sets": [{**asdict(s), "days_left": _left(s, as_of)} for s in found]})
        leave(ALL_DONE)
    table(
        f"Code sets on {as_of}",
        ("set", "release", "codes or pairs", "from", "to", "days left", "earlier", "look"),
        [
            (
                s.set,
                s.release or "-",
                f"{s.rows:,}" if s.rows else "",
                "" if s.covers_from in (None, date.min) else s.covers_from,
                s.covers_to or "",
                _left(s, as_of),
                " ".join(s.earlier),
                s.warning,
            )
            for s in found
        ],
        right=("codes or pairs", "days left"),
    )
    leave(ALL_DONE)


def _left(found: SetStatus, as_of: date) -> int | None:
    return (found.covers_to - as_of).days if found.covers_to is not None else None


@app.command("search")
def search(
    words: Annotated[
        list[str],
        typer.Argument(help='What was found or done, as a coder says it: "T2DM with CKD", or a code.'),
    ],
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="How many codes to show.")] = 10,
    day: DayOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """ICD-10-CM codes for a coder's words or a number, and the procedures of files you loaded.

    CPT, HCPCS and ICD-10-PCS are not shipped: what was searched, and how to load the rest, is said each time.
    """
    folder, codes, as_of = opened(home, day)
    searchable(codes)
    asked = " ".join(words)
    home_folder = folder.parent
    where = quote(str(home_folder)) if settings.is_home(home_folder) else "DIR"
    found = look_up(codes, asked, as_of, limit, home=where)
    rows, procedures, facts = found.diagnoses, found.procedures, found.facts
    if json:
        print_json(
            {
                "words": asked,
                "date": as_of,
                "codes": [
                    {"code": h.code, "dotted": h.dotted, "title": h.title, "score": h.score, "validity": v}
                    for h, v in rows
                ],
                "procedures": [{**asdict(facts[p.code]), **asdict(p)} for p in procedures],
                "searched": found.searched,
                "not_loaded": found.missing,
            }
        )
        leave(ALL_DONE)
    if found.question:
        table(
            f"{NAMES['icd10cm']}: {visible(found.question)}",
            ("code", "title", f"on {as_of}"),
            [(h.dotted, h.title, v) for h, v in rows],
        )
    if procedures or not found.missing:
        table(
            f"Procedures: {visible(asked)}",
            ("code", "set", "title", f"on {as_of}", "status", "RVU", "MUE", "global", "add-on to"),
            [(p.code, p.set.upper(), p.title, *_in_short(facts[p.code])) for p in procedures],
        )
    sets = ", ".join(f"{NAMES[name]} {release}" for name, release in found.searched.items())
    console.print(f"Searched: {visible(sets)}.", soft_wrap=True)
    if found.unsearched:
        console.print(f"Not searched for: {', '.join(found.unsearched)}.", soft_wrap=True)
    for name, how in found.missing.items():
        console.print(f"{NAMES[name]} is not loaded for {as_of}. {visible(how)}", soft_wrap=True)
    leave(ALL_DONE)


def _in_short(found: Procedure) -> tuple[object, ...]:
    """What the sets say of a procedure, in columns; of an add-on code the first parents."""
    parents = found.parents or ()
    few = " ".join(parents[:3]) + (" ..." if len(parents) > 3 else "")
    return found.validity, found.status, rvu(found), found.units, found.global_days, few


@app.command("show")
def show(
    code: Annotated[str, typer.Argument(help="An ICD-10-CM, CPT, HCPCS or ICD-10-PCS code, or an MS-DRG.")],
    day: DayOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Everything about one code: title, place in the tree, notes, whether it may be billed, since when."""
    _, codes, as_of = opened(home, day)
    wanted = undotted(code)
    found = codes.encoder.show(wanted, as_of) if codes.encoder is not None else None
    if found is not None:
        _answer_diagnosis(found, as_of, json=json)
    elif set_of(wanted) in (PCS, DRG) and "." not in code:
        _answer_inpatient(facts_of(codes, wanted, as_of), json=json)
    elif procedure_set(wanted) is not None and "." not in code:
        _answer_procedure(facts_of(codes, wanted, as_of), json=json)
    else:
        instead = valid_instead(codes.diagnoses, wanted, as_of)
        if instead is not None:
            several = ", ".join(dotted(c) for c in instead.codes[:6])
            raise CommandError("CODES-UNKNOWN", f"no ICD-10-CM code: {instead.reason}; choose {several}")
        near = codes.tabular.nearest(wanted) if codes.tabular is not None and wanted.isascii() else ""
        raise CommandError(
            "CODES-UNKNOWN",
            "no ICD-10-CM code and no shape of a CPT or HCPCS code; "
            + (f"see `cleanclaim codes show {dotted(near)}`" if near else "search it by words"),
        )
    leave(ALL_DONE)


def _answer_diagnosis(found: Shown, as_of: date, *, json: bool) -> None:
    if json:
        print_json({**asdict(found), "dotted": found.dotted, "date": as_of})
        return
    title = found.title or "title not loaded, the code is in use no more"
    console.print(f"[bold]{found.dotted}[/bold] {visible(title)}: {_standing(found)} on {as_of}")
    for depth, (place, title) in enumerate(found.path, start=1):
        console.print(f"{'  ' * depth}{visible(place_name(place))} {visible(title)}")
    if found.spans:
        spans = ", ".join(f"{start} to {end}" for start, end in found.spans)
        console.print(f"May be billed for services: {spans}")
    if found.notes:
        table(
            "Notes",
            ("", "of", "says"),
            [(kind.replace("_", " "), place_name(place), note) for kind, place, note in found.notes],
        )
    if found.instead and found.ended is not None:
        table(
            f"Came after it on {found.ended + timedelta(days=1)}",
            ("code", "title"),
            [(dotted(c), title) for c, title in found.instead],
        )
    if found.choose:
        table("Choose instead", ("code", "title"), [(dotted(c), title) for c, title in found.choose])
    if found.seventh:
        table("7th character", ("", "means"), found.seventh)


def _standing(found: Shown) -> str:
    """How a code stands on the day, in a coder's words."""
    if found.ended is not None:
        heading = ", now a heading" if found.choose else ""
        return f"{found.validity}, ended on {found.ended}{heading},"
    if found.begins is not None:
        return f"{found.validity}, begins on {found.begins},"
    return str(found.validity)


def _answer_procedure(found: Procedure, *, json: bool) -> None:
    if json:
        print_json(asdict(found))
        return
    title = f" {visible(found.title)}" if found.title else ""
    console.print(f"[bold]{found.code}[/bold]{title}: {found.validity} on {found.day}")
    table("What CMS says of it", ("", ""), [("set", found.set), *said_by_cms(found)])


def _answer_inpatient(found: Procedure, *, json: bool) -> None:
    """An ICD-10-PCS code or an MS-DRG: its title and whether it is one on the day."""
    missing = str(found.validity) == str(Validity.UNCHECKED)
    how = how_to_load(found.set, found.day) if missing else ""
    if json:
        print_json({**asdict(found), "not_loaded": {found.set: how} if missing else {}})
        return
    title = f" {visible(found.title)}" if found.title else ""
    console.print(f"[bold]{found.code}[/bold]{title}: {NAMES[found.set]}, {found.validity} on {found.day}")
    if missing:
        console.print(f"{NAMES[found.set]} is not loaded for {found.day}. {visible(how)}", soft_wrap=True)
