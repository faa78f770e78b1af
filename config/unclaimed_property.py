"""When a patient's credit is unclaimed property, by state: `config/data/unclaimed_property.tsv`."""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class StateRule:
    """A state's law from a day on. `cutoff` and `report_by` are MM-DD; cents, days (0: none is set)."""

    state: str
    since: date
    dormancy_years: int
    cutoff: str
    report_by: str
    letter_from_cents: int
    letter_days_most: int
    letter_days_least: int
    source: str

    def abandoned_on(self, last_contact: date) -> date:
        """The day from which a credit is presumed abandoned."""
        return years_after(last_contact, self.dormancy_years)

    def report_on(self, last_contact: date) -> date:
        """The last day of the report that a credit belongs into, without another contact."""
        cutoff = _next(self.cutoff, self.abandoned_on(last_contact))
        return _next(self.report_by, cutoff + timedelta(days=1))

    def letter_between(self, report_on: date) -> tuple[date, date]:
        """The first and the last day for the letter to the owner before a report."""
        most = self.letter_days_most or 365
        return report_on - timedelta(days=most), report_on - timedelta(days=self.letter_days_least)


def years_after(day: date, years: int) -> date:
    """The same day so many years later; of a leap day the first of March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _next(month_day: str, since: date) -> date:
    """The first such day of a year, from a day on."""
    day = date.fromisoformat(f"{since.year}-{month_day}")
    return day if day >= since else day.replace(year=since.year + 1)


@cache
def load() -> tuple[StateRule, ...]:
    """Every line, by state and day."""
    text = (files("config") / "data" / "unclaimed_property.tsv").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    rules = (
        StateRule(
            row["state"],
            date.fromisoformat(row["since"]),
            int(row["dormancy_years"]),
            row["cutoff"],
            row["report_by"],
            int(row["letter_from_cents"]),
            int(row["letter_days_most"]),
            int(row["letter_days_least"]),
            row["source"],
        )
        for row in csv.DictReader(lines, delimiter="\t")
    )
    return tuple(sorted(rules, key=lambda rule: (rule.state, rule.since)))


def rule_of(state: str, on: date) -> StateRule | None:
    """The law of a state on a day; None where the table has none."""
    found = [rule for rule in load() if rule.state == state and rule.since <= on]
    return found[-1] if found else None
