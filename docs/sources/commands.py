"""Every command of `cleanclaim` with its arguments, options and exit codes, from the typer app."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import typer

from console.command import app

HEAD = """# Commands

Generated from the command itself; `cleanclaim COMMAND --help` says the same.

Every command takes `--json`: one JSON object on standard output and nothing else. What went wrong is
on standard error, with a stable code; with `--json` it is `{"error": {"code", "message"}}` on standard
output too.

| Exit code | Means | For `cleanclaim edi` |
|---|---|---|
| 0 | all done | clean, accepted, or the same |
| 1 | failed | errors found, refused, or different |
| 2 | wrong use or configuration | no X12, or wrong use |
| 3 | done, and work waits for a person | |
| 130 | stopped by hand | stopped by hand |
"""


def pages() -> dict[str, str]:
    return {"reference/commands.md": "\n".join([HEAD, *_told()])}


def commands() -> dict[str, Any]:
    """Every command by its whole name: "cleanclaim edi check"."""
    root: Any = typer.main.get_command(app)
    return dict(_walk(root, "cleanclaim"))


def _walk(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    if hasattr(command, "list_commands"):
        if command.invoke_without_command and name != "cleanclaim":
            yield name, command
        for inner in command.list_commands(None):
            yield from _walk(command.get_command(None, inner), f"{name} {inner}")
    else:
        yield name, command


def _told() -> Iterator[str]:
    for name, command in commands().items():
        arguments = [p for p in command.params if p.param_type_name == "argument"]
        options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
        usage = " ".join([name, *(_argument(a) for a in arguments)])
        yield f"## {name}"
        yield ""
        yield f"    {usage} [OPTIONS]"
        yield ""
        yield _words(command.help)
        yield ""
        if arguments or options:
            yield "| Argument or option | Meaning | Default |"
            yield "|---|---|---|"
            for a in arguments:
                yield f"| `{_argument(a)}` | {_cell(a.help)} | {_default(a)} |"
            for o in options:
                yield f"| `{_option(o)}` | {_cell(o.help)} | {_default(o)} |"
            yield ""


def _argument(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    if argument.nargs == -1 and not name.endswith("..."):
        name += "..."
    return name if argument.required else f"[{name}]"


def _option(option: Any) -> str:
    names = ", ".join(sorted((*option.opts, *option.secondary_opts), key=len))
    return names if option.is_flag else f"{names} {option.metavar or _type(option)}"


def _type(option: Any) -> str:
    annotation = option.type_descriptor.annotation
    names = {int: "NUMBER", float: "NUMBER", Path: "PATH", date: "DATE", datetime: "DATE"}
    return names.get(annotation, "TEXT")


def _default(parameter: Any) -> str:
    value = parameter.default
    if parameter.required:
        return "required"
    if value is None or callable(value) or value is False or parameter.multiple or value in ("", ()):
        return ""
    return f"`{value}`"


def _words(text: str | None) -> str:
    return " ".join((text or "").replace("\n\n", "\0").split()).replace("\0", "\n\n").replace("\n\n ", "\n\n")


def _cell(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")
