"""Writes a kind of line that a payer denies into the payer's TOML file."""

from pathlib import Path

from config.payer import DeniedLine, Payer
from config.toml_file import quoted, write_model

_DAYS = ("since", "until")


def add_denied_line(file: Path, rule: DeniedLine) -> Payer:
    """Appends a rule to a payer's file and reads it back. All that stands there stays as it is.

    Raises `ConfigurationError` where the result can't be used; the file is then as it was.
    """
    table = [
        f"{name} = {value if name in _DAYS else quoted(value)}"
        for name, value in rule.model_dump(exclude_none=True).items()
    ]
    text = "\n".join([file.read_text("utf-8").rstrip(), "", "[[denied_lines]]", *table, ""])
    return write_model(Payer, file, text, key=file.stem)
