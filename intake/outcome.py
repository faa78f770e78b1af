"""What reading a file gives: encounters, and what could not be read with the reason.

Codes of problems, stable:

INT-01 empty file                     INT-08 a field's value cannot be read
INT-02 larger than allowed            INT-09 columns missing or unknown
INT-03 format not recognised          INT-10 rows of one encounter contradict each other
INT-04 characters that are no text    INT-11 no encounter in the document
INT-05 damaged (cut off, bad syntax)  INT-12 a part of a document, not a document
INT-06 XML with a DOCTYPE             INT-13 something was left out of an encounter that was read
INT-07 nested too deeply              INT-99 a reader of CleanClaim failed: please report it
"""

from dataclasses import dataclass, field

from config.problem import Problem
from intake.encounter import Encounter


@dataclass(slots=True)
class Read:
    """The outcome of one file. `format` is "" where none was recognised."""

    format: str
    encounters: list[Encounter] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
