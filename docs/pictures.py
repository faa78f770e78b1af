"""Draw the pictures of the documents: pages of the console, on the home that `cleanclaim demo` leaves.

Run it as `make pictures` after a page has changed, and look at what it drew. It needs Debian's Chromium.
Its versions draw letters differently, so no test compares the pictures with new ones.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

import uvicorn
from PIL import Image

from config.settings import load
from web.app import make_app

FOLDER = Path(__file__).parent / "pictures"
BROWSER = "/usr/bin/chromium"
PROGRAM = Path(sys.executable).with_name("cleanclaim")
WIDTH = 1280  # CSS pixels
MORNING = datetime(2026, 11, 19, 13, 0, tzinfo=UTC)
"""After the demo's last night."""
COLORS = 128  # enough for flat pages with smooth letters; a third of the bytes
TWO_COMMANDS = "two-commands"
"""A terminal and the page that it leads to."""
NAME, PASSWORD = "maria", "only for the pictures"


@dataclass(frozen=True)
class Picture:
    """The page at an address, or the one to which links lead from it, as far down as it is of use."""

    name: str
    address: str
    height: int  # CSS pixels
    links: tuple[str, ...] = ()  # CSS selectors, each pressed on the page before


PICTURES = (
    Picture("last-night", "/?night=2026-11-17", 900),
    Picture("work", "/work", 900),
    Picture("piece-of-work", "/work?kind=denial", 760, ("table.rows tbody a",)),
    Picture("claim", "/claims?state=denied", 1000, ("table.rows tbody a",)),
    Picture("money", "/money", 900),
    Picture("measures", "/measures", 900),
    Picture("codes", "/codes/guide/S62", 700),
)


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="cleanclaim-pictures-") as folder:
        home = Path(folder) / "cleanclaim-home"
        _command("demo", "--home", home)
        served = _served(home)  # while nobody is a user
        person = ("users", "add", NAME, "--role", "manager", "--practice", "*", "--password-stdin")
        _command(*person, "--why", "for the pictures", "--home", home, typed=PASSWORD)
        with _console(home) as base, _page(base) as page:
            for picture in PICTURES:
                draw(page, base, picture)
                print(f"docs/pictures/{picture.name}.png")
            draw_two_commands(page, base, served)
    return 0


def draw_two_commands(page: Any, base: str, served: list[str]) -> None:
    """README's picture: what the second command printed on a terminal, and the page that it leads to."""
    page.set_viewport_size({"width": WIDTH, "height": 820})
    page.goto(f"{base}/?night=2026-11-17")
    shown = page.screenshot()
    lines = ["$ cleanclaim demo --home cleanclaim-home", "...", "$ cleanclaim serve", *served]
    style = "margin:0;padding:16px 24px;background:#11151c;color:#e6e9ef;font:16px/1.5 monospace"
    terminal = f'<pre style="{style};white-space:pre-wrap">{escape(chr(10).join(lines))}</pre>'
    picture = f'<img src="data:image/png;base64,{b64encode(shown).decode("ascii")}">'
    sheet = (
        page.context.browser.new_page()
    )  # one without the console's policy, which refuses styles of its own
    sheet.set_viewport_size({"width": WIDTH, "height": 820})
    sheet.set_content(f'<body style="margin:0">{terminal}{picture}')
    file = FOLDER / f"{TWO_COMMANDS}.png"
    sheet.screenshot(path=file, full_page=True)
    _smaller(file)
    print(f"docs/pictures/{file.name}")


def _served(home: Path) -> list[str]:
    """What `serve` prints on a terminal until it serves. It is stopped then."""
    ours, theirs = os.openpty()
    served = subprocess.Popen(
        [PROGRAM, "serve", "--home", home], stdout=theirs, stderr=subprocess.DEVNULL,
        env={**os.environ, "COLUMNS": "110", "NO_COLOR": "1"},
    )  # fmt: skip
    os.close(theirs)
    said = ""
    try:
        while "Ctrl-C ends the schedule" not in said:
            said += os.read(ours, 4096).decode("utf-8")
    finally:
        served.send_signal(signal.SIGINT)
        served.wait()
        os.close(ours)
    return [line.rstrip() for line in said.replace(str(home), home.name).splitlines()]


def draw(page: Any, base: str, picture: Picture) -> None:
    """Writes one picture: what a person sees without scrolling in a window of that height."""
    page.set_viewport_size({"width": WIDTH, "height": picture.height})
    page.goto(f"{base}{picture.address}")
    for link in picture.links:
        with page.expect_navigation():
            page.locator(link).first.click()
    page.wait_for_load_state("networkidle")
    file = FOLDER / f"{picture.name}.png"
    page.screenshot(path=file)
    _smaller(file)


def _smaller(file: Path) -> None:
    with Image.open(file) as drawn:
        drawn.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE).save(file, optimize=True)


def _command(*words: str | Path, typed: str = "") -> None:
    """Raises CalledProcessError: the command failed; what it printed stands above."""
    subprocess.run([PROGRAM, *words], input=typed, text=True, check=True, stdout=sys.stderr)


@contextmanager
def _console(home: Path) -> Iterator[str]:
    """The console of a home on that morning, while it is looked at; gives its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = make_app(load(home), lambda: MORNING)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()


@contextmanager
def _page(base: str) -> Iterator[Any]:
    """A window in which a manager has signed in."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER)
        page = browser.new_page()
        page.goto(base)
        page.fill("input[name=name]", NAME)
        page.fill("input[name=password]", PASSWORD)
        with page.expect_navigation(url=lambda url: "/sign-in" not in url):
            page.click("main button")
        yield page
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
