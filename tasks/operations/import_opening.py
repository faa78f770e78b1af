"""Opening receivables: the open items of an older system, from a CSV file, tied to its aging."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from config.dollars import dollars
from edi.declare.types import to_cents
from ledger.books import opening
from ledger.books.acts import Done
from ledger.books.opening import OpenItem
from ledger.payments.matching import name_digest
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.inbox import csv_table
from tasks.operations.money_acts import By, perform

NEEDED = ("practice", "payer", "patient_control_number", "service_from", "charge", "payer_balance")
WHERE_KNOWN = (
    *("patient_balance", "payer_claim_control_number", "patient_last", "patient_first", "member_id"),
    *("procedure", "billed_on", "deadline"),
)
LARGEST = 40_000_000
"""Bytes of a file: two hundred thousand claims are less."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What was taken over; `totals` are cents by practice and payer, `cents` all of them."""

    done: Done
    cents: int
    totals: dict[tuple[str, str], tuple[int, int]]


def import_opening(
    home: Home, as_of: date, by: By, file: Path, expected: int | None, *, dry_run: bool
) -> Imported:
    """Takes over what is not here yet; a file taken before changes nothing.

    Raises:
        StepError: OPN-01 the file can't be read, OPN-02 a row is not right, OPN-03 the total is another one.
    """
    text = csv_table.decoded(csv_table.read(file, "OPN-01", LARGEST), "OPN-01", "export it as CSV")
    rows = csv_table.rows(text, "OPN-01", "OPN-02", NEEDED, (*NEEDED, *WHERE_KNOWN))
    items = [_item(home, as_of, number, row) for number, row in rows]
    if len({item.number for item in items}) != len(items):
        raise StepError("OPN-02", "a patient control number stands in two rows; give one row a claim")
    cents = sum(item.cents for item in items)
    if expected is not None and cents != expected:
        raise StepError(
            "OPN-03",
            f"the file comes to {dollars(cents)} and not to {dollars(expected)}; nothing was taken over",
        )
    of_payers: Counter[tuple[str, str]] = Counter()
    of_patients: Counter[tuple[str, str]] = Counter()
    for item in items:
        of_payers[item.practice, item.payer] += item.payer_balance
        of_patients[item.practice, item.payer] += item.patient_balance
    done = perform(
        home,
        as_of,
        by,
        lambda c, n, s: f"{opening.take(c, n, s, items)} of {len(items)} open claims are new and taken over",
        dry_run=dry_run,
    )
    return Imported(done, cents, {k: (of_payers[k], of_patients[k]) for k in sorted(of_payers)})


def _item(home: Home, as_of: date, number: int, values: dict[str, str]) -> OpenItem:
    missing = [name for name in NEEDED if not values.get(name)]
    if missing:
        raise StepError("OPN-02", f"line {number}: {', '.join(missing)} is missing")
    payer = home.partners.payer(values["payer"])
    if payer is None or values["practice"] not in home.partners.practices:
        raise StepError("OPN-02", f"line {number}: its payer or practice is in no file of partners/")
    amounts = {n: to_cents(values.get(n) or "0") for n in ("charge", "payer_balance", "patient_balance")}
    if wrong := [name for name, cents in amounts.items() if cents is None]:
        raise StepError("OPN-02", f"line {number}: {', '.join(wrong)} is no amount in dollars")
    days = dict.fromkeys(("service_from", "deadline", "billed_on"), "")
    for name in days:
        try:
            days[name] = date.fromisoformat(values[name]).isoformat() if values.get(name) else ""
        except ValueError:
            raise StepError("OPN-02", f"line {number}: {name} is no day like 2026-11-17") from None
    return OpenItem(
        number=values["patient_control_number"],
        practice=values["practice"],
        payer=payer.key,
        payer_claim_control_number=values.get("payer_claim_control_number", ""),
        patient_name=name_digest(values.get("patient_last", ""), values.get("patient_first", "")),
        member_id=values.get("member_id", ""),
        service_from=days["service_from"],
        charge=amounts["charge"] or 0,
        payer_balance=amounts["payer_balance"] or 0,
        patient_balance=amounts["patient_balance"] or 0,
        procedure=values.get("procedure", ""),
        opened_on=days["billed_on"] or as_of.isoformat(),
        act_by=days["deadline"],
    )
