"""The store of code sets: what is shipped and what a home has loaded, opened at once, read when asked."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from coding.codes.icd10cm import Diagnoses, Diagnosis
from coding.codes.modifiers import KNOWN
from coding.codes.places import PLACES, Place
from coding.codes.table import Header, Table

SHIPPED = Path(__file__).parent / "data"
SUFFIX = ".codes"


class Codes:
    """Every code set that is loaded. Each question answers unchecked where its set is not."""

    def __init__(self, tables: Iterable[Table] = ()) -> None:
        self.tables = tuple(tables)
        self.diagnoses = Diagnoses(t for t in self.tables if t.header.set == "icd10cm")

    def diagnosis(self, code: str) -> Diagnosis:
        """An ICD-10-CM code without its dot."""
        return self.diagnoses.get(code)

    @staticmethod
    def place(code: str) -> Place | None:
        return PLACES.get(code)

    def knows_modifier(self, modifier: str, day: date | None) -> bool | None:
        """True or False; None where neither our list nor a loaded HCPCS file has it."""
        return True if modifier in KNOWN else None

    @property
    def releases(self) -> tuple[Header, ...]:
        """What is loaded, in the order of set and release."""
        return tuple(sorted((t.header for t in self.tables), key=lambda h: (h.set, h.release)))

    def having(self, **sets: Any) -> "Codes":
        """These sets with small ones laid over (for examples and tests)."""
        from coding.codes.samples import sample_tables

        extra = sample_tables(sets)
        names = {t.header.set for t in extra}
        return Codes((*(t for t in self.tables if t.header.set not in names), *extra))


def load(directory: Path | None = None) -> Codes:
    """Opens the shipped sets and, where given, the files that a home has loaded.

    Raises:
        DamagedTableError: a file is no code set or is cut short.
    """
    files = sorted(SHIPPED.glob(f"*{SUFFIX}"))
    if directory is not None and directory.is_dir():
        files += sorted(directory.rglob(f"*{SUFFIX}"))
    return Codes(_open(path) for path in files)


@lru_cache(maxsize=64)
def _open(path: Path) -> Table:
    return Table.open(path)
