"""The .zip in which CMS and CDC publish a release: what a loader knows of it; the rest is ignored.

A release often lies in it twice, as text and as a workbook; the text is taken. Record layouts, PDFs
and lists that say the same in fewer columns are no layout of a loader and are ignored.
"""

import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from coding.codes.loaders.lines import RefusedFileError
from coding.codes.loaders.spreadsheet import is_spreadsheet

_MOST = 2 * 1024**3  # bytes unpacked: the largest official release has a tenth of it
_ADDENDA, _ORDER = "icd10cm_addenda", "icd10cm_order"


def is_container(path: Path) -> bool:
    """Whether a file is a .zip and no workbook, which is a .zip as well."""
    with path.open("rb") as file:
        if not is_spreadsheet(file.read(4)):
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            return not any(name.startswith("xl/") for name in archive.namelist())
    except zipfile.BadZipFile:
        return path.suffix.lower() == ".zip"


def unpack(path: Path, folder: Path) -> list[Path]:
    """The members of a container in `folder`, under their own names.

    Raises:
        RefusedFileError: damaged, locked, or larger than any official release.
    """
    unpacked = []
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if not m.is_dir() and "__MACOSX" not in m.filename]
            if sum(m.file_size for m in members) > _MOST:
                raise RefusedFileError(path.name, 1, "unpacks to more than any official release has")
            for member in members:
                name = PurePosixPath(member.filename.replace("\\", "/")).name
                if name:
                    (folder / name).write_bytes(archive.read(member))
                    unpacked.append(folder / name)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise RefusedFileError(path.name, 1, "not a whole .zip file that can be opened") from error
    return unpacked


def chosen(found: Sequence[tuple[Path, str]]) -> list[Path]:
    """Of the members that a loader knows (with its name) those to take: each list once."""
    kinds = {kind for _, kind in found}
    text = {kind for path, kind in found if path.suffix.lower() != ".xlsx"}
    return [
        path
        for path, kind in found
        if (path.suffix.lower() != ".xlsx" or kind not in text)
        and (kind != _ADDENDA or _ORDER not in kinds)  # the order file says the whole of it
    ]
