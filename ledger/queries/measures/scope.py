"""Which business dates, practices and payer a measure is of."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Business dates `since` to `until`, both counted. `practices` and `payer` None: of all. `as_of`: the day
    that it is asked on, by which a deadline has passed or not."""

    since: date
    until: date
    as_of: date
    practices: Collection[str] | None = None
    payer: str | None = None

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    def within(self, day: ColumnElement[str]) -> ColumnElement[bool]:
        """Whether a column's day is one of them."""
        return day.between(self.since.isoformat(), self.until.isoformat())

    def of(
        self, practice: ColumnElement[str] | None = None, payer: ColumnElement[str] | None = None
    ) -> list[ColumnElement[bool]]:
        """Whether a row's practice and payer are asked for."""
        found: list[ColumnElement[bool]] = []
        if practice is not None and self.practices is not None:
            found.append(practice.in_(sorted(self.practices)))
        if payer is not None and self.payer is not None:
            found.append(payer == self.payer)
        return found
