"""A file that a command writes for a person: it may name patients, so that only its owner reads it."""

from pathlib import Path
from typing import NoReturn

from console.answer import ALL_DONE, console, leave, print_json, visible
from tasks.home.home import write_private


def hand_out(out: Path, data: bytes, what: str, facts: dict[str, object], *, json: bool) -> NoReturn:
    """Writes it, says where it lies (`facts` name it in JSON, `what` in words) and ends the command."""
    file = out.absolute()
    write_private(file, data)
    if json:
        print_json({**facts, "file": str(file), "bytes": len(data)})
    else:
        console.print(visible(f"{what}: {len(data):,} bytes written to {out}"))
    leave(ALL_DONE)
