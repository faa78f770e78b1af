"""`cleanclaim init`: makes a home, with a practice, a payer, a clearinghouse and a visit to try.

What it writes is invented and marked so; `cleanclaim doctor` names what was not replaced yet.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

import sample_inbox
from config.placeholders import OF_KIND, TEMPLATES
from config.practice import is_key
from config.settings import FILE_NAME, Settings, is_home, load
from config.settings_text import settings_text
from console.answer import ALL_DONE, WRONG_USE, CommandError, console, leave, print_json, table, visible
from console.days import today
from console.demo_report import program
from console.options import HomeOption, JsonOption
from tasks.home.home import make_home, write_private

SAMPLES = sample_inbox.FOLDER / "first_visits"
SAMPLE_DAY = date(2026, 11, 9)
"""The day of service written in the samples; a home gets them with a recent one."""
AGO = timedelta(days=3)

DEFAULT = {"practices": "my-practice", "payers": "my-payer", "clearinghouses": "my-clearinghouse"}
MEANS = {"practices": "who bills", "payers": "who pays", "clearinghouses": "where claims go"}
OPTION = {"practices": "--practice", "payers": "--payer", "clearinghouses": "--clearinghouse"}

Made = list[tuple[Path, str]]
"""What was made, and what it is for."""


def init(
    home: HomeOption = None,
    practice: Annotated[
        str | None, typer.Option("--practice", help="Its key: the name of its file and of its inbox folder.")
    ] = None,
    payer: Annotated[str | None, typer.Option("--payer", help="Its key: the name of its file.")] = None,
    clearinghouse: Annotated[
        str | None, typer.Option("--clearinghouse", help="Its key: the name of its file.")
    ] = None,
    with_mock: Annotated[
        bool,
        typer.Option(
            "--with-mock",
            help="A home to try things in: it reaches this machine only, where a mock clearinghouse "
            "answers and pays; five visits wait in its inbox.",
        ),
    ] = False,
    keep_contents: Annotated[
        bool,
        typer.Option(
            "--keep-contents", help="Make the home in a folder that holds other files; they stay as they are."
        ),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Make a home: settings with every key explained, a practice, a payer, a clearinghouse, folders.

    Nothing that is there is ever overwritten; once more on the same home makes only what is missing.
    The partners are invented until you replace them; `cleanclaim doctor` names what is left.
    """
    folder = load(home).home
    before = is_home(folder)
    if not before:
        _refuse_other_content(folder, keep_contents)
    elif with_mock and not load(home).demo:
        raise CommandError(
            "INI-03",
            f"{folder} is a home for work; a trial with the mock clearinghouse needs a folder of its own",
            exit_code=WRONG_USE,
        )
    keys = _keys(
        folder / "partners", {"practices": practice, "payers": payer, "clearinghouses": clearinghouse}
    )
    text = settings_text(demo=True) if with_mock else settings_text()
    if not before:
        make_home(folder, text)
    settings = load(home)
    try:
        made = [] if before else [(folder / FILE_NAME, "settings; every key explained")]
        made += _partners(settings, keys)
        made += _folders(settings, keys)
        made += _samples(settings, keys["practices"], into_inbox=with_mock and not before)
    except OSError as error:
        raise CommandError(
            "INI-04", f"{error.filename}: {error.strerror}; correct it and run init again"
        ) from None
    commands = list(_next(settings, keys["practices"]))
    if json:
        print_json(
            {
                "home": folder,
                "made": [path for path, _ in made],
                "next": [{"command": command, "why": why} for command, why in commands],
            }
        )
        leave(ALL_DONE)
    console.print(f"Home: {visible(str(folder))}", soft_wrap=True)
    if made:
        table("Made", ("what", "for"), [(_under(folder, path), what) for path, what in made])
    else:
        console.print("It was a home already and nothing was missing; nothing was changed.")
    console.print("[bold]Next[/bold]")
    for command, why in commands:
        command = re.sub(r"^cleanclaim\b", lambda _: program(), command)
        console.print(f"  {visible(command)}\n      {why}", soft_wrap=True)
    leave(ALL_DONE)


def _refuse_other_content(folder: Path, keep_contents: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise CommandError("INI-01", f"{folder} is a file; give a folder", exit_code=WRONG_USE)
    try:
        found = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    except OSError as error:
        raise CommandError("INI-01", f"{folder}: {error.strerror}; give another folder") from None
    if "ledger.db" in found and not keep_contents:
        raise CommandError(
            "INI-01",
            f"{folder} holds a ledger but no {FILE_NAME}: put that file back. --keep-contents writes "
            "a new one, with the defaults",
            exit_code=WRONG_USE,
        )
    if found and not keep_contents:
        raise CommandError(
            "INI-01",
            f"{folder} holds other files; give a new folder, or --keep-contents to make the home beside them",
            exit_code=WRONG_USE,
        )


def _keys(partners: Path, asked: dict[str, str | None]) -> dict[str, str]:
    """The key of each partner: the one asked for, else the first that is there, else the default."""
    keys = {}
    for kind, key in asked.items():
        there = sorted(file.stem for file in (partners / kind).glob("*.toml"))
        if key is not None and not is_key(key):
            raise CommandError(
                "INI-02",
                f"{OPTION[kind]}: a key is at most 40 small letters, digits, hyphens and underscores",
                exit_code=WRONG_USE,
            )
        if key is not None and there and key not in there:
            raise CommandError(
                "INI-02",
                f"{OPTION[kind]} {key}: partners/{kind} has {', '.join(there)} already; for another one copy "
                "a file there and change it",
                exit_code=WRONG_USE,
            )
        keys[kind] = key or (there[0] if there else DEFAULT[kind])
    return keys


def _partners(settings: Settings, keys: dict[str, str]) -> Made:
    made: Made = []
    for kind, template in OF_KIND.items():
        file = settings.partners / kind / f"{keys[kind]}.toml"
        if not file.exists():
            name = "mock" if kind == "clearinghouses" and settings.demo else template
            text = (TEMPLATES / f"{name}.toml").read_text("utf-8")
            write_private(file, text.replace("@CLEARINGHOUSE@", keys["clearinghouses"]).encode("utf-8"))
            what = "the mock clearinghouse of this machine" if name == "mock" else f"{MEANS[kind]}; invented"
            made.append((file, what))
    return made


def _folders(settings: Settings, keys: dict[str, str]) -> Made:
    wanted = [(settings.inbox / keys["practices"], "encounters are put here")]
    if not settings.demo:
        wanted += [
            (settings.home / "partner" / "inbound", "claim files go here until you name an SFTP site"),
            (settings.home / "partner" / "outbound", "answers are taken from here"),
        ]
    made = [(folder, what) for folder, what in wanted if not folder.is_dir()]
    for folder, _ in made:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return made


def _samples(settings: Settings, practice: str, *, into_inbox: bool) -> Made:
    """The sample visits with a recent day of service, one in each format."""
    made: Made = []
    folder = settings.home / "samples"
    day = today(settings) - AGO
    if not folder.exists():
        made.append((folder, "a visit in each format: JSON, CSV, HL7 v2, FHIR, C-CDA"))
    for sample in sorted(SAMPLES.iterdir()):
        text = sample.read_text("utf-8")
        text = text.replace(f"{SAMPLE_DAY}", f"{day}").replace(f"{SAMPLE_DAY:%Y%m%d}", f"{day:%Y%m%d}")
        for place in [folder, *([settings.inbox / practice] if into_inbox else [])]:
            if not (place / sample.name).exists():
                write_private(place / sample.name, text.encode("utf-8"))
    if into_inbox:
        made.append((settings.inbox / practice / "visit.*", "the samples, for the first night"))
    return made


def _next(settings: Settings, practice: str) -> Iterator[tuple[str, str]]:
    home = f"--home {quote(str(settings.home))}"
    if settings.demo:
        yield f"cleanclaim run {home}", "the first night: the visits go out, and are accepted"
        yield f"cleanclaim run {home}", "the second night: they are paid"
        yield f"cleanclaim serve {home}", "or: every night by itself, and the console in a browser"
    else:
        yield f"cleanclaim doctor {home}", "what is still invented, and whether all of it holds together"
        sample, inbox = settings.home / "samples" / "visit.json", settings.inbox / practice
        yield f"cp {quote(str(sample))} {quote(str(inbox))}", "a visit to try"
        yield f"cleanclaim run {home}", "one night: its claim file lies in partner/inbound then"
        yield f"cleanclaim serve {home}", "every night by itself, and the console in a browser"


def _under(folder: Path, path: Path) -> str:
    return f"{path.relative_to(folder)}" if path.is_relative_to(folder) else str(path)
