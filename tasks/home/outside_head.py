"""The head of a home's ledger outside the database: written, compared at each opening, shipped.

HOME/audit/head says where the ledger stood when it was closed last, and before each sending: nothing
leaves this machine that it does not know of. HOME/audit/home is a mark that is made once. A copy of the
home, or a home restored with its head, has a mark with another inode (or the same number given out
again) and another time of change, while `chown`, `mv` on the same disk and a new name of the machine
leave one of the two as it was.

A head that lies in `heads_folder`, off this machine, is compared too.
"""

import errno
import fcntl
import json
import os
import struct
import threading
from contextlib import suppress
from pathlib import Path

from config.settings import Settings
from ledger.maintenance import epochs
from ledger.maintenance.epochs import Outside
from ledger.storage.database import Ledger
from ledger.trail.audit import Head

FOLDER = "audit"
FILE = "head"
MARK = "home"
GET_VERSION = 2 << 30 | struct.calcsize("l") << 16 | ord("v") << 8 | 1  # FS_IOC_GETVERSION of linux/fs.h


def doubt(settings: Settings, ledger: Ledger) -> str:
    """Why the ledger may not be the one that went on last; "": it is, and its head is there."""
    folder = settings.home / FOLDER
    try:
        outside = read(folder / FILE)
    except ValueError:
        return f"its head {FOLDER}/{FILE} in the home can't be read"
    home = mark(settings.home)
    why = (
        epochs.doubt(ledger, outside, home)
        or _behind_newest_night(folder, ledger)
        or _shipped_doubt(settings, ledger)
    )
    if not why:
        epochs.establish(ledger, home)
        write(settings, ledger)
    return why


def mark(home: Path) -> str:
    """The home's own mark, made where it is missing."""
    file = home / FOLDER / MARK
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not file.exists():
        os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
    with file.open("rb") as opened:
        facts = os.fstat(opened.fileno())
        return f"{facts.st_ino}.{_generation(opened.fileno())} {facts.st_ctime_ns}"


def _generation(descriptor: int) -> int:
    """How often the inode was given out: a file system uses the number of a removed file again.

    0 where the system or the file system does not say.
    """
    try:
        said = fcntl.ioctl(descriptor, GET_VERSION, bytes(struct.calcsize("l")))
        return int(struct.unpack("l", said)[0])
    except OSError:
        return 0


def write(settings: Settings, ledger: Ledger) -> None:
    """Writes the head as it is now, where it changed."""
    now = epochs.now(ledger)
    if now is not None:
        put(settings.home / FOLDER / FILE, content(now))
        with suppress(OSError):  # reported each night: `trail.ship`
            ship_to_folder(settings, ledger, now)


def content(outside: Outside) -> bytes:
    """A head as a file."""
    fields = {
        "ledger": outside.ledger,
        "epoch": outside.head.epoch,
        "row": outside.head.id,
        "mac": outside.head.mac,
        "numbers": outside.numbers,
    }
    return json.dumps(fields, sort_keys=True).encode("ascii") + b"\n"


def read(file: Path) -> Outside | None:
    """A head from its file; None: there is none.

    Raises:
        ValueError: it is no head.
    """
    try:
        fields = json.loads(file.read_text("ascii"))
        numbers = {str(name): int(last) for name, last in fields.get("numbers", {}).items()}
        head = Head(int(fields["row"]), str(fields["mac"]), int(fields.get("epoch", 1)))
        return Outside(str(fields.get("ledger", "")), head, numbers)
    except FileNotFoundError:
        return None
    except (KeyError, TypeError, AttributeError, OSError) as error:
        raise ValueError(type(error).__name__) from None


def all_in(folder: Path) -> dict[str, Outside | None]:
    """Every head of a folder by its file's name; None where it can't be read."""
    found: dict[str, Outside | None] = {}
    for file in sorted(folder.glob("head*")):
        try:
            found[file.name] = read(file)
        except ValueError:
            found[file.name] = None
    return found


def put(file: Path, data: bytes) -> None:
    """Writes a file whole or not at all, on the disk before this returns. An equal one is left alone."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if file.exists() and file.read_bytes() == data:
        return
    new = file.with_name(f".{file.name}.{threading.get_native_id()}.new")  # two may write it at once
    with os.fdopen(os.open(new, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    new.replace(file)


def shipped_name(ledger: str) -> str:
    """The name of a ledger's newest head in `heads_folder`, which several homes may share."""
    return f"{FILE}-{ledger}"


def ship_to_folder(settings: Settings, ledger: Ledger, now: Outside) -> None:
    """Puts the head as it is now beside the ones that were shipped. One that went on further stays.

    Raises:
        OSError: the folder is not there, or can't be written.
    """
    if settings.heads_folder is None:
        return
    if not settings.heads_folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, "it is not there")
    if not _shipped_doubt(settings, ledger):
        put(settings.heads_folder / shipped_name(now.ledger), content(now))


def _behind_newest_night(folder: Path, ledger: Ledger) -> str:
    """Whether the newest night's head went on further: an older home was copied over this one, ledger, head
    and all, and what it did not have is left. A mark that is written over stays the same file."""
    newest = max(folder.glob(f"{FILE}-*"), default=None)
    if newest is None:
        return ""
    try:
        found = read(newest)
    except ValueError:  # reported each night: it fits no row
        return ""
    why = epochs.behind(ledger, found) if found is not None else ""
    return f"by {FOLDER}/{newest.name}, {why}" if why else ""


def _shipped_doubt(settings: Settings, ledger: Ledger) -> str:
    """Whether a head off this machine went on further. A folder that is not there shows nothing."""
    now = epochs.now(ledger)
    if settings.heads_folder is None or now is None:
        return ""
    try:
        shipped = read(settings.heads_folder / shipped_name(now.ledger))
    except ValueError:
        return ""
    why = epochs.behind(ledger, shipped) if shipped is not None else ""
    return f"by the head in heads_folder, {why}" if why else ""
