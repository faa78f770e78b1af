"""Where the findings of a check are kept: interchange, group and transaction set, as an answer needs them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from edi.declare.delimiters import Delimiters
from edi.declare.guide import Guide
from edi.findings import Finding
from edi.segments.control import GS, ISA


@dataclass(slots=True)
class TransactionReport:
    """One transaction set: what it is and what was found in it."""

    transaction_set: str
    control_number: str
    version: str
    guide: Guide | None
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class GroupReport:
    """One functional group."""

    header: GS
    findings: list[Finding] = field(default_factory=list)
    transactions: list[TransactionReport] = field(default_factory=list)
    included: int | None = None  # GE01
    misnamed: bool = False  # whether GS01 was found to be another guide's
    bare: int = 0  # transaction sets without their ST


@dataclass(slots=True)
class InterchangeReport:
    """One interchange. `header` is None where no ISA could be read."""

    header: ISA | None
    findings: list[Finding] = field(default_factory=list)
    groups: list[GroupReport] = field(default_factory=list)
    d: Delimiters | None = None
    bare: int = 0  # groups without their GS

    def all(self) -> Iterator[Finding]:
        """Its findings and those of its groups and transactions, in file order."""
        yield from self.findings
        for group in self.groups:
            for transaction in group.transactions:
                yield from transaction.findings
            yield from group.findings
