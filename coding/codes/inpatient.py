"""ICD-10-PCS codes and MS-DRGs: their shapes."""

import re
from typing import Final

PCS: Final = "icd10pcs"
DRG: Final = "msdrg"
_PCS = re.compile(r"[0-9BCDFGHX][0-9A-HJ-NP-Z]{6}")


def has_pcs_shape(code: str) -> bool:
    """Seven characters without I and O, of which the first names a section."""
    return _PCS.fullmatch(code) is not None


def has_drg_shape(code: str) -> bool:
    """Three digits."""
    return len(code) == 3 and code.isascii() and code.isdigit()
