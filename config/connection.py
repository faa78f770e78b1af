"""Puts a clearinghouse's connection into its TOML file: where the demo's mock listens during a run."""

import re
from pathlib import Path

from config.clearinghouse import Clearinghouse
from config.toml_file import write_model


def write_connection(file: Path, *, host: str, port: int, host_key: str, key_file: Path) -> Clearinghouse:
    """Replaces host, port, host_key and key_file in a clearinghouse's file and reads it back.

    All other lines and comments stay. Raises `ConfigurationError` where the result cannot be used;
    the file is then as it was.
    """
    text = file.read_text("utf-8")
    values = {
        "host": f'"{host}"',
        "port": str(port),
        "host_key": f'"{host_key}"',
        "key_file": f"'{key_file}'",
    }
    for key, value in values.items():
        line = f"{key} = {value}"
        text, found = re.subn(rf"(?m)^{key}\s*=.*$", line.replace("\\", r"\\"), text, count=1)
        if not found:
            text = f"{line}\n{text}"
    return write_model(Clearinghouse, file, text, key=file.stem)
