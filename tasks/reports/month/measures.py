"""The measures of collection, each with its formula. Rates in thousandths; None: nothing to divide by."""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.queries.month.aging import last_day
from ledger.queries.month.facts import MonthFacts, PastMonth
from tasks.reports.tables import Kind

QUARTER = 3  # months whose charges make the average day of days in A/R


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of the month and of all months of the history. `unit` is rate or days (tenths of a day)."""

    name: str
    unit: Kind
    month: int | None
    history: int | None
    formula: str


def measures(facts: MonthFacts) -> list[Measure]:
    """Net and gross collection rate, days in A/R, what is older than 90 and 120 days."""
    this, every = facts.history[-1:], facts.history
    quarter = every[-QUARTER:]
    owed = sum(one.total for one in facts.aging)
    old = [sum(one.cents[place] for one in facts.aging) for place in range(5)]
    return [
        Measure(
            "Net collection rate",
            "rate",
            _share(_paid(this), _charges(this) - _contractual(this)),
            _share(_paid(every), _charges(every) - _contractual(every)),
            "payments less refunds and takebacks / (charges - contractual adjustments)",
        ),
        Measure(
            "Gross collection rate",
            "rate",
            _share(_paid(this), _charges(this)),
            _share(_paid(every), _charges(every)),
            "payments less refunds and takebacks / charges",
        ),
        Measure(
            "Days in A/R",
            "days",
            _tenths(facts.history[-1].closing * _days(quarter), _charges(quarter)),
            None,
            f"closing receivable / average charges a day of the last {len(quarter)} month(s)",
        ),
        Measure(
            "Older than 90 days", "rate", _share(old[3] + old[4], owed), None, "over 90 days / receivable"
        ),
        Measure("Older than 120 days", "rate", _share(old[4], owed), None, "over 120 days / receivable"),
    ]


def _paid(months: Sequence[PastMonth]) -> int:
    return sum(one.paid for one in months)


def _charges(months: Sequence[PastMonth]) -> int:
    return sum(one.charges for one in months)


def _contractual(months: Sequence[PastMonth]) -> int:
    return sum(one.contractual for one in months)


def _days(months: Sequence[PastMonth]) -> int:
    return sum(last_day(one.month).day for one in months)


def _share(part: int, whole: int) -> int | None:
    """In thousandths, rounded half up."""
    return (part * 2000 + whole) // (2 * whole) if whole > 0 else None


def _tenths(cents: int, charges: int) -> int | None:
    return (cents * 20 + charges) // (2 * charges) if charges > 0 else None
