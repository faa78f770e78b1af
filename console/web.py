"""`cleanclaim console`: the web console, on this machine unless the settings say otherwise."""

import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import typer
import uvicorn

from config.log import open_log
from config.settings import Settings, load, require_home
from console.answer import ALL_DONE, console, leave, visible
from console.beside import check_listening, check_port
from console.options import HomeOption, InboxOption
from tasks.home.home import open_home
from tasks.operations import first_user
from web.app import make_app


def serve_console(
    home: HomeOption = None,
    inbox: InboxOption = None,
    port: int = typer.Option(0, min=0, max=65_535, help="Port; 0: the one of the settings."),
) -> None:
    """Start the web console, until stopped: last night, the work, claims and batches.

    It listens on this machine only, unless the settings name a certificate or a proxy of yours that speaks
    TLS (`console_certificate`, `console_behind_proxy`). While nobody can sign in, it gives a code with which
    the first manager is made in the browser; `cleanclaim users add` is for everybody else.
    """
    settings = load(home, inbox=inbox)
    require_home(settings)
    open_log(settings, shown=True)
    config = configured(settings, port)
    check_port(settings, config.port)
    with open_home(settings) as opened:  # a ledger that can't be opened is said here, not on each page
        code = first_user.offer(opened, int(datetime.now(UTC).timestamp()))
    console.print(visible(f"The console: {address(settings, config.port)} (Ctrl-C ends it)"))
    if code is not None:
        _say_first(settings, code)
    uvicorn.Server(config).run()
    leave(ALL_DONE)


def address(settings: Settings, port: int = 0) -> str:
    """Where a browser of this machine finds it."""
    scheme = "https" if settings.console_certificate else "http"
    host = settings.console_host
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port or settings.console_port}/"


def _say_first(settings: Settings, code: first_user.Code) -> None:
    """The code goes to a person's terminal. A supervisor keeps what is printed: there the file is named."""
    until = datetime.fromtimestamp(code.until, ZoneInfo(settings.time_zone))
    good = f"good once, until {until:%H:%M %Z}"
    if sys.stdout.isatty():
        said = f"Nobody can sign in yet. Make the first manager there with the code {code.code} ({good})"
    else:
        said = f"Nobody can sign in yet. Make the first manager there with the code in {code.file} ({good})"
    console.print(visible(said), soft_wrap=True)


def configured(settings: Settings, port: int) -> uvicorn.Config:
    """How it is served. No address is logged: one may hold what a person asked for.

    Raises CommandError WEB-10 where it would listen in the clear beyond this machine.
    """
    check_listening(settings)
    app = make_app(settings, lambda: datetime.now(UTC))
    certificate, key = settings.console_certificate, settings.console_certificate_key
    return uvicorn.Config(
        app,
        host=settings.console_host,
        port=port or settings.console_port,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # the application takes them itself, after it kept who connected
        ssl_certfile=str(certificate) if certificate else None,
        ssl_keyfile=str(key) if key else None,
        timeout_keep_alive=15,
    )
