"""What an edit says of a claim: a finding, and how much it weighs."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """HOLD keeps the claim back; WARN lets it go with a remark; UNCHECKED could not be decided
    because a code set is not loaded or a date lies outside it; INFO is for the record only."""

    HOLD = "hold"
    WARN = "warn"
    UNCHECKED = "unchecked"
    INFO = "info"


HOLD, WARN, UNCHECKED, INFO = Severity.HOLD, Severity.WARN, Severity.UNCHECKED, Severity.INFO

#: What an edit yields: the line's number (None: the claim), the element, what is wrong, and the
#: severity where it differs from the edit's own.
Found = tuple[int | None, str, str] | tuple[int | None, str, str, Severity]


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A person's decision that a finding shall not hold this claim: who, why and until when.

    `line` None covers the whole claim. An override lowers HOLD and WARN to INFO; it cannot make
    an unchecked code checked. It stays on the finding, for the audit trail.
    """

    edit_id: str
    who: str
    why: str
    until: date
    line: int | None = None

    def __post_init__(self) -> None:
        if not (self.who.strip() and self.why.strip()):
            raise ValueError(f"an override of {self.edit_id} needs who and why")

    def covers(self, edit_id: str, line: int | None, as_of: date) -> bool:
        return self.edit_id == edit_id and as_of <= self.until and self.line in (None, line)


class Finding(NamedTuple):
    """One fault of one claim. `place` is the X12 element ("SV107", "2010BB NM109"); `detail` says
    what is wrong and never holds a name, a member id or a birth date. Title, fix and source are
    the edit's: `coding.EDITS[finding.edit_id]`."""

    edit_id: str
    severity: Severity
    line: int | None
    place: str
    detail: str
    override: Override | None = None

    @property
    def holds(self) -> bool:
        return self.severity is Severity.HOLD
