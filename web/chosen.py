"""The filters of a list as they stand in the address, checked: an unknown name is refused, for an empty list
must mean that nothing is there."""

from collections.abc import Collection
from dataclasses import dataclass

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
    after = query.get("after", "0")
    at = int(after) if after.isascii() and after.isdigit() and len(after) < 16 else 0
    practices = frozenset([given["practice"]]) if given["practice"] else user.only
    return Chosen(given, choices, given.get("payer") or None, practices, at)


def number_of(number: int) -> int:
    """A row's id out of an address, 0 where no row can have it."""
    return number if 0 < number < 1 << 63 else 0
