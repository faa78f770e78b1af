"""`cleanclaim init`: makes a home."""

from config.settings import is_home, load
from config.settings_text import settings_text
from console.answer import ALL_DONE, WRONG_USE, CommandError, console, leave, print_json, visible
from console.options import HomeOption, JsonOption
from tasks.home import make_home


def init(home: HomeOption = None, json: JsonOption = False) -> None:
    """Make a home: its settings file, with every key explained, and its inbox.

    What is there already stays as it is.
    """
    folder = load(home).home
    before = is_home(folder)
    if not before and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CommandError("INI-01", f"{folder} holds something else; give a new folder", exit_code=WRONG_USE)
    make_home(folder, settings_text())
    settings = load(home)
    settings.inbox.mkdir(parents=True, exist_ok=True, mode=0o700)
    if json:
        print_json({"home": str(folder), "made": not before})
    else:
        console.print(f"{visible(str(folder))}: {'was a home already' if before else 'a home now'}")
    leave(ALL_DONE)
