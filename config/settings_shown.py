"""Each setting as it is, with where it comes from. A secret says only whether it is set."""

import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import SecretStr

from config.settings import FILE_NAME, PREFIX, Settings
from config.toml_file import read_toml

Source = Literal["file", "environment", "command line", "default"]

HIDDEN: Final = ("heads_command",)
"""What may hold a secret among other words."""
_USER_IN_URL = re.compile(r"://[^/@]*@")


@dataclass(frozen=True, slots=True)
class Shown:
    """One setting. `value` is for people: a secret's is "set" or "not set"."""

    name: str
    value: str
    source: Source
    meaning: str


def shown(settings: Settings) -> list[Shown]:
    """Every setting of a home in the order in which they are declared.

    Raises ConfigurationError where the settings' file can't be read any more.
    """
    file = settings.home / FILE_NAME
    in_file = set(read_toml(file)) if file.is_file() else set()
    in_environment = {name for name in map(str.upper, os.environ) if name.startswith(PREFIX)}
    found = []
    for name, field in Settings.model_fields.items():
        source = _source(name, settings, in_file, in_environment)
        found.append(Shown(name, _value(name, settings), source, field.description or ""))
    return found


def _source(
    name: str, settings: Settings, in_file: Collection[str], in_environment: Collection[str]
) -> Source:
    if name == "home":
        return "environment" if f"{PREFIX}HOME" in in_environment else "command line"
    if f"{PREFIX}{name}".upper() in in_environment:
        return "environment"
    if name in in_file:
        return "file"
    if name == "inbox" and settings.inbox != settings.home / "inbox":
        return "command line"
    instead = f"{name}_file"
    named = instead in in_file or f"{PREFIX}{instead}".upper() in in_environment
    return "file" if named and instead in Settings.model_fields else "default"


def _value(name: str, settings: Settings) -> str:
    value = getattr(settings, name)
    if isinstance(value, SecretStr):
        return _whether(value.get_secret_value() or getattr(settings, f"{name}_file", None))
    if name in HIDDEN:
        return _whether(value)
    if name == "database_url":
        return f"{value.partition(':')[0].partition('+')[0]}, its address is not shown"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return ", ".join(f"{key} {one}" for key, one in value.items())
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "" if value is None else _USER_IN_URL.sub("://...@", str(value))


def _whether(value: object) -> str:
    return "set" if value else "not set"
