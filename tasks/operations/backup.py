"""Backs a home's ledger up into one file and restores it into another home.

Where the archive has a key the file is sealed under it as it is written, since a backup holds what
the ledger holds: patients' names. Settings and partners' files are no part of it; they are text that
an operator keeps under version control.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from io import BufferedIOBase
from pathlib import Path
from typing import IO, cast

from config.settings import Settings
from ledger import Ledger
from ledger.books.acts import named
from ledger.errors import BackupRefused, KeyMissing
from ledger.maintenance import backup as book
from ledger.maintenance import packing
from ledger.maintenance.backup import Contents
from ledger.storage.archive import Archive
from ledger.trail import audit
from tasks.home import keys, outside_head
from tasks.home.home import Home, keep_trail, packs_in
from tasks.operations.accept_ledger import decision
from tasks.operations.money_acts import By, signed

AGE = b"age-encryption.org/"


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was written or restored.

    `held`: unsent batches that wait for a person now. `keys_missing`: ids of the audit trail's keys
    that rows are under and that are not in this home. `packs_missing`: how many packs of old documents the
    ledger names that are not in the archive's folder.
    """

    file: Path
    size: int
    contents: Contents
    held: int = 0
    keys_missing: tuple[str, ...] = ()
    packs_missing: int = 0


def default_file(home: Home, as_of: date) -> Path:
    """Where a backup goes when nobody says where: a new file in HOME/backups."""
    ending = ".zip" if home.ledger.archive is None else ".zip.age"
    names = (f"ledger-{as_of}{f'-{n}' if n else ''}{ending}" for n in range(10_000))
    return next(home.path / "backups" / n for n in names if not (home.path / "backups" / n).exists())


def back_up(home: Home, as_of: date, by: By, to: Path, *, with_packs: bool = True) -> Made:
    """Writes the whole ledger to a new file, readable by its owner only; with the packs of old documents,
    unless the archive's folder is copied by other means.

    Raises:
        PackMissing: a pack is not there, or is not what was written; no file is left.
        BackupRefused: the file exists, its folder does not, or it cannot be written.
        LedgerError: LED-14, nobody is named, or no reason.
    """
    who, why = named(signed(home, by, preview=False))
    if to.exists():
        raise BackupRefused(f"{to} exists; a backup never replaces a file, give another name")
    if to.parent != home.path / "backups" and not to.parent.is_dir():
        # A folder that is made here would hide a disk that is not mounted.
        raise BackupRefused(f"there is no folder {to.parent}; make it, or mount the disk that it is on")
    part = to.with_name(f".{to.name}.part")
    try:
        to.parent.mkdir(exist_ok=True, mode=0o700)
        with os.fdopen(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as out:
            contents = _through(
                home.ledger.archive,
                out,
                lambda file: book.write(home.ledger, file, with_packs=with_packs),
            )
            out.flush()
            os.fsync(out.fileno())
        part.replace(to)
    except OSError as error:
        raise BackupRefused(f"{to} can't be written: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)
    detail = f"{contents.rows} rows, by {who}: {why}"
    audit.record(home.ledger, as_of.isoformat(), "backup", to.name, detail)
    return Made(to, to.stat().st_size, contents)


def restore(
    settings: Settings,
    source: Path,
    as_of: date,
    *,
    nothing_since: bool,
    archive_keys: Path,
    listed: bytes = b"",
) -> Made:
    """Restores a backup into the ledger of `settings`, which must be empty.

    In the same transaction every partner is stopped and what was not sent is held, for the ledger cannot
    know what went out after the backup; `nothing_since` is a person's statement that nothing did (a move). A
    new epoch begins, and every number moves past what heads, copies of what was sent, and `listed` (a
    partner's list of patient control numbers) know of. Killed before its commit nothing is there, and it may
    be run again; killed after it, all is.

    Raises:
        BackupRefused: there is a ledger already, the file is no whole backup, or it is of another ledger
            than the one that this home had.
        KeyMissing: the file is sealed and its key is not in `archive_keys`.
    """
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    decided = decision(
        settings,
        keys.archive_in(archive_keys),
        as_of,
        why=f"restored from {source.name}",
        nothing_since=nothing_since,
        listed=listed,
    )
    opened = Ledger(settings.database_url)
    opened.packs = packs_in(settings)
    try:
        if not book.is_empty(opened):
            raise BackupRefused(f"{settings.home} has a ledger already; restore into a home that has none")
        keep_trail(settings, opened)
        with _opened(settings, source, archive_keys) as plain:
            done = book.restore(opened, plain, source.name, decided)
        outside_head.write(settings, opened)
        gone = set(audit.keys_used(opened)) - keys.audit_keys(settings).keys()
        lacking = len(packing.missing(opened))
    finally:
        opened.close()
    return Made(source, source.stat().st_size, done.contents, done.held, tuple(sorted(gone)), lacking)


def _through(
    archive: Archive | None, out: BufferedIOBase, write: Callable[[IO[bytes]], Contents]
) -> Contents:
    """Runs `write` into `out`, sealed on the way where there is a key: nothing plain reaches the disk."""
    if archive is None:
        return write(cast(IO[bytes], out))
    failed: list[BaseException] = []
    reading, writing = os.pipe()

    def seal() -> None:
        try:
            with os.fdopen(reading, "rb") as plain:
                archive.seal_stream(plain, out)
        except BaseException as error:
            failed.append(error)

    sealing = threading.Thread(target=seal)
    sealing.start()
    try:
        with os.fdopen(writing, "wb") as plain:
            made = write(plain)
    except BrokenPipeError:
        made = None
    finally:
        sealing.join()
    if failed or made is None:
        raise BackupRefused("the backup could not be sealed and written; is the disk full?")
    return made


@contextmanager
def _opened(settings: Settings, source: Path, archive_keys: Path) -> Iterator[IO[bytes]]:
    """The zip inside a backup; a sealed one is opened into a file that no name leads to."""
    try:
        file = source.open("rb")
    except OSError as error:
        raise BackupRefused(f"{source} can't be read: {error.strerror}") from None
    with file:
        if file.read(len(AGE)) != AGE:
            file.seek(0)
            yield file
            return
        file.seek(0)
        archive = keys.archive_in(archive_keys)
        if archive is None:
            raise KeyMissing(
                f"the backup is sealed and {archive_keys} holds no key; name its folder by --keys"
            )
        name = settings.home / ".restore.part"
        with os.fdopen(os.open(name, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600), "w+b") as plain:
            name.unlink()
            archive.unseal_stream(file, plain)
            plain.seek(0)
            yield plain
