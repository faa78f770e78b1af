"""The code sets that a check asks, from `coding`; loaded when the first code is asked for."""

from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coding.codes import Codes


class CodeSets:
    """What `edi.check` takes as `codes`: the sets that come along, and those loaded into a home."""

    def __init__(self, home: Path | None = None) -> None:
        self._home = home
        if home is not None:
            from config.settings import load, require_home

            require_home(load(home))

    @cached_property
    def _codes(self) -> "Codes":
        from coding.codes import load

        return load(self._home / "codes" if self._home is not None else None)

    def known(self, code_set: str, code: str, day: date | None) -> bool | None:
        """Whether a code may be billed on a day; None where that set or day is not loaded."""
        if day is None:
            return None
        if code_set == "icd10cm":
            answer = self._codes.diagnosis(code).valid_on(day)
        elif code_set == "hcpcs":
            answer = self._codes.procedure(code, day)
        elif code_set == "taxonomy":
            answer = self._codes.taxonomy(code, day)
        else:
            return None
        return None if answer == "unchecked" else answer == "valid"
