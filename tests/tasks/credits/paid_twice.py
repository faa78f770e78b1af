"""Claims that their payers paid twice: credits of Medicare, of a payer by contract, and of a patient."""

from typing import Any

from config.partners import load
from config.payer import Payer
from tests.conftest import CHECKOUT
from tests.tasks.answering import TUESDAY
from tests.tasks.patients.answered import Answer, Desk, visit

MEDICARE = [{"order": "P", "payer": "senior", "member_id": "W17770001"}]


def payer(**changes: Any) -> Payer:
    """The demo's Medicare, changed."""
    return load(CHECKOUT / "config" / "demo").payers["senior"].model_copy(update=changes)


def paid_twice(home: Any) -> Desk:
    """V-1 of senior (Medicare) and V-2 of harbor are each paid 90.00 twice, of which 90.00 was owed."""
    desk = Desk(home)
    desk.see(visit(1, coverages=MEDICARE), visit(2))
    answers = {"V-1": Answer(payer="senior", shares=()), "V-2": Answer(shares=())}
    desk.answer(answers, TUESDAY)
    desk.answer(answers, TUESDAY)
    return desk
