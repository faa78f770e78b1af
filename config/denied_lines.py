"""Writes a kind of line that a payer denies into the payer's TOML file."""

import json
from pathlib import Path

from config.payer import DeniedLine, Payer
from config.toml_file import read_model

TABLE = "[[denied_lines]]"


def add_denied_line(file: Path, rule: DeniedLine) -> Payer:
    """Appends a rule to a payer's file and reads it back. All that stands there stays as it is.

    Raises `ConfigurationError` where the result can't be used; the file is then as it was.
    """
    text = file.read_text("utf-8")
    lines = [TABLE]
    for name, value in rule.model_dump(exclude_none=True).items():
        lines.append(
            f"{name} = {value if name in ('since', 'until') else json.dumps(str(value), ensure_ascii=False)}"
        )
    new = file.with_name(f".{file.name}.new")
    new.write_text(f"{text.rstrip()}\n\n" + "\n".join(lines) + "\n", "utf-8")
    try:
        payer = read_model(Payer, new, key=file.stem)
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)
    return payer
