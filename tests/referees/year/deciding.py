"""What people decide in the year beside the quarter's acts: appeals, instalments, money back to patients."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from fpdf import FPDF
from sqlalchemy import select

from ledger.queries.work_queue import Asked, Item, items
from ledger.schema import claim
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.letters.records import Enclosed
from tasks.operations import appeal_work, claim_money, payment_plans, send_records
from tasks.operations.money_acts import By

PAT = By("Pat", "as it was decided", second="Sam")
INSTALMENTS = 3


def _note() -> Enclosed:
    page = FPDF()
    page.add_page()
    return Enclosed("Office note", bytes(page.output()))


NOTE = _note()


def _work(home: Home, day: date, kind: str) -> list[Item]:
    return items(home.ledger, day, Asked(kinds=[kind], snoozed=True), limit=100_000)


def denials(home: Home, day: date) -> dict[str, list[Item]]:
    """The denials that are open, by the number of their claim."""
    found: dict[str, list[Item]] = {}
    for one in _work(home, day, "denial"):
        found.setdefault(one.patient_control_number, []).append(one)
    return found


def appeal(home: Home, day: date, denied: Sequence[Item], *, files: bool) -> None:
    """The denials of a claim are appealed; or the payer said no by letter."""
    for one in denied:
        if files:
            appeal_work.appeal(
                home, day, PAT, one.id, channel="mail", argument="", enclosures=["Note"], dry_run=False
            )
        else:
            appeal_work.lose(home, day, PAT, one.id, dry_run=False)


def records(home: Home, day: date, dice: random.Random, seen: set[str]) -> list[str]:
    """What the payer wants to see goes out for every denial of some claims, once: their numbers."""
    made = []
    denied = denials(home, day)
    for number in sorted(denied.keys() - seen):
        seen.add(number)
        if dice.random() < 0.4:
            sent = [send_to(home, day, one.id) for one in denied[number]]
            made += [number] if any(sent) else []
    return made


def send_to(home: Home, day: date, work: int) -> bool:
    """Whether the records of a work item were sent. A payer that has the claim from another payer gets none
    from here: the product says to send them by hand, which leaves no trace here."""
    try:
        send_records.send(home, day, PAT, work, channel="fax", enclosed=[NOTE], dry_run=False)
    except StepError as refused:
        if "did not go to" not in refused.message:
            raise
        return False
    return True


def refund_patients(home: Home, day: date, dice: random.Random) -> list[dict[str, Any]]:
    """Half of what patients have too much here goes back to them: as the referee is told it."""
    made = []
    for one in sorted(_work(home, day, "patient_credit"), key=lambda work: work.id):
        if dice.random() < 0.5:
            claim_money.refund(home, day, PAT, one.patient_control_number, "", one.cents, dry_run=False)
            made.append({"number": one.patient_control_number, "cents": -one.cents, "day": f"{day:%Y%m%d}"})
    return made


def plan(home: Home, day: date, number: str) -> dict[str, int]:
    """An account is paid by instalments, month by month: what is owed of each of its claims, by number."""
    first = day + timedelta(days=28)
    made = payment_plans.plan(home, day, PAT, number, INSTALMENTS, first, dry_run=False)
    owed = dict(made.claims)
    with home.ledger.read() as connection:
        query = select(claim.c.id, claim.c.patient_control_number).where(claim.c.id.in_(owed))
        return {name: owed[claim_id] for claim_id, name in connection.execute(query).tuples()}
