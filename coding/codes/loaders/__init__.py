"""Official code-set files, one loader a layout, recognised by what is in them.

A loader is a module with `LAYOUT` (its name), `recognises(name, head)` on the file's name and first
bytes, and `load(path, codes)` which gives the tables of the file. A file is taken whole or refused
whole: `RefusedFileError` says file, line and reason, and nothing has changed.
"""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from coding.codes.loaders.lines import RefusedFileError
from coding.codes.table import Table

if TYPE_CHECKING:
    from coding.codes.store import Codes

__all__ = ["Loader", "RefusedFileError", "load_file", "loaders"]

_HEAD = 64 * 1024
#: Tried in this order: the strictest shapes first.
_ORDER = (
    "icd10cm_tabular",
    "icd10cm_addenda",
    "icd10cm_order",
    "hcpcs",
    "ncci_pairs",
    "mue",
    "add_on_codes",
    "fee_schedule",
    "taxonomy",
    "adjustment_texts",
    "cpt",
)


class Loader(Protocol):
    """What each module of this folder offers."""

    LAYOUT: str

    def recognises(self, name: str, head: bytes) -> bool: ...

    def load(self, path: Path, codes: "Codes") -> list[Table]: ...


def loaders() -> list[Loader]:
    """Every loader, in the order they are tried."""
    return [cast(Loader, importlib.import_module(f"coding.codes.loaders.{name}")) for name in _ORDER]


def load_file(path: Path, codes: "Codes") -> tuple[str, list[Table]]:
    """The layout's name and the tables of one official file.

    Raises:
        RefusedFileError: not one of the layouts, or damaged.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip():
        raise RefusedFileError(path.name, 1, "the file is empty")
    for loader in loaders():
        if loader.recognises(path.name, head):
            return loader.LAYOUT, loader.load(path, codes)
    raise RefusedFileError(path.name, 1, "not one of the official layouts that are known")
