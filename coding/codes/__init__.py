"""Dated code sets: immutable, memory-mapped files, and the questions that edits ask of them.

codes = coding.codes.load()                        # or load(home / "codes") with loaded sets
codes.diagnosis("E1122").valid_on(day)             # valid, invalid, not billable, unchecked
"""

from coding.codes.icd10cm import Diagnosis
from coding.codes.store import Codes, load
from coding.codes.table import DamagedTableError, Header
from coding.codes.validity import Validity

__all__ = ["Codes", "DamagedTableError", "Diagnosis", "Header", "Validity", "load"]
