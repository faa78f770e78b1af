"""The commands that a page has its reader type."""

import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(
    r"^#+ (?P<title>[^\n]+)\n|^```sh\n(?P<commands>.*?)^```\n(?:\n```text\n(?P<shown>.*?)^```\n)?",
    re.M | re.S,
)


@dataclass(frozen=True)
class Typed:
    """Commands that a page has a reader type under a title, and what it says is in what they print."""

    title: str
    commands: str
    shown: tuple[str, ...]
    exit_code: int


def typed(page: Path) -> list[Typed]:
    """The blocks of a page, in order."""
    found = []
    title = ""
    for block in _BLOCK.finditer(page.read_text("utf-8")):
        if block["title"]:
            title = block["title"]
            continue
        lines = [line for line in (block["shown"] or "").splitlines() if line.strip()]
        codes = [int(line.split()[-1]) for line in lines if line.startswith("exit code")]
        found.append(
            Typed(
                title,
                block["commands"],
                tuple(line for line in lines if not line.startswith("exit code")),
                codes[0] if codes else 0,
            )
        )
    return found
