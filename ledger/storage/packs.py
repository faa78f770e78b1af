"""Documents of old nights as files beside the ledger: packs, each a zip of documents under their hashes.

A pack is named by a business date and its own SHA-256 (`2026-01-05_0f3c9a....zip`), so it is never written
over; where the ledger's archive has a key the whole zip is an age file (`.zip.age`). It can be opened without
this product. What is read from one is proved by the documents' hashes, as everything in the ledger is.
"""

import hashlib
import os
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from ledger.errors import PackMissing
from ledger.storage.archive import PLAIN, Archive

MONTH = len("2026-01")  # packs lie in a folder of their month
_NAME = re.compile(r"\d{4}-\d\d-\d\d_[0-9a-f]{32}\.zip(\.age)?")
LEVEL = 6  # of zlib; X12 and encounters become a fifth


@dataclass(frozen=True, slots=True)
class Packs:
    """The folder of a ledger's packs."""

    folder: Path

    def path(self, name: str) -> Path:
        """Where a pack lies. Raises PackMissing for what is no pack's name."""
        if not _NAME.fullmatch(name):
            raise PackMissing("a document names a pack as none is named; restore a backup")
        return self.folder / name[:MONTH] / name

    def write(self, business_on: str, contents: Mapping[str, bytes], archive: Archive | None) -> str:
        """Writes documents by their hashes to a new pack, whole and on the disk; its name.

        Raises OSError where the folder can't be written.
        """
        made = BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as file:
            for sha256, data in sorted(contents.items()):
                file.writestr(zipfile.ZipInfo(sha256), data, zipfile.ZIP_DEFLATED, LEVEL)
        data = made.getvalue() if archive is None else archive.seal(made.getvalue())
        name = f"{business_on}_{_digest(data)}.zip{'' if archive is None else '.age'}"
        self.put(name, data)
        return name

    def put(self, name: str, data: bytes) -> None:
        """Puts a pack into its place, whole and on the disk, readable by its owner only.

        Raises OSError, and PackMissing where it is not what its name says.
        """
        path = self.path(name)
        _prove(name, data)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_name(f".{name}.part")
        with os.fdopen(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
        for folder in (path.parent, self.folder):
            of = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(of)
            finally:
                os.close(of)

    def data(self, name: str) -> bytes:
        """A pack as it lies there. Raises PackMissing: it is not there, or is not what was written."""
        try:
            data = self.path(name).read_bytes()
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise PackMissing(
                f"pack {name} can't be read ({why}); put it back into the archive's folder, from a backup"
            ) from None
        _prove(name, data)
        return data

    def read(
        self, name: str, archive: Archive | None, key: str, hashes: Collection[str] | None = None
    ) -> dict[str, bytes]:
        """The documents of a pack, or those of `hashes` that are in it. `key`: its id, where it is sealed.

        Raises:
            PackMissing: it is not there, or is not what was written.
            KeyMissing: it is sealed and its key is not here.
        """
        data = self.data(name)
        if key != PLAIN:
            data = Archive.needed(archive, key).unseal(data, key)
        return _unzipped(data, hashes)

    def opened(self, name: str, archive: Archive | None) -> dict[str, bytes]:
        """The documents of a pack that no row names, under whichever key. Raises as `read`."""
        data = self.data(name)
        if name.endswith(".age"):
            data = Archive.needed(archive, "of its pack").unseal_any(data)
        return _unzipped(data)

    def remove(self, name: str) -> None:
        """Removes a pack; one that is gone already stays so."""
        self.path(name).unlink(missing_ok=True)

    def names(self, business_on: str = "") -> Iterator[str]:
        """The packs that lie here, of one business date or all; what a kill left half written is removed."""
        month, day = business_on[:MONTH] or "*", business_on or "*"
        for left in sorted(self.folder.glob(f"{month}/.{day}_*.part")):
            left.unlink(missing_ok=True)
        for path in sorted(self.folder.glob(f"{month}/{day}_*.zip*")):
            if _NAME.fullmatch(path.name):
                yield path.name


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]


def _prove(name: str, data: bytes) -> None:
    if _digest(data) != name.partition("_")[2].partition(".")[0]:
        raise PackMissing(f"pack {name} is not what was written; put it back from a backup")


def _unzipped(data: bytes, hashes: Collection[str] | None = None) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as file:
        there = file.namelist()
        wanted = there if hashes is None else [one for one in there if one in hashes]
        return {sha256: file.read(sha256) for sha256 in wanted}
