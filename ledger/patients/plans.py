"""Payment plans: what a guarantor agreed to pay, month by month, of claims that are named.

A plan is over when a person ends it, or by itself: when nothing is left of what it was agreed for.
"""

from calendar import monthrange
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, exists, func, select, true

from ledger.books.claim_acts import BAD_DEBT, PATIENT_PAYMENT, WRITE_OFF
from ledger.schema import entry, payment_plan, payment_plan_claim, payment_plan_end, posting
from ledger.storage.database import insert_many
from ledger.storage.one_of import one_of
from ledger.trail import audit


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan; `claims` with the cents that were owed of each. `ended`: by a person."""

    id: int
    account: int
    practice: str
    cents: int
    instalments: int
    first_on: date
    business_on: str
    ended: bool
    claims: tuple[tuple[int, int], ...]

    def due_on(self, number: int) -> date:
        """The day of an instalment, counted from 1: the first one's day of the month, or the month's last."""
        months = self.first_on.month - 1 + number - 1
        year, month = self.first_on.year + months // 12, months % 12 + 1
        return date(year, month, min(self.first_on.day, monthrange(year, month)[1]))

    def expected(self, on: date) -> int:
        """What was to be paid by a day, that day included, in cents. The last instalment takes the rest."""
        due = sum(1 for n in range(1, self.instalments + 1) if self.due_on(n) <= on)
        return self.cents if due == self.instalments else self.cents // self.instalments * due

    def last_due(self, on: date) -> date | None:
        """The day of the newest instalment that is due by a day; None before the first."""
        days = [self.due_on(n) for n in range(1, self.instalments + 1)]
        return max((day for day in days if day <= on), default=None)


def keep(
    connection: Connection,
    business_on: str,
    account: int,
    practice: str,
    claims: Sequence[tuple[int, int]],
    instalments: int,
    first_on: date,
    actor: str,
    why: str,
) -> int:
    """Keeps a plan; its id."""
    cents = sum(part for _, part in claims)
    values = {
        "claim_id": account,
        "practice": practice,
        "cents": cents,
        "instalments": instalments,
        "first_on": first_on.isoformat(),
        "entry_id": connection.execute(select(func.coalesce(func.max(entry.c.id), 0))).scalar_one(),
        "actor": actor,
        "why": why,
        "business_on": business_on,
    }
    table = payment_plan
    made = int(connection.execute(table.insert().values(values).returning(table.c.id)).scalar_one())
    rows = [{"plan_id": made, "claim_id": claim_id, "cents": part} for claim_id, part in claims]
    insert_many(connection, payment_plan_claim, rows)
    what = f"{actor}, {cents} cents in {instalments} from {first_on}: {why}"
    audit.note(connection, business_on, "payment plan", f"plan {made}", what)
    return made


def end(connection: Connection, business_on: str, plan: int, actor: str, why: str) -> None:
    """A plan is over. Raises KeyRefused where it was before."""
    rows = [{"plan_id": plan, "actor": actor, "why": why, "business_on": business_on}]
    insert_many(connection, payment_plan_end, rows)
    audit.note(connection, business_on, "payment plan ended", f"plan {plan}", f"{actor}: {why}")


def all_of(connection: Connection, of: Collection[int] | None = None) -> list[Plan]:
    """Every plan, oldest first, or those that pay one of these claims (`of`)."""
    claims: dict[int, list[tuple[int, int]]] = {}
    c, p = payment_plan_claim.c, payment_plan.c
    wanted = true() if of is None else p.id.in_(select(c.plan_id).where(one_of(c.claim_id, sorted(of))))
    for plan_id, claim_id, cents in connection.execute(
        select(c.plan_id, c.claim_id, c.cents)
        .join(payment_plan, p.id == c.plan_id)
        .where(wanted)
        .order_by(c.plan_id, c.claim_id)
    ):
        claims.setdefault(plan_id, []).append((claim_id, cents))
    ended = exists().where(payment_plan_end.c.plan_id == p.id).label("ended")
    query = (
        select(p.id, p.claim_id, p.practice, p.cents, p.instalments, p.first_on, p.business_on, ended)
        .where(wanted)
        .order_by(p.id)
    )
    return [
        Plan(
            row.id, row.claim_id, row.practice, row.cents, row.instalments, date.fromisoformat(row.first_on),
            row.business_on, bool(row.ended), tuple(claims.get(row.id, ())),
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def left(connection: Connection, plans: Collection[int] | None = None) -> dict[int, int]:
    """By plan that nobody ended, what is left of it in cents; 0: it is over. `plans`: of these alone.

    What was paid of its claims after it was agreed, written off or given to collections is no longer left;
    a payment that was undone is again. What a payer decides later makes what is left smaller, never more.
    """
    p, c = payment_plan.c, payment_plan_claim.c
    ended = exists().where(payment_plan_end.c.plan_id == p.id)
    wanted = true() if plans is None else one_of(p.id, sorted(plans))
    agreed = dict(connection.execute(select(p.id, p.cents).where(~ended, wanted)).tuples().all())
    if not agreed:
        return {}
    of_patients = (
        select(c.plan_id, func.sum(posting.c.cents))
        .join(payment_plan, p.id == c.plan_id)
        .join(posting, posting.c.claim_id == c.claim_id)
        .where(posting.c.account == "receivable_patient", ~ended, wanted)
        .group_by(c.plan_id)
    )
    owed = dict(connection.execute(of_patients).tuples().all())
    by_acts = of_patients.join(entry, entry.c.id == posting.c.entry_id).where(
        entry.c.id > p.entry_id, entry.c.kind.in_((PATIENT_PAYMENT, WRITE_OFF, BAD_DEBT))
    )
    moved = dict(connection.execute(by_acts).tuples().all())
    return {
        plan: max(min(int(owed.get(plan, 0)), cents + int(moved.get(plan, 0))), 0)
        for plan, cents in agreed.items()
    }
