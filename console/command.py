"""The `cleanclaim` command: one file a command group, listed in `lazy_group`."""

import errno
import gc
import os
import re
import sys
import traceback
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from config.errors import ConfigurationError
from config.unforeseen import raised_at
from console.answer import FAILED, WRONG_USE, CommandError, complaints, print_json, visible
from console.lazy_group import LazyGroup

STOPPED = 130  # the exit code after Ctrl-C
FIRST_DAY, LAST_DAY = "1900-01-01", "2199-12-31"
NO_FILE, NO_OUTPUT = "CMD-04", "CMD-05"
COLLECTS_AFTER = (50_000, 20, 50)
"""What is imported lives until the end. With its usual thresholds the collector walks all of it again and
again while it is imported, for a twentieth of a short command's time."""
WrongUse: type[Exception] = typer.BadParameter.__mro__[
    1
]  # click's UsageError, of whichever click typer brings

app = typer.Typer(
    name="cleanclaim",
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"CleanClaim {version('cleanclaim')}")
        raise typer.Exit


@app.callback()
def root(
    show_version: Annotated[
        bool, typer.Option("--version", help="Show the version.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    """Documented encounters in, clean claims out, every answer posted or queued.

    New here: `cleanclaim demo` plays three nights, `cleanclaim init --with-mock` makes a home to try in.
    """


def main() -> None:
    """Entry point. Files made from here on are their owner's only."""
    os.umask(0o077)
    gc.set_threshold(*COLLECTS_AFTER)
    try:
        exit_code = app(standalone_mode=False)
        if exit_code == STOPPED:
            fail("CMD-02", "stopped; every step may run again, nothing is left half done", STOPPED)
        sys.exit(exit_code)
    except WrongUse as error:
        usage: Any = error
        if "--json" in sys.argv[1:]:
            print_json({"error": {"code": "CMD-01", "message": usage.format_message()}})
        usage.show()
        sys.exit(WRONG_USE)
    except typer.Abort:  # the end of the input where something was asked
        fail("CMD-03", "nobody answered, and nothing was done; say --yes where the command takes it", FAILED)
    except ConfigurationError as error:
        fail(error.code, str(error), WRONG_USE)
    except CommandError as error:
        fail(error.code, str(error), error.exit_code)
    except Exception as error:  # the last net: a message may quote patients' data, so only coded ones show
        code = getattr(error, "code", None)
        if isinstance(code, str) and "sqlalchemy" not in type(error).__module__:
            fail(code, str(error), FAILED)
        if isinstance(error, OSError) and (said := _of_a_file(error)):
            fail(*said)
        if isinstance(error, OverflowError | ValueError) and (day := _impossible_day()):
            fail(
                "CMD-06",
                f"{day} is no day to reckon with; name one from {FIRST_DAY} to {LAST_DAY}",
                WRONG_USE,
            )
        if os.environ.get("CLEANCLAIM_LOG_LEVEL") == "DEBUG":
            traceback.print_tb(error.__traceback__)  # the places; a message may quote what was read
        fail("CMD-09", f"{type(error).__name__} at {raised_at(error)}; please report this", FAILED)


def fail(code: str, message: str, exit_code: int) -> None:
    """Says what went wrong (one JSON object where --json was asked) and leaves."""
    text = message if message.startswith(code) else f"{code} {message}"
    if "--json" in sys.argv[1:] and code != NO_OUTPUT:
        print_json({"error": {"code": code, "message": message.removeprefix(code).strip()}})
    complaints.print(f"[red]{visible(text)}[/red]", soft_wrap=True)  # a command in it can be copied
    sys.exit(exit_code)


def _impossible_day() -> str:
    """The first day that was typed and lies too far off to count from; "" if none does."""
    words = (argument.rpartition("=")[2] for argument in sys.argv[1:])
    days = (word for word in words if re.fullmatch(r"\d{4}-\d\d-\d\d", word, re.ASCII))
    return next((day for day in days if not FIRST_DAY <= day <= LAST_DAY), "")


def _of_a_file(error: OSError) -> tuple[str, str, int] | None:
    """What to say of a file that was typed, or of an output that takes nothing more; None of any other.

    Another file's name may come from a practice or partner, and is not shown.
    """
    reason = error.strerror or type(error).__name__
    if isinstance(error.filename, str | bytes):
        file = Path(os.fsdecode(error.filename))
        typed = (value for argument in sys.argv[1:] for value in (argument, argument.partition("=")[2]))
        if any(Path(value).expanduser().absolute() == file.absolute() for value in typed):
            return NO_FILE, f"{file}: {reason}; name another file", WRONG_USE
    elif error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG, errno.EBADF):
        remedy = "make room, and look what was done before it is asked again"
        return NO_OUTPUT, f"an output could not be written: {reason}; {remedy}", FAILED
    return None
