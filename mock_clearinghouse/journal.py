"""What this clearinghouse really received: one JSON line for each file that got its final name.

Tests count here, since it is the partner's own word. Lines are on the disk before the client gets
its answer, and are never changed.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Received:
    """One file: its final name, ISA13 ("" where it has none), SHA-256 (hex) and size in bytes."""

    name: str
    isa13: str
    sha256: str
    bytes: int


class Journal:
    """journal.jsonl in a folder. A line cut short by a crash is dropped at the next start."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.lines = self._read()

    def append(self, received: Received) -> None:
        """Add a line and wait until it is on the disk."""
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with open(descriptor, "ab") as file:
            file.write(json.dumps(asdict(received)).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self.lines.append(received)

    def _read(self) -> list[Received]:
        if not self._path.exists():
            return []
        text = self._path.read_bytes()
        whole, _, rest = text.rpartition(b"\n")
        if rest:
            with self._path.open("r+b") as file:
                file.truncate(len(text) - len(rest))
        return [Received(**json.loads(line)) for line in whole.splitlines()]
