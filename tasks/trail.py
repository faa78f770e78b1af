"""The audit trail of a home: its head outside the database each night, and the look over all of it.

A trail whose end was cut off fits in itself; only a head that lies elsewhere shows it. Each night
writes one to HOME/audit/head-YYYY-MM-DD. Copied to another machine, it holds against whoever can
write here.
"""

import json
from datetime import date
from pathlib import Path

from ledger import audit
from ledger.audit import Head, Verified
from tasks import keys
from tasks.home import Home, write_private

FOLDER = "audit"


def write_head(home: Home, as_of: date) -> Path:
    """Writes the trail's end as it is now; the file of the night it belongs to."""
    head = audit.head(home.ledger)
    file = home.path / FOLDER / f"head-{as_of}"
    write_private(file, json.dumps({"row": head.id, "mac": head.mac}).encode() + b"\n")
    return file


def heads(folder: Path) -> dict[str, Head]:
    """The heads that lie in a folder, by their file's name. One that cannot be read fits no row."""
    found: dict[str, Head] = {}
    for file in sorted(folder.glob("head-*")):
        try:
            told = json.loads(file.read_text("ascii"))
            found[file.name] = Head(int(told["row"]), str(told["mac"]))
        except (ValueError, KeyError, TypeError):
            found[file.name] = Head(1, "")
    return found


def verify(home: Home, elsewhere: Path | None = None) -> Verified:
    """Looks over the whole trail, with the heads of this home and of a folder kept elsewhere."""
    known = heads(home.path / FOLDER)
    if elsewhere is not None:
        known |= {f"{elsewhere.name}/{name}": head for name, head in heads(elsewhere).items()}
    return audit.verify(home.ledger, keys.audit_keys(home.settings), known)
