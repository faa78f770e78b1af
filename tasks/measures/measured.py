"""The measures of a period: each with the two sums of its fraction, and the claims that these are of."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from ledger.queries.measures import reading
from ledger.queries.measures.reading import PARTS, CountedPage
from ledger.queries.measures.scope import Scope
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.measures.formulas import BY_NAME, FORMULAS, Formula

USUAL_DAYS: Final = 90
"""The length of a period of which only the end is given."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure of a period. `value` is in its formula's unit, None: nothing to divide by. `claims`: how many
    it counts above the line or below it."""

    formula: Formula
    numerator: int
    denominator: int
    value: float | None
    claims: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the claims of a measure, with the measure itself; where one part alone is listed, its
    `claims` are those of the part, its fraction and value are not."""

    measured: Measured
    page: CountedPage


def period(as_of: date, since: date | None, until: date | None) -> tuple[date, date]:
    """The first and last day of what is asked for: by default the 90 days up to a day.

    Raises StepError MSR-01: it ends before it begins.
    """
    last = until or as_of
    first = since or last - min(timedelta(days=USUAL_DAYS - 1), last - date.min)
    if first > last:
        raise StepError("MSR-01", f"a period from {first} to {last} has no day; give --from before --to")
    return first, last


def scope(
    as_of: date,
    since: date | None = None,
    until: date | None = None,
    practices: Collection[str] | None = None,
    payer: str | None = None,
) -> Scope:
    """What measures are asked of, as on a day. Raises StepError MSR-01."""
    first, last = period(as_of, since, until)
    return Scope(since=first, until=last, as_of=as_of, practices=practices, payer=payer)


def measures(home: Home, of: Scope) -> list[Measured]:
    """All of them."""
    return [_measured(one, reading.sums(home.ledger, one.name, of), of.days) for one in FORMULAS]


def measure(home: Home, name: str, of: Scope) -> Measured:
    """One of them. Raises StepError MSR-02."""
    formula = _formula(name)
    return _measured(formula, reading.sums(home.ledger, formula.name, of), of.days)


def listed(home: Home, name: str, of: Scope, *, part: str = "", after: int = 0, limit: int = 50) -> Listed:
    """The claims of a measure behind one, by their ids; `part`: those above or below the line alone.

    Raises StepError MSR-02: there is no such measure; MSR-03: no such part.
    """
    formula = _formula(name)
    if part and part not in PARTS:
        raise StepError("MSR-03", f"a fraction has no part {part!r}; there are: {', '.join(PARTS)}")
    page = reading.counted(home.ledger, formula.name, of, part=part, after=after, limit=limit)
    whole = reading.sums(home.ledger, formula.name, of) if part else page.sums
    return Listed(_measured(formula, replace(whole, claims=page.sums.claims), of.days), page)


def with_claims(home: Home, of: Scope, *, limit: int = 50) -> dict[str, dict[str, Listed]]:
    """All of them by their names, each with the first page of its claims: of all ("") and of each part."""
    made = {}
    for formula in FORMULAS:
        pages = reading.first_pages(home.ledger, formula.name, of, limit=limit)
        whole = pages[""].sums
        made[formula.name] = {
            part: Listed(_measured(formula, replace(whole, claims=page.sums.claims), of.days), page)
            for part, page in pages.items()
        }
    return made


def _formula(name: str) -> Formula:
    formula = BY_NAME.get(name.strip().lower().replace("_", "-"))
    if formula is None:
        raise StepError("MSR-02", f"there is no measure {name!r}; there are: {', '.join(BY_NAME)}")
    return formula


def _measured(formula: Formula, sums: reading.Sums, days: int) -> Measured:
    value = None
    if sums.denominator > 0:
        value = sums.numerator * (days if formula.unit == "days" else 1) / sums.denominator
    return Measured(formula, sums.numerator, sums.denominator, value, sums.claims)
