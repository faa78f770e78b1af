"""Invented values that `cleanclaim init` wrote into partners' files and that nobody has replaced yet.

The templates in config/start mark them with `# REPLACE`; a partner's file that still holds such a
value under its key is not finished, whatever became of the mark.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.errors import ConfigurationError
from config.toml_file import read_toml

TEMPLATES = Path(__file__).parent / "start"
OF_KIND = {"practices": "practice", "payers": "payer", "clearinghouses": "clearinghouse"}
"""A folder under partners/ and its template."""

_HEADER = re.compile(r"\[+([^\[\]]+)\]+")


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A partner's file with the keys (`address.line1`) that still hold an invented value."""

    file: Path
    keys: tuple[str, ...]


def unfinished(partners: Path) -> list[Unfinished]:
    """The unfinished files under HOME/partners. A file that can't be read is left to who reads it."""
    found = []
    for folder, template in OF_KIND.items():
        invented = _invented((TEMPLATES / f"{template}.toml").read_text("utf-8"))
        for file in sorted((partners / folder).glob("*.toml")):
            try:
                values = set(_flat(read_toml(file)))
            except ConfigurationError:
                continue
            keys = tuple(key for key, value in invented if (key, value) in values)
            if keys:
                found.append(Unfinished(file, keys))
    return found


def _invented(template: str) -> list[tuple[str, str]]:
    """Key and value of each marked line, in the template's order."""
    found, table = [], ""
    for line in template.splitlines():
        if header := _HEADER.match(line):
            table = f"{header[1]}."
        elif "# REPLACE" in line:
            [(key, value)] = tomllib.loads(line).items()
            found.append((f"{table}{key}", str(value)))
    return found


def _flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                yield from _flat(one, f"{before}{key}.")
            else:
                yield f"{before}{key}", str(one)
