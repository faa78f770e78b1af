"""A claim as a payer is thought to look at it, with what it decided where it has decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

PAID: Final = "paid"
"""The outcome of a line that was not denied, and of a claim that was not rejected."""


class Service(NamedTuple):
    """What may decide on a line. `modifiers` have a space between; `diagnosis` is the category (three
    characters) of the claim's first one."""

    procedure: str
    modifiers: str = ""
    place: str = ""
    diagnosis: str = ""


FEATURES: Final = Service._fields


class Line(NamedTuple):
    """A service line. `outcome` is `PAID` or the reason of its denial, such as CO-50; "" not answered."""

    service: Service
    charge_cents: int
    outcome: str = ""
    paid_cents: int = 0
    patient_cents: int = 0  # what the payer left to the patient of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim that was sent, or is about to be. `rejected` is the 277CA's status, such as A7:164.

    `days` are those from sending to the answer, None where there is none. `number` names the claim to the
    person who is to look at it; nothing that is learned keeps it.
    """

    sent_on: date
    lines: tuple[Line, ...]
    rejected: str = ""
    days: int | None = None
    number: str = ""

    @property
    def lead(self) -> Service:
        """The service by which a claim is rejected or not: that of its dearest line."""
        return max(self.lines, key=lambda line: line.charge_cents).service

    @property
    def answered(self) -> bool:
        """Whether the payer has decided."""
        return self.days is not None

    @property
    def charge_cents(self) -> int:
        return sum(line.charge_cents for line in self.lines)

    @property
    def paid_cents(self) -> int:
        return sum(line.paid_cents for line in self.lines)


def by_day(claims: Iterable[Claim]) -> dict[date, list[Claim]]:
    """Claims by the day they were sent, in the order of days."""
    found: dict[date, list[Claim]] = {}
    for claim in sorted(claims, key=lambda one: one.sent_on):
        found.setdefault(claim.sent_on, []).append(claim)
    return found
