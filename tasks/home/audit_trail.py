"""The audit trail of a home: its head outside the database each night, and the look over all of it.

A trail whose end was cut off fits in itself; only a head that lies elsewhere shows it. Each night
writes one to HOME/audit/head-YYYY-MM-DD and looks over the trail. Shipped to another machine
(`heads_folder`, `heads_command`), a head holds against whoever can write here, and against a machine
that was restored as a whole.
"""

import shlex
import subprocess
from datetime import date
from pathlib import Path

from ledger.maintenance import epochs
from ledger.trail import audit
from ledger.trail.audit import Head, Verified
from tasks.home import keys, outside_head
from tasks.home.home import Home
from tasks.home.outside_head import FOLDER

COMMAND_SECONDS = 60
UNREADABLE = Head(1, "")  # fits no row


def write_head(home: Home, as_of: date) -> Path:
    """Writes the trail's end as it is now: the home's head, and the file of the night it belongs to."""
    file = home.path / FOLDER / f"head-{as_of}"
    now = epochs.now(home.ledger)
    if now is not None and not home.doubt:
        outside_head.put(file, outside_head.content(now))
        home.write_head()
    return file


def heads(folder: Path, of: str = "") -> dict[str, Head]:
    """The heads that lie in a folder, by their file's name; `of` one ledger, where several ship to it.

    One that cannot be read fits no row.
    """
    return {
        name: UNREADABLE if found is None else found.head
        for name, found in outside_head.all_in(folder).items()
        if not of or found is None or found.ledger in ("", of)
    }


def ship(home: Home, as_of: date) -> str:
    """Ships the night's head off this machine as the settings say; why it could not be, "": it was."""
    now = epochs.now(home.ledger)
    if now is None or home.doubt:
        return ""
    name, data = f"{outside_head.shipped_name(now.ledger)}-{as_of}", outside_head.content(now)
    troubles = []
    if home.settings.heads_folder is not None:
        try:
            outside_head.ship_to_folder(home.settings, home.ledger, now)
            outside_head.put(home.settings.heads_folder / name, data)
        except OSError as error:
            troubles.append(f"heads_folder: {error.strerror or type(error).__name__}")
    if home.settings.heads_command:
        try:
            done = subprocess.run(
                [*shlex.split(home.settings.heads_command), name],
                input=data,
                capture_output=True,
                timeout=COMMAND_SECONDS,
                check=False,
            )
            if done.returncode:
                troubles.append(f"heads_command ended with {done.returncode}")
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            troubles.append(f"heads_command: {type(error).__name__}")
    return "; ".join(troubles)


def verify_night(home: Home, as_of: date) -> Verified:
    """Looks over what was written since the night before, on the trail and beside it, and some of what was
    written earlier: within some weeks at all of it."""
    known = heads(home.path / FOLDER)
    with home.ledger.read() as connection:
        gone = set(audit.left_behind(connection, known.values()))
    earlier = [
        head
        for name, head in known.items()
        if name.startswith("head-") and name < f"head-{as_of}" and head not in gone
    ]
    since = earlier[-1].id if earlier else 0
    return audit.verify(home.ledger, keys.audit_keys(home.settings), known, since, as_of.toordinal())


def verify(home: Home, elsewhere: Path | None = None) -> Verified:
    """Looks over the whole trail, with the heads of this home and of a folder kept elsewhere."""
    known = heads(home.path / FOLDER)
    elsewhere = elsewhere or home.settings.heads_folder
    now = epochs.now(home.ledger)
    of = now.ledger if now is not None else ""
    if elsewhere is not None:
        known |= {f"{elsewhere.name}/{name}": head for name, head in heads(elsewhere, of).items()}
    return audit.verify(home.ledger, keys.audit_keys(home.settings), known)
