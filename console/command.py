"""The `cleanclaim` command: one file a command group, listed in `lazy_group`."""

import os
import sys
import traceback
from pathlib import Path

import typer

from config.errors import ConfigurationError
from console.answer import FAILED, WRONG_USE, CommandError, complaints, print_json, visible
from console.lazy_group import LazyGroup

app = typer.Typer(
    name="cleanclaim",
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def root() -> None:
    """Documented encounters in, clean claims out, every answer posted or queued."""


def main() -> None:
    """Entry point. Files made from here on are their owner's only."""
    os.umask(0o077)
    try:
        app()
    except ConfigurationError as error:
        fail(error.code, str(error), WRONG_USE)
    except CommandError as error:
        fail(error.code, str(error), error.exit_code)
    except KeyboardInterrupt:
        fail("CMD-02", "stopped; every step may run again, nothing is left half done", 130)
    except Exception as error:  # the last net: a message may quote patients' data, so only coded ones show
        code = getattr(error, "code", None)
        if isinstance(code, str) and "sqlalchemy" not in type(error).__module__:
            fail(code, str(error), FAILED)
        frames = [f for f in traceback.extract_tb(error.__traceback__) if "site-packages" not in f.filename]
        place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown place"
        if os.environ.get("CLEANCLAIM_LOG_LEVEL") == "DEBUG":
            traceback.print_tb(error.__traceback__)  # the places; a message may quote what was read
        fail("CMD-09", f"{type(error).__name__} at {place}; please report this", FAILED)


def fail(code: str, message: str, exit_code: int) -> None:
    """Says what went wrong (one JSON object where --json was asked) and leaves."""
    told = message if message.startswith(code) else f"{code} {message}"
    if "--json" in sys.argv[1:]:
        print_json({"error": {"code": code, "message": message.removeprefix(code).strip()}})
    complaints.print(f"[red]{visible(told)}[/red]", soft_wrap=True)  # a command in it can be copied
    sys.exit(exit_code)
