"""HOME/cleanclaim.toml as `cleanclaim init` writes it: every key with what it means and its default."""

import textwrap
from pathlib import Path
from typing import Any

from config.settings import BY_ENVIRONMENT, PREFIX, Settings

HEAD = f"""\
# Settings of this home of CleanClaim. This file makes the folder a home; it may as well be empty.
# A line with `#` before it shows the default; take the `#` away to change it. Relative paths count
# from this folder. A key may also be given in the environment, as {PREFIX}KEY.
# Practices, payers and clearinghouses: a file each under partners/. Check all of it with
# `cleanclaim doctor`.
"""


def settings_text(**chosen: Any) -> str:
    """The file's text. `chosen` are the keys that are set; all others are shown with their default."""
    parts = [HEAD]
    for name, field in Settings.model_fields.items():
        if name == "home":
            continue
        meaning = " ".join((field.description or "").split())
        parts.append(textwrap.fill(meaning, 100, initial_indent="# ", subsequent_indent="# "))
        if name in BY_ENVIRONMENT:
            parts.append(f"# {PREFIX}{name.upper()} in the environment, never here\n")
        elif name in chosen:
            parts.append(f"{name} = {_value(chosen[name])}\n")
        else:
            parts.append(f"# {name} = {_value(_EXAMPLES.get(name, field.default))}\n")
    return "\n".join(parts)


_EXAMPLES = {
    "inbox": "inbox",
    "database_url": "postgresql://cleanclaim@db.example/cleanclaim",
    "database_url_file": "keys/database-url",
    "heads_folder": "/mnt/elsewhere/cleanclaim",
}
"""What is shown for a key whose default is nothing, or worked out from the home."""


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_value(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_value, value))}]"
    text = str(value) if isinstance(value, str | Path) else ""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
