"""Patients' credits that are unclaimed property, as a CSV for the holder's reports to the states."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from config.unclaimed_property import StateRule, rule_of
from ledger.trail import audit
from tasks.credits import csv_file
from tasks.credits.clock import NO_TERM, PATIENT, Owner
from tasks.credits.csv_file import amount
from tasks.credits.standing import Timed
from tasks.home.home import Home

COLUMNS: Final = (
    *("state", "report_by", "owner", "line1", "line2", "city", "zip", "practice", "claim", "amount"),
    *("last_contact_on", "abandoned_on", "write_from", "write_until", "source"),
)
"""`amount` is in dollars; the letter to the owner goes out between `write_from` and `write_until`, which are
empty where the state asks for none."""


@dataclass(frozen=True, slots=True)
class Report:
    """The file, how many credits it lists and their cents; `not_known`: credits of owners without a state, or
    of one that the table does not have, which are not in it."""

    data: bytes
    credits: int
    cents: int
    not_known: int


def report(home: Home, as_of: date, found: Sequence[Timed], until: date) -> Report:
    """What states are to be reported by a day, by state and day. That it was made is in the audit trail."""
    ours = [one for one in found if one.clock.kind == PATIENT]
    due = [one for one in ours if one.clock.due_on is not None and one.clock.due_on <= until]
    rows = []
    for one in due:
        owner, report_on = one.owner, one.clock.due_on
        rule = rule_of(owner.state, as_of) if owner is not None else None
        if owner is not None and rule is not None and report_on is not None:
            rows.append(_row(one, owner, rule, report_on))
    data = csv_file.written(COLUMNS, rows)
    cents = sum(one.credit.cents for one in due)
    audit.record(
        home.ledger,
        as_of.isoformat(),
        "unclaimed property listed",
        f"until {until}",
        f"{len(due)} credits, {cents} cents",
    )
    not_known = sum(one.clock.state == NO_TERM for one in ours)
    return Report(data, len(due), cents, not_known)


def _row(one: Timed, owner: Owner, rule: StateRule, report_on: date) -> list[str]:
    first, last = rule.letter_between(report_on)
    asks = one.credit.cents >= rule.letter_from_cents
    line1, line2 = (*owner.lines, "", "")[:2]
    return [
        *(owner.state, report_on.isoformat(), owner.name, line1, line2, owner.city, owner.zip),
        *(one.credit.practice, one.credit.patient_control_number, amount(one.credit.cents)),
        *(owner.contact_on.isoformat(), rule.abandoned_on(owner.contact_on).isoformat()),
        *((first.isoformat(), last.isoformat()) if asks else ("", "")),
        rule.source,
    ]
