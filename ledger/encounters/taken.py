"""What the inbox hands to the ledger: files as they were read, and what one look came to."""

from collections.abc import Sequence
from dataclasses import dataclass

from config.problem import Problem

OTHER_PRACTICE = "INB-PRACTICE"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenEncounter:
    """One encounter of a file. `payload` is the encounter as JSON.

    `subject` is a digest of its patient, "" where its number alone names it. `inferred`: its version was
    made from the time of a message, so that a higher one does not say that the whole is replaced.
    `doubt` is what was in doubt already when it was taken without a practice.
    """

    source: str
    external_id: str
    version: int
    practice: str
    payload: str
    subject: str = ""
    inferred: bool = False
    doubt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenFile:
    """One file of the inbox as it was read. No encounter and a trouble: it is quarantined."""

    name: str
    data: bytes
    sha256: str
    practice: str = ""
    format: str = ""
    encounters: Sequence[TakenEncounter] = ()
    troubles: Sequence[Problem] = ()

    @property
    def quarantined(self) -> bool:
        return not self.encounters and bool(self.troubles)

    @property
    def misplaced(self) -> int:
        """How many of its encounters name another practice than its folder."""
        return sum(trouble.code == OTHER_PRACTICE for trouble in self.troubles)


@dataclass(slots=True)
class Counts:
    """What one look at the inbox came to: `files` is the sum of the three after it."""

    files: int = 0
    read: int = 0
    quarantined: int = 0
    duplicates: int = 0
    encounters: int = 0
    replaced: int = 0
    known_encounters: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An open encounter whose practice was not known when its file was taken."""

    id: int
    file_id: int
    file: str
    format: str
    source: str
    external_id: str
    version: int
    payload: str
    subject: str
    doubt: str

    def of(self, practice: str, *, inferred: bool) -> TakenEncounter:
        """The same encounter, of this practice."""
        return TakenEncounter(
            source=self.source,
            external_id=self.external_id,
            version=self.version,
            practice=practice,
            payload=self.payload,
            subject=self.subject,
            inferred=inferred,
            doubt=self.doubt,
        )
