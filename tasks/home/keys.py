"""The home's keys: of the archive (age, one file a key), of the audit trail and of second factors.

The archive is sealed only where its folder holds a key: `cleanclaim key new` makes the first one.
The other two are made by themselves. All belong into a safe place besides the home: without the
archive's, what it sealed cannot be read by anybody; the trail's shows whether a row was changed; without
that of second factors each person sets one up anew.
"""

import os
import secrets
from pathlib import Path

from config.settings import Settings
from ledger.errors import KeyMissing
from ledger.storage.archive import Archive, new_key, read_key
from ledger.trail import audit

CURRENT = "current"


def archive_folder(settings: Settings) -> Path:
    return settings.home / settings.archive_keys


def archive_of(settings: Settings) -> Archive | None:
    """The archive's keys, None where there are none.

    Raises:
        KeyMissing: the folder holds keys, but not the one that is said to be current.
    """
    return archive_in(archive_folder(settings))


def archive_in(folder: Path) -> Archive | None:
    """The archive's keys in a folder. Raises as `archive_of`."""
    found = dict(read_key(file.read_text("utf-8")) for file in sorted(folder.glob("*.key")))
    named = folder / CURRENT
    if not named.exists() and not found:
        return None
    current = named.read_text("ascii").strip() if named.exists() else ""
    if current not in found:
        raise KeyMissing(f"the archive's current key {current} is not in {folder}; put it back")
    return Archive(current, found)


def new_archive_key(settings: Settings) -> str:
    """Makes a key and lets it be the current one; its id. Earlier keys stay, to read what they sealed."""
    folder = archive_folder(settings)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made, text = new_key()
    _write(folder / f"{made}.key", text)
    new = folder / f".{CURRENT}.new"
    new.unlink(missing_ok=True)
    _write(new, made + "\n")
    new.replace(folder / CURRENT)
    return made


def audit_key(settings: Settings) -> bytes:
    """The key of the audit trail, made where it is missing."""
    file = settings.home / settings.audit_key_file
    if not file.exists():
        _make_once(file, secrets.token_hex(32) + "\n")
    return _read(file)


def audit_keys(settings: Settings) -> dict[str, bytes]:
    """Every key that rows may be under, by its id: earlier ones lie beside as `audit.<anything>`."""
    file = settings.home / settings.audit_key_file
    files = [f for f in file.parent.glob(f"{file.name}*") if f.is_file()]
    return {audit.key_id(key): key for key in map(_read, files)}


def second_factor_keys(settings: Settings, *, make: bool = False) -> Archive | None:
    """The key that second factors are sealed under; None where there is none and none is to be made."""
    file = settings.home / settings.second_factor_key_file
    if not file.exists():
        if not make:
            return None
        _make_once(file, new_key()[1])
    made, secret = read_key(file.read_text("utf-8"))
    return Archive(made, {made: secret})


def _make_once(file: Path, text: str) -> None:
    """A key's file with this text, or as another program made it at the same moment."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    _write(new, text)
    try:
        os.link(new, file)  # of two that begin at once, one makes it
    except FileExistsError:
        pass
    finally:
        new.unlink()


def _read(file: Path) -> bytes:
    try:
        found = bytes.fromhex(file.read_text("ascii").strip())
    except ValueError:
        found = b""
    if len(found) < 16:
        raise KeyMissing(f"{file} holds no key of the audit trail; put the right one in its place")
    return found


def _write(file: Path, text: str) -> None:
    handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
