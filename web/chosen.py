"""The filters of a list as they stand in the address, checked: an unknown name is refused, for an empty list
must mean that nothing is there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from ledger.queries.listing import Page
from web.desk import Visit
from web.errors import Refused

LONGEST = 80
"""Letters of a filter."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an address asks for. `given` has every filter by its name, "" where it is not set; `choices` what
    each may be."""

    given: dict[str, str]
    choices: dict[str, list[str]]
    payer: str | None
    practices: frozenset[str] | None
    after: int

    def page(self, limit: int) -> Page:
        payers = [self.payer] if self.payer else None
        return Page(payers=payers, practices=self.practices, after=self.after, limit=limit)


def chosen(visit: Visit, *, without: Collection[str] = (), **others: list[str]) -> Chosen:
    """Practice and payer, of the person's practices, and other filters with what each may be; a list of no
    payer is asked `without` it. Raises Refused WEB-08."""
    query, partners, user = visit.request.query_params, visit.home.partners, visit.user
    choices = {
        "practice": sorted(key for key in partners.practices if user.of(key)),
        "payer": sorted(partners.payers),
        **others,
    }
    choices = {name: of for name, of in choices.items() if name not in without}
    given = {name: query.get(name, "")[:LONGEST] for name in choices}
    for name, value in given.items():
        if value and value not in choices[name]:
            raise Refused(422, "WEB-08", f"no such {name} is known, or you don't see it; choose one")
    practices = frozenset([given["practice"]]) if given["practice"] else user.only
    return Chosen(given, choices, given.get("payer") or None, practices, row_id(query.get("after", "")))


def row_id(text: str) -> int:
    """A row's id as an address or a form has it; 0 where it has none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def day_of(text: str) -> date | None:
    """A day as an address has it; None where it has none. Raises Refused WEB-08."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(422, "WEB-08", "a day is written like 2026-12-20") from None


def number_of(number: int) -> int:
    """A row's id out of an address, 0 where no row can have it."""
    return number if 0 < number < 1 << 63 else 0
