"""Acts about credits, in a process that dies at each of its side effects: done once, or not at all."""

from datetime import date, timedelta

from edi.records import ProviderAdjustment
from tasks.operations import claim_money, patient_money, small_balances, time_credits
from tasks.operations.money_acts import By
from tests.tasks.answering import TUESDAY, remitted
from tests.tasks.credits.paid_twice import paid_twice
from tests.tasks.operations.killing import Act, in_turn
from tests.tasks.patients.answered import Answer, claim_payment, person, visit

ANN = By("ann", "two payments of one claim")
LATER, END = TUESDAY + timedelta(days=10), date(2027, 3, 19)
ACTS: dict[str, Act] = {
    "identify": lambda h: time_credits.identify(h, LATER, ANN, "V-1", "senior", TUESDAY, dry_run=False),
    "suspend": lambda h: time_credits.suspend(h, LATER, ANN, "V-1", "senior", TUESDAY, END, dry_run=False),
    "resume": lambda h: time_credits.resume(h, LATER, ANN, "V-1", "senior", LATER, dry_run=False),
    "offset": lambda h: claim_money.offset(h, LATER, ANN, "V-2", "harbor", dry_run=False),
    "contact": lambda h: time_credits.contact(h, LATER, ANN, "V-3", LATER, dry_run=False),
    "use small credits": lambda h: small_balances.use_small_credits(h, LATER, ANN, dry_run=False),
}


def test_each_is_done_once_or_not_at_all(home, tmp_path):
    """Medicare's credit, harbor's of which it took a part back, and a patient's beside a claim owed."""
    desk = paid_twice(home)
    desk.see(visit(3), visit(4, patient=person(3), service_date="2026-11-03"))
    desk.answer({"V-3": Answer(), "V-4": Answer()})
    took = ProviderAdjustment(
        provider_id="1999000015",
        fiscal_period_end=date(2026, 12, 31),
        reason="WO",
        amount=50_00,
        reference=f"ICN{desk.number('V-2')[-6:]}HA",
    )
    more = claim_payment(desk.number("V-3"), "W17770003", desk.visits["V-3"], Answer())
    desk.partner.pay("took.835", remitted(more, trace="TOOK", plb=(took,)))
    desk.partner.collect()
    settings = home.path / "cleanclaim.toml"
    settings.write_text(f"small_credit_cents = 500\n{settings.read_text('utf-8')}", encoding="utf-8")
    with home.opened() as opened:
        patient_money.pay(opened, LATER, ANN, "V-3", 23_00, "cash", claims=["V-3"], dry_run=False)
    in_turn(home, tmp_path, ACTS)
