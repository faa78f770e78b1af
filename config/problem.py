"""What is wrong with a file or a part of it, as its readers find it and the ledger keeps it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, and what to do. Never holds a value of the file, which may be a patient's."""

    code: str
    place: str  # "row 7, column charge", "encounter 3, lines.1.charge", "line 12"; "" the whole file
    message: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{self.code} {where}{self.message}; {self.remedy}"
