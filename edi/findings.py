"""What a check finds: a stable code, where, what is wrong, how to fix it and how it is answered.

Findings are values; nothing here raises on bad content. `KINDS` is the catalogue: every code that
`edi.check` can give, with its title, severity, SNIP type, remedy and answer. A rule or the reader
declares its kind once, beside the code that finds it, and the documents are generated from it.
"""

from dataclasses import dataclass, field
from typing import Final, Literal

Severity = Literal["error", "warning", "info", "unchecked"]


@dataclass(frozen=True, slots=True)
class Answer:
    """How a partner answers a finding. `report` is TA1, 999 or 277CA; the rest are its codes."""

    report: Literal["TA1", "999", "277CA"]
    note: str = ""  # TA105
    group: str = ""  # AK905
    transaction: str = ""  # IK502
    segment: str = ""  # IK304
    element: str = ""  # IK403
    category: str = ""  # STC01-1
    status: str = ""  # STC01-2
    entity: str = ""  # STC01-3

    def __str__(self) -> str:
        named = (
            ("", self.report),
            ("TA105 ", self.note),
            ("AK905 ", self.group),
            ("IK502 ", self.transaction),
            ("IK304 ", self.segment),
            ("IK403 ", self.element),
            ("", ":".join(p for p in (self.category, self.status, self.entity) if p)),
        )
        return " ".join(label + value for label, value in named if value)


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of finding, as the catalogue and the documents know it."""

    code: str
    title: str
    snip: int
    fix: str
    answer: Answer | None = None
    severity: Severity = "error"


@dataclass(slots=True, kw_only=True)
class Finding:
    """One fault, placed. `position` counts segments from ST (1); 0 where it is no segment's.

    `element` is "2" or "5-3" (component), "" for the whole segment. `message` never holds a value
    from the file; `value` does, for IK404, and is kept out of `repr`.
    """

    code: str
    severity: Severity
    snip: int
    loop: str
    segment: str
    position: int
    element: str
    message: str
    fix: str
    answer: Answer | None = None
    interchange: str = ""  # ISA13
    group: str = ""  # GS06
    transaction: str = ""  # ST02
    value: str = field(default="", repr=False)
    cause: tuple[str, int, str, str] | None = None  # what makes it wrong: segment, position, loop, element

    @property
    def place(self) -> str:
        """Loop, segment, element and position in one line."""
        name = self.segment + (self.element.zfill(2) if self.element.isdigit() else self.element)
        where = f"ST {self.transaction}, " if self.transaction else ""
        at = f" (segment {self.position})" if self.position else ""
        return f"{where}{self.loop + ' ' if self.loop else ''}{name}{at}"


KINDS: Final[dict[str, Kind]] = {}


def kind(
    code: str, title: str, snip: int, fix: str, answer: Answer | None = None, severity: Severity = "error"
) -> Kind:
    """Declare a kind of finding. Codes are unique and never used again for something else."""
    if code in KINDS:
        raise ValueError(f"finding code {code} is declared twice")
    KINDS[code] = made = Kind(code, title, snip, fix, answer, severity)
    return made
