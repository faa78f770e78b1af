"""`cleanclaim console`: the web console, on this machine unless the settings say otherwise."""

from datetime import UTC, datetime

import typer
import uvicorn

from config.log import open_log
from config.settings import Settings, load, require_home
from console.answer import ALL_DONE, console, leave, visible
from console.beside import check_listening
from console.options import HomeOption, InboxOption
from tasks.home.home import open_home
from web.app import make_app


def serve_console(
    home: HomeOption = None,
    inbox: InboxOption = None,
    port: int = typer.Option(0, min=0, max=65_535, help="Port; 0: the one of the settings."),
) -> None:
    """Start the web console, until stopped: last night, the work, claims and batches.

    It listens on this machine only, unless the settings name a certificate or a proxy of yours that speaks
    TLS (`console_certificate`, `console_behind_proxy`). `cleanclaim users add` says who may sign in.
    """
    settings = load(home, inbox=inbox)
    require_home(settings)
    open_log(settings, shown=True)
    config = configured(settings, port)
    with open_home(settings):
        pass  # a ledger that can't be opened is said here, not on each page
    scheme = "https" if settings.console_certificate else "http"
    console.print(visible(f"The console: {scheme}://{config.host}:{config.port}/ (Ctrl-C ends it)"))
    uvicorn.Server(config).run()
    leave(ALL_DONE)


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
