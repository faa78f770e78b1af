"""Official code-set files, one loader a layout, recognised by what is in them.

A loader is a module with `LAYOUT` (its name), `recognises(name, head)` on the file's name and first
bytes, and `load(path, codes)` which gives the tables of the file. A file is taken whole or refused
whole: `RefusedFileError` says file, line and reason, and nothing has changed.
"""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from coding.codes.loaders.container import chosen, is_container, unpack
from coding.codes.loaders.lines import RefusedFileError
from coding.codes.table import Table

if TYPE_CHECKING:
    from coding.codes.store import Codes

__all__ = ["Loader", "RefusedFileError", "load_file", "loaders", "official_files"]

_HEAD = 64 * 1024
#: Tried in this order: the strictest shapes first.
_ORDER = (
    "icd10cm_tabular",
    "icd10cm_index",
    "icd10pcs_tables",
    "icd10pcs_order",
    "icd10cm_addenda",
    "icd10cm_order",
    "hcc_macro",
    "hcc_mapping",
    "hcc_format",
    "ra_procedures",
    "ms_drg",
    "hcpcs",
    "ncci_pairs",
    "mue",
    "add_on_codes",
    "fee_schedule",
    "taxonomy",
    "adjustment_texts",
    "coverage_policies",
    "clia_waived",
    "cpt",
)


class Loader(Protocol):
    """What each module of this folder offers."""

    LAYOUT: str

    def recognises(self, name: str, head: bytes) -> bool: ...

    def load(self, path: Path, codes: "Codes") -> list[Table]: ...


def loaders() -> list[Loader]:
    """Every loader, in the order they are tried."""
    return [_loader(name) for name in _ORDER]


def official_files(path: Path, folder: Path) -> list[Path]:
    """The file itself, or what a .zip holds of the layouts that are known, unpacked into `folder`.

    Raises:
        RefusedFileError: a .zip that is damaged, or without any of the layouts.
    """
    if not is_container(path):
        return [path]
    found = []
    for member in unpack(path, folder):
        kind = _kind(member)
        if kind is not None:
            found.append((member, kind))
    if not found:
        raise RefusedFileError(path.name, 1, "the .zip holds none of the official layouts that are known")
    return chosen(found)


def load_file(path: Path, codes: "Codes") -> tuple[str, list[Table]]:
    """The layout's name and the tables of one official file.

    Raises:
        RefusedFileError: not one of the layouts, or damaged.
    """
    if not _head(path).strip():
        raise RefusedFileError(path.name, 1, "the file is empty")
    kind = _kind(path)
    if kind is None:
        raise RefusedFileError(path.name, 1, "not one of the official layouts that are known")
    loader = _loader(kind)
    return loader.LAYOUT, loader.load(path, codes)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD).removeprefix(b"\xef\xbb\xbf")


def _kind(path: Path) -> str | None:
    """The name of the loader that knows a file, None where none does."""
    head = _head(path)
    return next((name for name in _ORDER if _loader(name).recognises(path.name, head)), None)


def _loader(name: str) -> Loader:
    return cast(Loader, importlib.import_module(f"coding.codes.loaders.{name}"))
