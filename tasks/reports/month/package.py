"""The figures of a month with the names to print, kept when the month is closed: a reprint says the same."""

from dataclasses import dataclass
from datetime import date

from pydantic import TypeAdapter
from sqlalchemy import Connection

from config.partners import Partners
from ledger.adjudication.payers import ANOTHER_PAYER
from ledger.queries.month.facts import MonthFacts, of_month


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A month's figures. `closed_by` is "" in a draft; `made_on` is the business date of the close, or of the
    draft. `practices` and `payers` are names by key, as they were then."""

    facts: MonthFacts
    made_on: str
    closed_by: str
    practices: dict[str, str]
    payers: dict[str, str]

    @property
    def draft(self) -> bool:
        return not self.closed_by

    def practice(self, key: str) -> str:
        return self.practices.get(key, key)

    def payer(self, key: str) -> str:
        if key == ANOTHER_PAYER:
            return "Another payer, not known"
        return self.payers.get(key, key) if key else "Patients"


_PACKAGE = TypeAdapter(Package)


def make(
    connection: Connection, partners: Partners, month: str, made_on: str, closed_by: str = ""
) -> Package:
    """The package of a month as the books are now; without `closed_by` a draft."""
    facts = of_month(connection, month)
    practices = {
        *(row.practice for row in facts.rolls),
        *(row.practice for row in facts.cash),
        *(row.practice for row in facts.held),
        *(row.practice for row in facts.banks),
    }
    payers = {
        *(row.payer for row in facts.rolls),
        *(row.payer for row in facts.held),
        *(row.payer for row in facts.stated),
        *(row.payer for row in (*facts.transit_before, *facts.transit)),
    }
    return Package(
        facts=facts,
        made_on=made_on,
        closed_by=closed_by,
        practices={k: p.name for k, p in sorted(partners.practices.items()) if k in practices},
        payers={k: p.name for k, p in sorted(partners.payers.items()) if k in payers},
    )


def to_bytes(package: Package) -> bytes:
    """As it is kept: JSON, the same bytes for the same figures."""
    return _PACKAGE.dump_json(package)


def from_bytes(data: bytes) -> Package:
    """A package that was kept."""
    return _PACKAGE.validate_json(data)


def spelled(month: str) -> str:
    """A month in words, as November 2026."""
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"
