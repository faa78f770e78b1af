"""`cleanclaim demo`: three business dates on the sample inbox against the mock clearinghouse.

The home it makes is marked as a demo: it reaches loopback only. At the end the ledger is compared
with the story written in `demo_story.toml`; the demo succeeds when it ended as written.
"""

import tempfile
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import sample_inbox
from config.log import open_log
from config.partners import DEMO
from config.settings import FILE_NAME, Settings, load
from console import story
from console.answer import (
    ALL_DONE,
    FAILED,
    WRONG_USE,
    CommandError,
    complaints,
    console,
    leave,
    print_json,
    visible,
)
from console.demo_report import show_money_and_next
from console.options import HomeOption, InboxOption, JsonOption
from console.run import one_night
from console.summary import show_summary
from ledger.queries.night import NightRow, nights
from tasks.home.home import make_home, open_home, write_private
from tasks.reports.summary import summary

STORY = Path(__file__).with_name("demo_story.toml")
MARK = (
    "# Made by `cleanclaim demo`: this home reaches this machine only.\ndemo = true\nsettle_seconds = 0.2\n"
)


@dataclass(frozen=True, slots=True)
class Evening:
    """One run of the demo: its business date and the folder of the sample inbox that comes with it."""

    title: str
    day: date
    folder: str


def demo(home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False) -> None:
    """Play three nights on the sample inbox against a mock clearinghouse on this machine.

    Without --home a fresh folder is made under the system's temporary folder. A demo home that was
    left in the middle is played to its end; one that is played shows how it ended.
    """
    settings = demo_home(home, inbox)
    open_log(settings)
    written = tomllib.loads(STORY.read_text("utf-8"))
    evenings = [Evening(e["title"], e["day"], e["folder"]) for e in written["evenings"]]
    last = _last_night(settings)
    left = [e for e in evenings if not _played(e, last)]
    if not json:
        _introduce(settings, evenings, left)
    for evening in left:
        with open_home(settings) as opened:
            for typed, what in story.correct(written, opened, evening.day):
                if not json:
                    console.print(f"[bold]{story.BILLER} types[/bold] {typed}: {visible(what)}")
        copy_private(sample_inbox.FOLDER / evening.folder, settings.inbox / evening.folder)
        title = f"{evening.title} {evening.day}"
        ended = one_night(settings, evening.day, title=title, quiet=json)
        if not json:
            console.print(f"[bold]{title}[/bold]: {ended.state.replace('_', ' ')}; {visible(ended.message)}")
        if ended.exit_code == FAILED:
            _end(settings, json=json, misses=[f"{evening.title}: {ended.message}"])
    if last is not None and last.business_on > evenings[-1].day.isoformat():
        _end(settings, json=json, misses=None)
    with open_home(settings) as opened:
        misses = story.misses(written, opened)
    _end(settings, json=json, misses=misses)


def demo_home(home: HomeOption, inbox: InboxOption) -> Settings:
    """The settings of the demo's home, made where there is none yet.

    Raises CommandError DEM-02 for a folder that holds something else: the demo never mixes with it.
    """
    if home is None:
        home = Path(tempfile.mkdtemp(prefix="cleanclaim-demo-"))
    home = home.expanduser().absolute()
    if home.exists() and not home.is_dir():
        raise CommandError("DEM-02", f"{home} is a file; give a new folder", exit_code=WRONG_USE)
    if (home / FILE_NAME).exists():
        settings = load(home, inbox=inbox)
        theirs = {f.name for f in (DEMO / "practices").glob("*.toml")}
        there = {f.name for f in (settings.partners / "practices").glob("*.toml")}
        if not settings.demo or there - theirs:
            raise CommandError(
                "DEM-02",
                f"{home} was not made by the demo, which wants a folder of its own",
                exit_code=WRONG_USE,
            )
    else:
        if home.exists() and any(home.iterdir()):
            raise CommandError("DEM-02", f"{home} is not empty; give a new folder", exit_code=WRONG_USE)
        make_home(home, MARK)
        settings = load(home, inbox=inbox)
    if not settings.partners.exists():
        copy_private(DEMO, settings.partners)
    settings.inbox.mkdir(parents=True, exist_ok=True, mode=0o700)
    return settings


def copy_private(source: Path, target: Path) -> None:
    """A folder with its files, readable by their owner only; what is there already stays."""
    for path in sorted(source.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            file = target / path.relative_to(source)
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not file.exists():
                write_private(file, path.read_bytes())


def _last_night(settings: Settings) -> NightRow | None:
    with open_home(settings) as opened:
        found = nights(opened.ledger, 1)
    return found[0] if found else None


def _played(evening: Evening, last: NightRow | None) -> bool:
    """Whether this run is over: a later one began, or it ended itself."""
    if last is None or last.business_on < evening.day.isoformat():
        return False
    return last.business_on > evening.day.isoformat() or last.outcome in ("done", "holds")


def _introduce(settings: Settings, evenings: list[Evening], left: list[Evening]) -> None:
    console.print(f"Home: {visible(str(settings.home))}")
    if not left:
        console.print("This demo was played before; this is how it ended. Another folder plays it anew.")
    elif len(left) < len(evenings):
        console.print(f"This demo was left in the middle; it continues with {left[0].title}.")
    else:
        console.print(
            "Three nights of five invented practices, against a mock clearinghouse on this machine. "
            "Prefect's server starts first, which takes some seconds."
        )


def _end(settings: Settings, *, json: bool, misses: list[str] | None) -> None:
    """Reports how the demo ended and exits: 0 as written, 1 otherwise. With `misses` None it exits with 0
    and says that later runs were made in this home, so that it cannot be compared with the story."""
    with open_home(settings) as opened:
        found = summary(opened)
        if json:
            as_written = None if misses is None else not misses
            print_json({**found, "story": {"as_written": as_written, "differences": misses or []}})
        else:
            show_summary(found)
            show_money_and_next(opened)
    if misses:
        for miss in misses:
            complaints.print(f"[red]not as written:[/red] {visible(miss)}")
        leave(FAILED)
    if misses is None and not json:
        console.print("Later nights were run in this home: it is not compared with the demo's story.")
    elif not json:
        console.print("[bold green]The demo ended as its story is written.[/bold green]")
    leave(ALL_DONE)
